"""The map: the township's grids, what is open in them, and who is on the way."""
