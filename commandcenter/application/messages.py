"""What the outside world says to the hall, and the hall to it: the feed contract as values.

The field names are those of the wire (``docs/feed.md``). Every text field has been cleaned at the
door (no control character but line feed and tab), every time is aware and convertible to UTC.
A field that may be left out is ``None`` when it was.
"""

from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated, Final

from msgspec import Meta, Struct, msgpack

from commandcenter.domain.catalogue import Urgency, WhistleKind
from commandcenter.domain.county import CallTier
from commandcenter.domain.mediation import Level
from commandcenter.domain.place import Datum
from commandcenter.domain.report import Channel
from commandcenter.domain.supervision import SupervisionLevel

Key = Annotated[str, Meta(min_length=1, max_length=128)]
"""A number or code somebody else hands out: one line, no control or format characters."""
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Short = Annotated[str, Meta(max_length=200)]
Words = Annotated[str, Meta(max_length=20_000)]
Url = Annotated[str, Meta(max_length=2_048)]
Moment = Annotated[datetime, Meta(tz=True)]
Share = Annotated[float, Meta(ge=0, le=1)]
Priority = Annotated[int, Meta(ge=1, le=4)]
Size = Annotated[int, Meta(ge=0, le=2**63 - 1)]
SequenceText = Annotated[str, Meta(pattern=r"^[0-9]{1,20}$")]


_CONTENT: Final = msgpack.Encoder()  # writes every time as UTC, so the offset does not count


class AttachmentKind(StrEnum):
    """What an attachment's reference leads to."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"


class TaskStatus(StrEnum):
    """How far a body is with a task it was sent."""

    ACCEPTED = "accepted"  # 签收
    RETURNED = "returned"  # 退回
    HANDLING = "handling"  # 处置中
    MILESTONE = "milestone"  # 节点完成
    RESULT = "result"  # 结果上传


class WhistleStatus(StrEnum):
    """What a summoned body says to the whistle."""

    NOTIFIED = "notified"
    ANSWERED = "answered"  # 应哨
    REFUSED = "refused"  # 拒哨
    EN_ROUTE = "en_route"
    REPORTED_IN = "reported_in"  # 报到
    WORKING = "working"
    FINISHED = "finished"
    LEFT = "left"
    RATING_ANSWERED = "rating_answered"
    RATING_APPEALED = "rating_appealed"


class VerificationResult(StrEnum):
    """What a grid worker found on the spot, before filing (核实)."""

    EXISTS = "exists"
    NOT_EXISTS = "not_exists"
    UNABLE = "unable"


class Satisfaction(StrEnum):
    """What the reporter said when asked afterwards (回访)."""

    SATISFIED = "satisfied"
    BASICALLY = "basically"
    UNSATISFIED = "unsatisfied"


class UnitKind(StrEnum):
    """Who or what is out in the field."""

    GRID_WORKER = "grid_worker"
    TEAM = "team"
    VEHICLE = "vehicle"
    DRONE = "drone"


class ReceiptStatus(StrEnum):
    """Whether the other side took in a message of ours."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ReplyOutcome(StrEnum):
    """How a case ended, as its reporters are told."""

    SOLVED = "solved"
    PARTIAL = "partial"
    EXPLAINED = "explained"
    NOT_SUBSTANTIATED = "not_substantiated"
    REJECTED = "rejected"
    MERGED = "merged"


