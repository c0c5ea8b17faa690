"""吹哨 and 报到: one whistle summons several bodies; each must answer and report in by itself.

``SUMMONS_LOOP`` is the rule (domain.md 3). Marks stand beside the states, because a late body must
still come: ``no_answer_at`` and ``no_show_at`` say which limit was missed, and when; so must one
that refuses without naming a duty item (``unfounded_at``). Whom a body is called through is settled
when the whistle is blown (``Summons.chain``); each step of it that is taken is a fact.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from commandcenter.domain.case import place_from
from commandcenter.domain.catalogue import WhistleKind
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact, instant, required_instant
from commandcenter.domain.place import Place
from commandcenter.domain.roster import PHONE_CHANNEL, ContactStep


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
    ANSWER_RATING = "rating_answered"
    APPEAL_RATING = "rating_appealed"
    RULE_RATING = "rating_ruled"
    CALL = "called"
    MISS_ANSWER = "not_answered"
    MISS_REPORT_IN = "not_shown_up"
    MISS_RULING = "not_ruled"
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
    **{(state, T.ARBITRATE): S.ARBITRATING for state in (S.REFUSED, S.ARBITRATING)},
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
    **{(state, T.CALL): state for state in (*PROGRESS[:4], S.REFUSED, S.ARBITRATING)},
    **{(state, T.MISS_RULING): state for state in (S.REFUSED, S.ARBITRATING)},
    **{(state, T.LEAVE): state for state in (*PROGRESS[4:], S.RELEASED, S.RATED)},
    **{(S.RATED, step): S.RATED for step in (T.ANSWER_RATING, T.APPEAL_RATING, T.RULE_RATING)},
}

AWAITED: Final = frozenset(PROGRESS[:2])
"""Where a body has said neither yes nor no: only from here is the next in its chain called."""
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


class Call(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One step of a body's chain: who is called at ``at`` (aware UTC), and through which channel.

    ``channel`` is ``feed``, ``phone`` (somebody in the hall rings up) or one of the hall's own.
    """

    step: ContactStep
    name: str = ""
    duty: str = ""
    channel: str
    address: str = ""
    at: datetime


class Arbiter(StrEnum):
    """Who rules on a refusal."""

    SUPERVISOR = "supervisor"  # 值班长
    COUNTY = "county"  # 县级


class Marks(Struct, frozen=True, kw_only=True, gc=False):
    """What the township says of a body's part, 1 (bad) to 5 (good) each."""

    response: int  # 响应
    attendance: int  # 到场
    solved: int  # 解决
    attitude: int  # 态度

    @property
    def total(self) -> int:
        """All four together, 4 to 20."""
        return self.response + self.attendance + self.solved + self.attitude


