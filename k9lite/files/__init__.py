"""The operator's own files: what a line names is read, from disk or from a URL, and what it is to keep is written.

Texts and bytes go in and out; what they mean, the verbs know.
"""
