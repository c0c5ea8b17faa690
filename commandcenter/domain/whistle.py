"""吹哨 and 报到: one whistle summons several bodies; each must answer and report in by itself.

``SUMMONS_LOOP`` is the rule (domain.md 3). Marks stand beside the states, because a late body must
still come: ``no_answer_at`` and ``no_show_at`` say which limit was missed, and when; so must one
that refuses without naming a duty item (``unfounded_at``).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from commandcenter.domain.case import place_from
from commandcenter.domain.catalogue import WhistleKind
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact, instant, required_instant
from commandcenter.domain.place import Place


class SummonsState(StrEnum):
    """Where one summoned body stands."""

    BLOWN = "blown"
    NOTIFIED = "notified"
    ANSWERED = "answered"
    EN_ROUTE = "en_route"
    REPORTED_IN = "reported_in"
    WORKING = "working"
    FINISHED = "finished"
    RELEASED = "released"
    REFUSED = "refused"
    ARBITRATING = "arbitrating"
    WITHDRAWN = "withdrawn"
    RATED = "rated"


class SummonsStep(StrEnum):
    """What can happen to a summons; the value is the participle its fact is named by."""

    NOTIFY = "notified"
    ANSWER = "answered"
    SET_OUT = "set_out"
    REPORT_IN = "reported_in"
    WORK = "work_started"
    FINISH = "work_finished"
    LEAVE = "left"
    REFUSE = "refused"
    REFUSE_UNFOUNDED = "refused_without_item"
    ARBITRATE = "taken_to_arbitration"
    UPHOLD = "summons_upheld"
    EXCUSE = "excused"
    WITHDRAW = "withdrawn"
    RELEASE = "released"
    RATE = "rated"
    MISS_ANSWER = "not_answered"
    MISS_REPORT_IN = "not_shown_up"
    ESCALATE = "escalated"
    URGE = "urged"


S, T = SummonsState, SummonsStep

PROGRESS: Final = (
    S.BLOWN,
    S.NOTIFIED,
    S.ANSWERED,
    S.EN_ROUTE,
    S.REPORTED_IN,
    S.WORKING,
    S.FINISHED,
)
"""The way a body takes; it may skip ahead (it comes without having answered), never back."""

_LEADS_TO: Final[Mapping[SummonsStep, SummonsState]] = {
    T.NOTIFY: S.NOTIFIED,
    T.ANSWER: S.ANSWERED,
    T.SET_OUT: S.EN_ROUTE,
    T.REPORT_IN: S.REPORTED_IN,
    T.WORK: S.WORKING,
    T.FINISH: S.FINISHED,
}

SUMMONS_LOOP: Final[Mapping[tuple[SummonsState, SummonsStep], SummonsState]] = {
    **{
        (before, step): after
        for step, after in _LEADS_TO.items()
        for before in PROGRESS[: PROGRESS.index(after)]
    },
    **{(state, T.REFUSE): S.REFUSED for state in (S.BLOWN, S.NOTIFIED)},
    (S.REFUSED, T.ARBITRATE): S.ARBITRATING,
    **{(state, T.UPHOLD): S.ANSWERED for state in (S.REFUSED, S.ARBITRATING)},
    **{(state, T.EXCUSE): S.WITHDRAWN for state in (S.REFUSED, S.ARBITRATING)},
    **{(state, T.WITHDRAW): S.WITHDRAWN for state in (*PROGRESS[:4], S.REFUSED, S.ARBITRATING)},
    **{(state, T.RELEASE): S.RELEASED for state in PROGRESS[4:]},
    (S.RELEASED, T.RATE): S.RATED,
    # marks: the state stays
    **{(state, T.REFUSE_UNFOUNDED): state for state in PROGRESS[:2]},
    **{(state, T.MISS_ANSWER): state for state in PROGRESS[:2]},
    **{(state, T.MISS_REPORT_IN): state for state in (*PROGRESS[:4], S.REFUSED, S.ARBITRATING)},
    **{
        (state, step): state
        for state in (*PROGRESS, S.REFUSED, S.ARBITRATING)
        for step in (T.ESCALATE, T.URGE)
    },
    **{(state, T.LEAVE): state for state in (*PROGRESS, S.RELEASED, S.RATED, S.WITHDRAWN)},
}

AT_THE_PLACE: Final = frozenset({S.REPORTED_IN, S.WORKING, S.FINISHED})
OVER: Final = frozenset({S.RELEASED, S.RATED, S.WITHDRAWN})


class ProofKind(StrEnum):
    """What a report-in rests on."""

    POSITION = "position"
    ON_BEHALF = "on_behalf"
    WORD = "word"  # the body's own terminal said so, without a position
    LINK = "link"  # the signed page said so, with a position where the telephone gave one


class Proof(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What shows that a body came: a position, or who said so through which channel.

    ``accuracy_m`` is what the position says of itself, ``photo`` a file below the media folder.
    """

    kind: ProofKind
    who: str = ""
    channel: str = ""
    words: str = ""
    distance_m: float | None = None
    accuracy_m: float | None = None
    photo: str = ""


