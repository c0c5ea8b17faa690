"""The dispatcher's queue: what is open, worst first."""
