"""Revision 14: what a new report pays for is read out of it once, and kept in fewer places."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store.migrations import ddl

# each insertion evaluated the conditions and expressions of the two indices that go
_BEYOND: Final = (
    """ALTER TABLE "case" ADD COLUMN beyond_at {big}""",
    """UPDATE "case" SET beyond_at = received_at WHERE {find}(whole, '"beyond":true') > 0""",
    "DROP INDEX case_beyond",
    """CREATE INDEX case_beyond ON "case" (beyond_at, no) WHERE beyond_at IS NOT NULL""",
)
_BARE: Final = "replace(replace(phone, ' ', ''), '-', '')"
_ENDING: Final = (
    "ALTER TABLE reporter ADD COLUMN ending TEXT",
    f"""UPDATE reporter SET ending = substr({_BARE}, length({_BARE}) - 3)
        WHERE length({_BARE}) >= 4""",  # noqa: S608
    "DROP INDEX reporter_tail",
    "CREATE INDEX reporter_ending ON reporter (ending) WHERE ending IS NOT NULL",
)
# hashes come in no order: beside the rows there was an index as large as they, each page of it hit
_EXHIBIT: Final = (
    "ALTER TABLE exhibit RENAME TO exhibit_before",
    """CREATE TABLE exhibit (
        sha256 TEXT NOT NULL, case_no TEXT NOT NULL, PRIMARY KEY (sha256, case_no)
    ) STRICT, WITHOUT ROWID""",
    """INSERT INTO exhibit (sha256, case_no)
        SELECT sha256, case_no FROM exhibit_before ORDER BY sha256, case_no""",
    "DROP TABLE exhibit_before",
)


def upgrade(connection: Connection) -> None:
    """Add the columns and fill them, and replace the indices."""
    find = "strpos" if connection.dialect.name == "postgresql" else "instr"
    ddl.run(connection, [it.replace("{find}", find) for it in _BEYOND])
    ddl.run(connection, _ENDING, {"sqlite": _EXHIBIT})
