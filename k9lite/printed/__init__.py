"""WHAT containers printed, many pods' merged by time, and which of it is looked at in which form. No terminal.

Nothing here walks all lines at once: whoever shows them asks for a slice after the other, the nearest first.
"""
