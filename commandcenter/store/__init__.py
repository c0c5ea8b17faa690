"""Facts and cases at rest, in SQLite or PostgreSQL."""