class Summons(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One body called by one whistle; all instants aware UTC."""

    body: str
    lead: bool = False
    state: SummonsState = SummonsState.BLOWN
    since: datetime
    answer_by: datetime
    report_in_by: datetime
    notified_at: datetime | None = None
    answered_at: datetime | None = None
    reported_in_at: datetime | None = None
    finished_at: datetime | None = None
    released_at: datetime | None = None
    left_at: datetime | None = None
    left_early: bool = False
    refused_at: datetime | None = None
    unfounded_at: datetime | None = None
    reason: str = ""
    duty_item: str | None = None
    no_answer_at: datetime | None = None
    no_show_at: datetime | None = None
    escalated_to: str | None = None
    urged: int = 0
    contact: str = ""
    words: str = ""
    proof: Proof | None = None
    rating: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected of this body."""
        return self.state in OVER

    @property
    def refusal_is_unfounded(self) -> bool:
        """Whether it has refused without naming a duty item, and has not answered rightly since."""
        return self.unfounded_at is not None and self.state in PROGRESS[:2]

    @property
    def steps(self) -> frozenset[SummonsStep]:
        """What may happen to it next, whoever asks."""
        return frozenset(step for state, step in SUMMONS_LOOP if state is self.state)


class Whistle(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One whistle on one case, with a summons for each body; it ends when every summons is over."""

    no: str
    case: str
    kind: WhistleKind
    blown_at: datetime
    leaves_at: datetime
    blown_by: str
    place: Place
    message: str = ""
    gear: str = ""
    duty_item: str | None = None
    summons: tuple[Summons, ...]
    closed_at: datetime | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether any body is still called or at the place."""
        return self.closed_at is None

    @property
    def reported_in(self) -> int:
        """How many bodies have come."""
        return sum(item.reported_in_at is not None for item in self.summons)

    def of(self, body: str) -> Summons:
        """Return the summons of a body.

        Raises:
            Refusal: the whistle did not summon it.
        """
        for item in self.summons:
            if item.body == body:
                return item
        raise Refusal("not_summoned", whistle=self.no, body=body)


def blown(
    *, no: str, at: datetime, actor: str, role: str = "", fields: Mapping[str, Any]
) -> tuple[Whistle, Fact]:
    """Blow a whistle.

    ``fields``: case, kind, leaves_at, place, message, gear, duty_item, bodies, lead, answer_by and
    report_in_by.

    Raises:
        Refusal: no body, or a lead that is not among them.
    """
    bodies = fields["bodies"]
    if not bodies:
        raise Refusal("no_bodies")
    if fields["lead"] not in bodies:
        raise Refusal("lead_not_summoned", body=fields["lead"])
    fact = Fact(kind="whistle.blown", subject=no, at=at, actor=actor, role=role, data=fields)
    return evolve(None, fact), fact


def take(
    whistle: Whistle,
    body: str,
    step: SummonsStep,
    *,
    at: datetime,
    by: str,
    role: str = "",
    data: Mapping[str, Any],
) -> tuple[Whistle, list[Fact]]:
    """Take a step for one body; return the whistle and its facts (a last one closes the whistle).

    Raises:
        Refusal: the loop has no such step from here, or what it needs is missing.
    """
    summons = whistle.of(body)
    after = SUMMONS_LOOP.get((summons.state, step))
    if after is None:
        raise Refusal(
            "illegal_summons_step", whistle=whistle.no, body=body, state=summons.state, step=step
        )
    _check(whistle, summons, step, data)
    facts = [
        Fact(
            kind=f"whistle.{step}",
            subject=whistle.no,
            at=at,
            actor=by,
            role=role,
            data={**data, "body": body, "before": summons.state, "after": after},
        )
    ]
    whistle = evolve(whistle, facts[0])
    if whistle.is_open and all(item.is_over for item in whistle.summons):
        facts.append(
            Fact(kind="whistle.closed", subject=whistle.no, at=at, actor=by, role=role, data={})
        )
        whistle = evolve(whistle, facts[-1])
    return whistle, facts


def _check(whistle: Whistle, summons: Summons, step: SummonsStep, data: Mapping[str, Any]) -> None:
    if step is T.REPORT_IN:
        proof = data.get("proof") or {}
        spoken = proof.get("who") and proof.get("channel") and proof.get("words")
        if proof.get("kind") == ProofKind.ON_BEHALF and not spoken:
            raise Refusal("proof_needed")
    if step is T.REFUSE and not (data.get("reason") and data.get("duty_item")):
        raise Refusal("needs", step=step, field="duty_item" if data.get("reason") else "reason")
    if step is T.RELEASE and summons.lead and summons.finished_at is None and not data.get("words"):
        raise Refusal("work_unfinished", body=summons.body)


def evolve(whistle: Whistle | None, fact: Fact) -> Whistle:
    """Return the whistle as it stands after a fact; this fold is the only way a whistle changes."""
    if whistle is None:
        return _blown(fact)
    if fact.kind == "whistle.closed":
        return replace(whistle, closed_at=fact.at, version=whistle.version + 1)
    if fact.kind == "whistle.receipt_noted":  # kept for the history; it fitted no step
        return whistle
    body = fact.data["body"]
    return replace(
        whistle,
        version=whistle.version + 1,
        summons=tuple(
            _moved(item, fact) if item.body == body else item for item in whistle.summons
        ),
    )


def fold(facts: Iterator[Fact]) -> Whistle:
    """Return the whistle that its facts, oldest first, add up to."""
    whistle: Whistle | None = None
    for fact in facts:
        whistle = evolve(whistle, fact)
    if whistle is None:
        raise ValueError("a whistle has at least one fact")
    return whistle


def _blown(fact: Fact) -> Whistle:
    data = fact.data
    return Whistle(
        no=fact.subject,
        case=data["case"],
        kind=WhistleKind(data["kind"]),
        blown_at=fact.at,
        leaves_at=required_instant(data["leaves_at"]),
        blown_by=fact.actor,
        place=place_from(data["place"]),
        message=data.get("message", ""),
        gear=data.get("gear", ""),
        duty_item=data.get("duty_item"),
        summons=tuple(
            Summons(
                body=body,
                lead=body == data["lead"],
                since=fact.at,
                answer_by=required_instant(data["answer_by"]),
                report_in_by=required_instant(data["report_in_by"]),
            )
            for body in data["bodies"]
        ),
    )


def _moved(summons: Summons, fact: Fact) -> Summons:
    step = SummonsStep(fact.kind.removeprefix("whistle."))
    after = SummonsState(fact.data["after"])
    since = fact.at if after is not summons.state else summons.since
    changes = {"words": fact.data["words"]} if fact.data.get("words") else {}
    if fact.data.get("contact"):
        changes["contact"] = fact.data["contact"]
    return replace(summons, state=after, since=since, **changes, **_EFFECT[step](summons, fact))


def _answered(summons: Summons, fact: Fact) -> dict[str, Any]:
    # whoever sets out or comes has answered, even if nobody said so first
    return {"answered_at": summons.answered_at or fact.at}


def _came(summons: Summons, fact: Fact) -> dict[str, Any]:
    proof = fact.data.get("proof") or {"kind": ProofKind.WORD}
    return {
        **_answered(summons, fact),
        "reported_in_at": summons.reported_in_at or fact.at,
        "proof": summons.proof
        or Proof(
            kind=ProofKind(proof["kind"]),
            who=proof.get("who", ""),
            channel=proof.get("channel", ""),
            words=proof.get("words", ""),
            distance_m=proof.get("distance_m"),
            accuracy_m=proof.get("accuracy_m"),
            photo=proof.get("photo", ""),
        ),
    }


def _refused(summons: Summons, fact: Fact) -> dict[str, Any]:
    return {
        "refused_at": fact.at,
        "reason": fact.data["reason"],
        "duty_item": fact.data["duty_item"],
    }


_EFFECT: Final[Mapping[SummonsStep, Callable[[Summons, Fact], dict[str, Any]]]] = {
    T.NOTIFY: lambda _summons, fact: {"notified_at": fact.at},
    T.ANSWER: _answered,
    T.SET_OUT: _answered,
    T.REPORT_IN: _came,
    T.WORK: _came,
    T.FINISH: lambda summons, fact: {**_came(summons, fact), "finished_at": fact.at},
    T.LEAVE: lambda summons, fact: {
        "left_at": fact.at,
        "left_early": summons.state in AT_THE_PLACE,
    },
    T.REFUSE: _refused,
    T.REFUSE_UNFOUNDED: lambda _summons, fact: {"unfounded_at": fact.at},
    T.ARBITRATE: lambda _summons, _fact: {},
    T.UPHOLD: lambda _summons, fact: {
        "answered_at": fact.at,
        "report_in_by": instant(fact.data.get("report_in_by")) or _summons.report_in_by,
    },
    T.EXCUSE: lambda _summons, fact: {"reason": fact.data.get("reason", "") or _summons.reason},
    T.WITHDRAW: lambda _summons, fact: {"reason": fact.data.get("reason", "")},
    T.RELEASE: lambda _summons, fact: {"released_at": fact.at},
    T.RATE: lambda _summons, fact: {"rating": fact.data.get("rating")},
    T.MISS_ANSWER: lambda _summons, fact: {"no_answer_at": fact.at},
    T.MISS_REPORT_IN: lambda _summons, fact: {"no_show_at": fact.at},
    T.ESCALATE: lambda _summons, fact: {"escalated_to": fact.data["to"]},
    T.URGE: lambda summons, _fact: {"urged": summons.urged + 1},
}
