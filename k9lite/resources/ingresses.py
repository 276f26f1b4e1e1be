"""Ingresses: Enter leads to the Services behind one and what is behind those."""

from k9lite.resources.listed import listed

RESOURCE = listed("Ingress", place="xray")
