"""The competence gate (职责准入), and the item of the duty lists that every decision names."""

from datetime import date
from typing import Any

from commandcenter.application import commands as c
from commandcenter.application import copies
from commandcenter.application.messages import ReplyOutcome
from commandcenter.application.turn import Turn, current, quiet
from commandcenter.domain.case import Case, State, Step
from commandcenter.domain.catalogue import UNLISTED, Admission
from commandcenter.domain.duties import is_beyond
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.privacy import for_display, secrets


def local_day(turn: Turn) -> date:
    """Return today in the hall's zone."""
    return turn.at.astimezone(turn.hall.zone).date()


def known_duty_item(hall: Hall, item: str | None, on: date) -> None:
    """Refuse an item the lists lack or that is not in force; a hall without lists takes any.

    Raises:
        Refusal: the lists hold no such item, or it is not in force on that local day.
    """
    if not item or not hall.duties or item == UNLISTED:
        return
    known = hall.duties.get(item)
    if known is None:
        raise Refusal("unknown_duty_item", item=item)
    if not known.active(on):
        raise Refusal("inactive_duty_item", item=item)


def linked(turn: Turn, case: Case, given: str | None, step: Step) -> dict[str, Any]:
    """Return the item a dispatch or a refusal names, and whether the matter is beyond the lists.

    What the command names comes first, then what the case already names, then the standard's.

    Raises:
        Refusal: the hall's lists demand an item and none is known (``[duties] required``).
    """
    hall, on = turn.hall, local_day(turn)
    known_duty_item(hall, given, on)
    rule = hall.standard_for(case.category) if case.category else None
    item = given or case.duty_item or (rule.duty_item if rule else None)
    if item is None and hall.duties and hall.duty_item_required:
        raise Refusal("needs", step=step, field="duty_item")
    beyond = is_beyond(hall, case, item, on)
    return {"duty_item": item, "beyond": beyond if beyond != case.beyond else None}


def admit(turn: Turn, command: c.Admit) -> Case:
    """Let a county task in that no list covers: the supervisor's word, with what was agreed."""
    case = _waiting(current(turn.unit, command.case, command.version), "admit")
    known_duty_item(turn.hall, command.duty_item, local_day(turn))
    if not command.words.strip():
        raise Refusal("needs", step="admit", field="words")
    hidden = secrets(turn.unit.reporters(case.no))
    said = {
        "words": for_display(command.words, hidden),
        "consulted": for_display(command.consulted, hidden),
        "duty_item": command.duty_item,
    }
    return turn.note(case, "admitted", **{key: value for key, value in said.items() if value})


def _waiting(case: Case, step: str) -> Case:
    if case.state is not State.RECEIVED:
        raise Refusal("illegal_step", case=case.no, state=case.state, step=step)
    if case.admission is not Admission.WAITING:
        raise Refusal("not_at_gate", case=case.no)
    return case


def decline(turn: Turn, command: c.Decline) -> Case:
    """Send a county task back with a letter; the county reads the letter as the reply."""
    before = quiet(turn, _waiting(current(turn.unit, command.case, command.version), "decline"))
    known_duty_item(turn.hall, command.duty_item, local_day(turn))
    hidden = secrets(turn.unit.reporters(before.no))
    letter = for_display(command.letter, hidden)
    case = turn.step(
        before,
        Step.REJECT,
        reason=for_display(command.reason, hidden),
        reply=letter,
        duty_item=command.duty_item or before.duty_item or UNLISTED,
        beyond=True,
        not_ours=True,
    )
    copies.reply(turn, case, ReplyOutcome.REJECTED, letter)
    return case
