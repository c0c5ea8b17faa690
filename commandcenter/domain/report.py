"""What comes in from outside: who reported, through which channel, with what evidence."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct


class Channel(StrEnum):
    """Through which door a report came (feed.md, ``channel``)."""

    GRID_APP = "grid_app"
    HOTLINE = "hotline"
    INSPECTION = "inspection"
    VIDEO = "video"
    DRONE = "drone"
    LEADER = "leader"
    WALK_IN = "walk_in"
    COUNTY = "county"
    NETWORK = "network"
    OTHER = "other"


class Mark(StrEnum):
    """A doubt that a person should know of; it never rejects a report."""

    LATE = "late"  # 补传: recorded upstream well after it happened
    TIME_SUSPECT = "time_suspect"  # the source's clock and ours disagree
    PLACE_SUSPECT = "place_suspect"  # coordinates or datum cannot be right
    REVISED = "revised"  # the same message came again with other content


class Reporter(Struct, frozen=True, kw_only=True, gc=False):
    """Who reported: personal data, kept outside the journal and never sent to a body."""

    name: str = ""
    phone: str = ""
    id: str = ""
    role: str = ""


BY_RESIDENTS: Final = frozenset({Channel.HOTLINE, Channel.WALK_IN, Channel.NETWORK})
"""The channels on which somebody who lives here reports, and waits for an answer."""


class Personal(StrEnum):
    """What identifies who reported, as far as it can be asked for: one at a time."""

    NAME = "name"
    PHONE = "phone"
    ID = "id"


class Evidence(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A picture, film, sound or file by reference; the hall stores no stream.

    ``shows`` is what the sender says it shows, ``lon`` and ``lat`` where it was taken (WGS-84).
    ``of`` is the step it was handed in with, ``by`` whom and ``given_at`` when; a report's own
    pictures have none of the three.
    """

    kind: str
    url: str
    sha256: str | None = None
    bytes: int | None = None
    taken_at: datetime | None = None
    shows: str = ""
    lon: float | None = None
    lat: float | None = None
    of: str = ""
    by: str = ""
    given_at: datetime | None = None


class ReportRef(Struct, frozen=True, gc=False):
    """Identity of a message upstream: (``source``, ``id``) is unique."""

    source: str
    id: str
