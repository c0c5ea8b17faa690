"""The case panel: one case in full, and the steps that can be taken on it."""
