"""Revision 7: where a case lies, how a caller's number ends, and what was not the hall's to do."""

from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from commandcenter.domain.matching import cell_of
from commandcenter.domain.place import Datum, Point
from commandcenter.store import sql
from commandcenter.store.migrations import ddl


class _Spot(Struct):
    lon: float
    lat: float


class _Place(Struct):
    wgs84: _Spot | None = None


class _Case(Struct):
    """Of a case only where it lies, as it was written when this step was."""

    place: _Place


_decode: Final = msgspec.json.Decoder(_Case).decode
_COLUMNS: Final = (
    """ALTER TABLE "case" ADD COLUMN cell {big}""",
    """ALTER TABLE "case" ADD COLUMN not_ours {bool} NOT NULL DEFAULT FALSE""",
    """ALTER TABLE reporter ADD COLUMN tail {blob}""",
)
_INDICES: Final = (
    # the numbers are read out of the index alone; into what is settled nothing can be merged
    """CREATE INDEX case_near ON "case" (cell, received_at, no, state)
        WHERE cell IS NOT NULL AND state NOT IN ('rejected', 'closed', 'archived')""",
    """CREATE INDEX case_in_grid ON "case" (grid, received_at, no, state)
        WHERE grid IS NOT NULL AND state NOT IN ('rejected', 'closed', 'archived')""",
    """CREATE INDEX case_parent ON "case" (parent) WHERE parent IS NOT NULL""",
    """CREATE INDEX reporter_hash ON reporter (tail) WHERE tail IS NOT NULL""",
)
_CASES: Final = 'SELECT no, whole FROM "case" WHERE no > ? ORDER BY no LIMIT 1000'
_PLACED: Final = 'UPDATE "case" SET cell = ? WHERE no = ?'


def upgrade(connection: Connection) -> None:
    """Add the columns, and say of every case where it lies."""
    ddl.run(connection, _COLUMNS)
    last = ""
    while rows := sql.run(connection, _CASES, last).all():
        placed = []
        for last, whole in rows:
            spot = _decode(whole).place.wgs84
            if spot is not None:
                placed.append((cell_of(Point(spot.lon, spot.lat, Datum.WGS84)), last))
        sql.run_many(connection, _PLACED, placed)
    ddl.run(connection, _INDICES)
