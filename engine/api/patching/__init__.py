"""Patches as functions over JSON-shaped values: nothing here knows objects, States or Drafts.

Every function returns a new value and shares what did not change with its arguments.
"""