class Rating(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How a released body was rated, what it says to that, and what was ruled on its appeal.

    ``marks`` are those in force; where a ruling changed them, ``first`` are those given before.
    """

    marks: Marks
    words: str = ""
    by: str
    at: datetime
    appeal_by: datetime
    first: Marks | None = None
    answer: str = ""
    answered_at: datetime | None = None
    appeal: str = ""
    appealed_at: datetime | None = None
    ruling: str = ""
    ruled_by: str = ""
    ruled_at: datetime | None = None

    @property
    def appeal_waits(self) -> bool:
        """Whether the body has appealed and nobody has ruled on it."""
        return self.appealed_at is not None and self.ruled_at is None


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
    urged_at: datetime | None = None
    contact: str = ""
    words: str = ""
    proof: Proof | None = None
    chain: tuple[Call, ...] = ()
    called: int = 0  # how many of the chain have been called
    bound: bool = False  # an earlier ruling on this case binds it: it may not refuse
    rule_by: datetime | None = None
    arbiter: Arbiter | None = None
    ruled_at: datetime | None = None
    ruling: str = ""
    not_ruled_at: datetime | None = None
    rating: Rating | None = None

    @property
    def next_call(self) -> Call | None:
        """Who is called next, if the body goes on saying neither yes nor no."""
        return self.chain[self.called] if self.called < len(self.chain) else None

    @property
    def to_dial(self) -> Call | None:
        """Whom somebody in the hall has to ring up now; urging the body says that it was done."""
        if self.state not in AWAITED:
            return None
        rung = [it for it in self.chain[: self.called] if it.channel == PHONE_CHANNEL]
        if not rung or (self.urged_at is not None and self.urged_at >= rung[-1].at):
            return None
        return rung[-1]

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected of this body."""
        return self.state in OVER

    @property
    def is_excused(self) -> bool:
        """Whether it refused and was ruled right (裁定免到), which nobody takes for 撤哨."""
        # a ruling that it must come answers for it
        return self.state is S.WITHDRAWN and self.ruled_at is not None and self.answered_at is None

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
    evidence: tuple[str, ...] = ()
    reason: str = ""  # why it was blown; an emergency may say so afterwards
    milestone: str = ""  # of the case, which it is blown for; without any, the lead's result
    solve_by: datetime | None = None
    solved_at: datetime | None = None
    result: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a body is still called or at the place, or what it was blown for is not done."""
        return self.closed_at is None

    @property
    def nobody_waits(self) -> bool:
        """Whether nothing more is expected of any body."""
        return all(item.is_over for item in self.summons)

    @property
    def unexplained(self) -> bool:
        """Whether it was an emergency for which nobody has said why (domain.md 10, 22)."""
        return self.kind is WhistleKind.EMERGENCY and not self.reason

    @property
    def reported_in(self) -> int:
        """How many bodies have come."""
        return sum(item.reported_in_at is not None for item in self.summons)

    @property
    def summoned(self) -> int:
        """How many bodies had to come, as the figures count them: none that was spared."""
        return sum(not spared(item) for item in self.summons)

    def of(self, body: str) -> Summons:
        """Return the summons of a body.

        Raises:
            Refusal: the whistle did not summon it.
        """
        for item in self.summons:
            if item.body == body:
                return item
        raise Refusal("not_summoned", whistle=self.no, body=body)


def solve_by(whistle: Whistle, summons: Summons) -> datetime | None:
    """Return by when a whistle was to be solved; none but for its lead, or if it was taken back."""
    gone = all(map(spared, whistle.summons))
    return None if gone or not summons.lead else whistle.solve_by


def spared(summons: Summons) -> bool:
    """Tell whether a body was withdrawn or excused before it had failed to come."""
    # withdrawn after it had failed to come still counts: taking it back mends no figure; nor does
    # having refused, once it was ruled that it must come (which answers for it)
    excused = summons.refused_at is not None and summons.answered_at is None
    return summons.state is S.WITHDRAWN and (excused or summons.no_show_at is None)


def marks(summons: Summons) -> int | None:
    """Return the sum of the four marks a body was given, as they stand; none before it is rated."""
    return None if summons.rating is None else summons.rating.marks.total


def blown(
    *, no: str, at: datetime, actor: str, role: str = "", fields: Mapping[str, Any]
) -> tuple[Whistle, Fact]:
    """Blow a whistle.

    ``fields``: case, kind, leaves_at, place, message, gear, duty_item, bodies, lead, answer_by,
    report_in_by, chains (by body), bound (bodies), evidence, reason, milestone and solve_by.

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
    _check(summons, step, data)
    if step in _OF_RATING:
        _check_rating(summons, step, at, by, data)
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
    return _ended(evolve(whistle, facts[0]), facts)


def noted(
    whistle: Whistle, kind: str, *, at: datetime, by: str, role: str = "", data: Mapping[str, Any]
) -> tuple[Whistle, list[Fact]]:
    """Record what is no step of one body; return the whistle and its facts (a last may close it).

    ``kind`` is ``solved`` (its milestone is reached), ``explained`` (why it was blown) or
    ``closed`` (its case is settled, whatever was reached).

    Raises:
        Refusal: it has ended before (only why it was blown, and that it is solved, may be said
            later), or a body is still called or at the place.
    """
    if kind == "closed" and not whistle.is_open:
        raise Refusal("whistle_closed", whistle=whistle.no)
    if kind == "closed" and (running := still_running(whistle, whistle.case)) is not None:
        raise running
    fact = Fact(kind=f"whistle.{kind}", subject=whistle.no, at=at, actor=by, role=role, data=data)
    return _ended(evolve(whistle, fact), [fact])


def still_running(whistle: Whistle, case: str) -> Refusal | None:
    """Return why a whistle keeps a case as it is: for which bodies, and who may end that.

    It keeps none once it is closed or waits for nobody any more.
    """
    if not whistle.is_open or whistle.nobody_waits:
        return None

    def bodies(states: Collection[SummonsState]) -> tuple[str, ...]:
        return tuple(it.body for it in whistle.summons if it.state in states)

    waits = (
        Refusal("whistle_refused", bodies=bodies((S.REFUSED, S.ARBITRATING))),
        Refusal("whistle_coming", bodies=bodies(PROGRESS[:4])),
        Refusal("whistle_there", bodies=bodies(AT_THE_PLACE)),
    )
    told = tuple(it for it in waits if it.facts["bodies"])
    return Refusal("whistle_running", case=case, whistle=whistle.no, waits=told)


def _ended(whistle: Whistle, facts: list[Fact]) -> tuple[Whistle, list[Fact]]:
    """Close a whistle that waits for nobody and for nothing (domain.md 3)."""
    if not whistle.is_open or not whistle.nobody_waits:
        return whistle, facts
    came = any(item.reported_in_at is not None for item in whistle.summons)
    if whistle.milestone and whistle.solved_at is None and came:
        return whistle, facts
    last = facts[-1]
    closing = Fact(
        kind="whistle.closed",
        subject=whistle.no,
        at=last.at,
        actor=last.actor,
        role=last.role,
        data={},
    )
    return evolve(whistle, closing), [*facts, closing]


_OF_RATING: Final = frozenset({T.RATE, T.ANSWER_RATING, T.APPEAL_RATING, T.RULE_RATING})
_MARKS: Final = range(1, 6)


def _check_rating(
    summons: Summons, step: SummonsStep, at: datetime, by: str, data: Mapping[str, Any]
) -> None:
    marks = data.get("marks")
    given = [] if marks is None else [marks.get(name) for name in Marks.__struct_fields__]
    if (step is T.RATE or given) and any(mark not in _MARKS for mark in given or [0]):
        raise Refusal("bad_marks")
    if step is not T.RATE and not data.get("words"):
        raise Refusal("needs", step=step, field="words")
    rating = summons.rating
    if rating is None:
        return
    if step is T.APPEAL_RATING:
        if rating.appealed_at is not None:
            raise Refusal("appealed_before", body=summons.body)
        if at > rating.appeal_by:
            raise Refusal("appeal_too_late", body=summons.body, until=rating.appeal_by)
    if step is T.RULE_RATING:
        if not rating.appeal_waits:
            raise Refusal("no_appeal", body=summons.body)
        if by == rating.by:
            raise Refusal("own_rating", body=summons.body)


def _check(summons: Summons, step: SummonsStep, data: Mapping[str, Any]) -> None:
    if step is T.REPORT_IN:
        proof = data.get("proof") or {}
        spoken = proof.get("who") and proof.get("channel") and proof.get("words")
        if proof.get("kind") == ProofKind.ON_BEHALF and not spoken:
            raise Refusal("proof_needed")
    if step is T.REFUSE and not (data.get("reason") and data.get("duty_item")):
        raise Refusal("needs", step=step, field="duty_item" if data.get("reason") else "reason")
    if step in {T.REFUSE, T.REFUSE_UNFOUNDED} and summons.bound:
        raise Refusal("bound_by_ruling", body=summons.body)
    if step is T.CALL and summons.next_call is None:
        raise Refusal("nobody_left_to_call", body=summons.body)
    if step is T.RELEASE and summons.lead and summons.finished_at is None and not data.get("words"):
        raise Refusal("work_unfinished", body=summons.body)


_REMARKS: Final = frozenset(
    {
        "whistle.receipt_noted",  # it fitted no step
        "whistle.message_undelivered",
        "whistle.message_hurried",
    }
)
"""Facts kept for the history, which move nothing."""


def evolve(whistle: Whistle | None, fact: Fact) -> Whistle:
    """Return the whistle as it stands after a fact; this fold is the only way a whistle changes."""
    if whistle is None:
        return _blown(fact)
    if fact.kind in _REMARKS:
        return whistle
    if fact.kind in _ON_THE_WHOLE:
        changes = _ON_THE_WHOLE[fact.kind](whistle, fact)
        return replace(whistle, version=whistle.version + 1, **changes)
    body = fact.data["body"]
    return replace(
        whistle,
        version=whistle.version + 1,
        summons=tuple(
            _moved(item, fact) if item.body == body else item for item in whistle.summons
        ),
        **(_led(whistle, fact) if whistle.of(body).lead else {}),
    )


def _led(whistle: Whistle, fact: Fact) -> dict[str, Any]:
    """Return what the lead's part does to the whole: it writes the result."""
    finished = fact.kind == f"whistle.{T.FINISH}"
    if not finished and fact.kind != f"whistle.{T.RELEASE}":
        return {}
    changes: dict[str, Any] = {"result": whistle.result or fact.data.get("words", "")}
    if finished and not whistle.milestone:
        changes["solved_at"] = whistle.solved_at or fact.at
    return changes


_ON_THE_WHOLE: Final[Mapping[str, Callable[[Whistle, Fact], dict[str, Any]]]] = {
    "whistle.closed": lambda _whistle, fact: {"closed_at": fact.at},
    "whistle.solved": lambda whistle, fact: {
        "solved_at": whistle.solved_at or fact.at,
        "result": whistle.result or fact.data.get("words", ""),
    },
    "whistle.explained": lambda _whistle, fact: {"reason": fact.data["words"]},
}


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
        evidence=tuple(data.get("evidence", ())),
        reason=data.get("reason", ""),
        milestone=data.get("milestone", ""),
        solve_by=instant(data.get("solve_by")),
        summons=tuple(
            Summons(
                body=body,
                lead=body == data["lead"],
                since=fact.at,
                answer_by=required_instant(data["answer_by"]),
                report_in_by=required_instant(data["report_in_by"]),
                chain=tuple(map(_call, data.get("chains", {}).get(body, ()))),
                bound=body in data.get("bound", ()),
            )
            for body in data["bodies"]
        ),
    )


