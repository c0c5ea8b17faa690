"""三级联调: taking a dispute up the ladder village, township, county; each level's work is kept."""

from typing import Any

from commandcenter.application import commands as c
from commandcenter.application import copies
from commandcenter.application.messages import MediationStatus
from commandcenter.application.plans import active_body
from commandcenter.application.turn import Turn, current, kept_words, still_open
from commandcenter.domain import mediation as ladder
from commandcenter.domain.case import Case
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.mediation import Level, Mediation, MediationEnd, Rung
from commandcenter.domain.roster import BodyLevel


def rungs_from(hall: Hall, level: Level | None) -> tuple[Rung, ...]:
    """Return the hall's ladder from a level on; from its lowest without one.

    Raises:
        Refusal: the ladder has no such level.
    """
    found = [at for at, it in enumerate(hall.ladder) if level in {None, it.level}]
    if not found:
        raise Refusal("off_the_ladder", level=level)
    return hall.ladder[found[0] :]


def mediator(hall: Hall, case: Case, level: Level) -> str | None:
    """Return who mediates a case at a level: that of the ladder, else the village's own body."""
    rung = next((it for it in hall.ladder if it.level is level), None)
    if rung is not None and rung.body is not None:
        return rung.body
    village = case.place.village
    if level is not Level.VILLAGE or not village:
        return None
    own = (it for it in hall.bodies.values() if it.level is BodyLevel.VILLAGE)
    named = (it.code for it in own if it.name.startswith(village) or it.short_name == village)
    return next(named, None)


def begin(turn: Turn, command: c.BeginMediation) -> Case:
    """Begin at the lowest level, or at the one named; the marks of all levels are set now."""
    case = still_open(current(turn.unit, command.case, command.version), "begin_mediation")
    if not turn.hall.mediates(case.category):
        raise Refusal("not_mediated", case=case.no)
    if ladder.going_on(case.mediations) is not None:
        raise Refusal("mediation_running", case=case.no)
    rungs = rungs_from(turn.hall, command.level)
    body = _body(turn, case, command.body, rungs[0].level, "begin_mediation")
    marks = ladder.marks(rungs, turn.hall.calendar, turn.at)
    case = turn.note(
        case,
        "mediation_begun",
        body=body,
        rung=rungs[0].level,
        levels=[
            {"level": rung.level, "due_at": mark.due_at}
            for rung, mark in zip(rungs, marks, strict=True)
        ],
        provisional=any(mark.provisional for mark in marks),
    )
    copies.mediation_assigned(turn, case, _going_on(case))
    return case


def note(turn: Turn, command: c.NoteMediation) -> Case:
    """Keep what the level that has it did."""
    case = still_open(current(turn.unit, command.case, command.version), "note_mediation")
    if not command.who.strip():
        raise Refusal("needs", step="note_mediation", field="who")
    words = kept_words(turn, case, command.words, "note_mediation", "words")
    return _worked(turn, case, words=words, who=command.who)


def raise_level(turn: Turn, command: c.RaiseMediation) -> Case:
    """Take the dispute one level up, with all that was done below."""
    case = still_open(current(turn.unit, command.case, command.version), "raise_mediation")
    before = _going_on(case)
    if before.above is None:
        raise Refusal("top_of_ladder", case=case.no)
    level = before.above.level
    body = _body(turn, case, command.body, level, "raise_mediation")
    words = kept_words(turn, case, command.words, "raise_mediation", "words")
    case = turn.note(case, "mediation_raised", body=body, rung=level, words=words)
    copies.mediation_recalled(turn, case, before, words)
    copies.mediation_assigned(turn, case, _going_on(case))
    return case


def end(turn: Turn, command: c.EndMediation) -> Case:
    """Note how it ended; the case goes on to its own result, or to the law."""
    case = still_open(current(turn.unit, command.case, command.version), "end_mediation")
    words = kept_words(turn, case, command.words, "end_mediation", "words")
    before = _going_on(case)
    case = _ended(turn, case, command.end, words=words)
    copies.mediation_recalled(turn, case, before, words)
    return case


def reported(turn: Turn, case: Case, body: str, status: MediationStatus, **said: Any) -> Case:
    """Take the word of the body that mediates.

    A level that says it failed is only noted while there is one above it: whether it goes up,
    and to whom, the hall decides.

    Raises:
        Refusal: nothing is mediated, or by another body.
    """
    climb = _going_on(case)
    if climb.current.body != body:
        raise Refusal("wrong_body", case=case.no, holder=climb.current.body, body=body)
    failed = status is MediationStatus.FAILED
    if status is MediationStatus.SESSION or (failed and climb.above is not None):
        return _worked(turn, case, **said, gave_up=failed)
    return _ended(turn, _worked(turn, case, **said), MediationEnd(status), words=said["words"])


def _going_on(case: Case) -> Mediation:
    climb = ladder.going_on(case.mediations)
    if climb is None:
        raise Refusal("no_mediation", case=case.no)
    return climb


def _worked(turn: Turn, case: Case, **said: Any) -> Case:
    now = _going_on(case).current
    given = {key: value for key, value in said.items() if value}
    return turn.note(case, "mediation_noted", body=now.body, rung=now.level, **given)


def _ended(turn: Turn, case: Case, how: MediationEnd, *, words: str) -> Case:
    climb = _going_on(case)
    ladder.check_end(climb, MediationEnd(how), case.no)
    return turn.note(case, "mediation_ended", rung=climb.current.level, end=how, words=words)


def _body(turn: Turn, case: Case, given: str | None, level: Level, step: str) -> str:
    code = given or mediator(turn.hall, case, level)
    if code is None:
        raise Refusal("needs", step=step, field="body")
    return active_body(turn.hall, code, turn.at).code
