"""HOW ``-o`` prints objects: formats by name, templates and columns. Pure: from JSON-shaped values to lines.

Follows cli-runtime's ``printers``. Knows manifests and a parsed command line, no State and no verb.
"""
