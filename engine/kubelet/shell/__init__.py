"""A POSIX shell over simulated containers: parser, interpreter in virtual time, and the programs it starts."""
