"""The arguments of a command line: what verbs share to read them, and to make them from a selection.

Pure: from words and texts to objects, numbers and patches. Knows no verb, file or screen.
"""
