"""Revision 5: texts split into pairs of characters, and indices for pages and people."""

import re
from typing import Final

from sqlalchemy import Connection

from commandcenter.store import sql
from commandcenter.store.migrations import ddl

_STATEMENTS: Final = (
    """CREATE INDEX case_state_received ON "case" (state, received_at, no)""",
    """CREATE INDEX case_grid ON "case" (grid, received_at, no) WHERE grid IS NOT NULL""",
    """CREATE INDEX case_body ON "case" (body, received_at, no) WHERE body IS NOT NULL""",
    # what came in from outside has no role: the intake does not pay for this one
    """CREATE INDEX fact_actor ON fact (actor, subject) WHERE role <> ''""",
    """CREATE INDEX reporter_person ON reporter (person, case_no) WHERE person <> ''""",
    """CREATE INDEX reporter_tail ON reporter (
        substr(replace(replace(phone, ' ', ''), '-', ''),
            length(replace(replace(phone, ' ', ''), '-', '')) - 3), case_no)""",
)


_FTS: Final = (
    "DROP TABLE case_fts",
    # by one character a text is found through the beginnings of its pairs
    """CREATE VIRTUAL TABLE case_fts USING fts5(split, content='case_text', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Cn'", prefix='1')""",
    "INSERT INTO case_fts (rowid, split) SELECT id, split FROM case_text",
)
_HELD: Final = "SELECT id, split FROM case_text WHERE id > ? ORDER BY id LIMIT 1000"
_SET: Final = "UPDATE case_text SET split = ? WHERE id = ?"
_HAN: Final = re.compile("[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")


def upgrade(connection: Connection) -> None:
    """Split anew what was split into single characters, and make the indices."""
    last = 0
    while rows := sql.run(connection, _HELD, last).all():
        sql.run_many(connection, _SET, [(paired(split), id_) for id_, split in rows])
        last = rows[-1][0]
    if connection.dialect.name == "sqlite":
        ddl.run(connection, (), {"sqlite": _FTS})
    ddl.run(connection, _STATEMENTS)


def paired(split: str) -> str:
    """Return a text of single Han characters as one of every two neighbours and the last."""
    words = split.split()
    after = [*words[1:], ""]
    return " ".join(
        word + following if _is_han(word) and _is_han(following) else word
        for word, following in zip(words, after, strict=True)
    )


def _is_han(word: str) -> bool:
    return _HAN.fullmatch(word) is not None
