"""A fictional township and its gateway, for demo, drill and tests."""
