"""WHAT hangs together: what an object has below it (``below``), and what uses it (``users``).

Pure: a State goes in. An index is asked where there is one; a walk is of one namespace's workloads, never of all pods.
"""
