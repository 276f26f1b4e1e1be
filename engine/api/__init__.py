"""WHAT may be written (kube-apiserver): writes are admitted against a State and become the puts of a commit."""
