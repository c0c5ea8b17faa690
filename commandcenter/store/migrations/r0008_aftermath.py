"""Revision 8: what a closing leaves to do, where a picture was seen before, what was ruled."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.domain.case import fold
from commandcenter.store import journal, sql
from commandcenter.store.migrations import ddl
from commandcenter.store.values import CASE

_TABLES: Final = (
    """ALTER TABLE "case" ADD COLUMN doubted_at {big}""",
    """ALTER TABLE "case" ADD COLUMN comes_back_at {big}""",
    """CREATE TABLE exhibit (
        sha256 TEXT NOT NULL, case_no TEXT NOT NULL, PRIMARY KEY (sha256, case_no)
    ) {end}""",
    """CREATE INDEX case_doubted ON "case" (doubted_at, no) WHERE doubted_at IS NOT NULL""",
    """CREATE INDEX case_coming_back ON "case" (no) WHERE comes_back_at IS NOT NULL""",
    """CREATE INDEX case_closed_at_place ON "case" (grid, category, closed_at)
        WHERE closed_at IS NOT NULL""",
    """CREATE INDEX fact_ruled ON fact (at) WHERE kind = 'case.ruled'""",
)
_MOVED_ON: Final = 'SELECT no FROM "case" WHERE dispatches > 0 AND no > ? ORDER BY no LIMIT 500'
_WHOLE: Final = 'UPDATE "case" SET whole = ? WHERE no = ?'
_EXHIBIT: Final = (
    "INSERT INTO exhibit (sha256, case_no) VALUES (?, ?) ON CONFLICT (sha256, case_no) DO NOTHING"
)


def upgrade(connection: Connection) -> None:
    """Make the tables, and fold anew the cases whose facts now say more than was kept of them."""
    ddl.run(connection, _TABLES)
    last = ""
    while numbers := sql.run(connection, _MOVED_ON, last).scalars().all():
        for last in numbers:
            case = fold(item.fact for item in journal.read(connection, [last]))
            row = CASE.row(case)
            sql.run(connection, _WHOLE, row[CASE.whole_at], last)
            hashes = {(item.sha256, last) for item in case.evidence if item.sha256}
            sql.run_many(connection, _EXHIBIT, sorted(hashes))
