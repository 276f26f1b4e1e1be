"""WHAT a user asks for in config.yaml: read with the line of every word, checked as a whole, then used or refused.

The law of this folder: a file with one mistake is not used at all, and every mistake in it is told at once, each in a
line ``FILE, line N: what is wrong``. It imports no terminal but for keys.py, which asks the screens for their keys.
"""
