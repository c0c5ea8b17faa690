"""Video alerts (视频告警): what a camera or a drone believes it saw, until a person has judged."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from commandcenter.domain.case import SUPERVISORS, place_from
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact, instant, required_instant
from commandcenter.domain.place import Place


class Verdict(StrEnum):
    """A person's judgement of a video alert."""

    TRUE = "true"
    FALSE = "false"
    DUPLICATE = "duplicate"
    UNCLEAR = "unclear"


class VideoAlert(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One alert; ``key`` is ``source#alert_id``, since different boxes count from one alike.

    It is not ``raised`` as long as nothing but its end was heard: there is nothing to judge then.
    ``priority`` is that of GB/T 28181: 1 is the worst, 4 the least; ``confidence`` 0–1;
    ``count`` how many messages spoke of it.
    """

    key: str
    source: str
    alert_id: str
    camera: str = ""
    camera_name: str = ""
    place: Place
    algorithm: str = ""
    label: str = ""
    label_text: str = ""
    priority: int = 4
    confidence: float | None = None
    started_at: datetime
    ended_at: datetime | None = None
    received_at: datetime
    snapshot_url: str | None = None
    clip_url: str | None = None
    stream_url: str | None = None
    objects: tuple[str, ...] = ()
    zone: str = ""
    plate: str = ""
    cleared: bool = False
    raised: bool = True
    verdict: Verdict | None = None
    reason: str = ""
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    case: str | None = None
    count: int = 1
    version: int = 1

    @property
    def title(self) -> str:
        """Where and what: as people speak of it, and as a case made of it is called."""
        where = self.camera_name or self.camera
        what = self.label_text or self.label or self.algorithm
        return " ".join(part for part in (where, what) if part) or self.alert_id

    @property
    def needs_review(self) -> bool:
        """Whether a person still has to judge it."""
        return self.verdict is None and self.raised


def key(source: str, alert_id: str) -> str:
    """Return the number of an alert's file."""
    return f"{source}#{alert_id}"


def review(
    alert: VideoAlert, verdict: Verdict, *, at: datetime, by: str, role: str, reason: str
) -> tuple[VideoAlert, Fact]:
    """Judge an alert; a false one needs a reason, for it feeds the camera's record.

    Raises:
        Refusal: it became a case already, somebody else has judged it, or the reason is missing.
    """
    if alert.case is not None:
        raise Refusal("already_promoted", alert=alert.alert_id, case=alert.case)
    settled = alert.verdict not in {None, Verdict.UNCLEAR} and alert.reviewed_by != by
    if settled and role not in SUPERVISORS:
        raise Refusal(
            "already_reviewed", alert=alert.alert_id, who=alert.reviewed_by, verdict=alert.verdict
        )
    if verdict is Verdict.FALSE and not reason:
        raise Refusal("needs", step="reviewed", field="reason")
    return _done(
        alert, "reviewed", at=at, by=by, role=role, data={"verdict": verdict, "reason": reason}
    )


def promote(
    alert: VideoAlert, case: str, *, at: datetime, by: str, role: str
) -> tuple[VideoAlert, Fact]:
    """Note that a case was opened for the alert; that is a verdict too.

    Raises:
        Refusal: it became a case already.
    """
    if alert.case is not None:
        raise Refusal("already_promoted", alert=alert.alert_id, case=alert.case)
    return _done(alert, "promoted", at=at, by=by, role=role, data={"case": case})


def raised(
    *, key: str, at: datetime, actor: str, fields: Mapping[str, Any]
) -> tuple[VideoAlert, Fact]:
    """Take in a new alert; ``fields`` are those of ``VideoAlert`` that the message brings."""
    fact = Fact(kind="alert.raised", subject=key, at=at, actor=actor, data=fields)
    return evolve(None, fact), fact


def ended_unseen(
    *, key: str, at: datetime, actor: str, fields: Mapping[str, Any]
) -> tuple[VideoAlert, Fact]:
    """Take in the end of an alert of which nothing was heard before."""
    fact = Fact(kind="alert.cleared", subject=key, at=at, actor=actor, data=fields)
    return evolve(None, fact), fact


def raised_late(
    alert: VideoAlert, *, at: datetime, actor: str, fields: Mapping[str, Any]
) -> tuple[VideoAlert, Fact]:
    """Take in the beginning of an alert whose end came first: it is over if it began before."""
    return _done(alert, "raised", at=at, by=actor, data=fields)


def updated(
    alert: VideoAlert, *, at: datetime, actor: str, fields: Mapping[str, Any], cleared: bool
) -> tuple[VideoAlert, Fact]:
    """Take in a later message about the same alert."""
    kind = "cleared" if cleared else "updated"
    return _done(alert, kind, at=at, by=actor, data=fields)


def _done(
    alert: VideoAlert, kind: str, *, at: datetime, by: str, role: str = "", data: Mapping[str, Any]
) -> tuple[VideoAlert, Fact]:
    fact = Fact(kind=f"alert.{kind}", subject=alert.key, at=at, actor=by, role=role, data=data)
    return evolve(alert, fact), fact


_PLAIN: Final = (
    "camera",
    "camera_name",
    "algorithm",
    "label",
    "label_text",
    "priority",
    "confidence",
    "snapshot_url",
    "clip_url",
    "stream_url",
    "zone",
    "plate",
)


def _observed(data: Mapping[str, Any]) -> dict[str, Any]:
    changes = {name: data[name] for name in _PLAIN if data.get(name) is not None}
    if data.get("objects"):
        changes["objects"] = tuple(data["objects"])
    if data.get("place"):
        changes["place"] = place_from(data["place"])
    if data.get("ended_at"):
        changes["ended_at"] = instant(data["ended_at"])
    return changes


def evolve(alert: VideoAlert | None, fact: Fact) -> VideoAlert:
    """Return the alert as it stands after a fact; this fold is the only way an alert changes."""
    data = fact.data
    if alert is None:
        return VideoAlert(
            key=fact.subject,
            source=data["source"],
            alert_id=data["alert_id"],
            started_at=required_instant(data["started_at"]),
            received_at=fact.at,
            cleared=fact.kind == "alert.cleared",
            raised=fact.kind == "alert.raised",
            **_observed(data),
        )
    match fact.kind:
        case "alert.raised":
            began = required_instant(data["started_at"])
            is_over = alert.ended_at is not None and began <= alert.ended_at
            end = {} if is_over else {"cleared": False, "ended_at": None}
            changes = {"raised": True, "started_at": began, "count": alert.count + 1}
            changes |= end | _observed(data)
        case "alert.updated" | "alert.cleared":
            changes = _observed(data) | {"count": alert.count + 1}
            if fact.kind == "alert.cleared":
                changes["cleared"] = True
        case "alert.reviewed":
            changes = {
                "verdict": Verdict(data["verdict"]),
                "reason": data["reason"],
                "reviewed_by": fact.actor,
                "reviewed_at": fact.at,
            }
        case "alert.promoted":
            changes = {
                "verdict": Verdict.TRUE,
                "case": data["case"],
                "reviewed_by": fact.actor,
                "reviewed_at": fact.at,
            }
        case _:
            raise ValueError(f"no such fact of an alert: {fact.kind}")
    return replace(alert, version=alert.version + 1, **changes)


def fold(facts: Iterator[Fact]) -> VideoAlert:
    """Return the alert that its facts, oldest first, add up to."""
    alert: VideoAlert | None = None
    for fact in facts:
        alert = evolve(alert, fact)
    if alert is None:
        raise ValueError("an alert has at least one fact")
    return alert
