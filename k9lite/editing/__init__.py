"""WHAT an editor knows of a manifest while it is typed: what is wrong on which line, where the cursor is, what changes.

Pure: texts, types and States in, problems, fields and writes out. Screens decide when to ask.
"""
