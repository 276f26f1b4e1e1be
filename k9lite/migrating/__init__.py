"""A Compose file turned into manifests: pure but for reading the files it names; knows no cluster.

Follows the Compose specification for what a key means, and Kompose for what it becomes where users know that:
the label ``io.kompose.service``, claims of 100Mi, the ``kompose.*`` labels. Differs where Kompose would break what
worked: a Service answers on the container's own ports as well, so that other containers find it where they did.
"""
