"""The map of a cluster: nodes as boxes with their pods as cells, or, of thousands, as a heat map. Pure."""
