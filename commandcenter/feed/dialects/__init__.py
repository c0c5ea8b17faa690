"""Sources that speak something else, translated at the door."""
