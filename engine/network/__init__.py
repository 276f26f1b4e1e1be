"""The cluster network: names (dns), the way from an address to a container (proxy), what servers answer (http).

Pure functions of a State; what runs in a container is handed in, so that nothing here knows kubelets.
"""
