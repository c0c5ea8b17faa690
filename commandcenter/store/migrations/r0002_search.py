"""Revision 2: full text, and the indices that figures and pages stand on."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store.migrations import ddl

_COMMON: Final = (
    """CREATE TABLE case_text (id {id}, no TEXT NOT NULL UNIQUE, split TEXT NOT NULL) {end}""",
    # most are empty at first: a partial index costs the intake nothing
    """CREATE INDEX case_received ON "case" (received_at, no)""",
    """CREATE INDEX case_filed ON "case" (filed_at) WHERE filed_at IS NOT NULL""",
    """CREATE INDEX case_rejected ON "case" (rejected_at) WHERE rejected_at IS NOT NULL""",
    """CREATE INDEX case_dispatched ON "case" (first_dispatched_at)
        WHERE first_dispatched_at IS NOT NULL""",
    """CREATE INDEX case_due ON "case" (due_at) WHERE due_at IS NOT NULL""",
    """CREATE INDEX case_reckoned ON "case" (reckoned_at) WHERE reckoned_at IS NOT NULL""",
    """CREATE INDEX case_result ON "case" (result_at) WHERE result_at IS NOT NULL""",
    """CREATE INDEX case_closed ON "case" (closed_at) WHERE closed_at IS NOT NULL""",
    """CREATE INDEX case_followed_up ON "case" (followed_up_at)
        WHERE followed_up_at IS NOT NULL""",
    """CREATE INDEX whistle_blown ON whistle (blown_at)""",
    """CREATE INDEX summons_blown ON summons (blown_at)""",
    """CREATE INDEX video_alert_received ON video_alert (received_at)""",
    """CREATE INDEX video_alert_reviewed ON video_alert (reviewed_at)
        WHERE reviewed_at IS NOT NULL""",
)

_SQLITE: Final = (
    # the text is split by us (store.search). Cn: also characters younger than the tokenizer's
    # tables are part of a word, or rare surnames could not be found
    """CREATE VIRTUAL TABLE case_fts USING fts5(split, content='case_text', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Cn'")""",
)

_POSTGRESQL: Final = (
    # a column, not an expression index: one rare word took 96 s with that
    """ALTER TABLE case_text ADD COLUMN tsv tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', split)) STORED""",
    """CREATE INDEX case_text_tsv ON case_text USING gin (tsv)""",
)


def upgrade(connection: Connection) -> None:
    """Add the text index; what is stored already is indexed by and by, as new cases are."""
    ddl.run(connection, _COMMON, {"sqlite": _SQLITE, "postgresql": _POSTGRESQL})
