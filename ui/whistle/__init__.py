"""The whistle board: who was called, who has come, and what the township can do about it."""
