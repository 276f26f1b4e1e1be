"""One screen a file. A screen coordinates: it reads the client, hands States down and takes wishes up."""