class Location(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A place as the sender knows it: degrees, metres; ``datum`` absent means the feed's own.

    Coordinates are finite but otherwise unchecked: (0, 0) means "no position" and an absurd one
    is kept and marked later, never refused (reliability.md B7).
    """

    lon: float | None = None
    lat: float | None = None
    datum: Datum | None = None
    address: Short | None = None
    grid: Key | None = None
    accuracy_m: float | None = None


class Attachment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Evidence by reference; nothing is fetched by reading this."""

    kind: AttachmentKind
    url: Url
    sha256: Annotated[str, Meta(max_length=64)] | None = None
    bytes: Size | None = None
    taken_at: Moment | None = None
    shows: Short | None = None
    location: Location | None = None


class Reporter(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who reported: personal data, which never leaves the hall again."""

    id: Key | None = None
    name: Short | None = None
    phone: Short | None = None
    role: Short | None = None


class Person(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who acted for a body."""

    name: Short | None = None
    phone: Short | None = None


class ReportRaised(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``grid.event.reported``: somebody has seen something."""

    title: Title
    event_no: Key | None = None
    description: Words | None = None
    category: Key | None = None
    category_text: Short | None = None
    urgency: Urgency | None = None
    channel: Channel | None = None
    occurred_at: Moment | None = None
    reported_at: Moment | None = None
    location: Location | None = None
    reporter: Reporter | None = None
    attachments: tuple[Attachment, ...] = ()
    requires_reply: bool | None = None
    upstream_due_at: Moment | None = None
    duty_item: Key | None = None


class ReportUpdated(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``grid.event.updated``: what changed; ``None`` (or no attachment) means unchanged."""

    event_no: Key
    title: Title | None = None
    description: Words | None = None
    category: Key | None = None
    category_text: Short | None = None
    urgency: Urgency | None = None
    channel: Channel | None = None
    occurred_at: Moment | None = None
    reported_at: Moment | None = None
    location: Location | None = None
    reporter: Reporter | None = None
    attachments: tuple[Attachment, ...] = ()
    requires_reply: bool | None = None
    upstream_due_at: Moment | None = None
    duty_item: Key | None = None
    upstream_status: Short | None = None


class ReportWithdrawn(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``grid.event.withdrawn``: the upstream platform takes its report back."""

    event_no: Key
    reason: Words | None = None


class Camera(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The camera of an alert; ``code`` may be a GB/T 28181 device or channel code."""

    code: Key | None = None
    name: Short | None = None
    location: Location | None = None


class DetectedObject(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One thing an algorithm saw; ``box`` is left, top, width, height as shares of the picture."""

    label: Short | None = None
    confidence: Share | None = None
    box: tuple[float, float, float, float] | None = None


class AlertData(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``video.alert.raised``, ``.updated``, ``.cleared``: one alert goes by one ``alert_id``.

    In an update ``None`` means unchanged. ``priority`` 1 is the worst, 4 the least.
    """

    alert_id: Key
    camera: Camera | None = None
    algorithm: Short | None = None
    label: Short | None = None
    label_text: Short | None = None
    priority: Priority | None = None
    confidence: Share | None = None
    started_at: Moment | None = None
    ended_at: Moment | None = None
    snapshot_url: Url | None = None
    clip_url: Url | None = None
    stream_url: Url | None = None
    objects: tuple[str | DetectedObject, ...] = ()
    zone: Short | None = None
    plate: Short | None = None


class TaskReceipt(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``task.receipt``: a body's word on a task; ``at`` absent means the envelope's time."""

    case_no: Key
    body: Key
    status: TaskStatus
    at: Moment | None = None
    by: Person | None = None
    reason: Words | None = None
    duty_item: Key | None = None
    milestone: Short | None = None
    words: Words | None = None
    attachments: tuple[Attachment, ...] = ()


class WhistleReceipt(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``whistle.receipt``: a summoned body's word on a whistle."""

    whistle_no: Key
    body: Key
    status: WhistleStatus
    at: Moment | None = None
    by: Person | None = None
    location: Location | None = None
    reason: Words | None = None
    duty_item: Key | None = None
    words: Words | None = None
    attachments: tuple[Attachment, ...] = ()


class VerificationReceipt(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``verification.receipt``: what the grid worker found."""

    case_no: Key
    result: VerificationResult
    at: Moment | None = None
    by: Person | None = None
    words: Words | None = None
    attachments: tuple[Attachment, ...] = ()
    location: Location | None = None


class FollowupReceipt(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``followup.receipt``: what the reporter said when asked; ``None`` means not known."""

    case_no: Key
    contacted: bool
    solved: bool | None = None
    satisfied: Satisfaction | None = None
    at: Moment | None = None
    words: Words | None = None


class Unit(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who or what reports its position."""

    id: Key
    kind: UnitKind
    name: Short | None = None
    body: Key | None = None


class PositionReported(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``position.reported``: where a unit is."""

    unit: Unit
    location: Location
    at: Moment | None = None
    status: Short | None = None


class CountyTask(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``county.task``: a task handed down by a county body."""

    task_no: Key
    title: Title
    body: Key | None = None
    description: Words | None = None
    duty_item: Key | None = None
    due_at: Moment | None = None


class CountyStatus(StrEnum):
    """What the county says to a request of the township."""

    SEEN = "seen"  # 知悉
    AGREED = "agreed"  # 同意协助
    DECLINED = "declined"  # 不予协助


class CountyReceipt(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``county.receipt``: the county's word on what the township asked of it (乡呼县应)."""

    call_no: Key
    case_no: Key
    body: Key
    status: CountyStatus
    at: Moment | None = None
    by: Person | None = None
    words: Words | None = None


class TransferAnswer(StrEnum):
    """What the other side says to a transfer."""

    RECEIVED = "received"  # it lies there, undecided
    ACCEPTED = "accepted"
    DECLINED = "declined"


class TransferReceipt(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``transfer.receipt``: the other side's word on a transfer; ``receipt_no`` is its own number.

    ``to`` is the destination of ``transfer.sent``.
    """

    transfer_no: Key
    case_no: Key
    to: Key
    status: TransferAnswer
    at: Moment | None = None
    by: Person | None = None
    receipt_no: Short | None = None
    words: Words | None = None


class MediationStatus(StrEnum):
    """What whoever mediates says."""

    SESSION = "session"  # what was done, and it goes on
    AGREED = "agreed"
    FAILED = "failed"  # the level cannot settle it
    WITHDRAWN = "withdrawn"


class TaskWish(StrEnum):
    """What a body may ask for on its task."""

    EXTENSION = "extension"  # 延期
    HOLD = "hold"  # 挂账


class TaskRequest(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``task.request``: a body asks for more time (``limit``), or a hold (``until``)."""

    case_no: Key
    body: Key
    request: TaskWish
    reason: Short
    limit: Short | None = None
    until: Moment | None = None
    by: Person | None = None
    words: Words | None = None


class MediationReceipt(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``mediation.receipt``: the word of the body that mediates at a level."""

    case_no: Key
    body: Key
    status: MediationStatus
    words: Words
    at: Moment | None = None
    by: Person | None = None
    attachments: tuple[Attachment, ...] = ()


class OutboxReceipt(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``feed.receipt``: the other side has (not) taken in our message ``id``."""

    id: Key
    status: ReceiptStatus
    reason: Words | None = None


class Hello(Struct, frozen=True, kw_only=True, gc=False):
    """``feed.hello``: who we are and where we stopped; both nulls at the first start."""

    hall: Key
    client: Key
    epoch: Key | None = None
    resume_after: SequenceText | None = None


class Welcome(Struct, frozen=True, kw_only=True, gc=False):
    """``feed.welcome``: the server's stream; ``oldest`` and ``newest`` null when it holds none."""

    epoch: Key
    oldest: SequenceText | Size | None = None
    newest: SequenceText | Size | None = None


class Heartbeat(Struct, frozen=True, kw_only=True, gc=False):
    """``feed.heartbeat``: still here; ``sequence`` is the last one sent (or taken in)."""

    sequence: SequenceText | Size | None = None


class Ack(Struct, frozen=True, kw_only=True, gc=False):
    """``feed.ack``: everything up to ``sequence`` is stored for good."""

    sequence: SequenceText


class Milestone(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One step of a task with its own limit."""

    name: Short
    due_at: Moment | None = None


class TaskDispatched(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``task.dispatched``: the recipient's copy of a case; it has no field for the reporter."""

    case_no: Key
    title: Title
    body: Key
    description: Words | None = None
    category: Key | None = None
    location: Location | None = None
    lead: Key | None = None
    co_bodies: tuple[Key, ...] = ()
    due_at: Moment | None = None
    milestones: tuple[Milestone, ...] = ()
    duty_item: Key | None = None
    evidence_required: tuple[Short, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class TaskNotice(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``task.recalled``, ``task.rework``, ``task.urged``: a word on a task already sent.

    An order (督办) that wants an answer says its ``level`` and by when in ``reply_by``.
    """

    case_no: Key
    body: Key
    reason: Words | None = None
    due_at: Moment | None = None
    level: SupervisionLevel | None = None
    reply_by: Moment | None = None


class WhistleBlown(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``whistle.blown``: one body is summoned; ``to`` is whom the hall calls there."""

    whistle_no: Key
    case_no: Key
    kind: WhistleKind
    body: Key
    lead: Key | None = None
    place: Location | None = None
    answer_by: Moment | None = None
    report_in_by: Moment | None = None
    duty_item: Key | None = None
    message: Words | None = None
    gear: Words | None = None
    evidence_required: tuple[Short, ...] = ()
    to: Short | None = None


class WhistleNotice(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``whistle.withdrawn``, ``.released``, ``.escalated``; ``to`` is whom it was raised to."""

    whistle_no: Key
    body: Key
    reason: Words | None = None
    to: Short | None = None


Mark = Annotated[int, Meta(ge=1, le=5)]


class Marks(Struct, frozen=True, kw_only=True, gc=False):
    """What the township says of a body's part in a whistle, 1 (bad) to 5 (good) each."""

    response: Mark
    attendance: Mark
    solved: Mark
    attitude: Mark


class WhistleRated(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``whistle.rated``: how a body was rated after its release; it may appeal until then.

    Without ``appeal_by`` its appeal was ruled on, and these are the marks that stand.
    """

    whistle_no: Key
    body: Key
    marks: Marks
    words: Words | None = None
    appeal_by: Moment | None = None


class VerificationRequested(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``verification.requested``: a grid worker is asked to look."""

    case_no: Key
    grid: Key | None = None
    worker: Key | None = None
    location: Location | None = None
    due_at: Moment | None = None


class CaseReplied(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``case.replied``: the answer to everybody who reported it."""

    event_nos: tuple[Key, ...]
    outcome: ReplyOutcome
    reply: Words | None = None


class CountyCalled(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``county.called``: the township asks, the county must answer (乡呼县应).

    ``tier`` ``view`` asks it to know, ``assist`` to help; ``county.receipt`` with ``call_no`` is
    the answer. The rest is the county's copy of the case: it has no field for the reporter.
    """

    case_no: Key
    body: Key
    request: Words
    reply_by: Moment | None = None
    call_no: Key | None = None
    tier: CallTier | None = None
    title: Title | None = None
    description: Words | None = None
    urgency: Urgency | None = None
    location: Location | None = None


class CountyRecalled(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``county.recalled``: the township does not need the answer any more."""

    call_no: Key
    case_no: Key
    body: Key
    reason: Words | None = None


class TransferSent(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``transfer.sent``: a matter for the police, the court or 110, as their copy of the case.

    ``body`` is that of the roster behind the destination ``to``, if there is one. Until
    ``transfer.receipt`` says ``accepted`` the hall goes on handling (先接先办).
    """

    transfer_no: Key
    case_no: Key
    to: Key
    title: Title
    reason: Words
    body: Key | None = None
    description: Words | None = None
    urgency: Urgency | None = None
    location: Location | None = None
    receipt_by: Moment | None = None
    attachments: tuple[Attachment, ...] = ()


class TransferRecalled(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``transfer.recalled``: the hall keeps it after all."""

    transfer_no: Key
    case_no: Key
    to: Key
    reason: Words | None = None


class MediationWork(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What one level has done in a mediation, for the level above."""

    level: Level
    body: Key | None = None
    words: tuple[Words, ...] = ()


class MediationAssigned(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``mediation.assigned``: a body is to mediate a dispute at its level (三级联调).

    ``due_at`` is by when the level must be done, ``whole_due_at`` when all levels must;
    ``earlier`` is what the levels below have done.
    """

    case_no: Key
    body: Key
    level: Level
    title: Title
    description: Words | None = None
    location: Location | None = None
    due_at: Moment | None = None
    whole_due_at: Moment | None = None
    earlier: tuple[MediationWork, ...] = ()


class MediationRecalled(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``mediation.recalled``: nothing more is wanted of the body: it ended, or went up."""

    case_no: Key
    body: Key
    level: Level
    reason: Words | None = None


Inbound = (
    ReportRaised
    | ReportUpdated
    | ReportWithdrawn
    | AlertData
    | TaskReceipt
    | WhistleReceipt
    | VerificationReceipt
    | FollowupReceipt
    | PositionReported
    | CountyTask
    | CountyReceipt
    | TransferReceipt
    | MediationReceipt
    | TaskRequest
    | OutboxReceipt
)
"""What reaches the application: everything a sender can say beside the talk of the session."""

Outbound = (
    TaskDispatched
    | TaskNotice
    | WhistleBlown
    | WhistleNotice
    | WhistleRated
    | VerificationRequested
    | CaseReplied
    | CountyCalled
    | CountyRecalled
    | TransferSent
    | TransferRecalled
    | MediationAssigned
    | MediationRecalled
)
"""What the outbox sends."""


class MessageType(StrEnum):
    """The type of every message of the contract, as the envelope names it."""

    REPORT_RAISED = "grid.event.reported"
    REPORT_UPDATED = "grid.event.updated"
    REPORT_WITHDRAWN = "grid.event.withdrawn"
    ALERT_RAISED = "video.alert.raised"
    ALERT_UPDATED = "video.alert.updated"
    ALERT_CLEARED = "video.alert.cleared"
    TASK_RECEIPT = "task.receipt"
    WHISTLE_RECEIPT = "whistle.receipt"
    VERIFICATION_RECEIPT = "verification.receipt"
    FOLLOWUP_RECEIPT = "followup.receipt"
    POSITION_REPORTED = "position.reported"
    COUNTY_TASK = "county.task"
    COUNTY_RECEIPT = "county.receipt"
    TRANSFER_RECEIPT = "transfer.receipt"
    MEDIATION_RECEIPT = "mediation.receipt"
    TASK_REQUEST = "task.request"
    OUTBOX_RECEIPT = "feed.receipt"
    HELLO = "feed.hello"
    WELCOME = "feed.welcome"
    ACK = "feed.ack"
    HEARTBEAT = "feed.heartbeat"
    TASK_DISPATCHED = "task.dispatched"
    TASK_RECALLED = "task.recalled"
    TASK_REWORK = "task.rework"
    TASK_URGED = "task.urged"
    WHISTLE_BLOWN = "whistle.blown"
    WHISTLE_WITHDRAWN = "whistle.withdrawn"
    WHISTLE_RELEASED = "whistle.released"
    WHISTLE_ESCALATED = "whistle.escalated"
    WHISTLE_RATED = "whistle.rated"
    VERIFICATION_REQUESTED = "verification.requested"
    CASE_REPLIED = "case.replied"
    COUNTY_CALLED = "county.called"
    COUNTY_RECALLED = "county.recalled"
    TRANSFER_SENT = "transfer.sent"
    TRANSFER_RECALLED = "transfer.recalled"
    MEDIATION_ASSIGNED = "mediation.assigned"
    MEDIATION_RECALLED = "mediation.recalled"


class QuarantineReason(StrEnum):
    """Why a frame could not be taken in (feed.md 2.7)."""

    NOT_JSON = "not_json"
    NOT_UTF8 = "not_utf8"
    NOT_OBJECT = "not_object"
    BAD_ENVELOPE = "bad_envelope"
    UNKNOWN_TYPE = "unknown_type"
    BAD_DATA = "bad_data"
    TOO_LARGE = "too_large"
    BINARY = "binary"
    NESTED_TOO_DEEP = "nested_too_deep"


class GapReason(StrEnum):
    """Why part of a stream will not come again by itself."""

    EPOCH_CHANGED = "epoch_changed"  # the server began a new stream
    BUFFER_LOST = "buffer_lost"  # the server no longer holds what we asked for
    SEQUENCE_JUMP = "sequence_jump"  # numbers were missing inside the stream
    SEQUENCE_RESET = "sequence_reset"  # same epoch, but the server has fallen behind us


class LinkStatus(StrEnum):
    """How a feed's connection stands."""

    CONNECTING = "connecting"
    LIVE = "live"
    LIVE_ONLY = "live_only"  # works, but gaps cannot be refilled
    STALE = "stale"  # nothing heard for 10 s
    DOWN = "down"
    NEEDS_PERSON = "needs_person"  # only somebody's hand can mend it


class LinkCause(StrEnum):
    """Why the connection stands as it does; screens have the words for it."""

    NONE = ""
    REFUSED = "refused"  # nobody listens there, or the address is unknown
    TIMED_OUT = "timed_out"
    DROPPED = "dropped"  # the other side closed or the network broke
    SILENT = "silent"  # nothing heard for too long
    TOKEN = "token"  # noqa: S105  401/403: the name of a cause, not a secret
    CERTIFICATE = "certificate"
    REDIRECTED = "redirected"
    PLAINTEXT = "plaintext"  # ws:// to another machine, which the settings do not allow
    ADDRESS = "address"  # the settings name no address that can be read
    PROTOCOL = "protocol"  # not a WebSocket server, or it broke the rules
    TOO_LARGE = "too_large"  # a frame beyond what is read at all
    NO_WELCOME = "no_welcome"
    FELL_BEHIND = "fell_behind"  # its numbers went back: it is asked for all it holds
    STOPPED = "stopped"


class Cursor(Struct, frozen=True, kw_only=True, gc=False):
    """Up to where a feed's stream is accounted for; both ``None`` before the first welcome.

    A stream met for the first time is accounted for up to where it began for us.
    """

    feed: str
    epoch: str | None = None
    acked: int | None = None


class Received(Struct, frozen=True, gc=False):
    """One message taken in whole.

    ``time`` is the source's clock, ``recorded`` the upstream platform's, ``received_at`` ours;
    the first two bear the sender's offset. ``raw`` is the frame as it came, without NUL.
    """

    feed: str
    sequence: int | None
    source: str
    id: str
    type: MessageType
    time: datetime
    recorded: datetime | None
    received_at: datetime
    subject: str | None
    data: Inbound
    raw: str

    @property
    def digest(self) -> bytes:
        """Sixteen bytes that are the same for the same content, whatever its ``sequence``.

        They tell a repeat of (``source``, ``id``) from a revision. Reckoned when asked for, from
        what was understood: neither the order of the keys, nor spaces, nor the offset a time is
        written in make a difference.
        """
        content = _CONTENT.encode((self.type, self.time, self.subject, self.data))
        return blake2b(content, digest_size=16).digest()


class Rejected(Struct, frozen=True, kw_only=True, gc=False):
    """One frame that could not be taken in; ``raw`` is its first 4 KiB, ``detail`` for people.

    ``sequence`` is the number that was read in it. It is a place in the feed's stream only if
    ``in_stream``: talk of the session has none there, and a wild number is not believed.
    """

    feed: str
    sequence: int | None
    reason: QuarantineReason
    received_at: datetime
    raw: str
    detail: str
    in_stream: bool = True


class Gap(Struct, frozen=True, kw_only=True, gc=False):
    """Messages ``first`` to ``last`` that did not come; ``last`` is ``None`` if nobody can know."""

    feed: str
    first: int
    last: int | None
    reason: GapReason
    at: datetime


class LinkState(Struct, frozen=True, kw_only=True, gc=False):
    """How one feed's connection stands since ``at``; ``detail`` is technical, for the log."""

    feed: str
    state: LinkStatus
    at: datetime
    cause: LinkCause = LinkCause.NONE
    detail: str = ""


FeedItem = Received | Rejected | Gap | LinkState | Cursor
"""What a feed hands to the writer, in order.

A ``Cursor`` says that from here on numbers belong to its ``epoch``. An item with a ``sequence``
promises that all up to that number was handed over before it: the writer's cursor is the highest
number since the last ``Cursor``.
"""
