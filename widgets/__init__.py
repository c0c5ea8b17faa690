"""Reusable Qt parts that know nothing of the hall."""
