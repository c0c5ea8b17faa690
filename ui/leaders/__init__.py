"""The leaders' page: one hall day, its figures, who did what, and what is overdue."""