def plain_chain(chain: Iterable[Call]) -> list[dict[str, Any]]:
    """Return a chain as the data of a fact."""
    plain: list[dict[str, Any]] = to_builtins(tuple(chain), builtin_types=(datetime,))
    return plain


def _call(plain: Mapping[str, Any]) -> Call:
    return Call(
        step=ContactStep(plain["step"]),
        name=plain.get("name", ""),
        duty=plain.get("duty", ""),
        channel=plain["channel"],
        address=plain.get("address", ""),
        at=required_instant(plain["at"]),
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
        "rule_by": instant(fact.data.get("rule_by")),
    }


def _arbitrated(_summons: Summons, fact: Fact) -> dict[str, Any]:
    return {
        "rule_by": instant(fact.data.get("rule_by")),
        "arbiter": Arbiter(fact.data.get("arbiter", Arbiter.SUPERVISOR)),
        "not_ruled_at": None,
    }


def _ruled(summons: Summons, fact: Fact) -> dict[str, Any]:
    return {
        "ruled_at": fact.at,
        "ruling": fact.data.get("reason", ""),
        "arbiter": Arbiter(fact.data.get("arbiter", summons.arbiter or Arbiter.SUPERVISOR)),
    }


def _rated(_summons: Summons, fact: Fact) -> dict[str, Any]:
    rating = Rating(
        marks=Marks(**fact.data["marks"]),
        words=fact.data.get("words", ""),
        by=fact.actor,
        at=fact.at,
        appeal_by=required_instant(fact.data["appeal_by"]),
    )
    return {"rating": rating}


