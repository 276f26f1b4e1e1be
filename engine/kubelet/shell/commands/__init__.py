"""The programs a container carries, one file a family: ``name -> program(call) -> exit status``.

Each follows busybox's applet of that name (or GNU's where only that has the option), texts included.
"""
