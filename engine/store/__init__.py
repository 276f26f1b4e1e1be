"""WHAT is true (etcd): immutable States, the Commits between them, and the Log they are appended to."""
