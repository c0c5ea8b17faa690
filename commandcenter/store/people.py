"""The cases of a person: whoever acted on them at a seat, and whoever reported them."""

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from commandcenter.store import schema

TAIL: Final = 4
"""So many last digits of a telephone are indexed; a shorter tail is found by none."""

_FEW: Final = 2000
"""Up to so many cases of a person are looked up; of more, the newest cases are tried in turn."""

_f: Final = schema.fact.c
_r: Final = schema.reporter.c
_no: Final = schema.case.c.no

_stored: Final = func.replace(func.replace(_r.phone, " ", ""), "-", "")
# letter for letter what the index is made of (migration r0005): no parameter may stand in it
_by_role: Final[ColumnElement[bool]] = literal_column("fact.role <> ''")


def bare(phone: str) -> str:
    """Return a telephone number without what stands between its digits."""
    return phone.replace(" ", "").replace("-", "")


def ending(phone: str) -> str | None:
    """Return the digits a telephone number is looked up by; none where there are too few."""
    return bare(phone)[-TAIL:] if len(bare(phone)) >= TAIL else None


def of_phone(tail: str) -> Select[Any]:
    """Return the statement that names the cases whose reporter's telephone ends so."""
    wanted = bare(tail)
    if len(wanted) < TAIL:
        return select(_r.case_no).where(false())
    return select(_r.case_no).where(
        _r.ending == wanted[-TAIL:], _stored.endswith(wanted, autoescape=True)
    )


def of_person(connection: Connection, person: str) -> ColumnElement[bool]:
    """Return the condition that somebody acted on a case at a seat, or reported it."""
    acted = select(_f.subject).where(_f.actor == person, _by_role)
    reported = select(_r.case_no).where(_r.person == person, _r.person != literal_column("''"))
    some = union_all(acted, reported).limit(_FEW + 1).subquery()
    if connection.execute(select(func.count()).select_from(some)).scalar_one() <= _FEW:
        return or_(_no.in_(acted), _no.in_(reported))
    # a page of the newest is full long before all their numbers would have been looked up
    return or_(
        acted.where(_f.subject == _no).correlate(schema.case).exists(),
        reported.where(_r.case_no == _no).correlate(schema.case).exists(),
    )