def _rating_ruled(rating: Rating, fact: Fact) -> dict[str, Any]:
    said = {"ruling": fact.data["words"], "ruled_by": fact.actor, "ruled_at": fact.at}
    if fact.data.get("marks") is None:
        return said
    return {**said, "marks": Marks(**fact.data["marks"]), "first": rating.marks}


def _on_rating(
    changes: Callable[[Rating, Fact], dict[str, Any]],
) -> Callable[[Summons, Fact], dict[str, Any]]:
    def change(summons: Summons, fact: Fact) -> dict[str, Any]:
        if summons.rating is None:
            raise ValueError("a rating is answered after it was given")
        return {"rating": replace(summons.rating, **changes(summons.rating, fact))}

    return change


def _left(summons: Summons, fact: Fact) -> dict[str, Any]:
    # a second word of leaving, after the release, does not undo that it went before
    early = summons.left_early or summons.state in AT_THE_PLACE
    return {"left_at": summons.left_at if summons.left_early else fact.at, "left_early": early}


_EFFECT: Final[Mapping[SummonsStep, Callable[[Summons, Fact], dict[str, Any]]]] = {
    T.NOTIFY: lambda _summons, fact: {"notified_at": fact.at},
    T.ANSWER: _answered,
    T.SET_OUT: _answered,
    T.REPORT_IN: _came,
    T.WORK: _came,
    T.FINISH: lambda summons, fact: {**_came(summons, fact), "finished_at": fact.at},
    T.LEAVE: _left,
    T.REFUSE: _refused,
    T.REFUSE_UNFOUNDED: lambda _summons, fact: {"unfounded_at": fact.at},
    T.ARBITRATE: _arbitrated,
    T.UPHOLD: lambda summons, fact: {
        **_ruled(summons, fact),
        "bound": True,
        "answered_at": fact.at,
        "report_in_by": instant(fact.data.get("report_in_by")) or summons.report_in_by,
    },
    T.EXCUSE: _ruled,
    T.WITHDRAW: lambda _summons, fact: {"reason": fact.data.get("reason", "")},
    T.RELEASE: lambda _summons, fact: {"released_at": fact.at},
    T.RATE: _rated,
    T.ANSWER_RATING: _on_rating(
        lambda _rating, fact: {"answer": fact.data["words"], "answered_at": fact.at}
    ),
    T.APPEAL_RATING: _on_rating(
        lambda _rating, fact: {"appeal": fact.data["words"], "appealed_at": fact.at}
    ),
    T.RULE_RATING: _on_rating(_rating_ruled),
    T.CALL: lambda summons, _fact: {"called": summons.called + 1},
    T.MISS_ANSWER: lambda _summons, fact: {"no_answer_at": fact.at},
    T.MISS_REPORT_IN: lambda _summons, fact: {"no_show_at": fact.at},
    T.MISS_RULING: lambda _summons, fact: {"not_ruled_at": fact.at},
    T.ESCALATE: lambda _summons, fact: {"escalated_to": fact.data["to"]},
    T.URGE: lambda summons, fact: {"urged": summons.urged + 1, "urged_at": fact.at},
}
