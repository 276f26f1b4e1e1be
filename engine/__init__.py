"""A whole Kubernetes cluster in one process: pure functions over plain values, one thin shell.

    State --reconcile--> Writes --admit--> Commit --append--> Log
      ^------------------------- fold --------'

Only ``cluster.py`` and ``store/log.py`` touch the world; everything else takes ``now`` and seeds as
arguments and knows no clock, no randomness, no threads and no files. The console imports the engine,
never the other way round.
"""
