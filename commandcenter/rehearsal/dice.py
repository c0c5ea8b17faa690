"""Chance that can be repeated."""

from random import Random


def dice(*name: object) -> Random:
    """Return dice that fall the same way for the same name, on every machine."""
    return Random("/".join(map(str, name)))  # noqa: S311 - to be repeated, not to be secret
