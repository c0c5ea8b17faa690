"""One of several numbered things that hang on a case, and the tuple with one of them changed."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar


class Numbered(Protocol):
    """Something with a number of its own and a time at which nothing more is awaited of it."""

    @property
    def no(self) -> str:
        """Its number, such as ``20261121-00042-H1``."""
        ...

    @property
    def is_awaited(self) -> bool:
        """Whether it still waits for somebody's word."""
        ...


Item = TypeVar("Item", bound=Numbered)


def the_one(items: Sequence[Item], no: str) -> Item | None:
    """Return the item of a number; without one the item that waits, the oldest first."""
    return next((it for it in items if (it.no == no if no else it.is_awaited)), None)


def with_one(items: tuple[Item, ...], no: str, change: Callable[[Item], Item]) -> tuple[Item, ...]:
    """Return the items with that of a number changed."""
    return tuple(change(it) if it.no == no else it for it in items)
