"""Kustomizations: a folder with a ``kustomization.yaml`` -> the manifests it stands for, as YAML.

Follows kustomize 5 as ``kubectl -k`` has it: resources, generators and components first, then the transformers in
their order, folder by folder from the base up; hashes and references between names last, once for all. Every step
is a function of resources, only ``folders`` reads files. Nothing here knows a cluster.
"""
