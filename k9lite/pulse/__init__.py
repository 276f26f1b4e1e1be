"""HOW the whole cluster is doing: how many of each kind are well, and what was measured as time passed.

The law of this folder: nothing walks all objects at once; what was counted of a chunk is kept until the chunk changes.
"""
