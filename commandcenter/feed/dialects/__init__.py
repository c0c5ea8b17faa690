"""Sources that speak something else, translated at the door."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from commandcenter.feed.dialects import frigate, gb28181
from commandcenter.feed.dialects.door import Dialect, Terms, translated
from commandcenter.feed.wire import decode

CLOUDEVENTS: Final = Dialect(decode=decode, speaks=True)
"""The contract itself."""


def _mapped(terms: Terms) -> Dialect:
    if terms.mapping is None:
        raise ValueError("`mapped` needs a mapping")
    return translated(terms.mapping, terms)


DIALECTS: Final[Mapping[str, Callable[[Terms], Dialect]]] = MappingProxyType(
    {
        "cloudevents": lambda _terms: CLOUDEVENTS,
        "frigate": lambda terms: translated(frigate.translate, terms),
        "gb28181": lambda terms: translated(gb28181.translate, terms, gb28181.read),
        "mapped": _mapped,
    }
)
"""Who can be understood, by the name the hall's settings use."""
