"""Widgets, one a file: they show what they are handed, know no cluster, and say wishes as messages."""
