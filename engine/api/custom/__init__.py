"""Objects of custom kinds as the API server takes them: pruned, defaulted, checked against their schema and its rules.

Follows ``k8s.io/apiextensions-apiserver/pkg/apiserver``.
"""
