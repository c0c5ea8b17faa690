"""The bodies, grid workers and callers at the other end: they answer the hall as people do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any, Final

from commandcenter.rehearsal.dice import dice
from commandcenter.rehearsal.scenarios import Frame, envelope, instant, picture
from commandcenter.rehearsal.stories import (
    COUNTY_WORDS,
    FOLLOWUP_WORDS,
    HANDLING_WORDS,
    LATE_WORDS,
    MEDIATION_WORDS,
    MILESTONE_WORDS,
    RATING_WORDS,
    REFUSAL_REASONS,
    RESULT_WORDS,
    RETURN_REASONS,
    REWORK_WORDS,
    TRANSFER_WORDS,
    VERIFICATION_WORDS,
    WHISTLE_WORDS,
)
from commandcenter.rehearsal.township import GIVEN, SURNAMES, Township, nobodys_phone

RETURN_RATE: Final = 0.1
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "task.dispatched": ("case_no", "body", "title"),
    "task.recalled": ("case_no", "body"),
    "task.rework": ("case_no", "body"),
    "task.urged": ("case_no", "body"),
    "whistle.blown": ("whistle_no", "case_no", "body"),
    "whistle.withdrawn": ("whistle_no", "body"),
    "whistle.released": ("whistle_no", "body"),
    "whistle.escalated": ("whistle_no", "body"),
    "whistle.rated": ("whistle_no", "body", "marks"),
    "verification.requested": ("case_no",),
    "case.replied": ("event_nos", "outcome"),
    "county.called": ("case_no", "body", "request"),
    "county.recalled": ("call_no", "case_no", "body"),
    "transfer.sent": ("transfer_no", "case_no", "to", "title", "reason"),
    "transfer.recalled": ("transfer_no", "case_no", "to"),
    "mediation.assigned": ("case_no", "body", "level", "title"),
    "mediation.recalled": ("case_no", "body", "level"),
}

# Seconds a body takes for each step at its ordinary pace, least and most.
_TAKES: Final = {
    "accepted": (60, 150),
    "handling": (90, 240),
    "milestone": (150, 360),
    "result": (300, 700),
    "returned": (90, 240),
    "notified": (4, 12),
    "answered": (45, 110),
    "refused": (60, 150),
    "en_route": (40, 100),
    "reported_in": (200, 480),
    "working": (40, 90),
    "finished": (300, 700),
    "left": (30, 90),
    "rating_answered": (120, 400),
    "rating_appealed": (120, 400),
    "verified": (180, 420),
    "visited": (300, 900),
    "seen": (20, 60),
    "agreed": (200, 500),
    "declined": (150, 400),
    "received": (20, 60),
    "session": (120, 300),
    "failed": (150, 400),
    "urged": (10, 30),
}
_AT_LEAST: Final = 0.1  # seconds between two words of one body, however great the haste
_ROLES_SETTLE: Final = 0.6  # seconds in which all the bodies of a whistle become known
_ROOT_LENGTH: Final = 100  # an id may have 128 characters
_LATE_BY: Final = (60, 180)
_LATE_SHARE: Final = 1 / 3  # of the time it had
_WHISTLE_OF_MANY: Final = 3
_BAD_MARK: Final = 2  # a body appeals against a rating with a mark so low
_COUNTY_HELPS: Final = 0.8
_TRANSFER_TAKEN: Final = 0.8
_SETTLES: Final = {"village": 0.4, "township": 0.6, "county": 0.9}

PROMPT, LATE, REFUSING, SILENT = "prompt", "late", "refusing", "silent"


def refusal(frame: Frame, township: Township) -> str:
    """Return why the upstream platform would not take a message, or nothing if it would."""
    wanted = REQUIRED.get(str(frame.get("type")))
    if wanted is None:
        return "unknown_type"
    data = frame.get("data")
    if not isinstance(data, dict):
        return "bad_data: data"
    missing = [name for name in wanted if not data.get(name)]
    if missing:
        return f"bad_data: {', '.join(missing)}"
    if township.bodies and "body" in wanted and data["body"] not in township.bodies:
        return f"unknown_body: {data['body']}"
    return ""


@dataclass(slots=True, kw_only=True)
class _Thread:
    """What one body has been asked in one case or whistle, and what it means to do next."""

    root: str  # the id of the message that began it: what it says is numbered from there
    about: Frame
    steps: list[str] = field(default_factory=list)
    plan: int = 0  # a step planned under an older number has been called off
    said: int = 0
    last: str = ""
    role: str = ""
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, order=True)
class _Step:
    due: datetime
    number: int
    key: tuple[str, str, str] = field(compare=False)
    status: str = field(compare=False)
    plan: int = field(compare=False)


class Responders:
    """Takes what the hall sends and says in time what the bodies would say.

    Pure: clocks are passed in, and the same messages at the same times with the same seed bring
    the same answers, so a restarted gateway finds its place by taking its inbox again. ``pace``
    divides every human delay; ``silent`` bodies take in what they are sent and never answer.
    """

    def __init__(
        self,
        township: Township,
        *,
        seed: int,
        pace: float = 1.0,
        return_rate: float = RETURN_RATE,
        silent: frozenset[str] = frozenset(),
    ) -> None:
        self._township = township
        self._seed = seed
        self._pace = pace
        self._return_rate = return_rate
        self._silent = silent
        self._threads: dict[tuple[str, str, str], _Thread] = {}
        self._returned: set[str] = set()  # cases: nobody plays ping-pong with one
        self._heap: list[_Step] = []
        self._numbers = count()
        self._takes: dict[str, Callable[[Frame, datetime], None]] = {
            "task.dispatched": self._dispatched,
            "task.rework": self._rework,
            "task.urged": self._urged,
            "task.recalled": self._called_off("task", "case_no"),
            "whistle.blown": self._blown,
            "whistle.withdrawn": self._called_off("whistle", "whistle_no"),
            "whistle.released": self._released,
            "whistle.rated": self._rated,
            "verification.requested": self._asked("verification", "verified"),
            "case.replied": self._replied,
            "county.called": self._called,
            "county.recalled": self._called_off("county", "case_no"),
            "transfer.sent": self._transferred,
            "transfer.recalled": self._called_off("transfer", "case_no", "to"),
            "mediation.assigned": self._to_mediate,
            "mediation.recalled": self._called_off("mediation", "case_no"),
        }

    @property
    def due(self) -> datetime | None:
        """When somebody will next say something, or none."""
        while self._heap and self._called_back(self._heap[0]):
            heappop(self._heap)
        return self._heap[0].due if self._heap else None

    def take(self, frame: Frame, at: datetime) -> None:
        """Take a message of the hall's that has been receipted as accepted."""
        act = self._takes.get(frame["type"])
        if act is None:
            return
        if frame["data"].get("body") not in self._silent:
            act(frame, at)
        elif frame["type"] == "whistle.blown":  # it counts among the summoned
            key = ("whistle", frame["data"]["whistle_no"], frame["data"]["body"])
            self._thread(key, frame).role = SILENT

    def speak(self, at: datetime) -> list[Frame]:
        """Return what is said up to ``at``, in order."""
        said: list[Frame] = []
        while (due := self.due) is not None and due <= at:
            step = heappop(self._heap)
            said += self._say(step)
        return said

    # What is asked of a body, and what it makes up its mind to do.

    def _dispatched(self, frame: Frame, at: datetime) -> None:
        data = frame["data"]
        key = ("task", data["case_no"], data["body"])
        random = dice(self._seed, "dispatch", *key, frame["id"])
        thread = self._thread(key, frame)
        if data["case_no"] not in self._returned and random.random() < self._return_rate:
            self._returned.add(data["case_no"])
            thread.steps = ["returned"]
        else:
            milestones = ["milestone"] * (len(_milestones(data)) - 1)
            thread.steps = ["accepted", "handling", *milestones, "result"]
        self._plan(key, at)

    def _rework(self, frame: Frame, at: datetime) -> None:
        data = frame["data"]
        key = ("task", data["case_no"], data["body"])
        thread = self._thread(key, frame)
        thread.about["reworked"] = True
        thread.steps = ["handling", "result"]
        self._plan(key, at)

    def _urged(self, frame: Frame, at: datetime) -> None:
        """Do the next thing sooner."""
        data = frame["data"]
        key = ("task", data["case_no"], data["body"])
        thread = self._threads.get(key)
        if thread is None or thread.next_at is None or not thread.steps:
            return
        soon = at + self._span("urged", dice(self._seed, "urged", *key, frame["id"]))
        if soon < thread.next_at:
            thread.plan += 1
            self._push(key, thread, soon)

    def _blown(self, frame: Frame, at: datetime) -> None:
        data = frame["data"]
        key = ("whistle", data["whistle_no"], data["body"])
        if key in self._threads:
            return
        self._thread(key, frame).steps = ["notified", "answered"]
        self._plan(key, at)

    def _released(self, frame: Frame, at: datetime) -> None:
        data = frame["data"]
        key = ("whistle", data["whistle_no"], data["body"])
        thread = self._threads.get(key)
        if thread is None:
            return
        came = thread.last in ("reported_in", "working", "finished")
        thread.plan += 1
        thread.steps = ["left"] if came else []
        self._plan(key, at)

    def _rated(self, frame: Frame, at: datetime) -> None:
        """Take a rating as it is, or appeal against one that is bad; a ruling ends it."""
        data = frame["data"]
        key = ("rating", data["whistle_no"], data["body"])
        marks = data["marks"] if isinstance(data["marks"], dict) else {}
        given = [mark for mark in marks.values() if isinstance(mark, int)]
        bad = bool(given) and min(given) <= _BAD_MARK
        thread = self._thread(key, frame)
        thread.steps = ["rating_appealed" if bad else "rating_answered"]
        if not data.get("appeal_by"):
            thread.steps = []
        self._plan(key, at)

    def _replied(self, frame: Frame, at: datetime) -> None:
        """Ask the callers afterwards, if the message says which case it was."""
        case_no = frame["data"].get("case_no") or frame.get("subject")
        if isinstance(case_no, str) and case_no:
            key = ("followup", case_no, "")
            self._thread(key, frame).steps = ["visited"]
            self._plan(key, at)

    def _asked(self, kind: str, step: str) -> Callable[[Frame, datetime], None]:
        def act(frame: Frame, at: datetime) -> None:
            data = frame["data"]
            key = (kind, data["case_no"], data.get("body") or "")
            self._thread(key, frame).steps = [step]
            self._plan(key, at)

        return act

    def _called(self, frame: Frame, at: datetime) -> None:
        """Have the county see what is asked of it, and where help is asked for, decide."""
        data = frame["data"]
        if not data.get("call_no"):
            return
        key = ("county", data["case_no"], data["body"])
        thread = self._thread(key, frame)
        helps = dice(self._seed, *key, frame["id"]).random() < _COUNTY_HELPS
        decides = [] if data.get("tier") == "view" else ["agreed" if helps else "declined"]
        thread.steps = ["seen", *decides]
        self._plan(key, at)

    def _transferred(self, frame: Frame, at: datetime) -> None:
        data = frame["data"]
        key = ("transfer", data["case_no"], data["to"])
        thread = self._thread(key, frame)
        taken = dice(self._seed, *key, frame["id"]).random() < _TRANSFER_TAKEN
        thread.steps = ["received", "accepted" if taken else "declined"]
        self._plan(key, at)

    def _to_mediate(self, frame: Frame, at: datetime) -> None:
        data = frame["data"]
        key = ("mediation", data["case_no"], data["body"])
        thread = self._thread(key, frame)
        settles = dice(self._seed, *key, frame["id"]).random() < _SETTLES.get(data["level"], 1)
        thread.steps = ["session", "agreed" if settles else "failed"]
        self._plan(key, at)

    def _called_off(
        self, kind: str, number: str, whom: str = "body"
    ) -> Callable[[Frame, datetime], None]:
        def act(frame: Frame, at: datetime) -> None:
            thread = self._threads.get((kind, frame["data"][number], frame["data"][whom]))
            if thread is not None:
                thread.plan += 1
                thread.steps = []

        return act

    # When it does so.

    def _thread(self, key: tuple[str, str, str], frame: Frame) -> _Thread:
        """Begin a thread anew, calling off what an earlier message has set going."""
        known = self._threads.get(key)
        thread = _Thread(
            root=frame["id"][:_ROOT_LENGTH],
            about={**(known.about if known else {}), **frame["data"]},
            plan=known.plan + 1 if known else 0,
        )
        self._threads[key] = thread
        return thread

    def _called_back(self, step: _Step) -> bool:
        return self._threads[step.key].plan != step.plan

    def _plan(self, key: tuple[str, str, str], at: datetime) -> None:
        """Settle when the thread's next step will be done."""
        thread = self._threads[key]
        if not thread.steps:
            thread.next_at = None
            return
        status = thread.steps[0]
        span = self._span(status, dice(self._seed, "span", *key, thread.root, thread.said))
        if status == "answered":
            span = max(span, timedelta(seconds=_ROLES_SETTLE))
        due = at + span
        limit = _instant(thread.about.get("report_in_by"))
        if status == "reported_in" and thread.role == LATE and limit is not None:
            late_by = dice(self._seed, "late", *key).uniform(*_LATE_BY)
            # however hurried the others are, it is late for long enough to be seen so
            seen = (limit - at).total_seconds() * _LATE_SHARE
            late_by = min(late_by, max(late_by / self._pace, seen))
            due = max(due, limit + timedelta(seconds=max(1.0, late_by)))
        self._push(key, thread, due)

    def _push(self, key: tuple[str, str, str], thread: _Thread, due: datetime) -> None:
        thread.next_at = due
        step = _Step(due, next(self._numbers), key, thread.steps[0], thread.plan)
        heappush(self._heap, step)

    def _span(self, status: str, random: Random) -> timedelta:
        seconds = random.uniform(*_TAKES[status]) / self._pace
        return timedelta(seconds=max(_AT_LEAST, seconds))

    def _settle_role(self, key: tuple[str, str, str]) -> str:
        """Cast a body in its whistle: of three or more, one comes late and one refuses.

        Bodies are told one by one, so the parts are dealt as each comes to answer; the lead is
        never late and never refuses.
        """
        kind, whistle_no, body = key
        cast = {
            other: thread
            for (its_kind, number, other), thread in self._threads.items()
            if (its_kind, number) == (kind, whistle_no)
        }
        leads = {other for other, thread in cast.items() if thread.about.get("lead") == other}
        if len(cast) < _WHISTLE_OF_MANY or body in leads:
            return PROMPT
        taken = {thread.role for thread in cast.values()}
        prompt_wanted = [] if leads else [PROMPT]
        parts = [part for part in (*prompt_wanted, LATE, REFUSING) if part not in taken]
        order = sorted(other for other, thread in cast.items() if not thread.role)
        order = [other for other in order if other not in leads]
        dice(self._seed, "parts", whistle_no).shuffle(order)
        return dict(zip(order, parts, strict=False)).get(body, PROMPT)

    # What it says.

    def _say(self, step: _Step) -> Iterator[Frame]:
        thread = self._threads[step.key]
        thread.steps.pop(0)
        kind = step.key[0]
        random = dice(self._seed, "words", *step.key, thread.root, thread.said)
        status = step.status
        if kind == "whistle" and status == "answered":
            thread.role = self._settle_role(step.key)
            if thread.role == REFUSING:
                status = "refused"
            else:
                thread.steps = ["en_route", "reported_in", "working", "finished"]
        thread.said += 1
        thread.last = status
        say = {
            "task": self._task_word,
            "whistle": self._whistle_word,
            "rating": self._rating_word,
            "county": self._county_word,
            "transfer": self._transfer_word,
            "mediation": self._mediation_word,
        }.get(kind, self._other_word)
        type_, data = say(step, thread, status, random)
        body = step.key[2]
        id_ = f"{thread.root}-{thread.said}-{status}"
        source = f"/township/terminal/{body}" if body else f"/township/{kind}"
        yield envelope(source=source, id_=id_, type_=type_, at=step.due, data=data)
        self._plan(step.key, step.due)

    def _task_word(
        self, step: _Step, thread: _Thread, status: str, random: Random
    ) -> tuple[str, Frame]:
        _, case_no, body = step.key
        data: Frame = {
            "case_no": case_no,
            "body": body,
            "status": status,
            "at": instant(step.due),
            "by": self._person(body, random),
        }
        pictures = 0
        if status == "returned":
            data["reason"] = random.choice(RETURN_REASONS)
            data["duty_item"] = self._excuse(body, thread.about)
        elif status == "handling":
            data["words"] = random.choice(HANDLING_WORDS).format(n=random.randint(2, 6))
            pictures = 1
        elif status == "milestone":
            names = _milestones(thread.about)
            left = sum(step == "milestone" for step in thread.steps)
            data["milestone"] = names[len(names) - 2 - left]
            data["words"] = MILESTONE_WORDS.format(milestone=data["milestone"])
            pictures = 1
        elif status == "result":
            words = REWORK_WORDS if thread.about.get("reworked") else RESULT_WORDS
            data["words"] = random.choice(words)
            pictures = max(2, len(thread.about.get("evidence_required") or ()))
        if pictures:
            data["attachments"] = [
                picture(f"{thread.root}/{thread.said}-{number}", step.due, random)
                for number in range(1, pictures + 1)
            ]
        if status == "result":
            _say_what_is_shown(data["attachments"], thread.about)
        return "task.receipt", data

    def _whistle_word(
        self, step: _Step, thread: _Thread, status: str, random: Random
    ) -> tuple[str, Frame]:
        _, whistle_no, body = step.key
        data: Frame = {
            "whistle_no": whistle_no,
            "body": body,
            "status": status,
            "at": instant(step.due),
            "by": self._person(body, random),
        }
        if status == "refused":
            data["reason"] = random.choice(REFUSAL_REASONS)
            # the item of the matter itself, which names whose it is, if it has one
            data["duty_item"] = thread.about.get("duty_item") or self._excuse(body, thread.about)
        elif status in WHISTLE_WORDS:
            data["words"] = WHISTLE_WORDS[status].format(n=random.randint(3, 12))
        if status == "reported_in":
            if thread.role == LATE:
                data["words"] = LATE_WORDS
            if place := thread.about.get("place"):
                data["location"] = _beside(place, random)
            data["attachments"] = [picture(f"{whistle_no}/{body}", step.due, random)]
        return "whistle.receipt", data

    def _rating_word(
        self, step: _Step, _thread: _Thread, status: str, random: Random
    ) -> tuple[str, Frame]:
        _, whistle_no, body = step.key
        return "whistle.receipt", {
            "whistle_no": whistle_no,
            "body": body,
            "status": status,
            "at": instant(step.due),
            "by": self._person(body, random),
            "words": random.choice(RATING_WORDS[status]),
        }

    def _other_word(
        self, step: _Step, thread: _Thread, _status: str, random: Random
    ) -> tuple[str, Frame]:
        kind, case_no, _ = step.key
        at = instant(step.due)
        if kind == "verification":
            result = random.choices(("exists", "not_exists", "unable"), (80, 13, 7))[0]
            data: Frame = {
                "case_no": case_no,
                "result": result,
                "at": at,
                "by": self._worker(thread.about, random),
                "words": VERIFICATION_WORDS[result],
                "attachments": [picture(f"{case_no}/verification", step.due, random)],
            }
            if place := thread.about.get("location"):
                data["location"] = _beside(place, random)
            return "verification.receipt", data
        satisfied, solved, words = random.choices(FOLLOWUP_WORDS, (5, 3, 3, 1))[0]
        return "followup.receipt", {
            "case_no": case_no,
            "contacted": True,
            "solved": solved,
            "satisfied": satisfied,
            "at": at,
            "words": words,
        }

    def _county_word(
        self, step: _Step, thread: _Thread, status: str, random: Random
    ) -> tuple[str, Frame]:
        _, case_no, body = step.key
        data = {"call_no": thread.about["call_no"], "case_no": case_no, "body": body}
        return "county.receipt", data | self._word(step, status, COUNTY_WORDS, random)

    def _transfer_word(
        self, step: _Step, thread: _Thread, status: str, random: Random
    ) -> tuple[str, Frame]:
        _, case_no, to = step.key
        data = {"transfer_no": thread.about["transfer_no"], "case_no": case_no, "to": to}
        data["receipt_no"] = f"{to}-{random.randint(1000, 9999)}"
        return "transfer.receipt", data | self._word(step, status, TRANSFER_WORDS, random)

    def _mediation_word(
        self, step: _Step, _thread: _Thread, status: str, random: Random
    ) -> tuple[str, Frame]:
        _, case_no, body = step.key
        data = {"case_no": case_no, "body": body}
        return "mediation.receipt", data | self._word(step, status, MEDIATION_WORDS, random)

    def _word(
        self, step: _Step, status: str, said: Mapping[str, Sequence[str]], random: Random
    ) -> Frame:
        """Return what every receipt of the levels has: status, time, who, words."""
        return {
            "status": status,
            "at": instant(step.due),
            "by": self._person(step.key[2], random),
            "words": random.choice(said[status]),
        }

    def _excuse(self, body: str, about: Frame) -> str:
        """Return the item of the duty list a body would point at."""
        excuses = self._township.excuses
        return excuses.get(body) or about.get("duty_item") or next(iter(excuses.values()), "")

    def _person(self, body: str, random: Random) -> Frame:
        people = dice(self._seed, "people", body)
        crew = [people.choice(SURNAMES) + people.choice(GIVEN) for _ in range(4)]
        number = random.randrange(len(crew))
        phone = nobodys_phone(30_000_000 + sum(map(ord, body)) * 10 + number)
        return {"name": crew[number], "phone": phone}

    def _worker(self, about: Frame, random: Random) -> Frame:
        worker = self._township.workers.get(str(about.get("worker")))
        if worker is None:
            grid = about.get("grid")
            near = [one for one in self._township.workers.values() if one.grid == grid]
            worker = next(iter(near), None)
        if worker is None:
            return self._person("grid_center", random)
        return {"name": worker.name, "phone": worker.phone}


def _say_what_is_shown(pictures: list[Frame], about: Frame) -> None:
    """Have each picture of a result show one thing the task asks for, taken where it is."""
    wanted = about.get("evidence_required")
    for shot, word in zip(pictures, wanted if isinstance(wanted, list) else (), strict=False):
        shot["shows"] = word
        if isinstance(place := about.get("location"), dict):
            shot["location"] = place


def _milestones(about: Frame) -> list[str]:
    """Return the names of a task's milestones, which come as objects or as bare names."""
    given = about.get("milestones")
    if not isinstance(given, list):
        return []
    names = [one.get("name") if isinstance(one, dict) else one for one in given]
    return [name for name in names if isinstance(name, str)]


def _beside(place: Any, random: Random) -> Frame:
    """Return a position some metres from a place, in the same datum."""
    if not isinstance(place, dict):
        return {}
    beside = dict(place)
    for axis in ("lon", "lat"):
        if isinstance(beside.get(axis), int | float):
            beside[axis] = round(beside[axis] + random.uniform(-0.0002, 0.0002), 6)
    return beside | {"accuracy_m": round(random.uniform(5, 20), 1)}


def _instant(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None
