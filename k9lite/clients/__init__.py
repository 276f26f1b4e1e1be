"""The adapters behind ``client.Client``: an embedded cluster, a recorded one."""
