"""``gateway``: see ``commandcenter.rehearsal.gateway``."""

from commandcenter.rehearsal.gateway import add_arguments, run

__all__ = ["add_arguments", "run"]
