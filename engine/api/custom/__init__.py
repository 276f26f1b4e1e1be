"""Objects of custom kinds as the API server takes them: pruned, defaulted and checked against their schema.

Follows ``k8s.io/apiextensions-apiserver/pkg/apiserver``; x-kubernetes-validations (CEL) are not checked.
"""
