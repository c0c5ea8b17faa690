"""HTML made of values: every text is escaped where it is put in, so nothing can be forgotten."""

from collections.abc import Mapping
from html import escape
from typing import Final

_VOID: Final = frozenset({"input", "link", "meta", "br"})


class Markup(str):
    """Text that is HTML already; only the functions here make it."""

    __slots__ = ()


Content = str | None


def tag(
    element: str,
    /,
    *content: Content,
    attributes: Mapping[str, str | bool] | None = None,
    **more: str | bool,
) -> Markup:
    """Return an element; ``None`` is left out, an attribute that is ``False`` too.

    A trailing underscore of an attribute's name is dropped, others become hyphens.
    """
    given = {key.rstrip("_").replace("_", "-"): value for key, value in more.items()}
    said = "".join(
        f" {key}" if value is True else f' {key}="{escape(value)}"'
        for key, value in (given | dict(attributes or {})).items()
        if value is not False
    )
    if element in _VOID:
        return Markup(f"<{element}{said}>")
    return Markup(f"<{element}{said}>{joined(*content)}</{element}>")


def joined(*content: Content) -> Markup:
    """Return pieces one after the other, each escaped unless it is HTML already."""
    return Markup(
        "".join(
            part if isinstance(part, Markup) else escape(part)
            for part in content
            if part is not None
        )
    )
