"""Every command a seat can give, as values; the same on a screen, on ``desk``'s stdin and in tests.

``do`` names the command in JSON. ``version`` is the version of the case the decision was made on: a
command on a case that has moved on since is refused. Codes are those of the hall pack, limits are
written like ``8 urgent_hour``, instants are RFC 3339 with offset.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from commandcenter.application.messages import (
    AttachmentKind,
    CountyStatus,
    Mark,
    Satisfaction,
    TaskStatus,
    TransferAnswer,
    VerificationResult,
    WhistleStatus,
)
from commandcenter.domain.alert import Verdict
from commandcenter.domain.case import Outcome
from commandcenter.domain.catalogue import Urgency, WhistleKind
from commandcenter.domain.county import CallTier
from commandcenter.domain.mediation import Level, MediationEnd
from commandcenter.domain.place import Datum
from commandcenter.domain.report import Channel, Personal
from commandcenter.domain.whistle import Arbiter

Short = Annotated[str, Meta(max_length=200)]
Line = Annotated[str, Meta(max_length=2000)]
Web = Annotated[str, Meta(max_length=2048, extra_json_schema={"format": "web"})]
Digest = Annotated[str, Meta(extra_json_schema={"format": "digest"})]
Moment = Annotated[datetime, Meta(tz=True)]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Words = Annotated[str, Meta(max_length=20_000)]
Said = Annotated[str, Meta(min_length=1, max_length=2000)]
"""Words that must not be missing."""


def _one_of(*kinds: type[StrEnum]) -> Meta:
    """Return the mark of a text that is one of the values of several enumerations."""
    return Meta(extra_json_schema={"enum": [member for kind in kinds for member in kind]})


class Order(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="do",
    omit_defaults=True,
):
    """What all commands share: a name in JSON, no unknown fields."""


class _OnCase(Order, frozen=True, kw_only=True):
    case: Short
    version: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None


class Register(Order, frozen=True, kw_only=True, tag="register"):
    """登记: open a case by hand, for a call, a visitor or a leader's note (``instruction``)."""

    title: Title
    channel: Channel
    description: Words = ""
    category: Short | None = None
    urgency: Urgency | None = None
    address: Line = ""
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    datum: Datum | None = None
    grid: Short | None = None
    reporter_name: Short = ""
    reporter_phone: Short = ""
    occurred_at: Moment | None = None
    requires_reply: bool = False
    leader: Short = ""
    instruction: Words = ""


class Claim(_OnCase, frozen=True, kw_only=True, tag="claim"):
    """认领: say "I have it"; ``take`` takes over what somebody else has claimed.

    As long as he is there only a supervisor may, with a ``reason``.
    """

    take: bool = False
    reason: Line = ""


class HandOver(_OnCase, frozen=True, kw_only=True, tag="hand_over"):
    """移交: pass a case in the hall's hands to another operator by name; it is never nobody's."""

    to: Short
    words: Words = ""


class Verify(_OnCase, frozen=True, kw_only=True, tag="verify"):
    """核实: send the grid worker to see whether it is so; the accept timer pauses."""

    worker: Short | None = None


class File(_OnCase, frozen=True, kw_only=True, tag="file"):
    """立案: accept it as a case, with its category; what is given replaces what was reported.

    ``condition`` is that of the filing standard it is filed under, where the category has several.
    """

    category: Short | None = None
    condition: Short = ""
    urgency: Urgency | None = None
    title: Title | None = None
    description: Words | None = None
    grid: Short | None = None
    address: Line | None = None
    duty_item: Short | None = None


class Admit(_OnCase, frozen=True, kw_only=True, tag="admit"):
    """准予进入: let in a county task that no list covers, with what was agreed and with whom."""

    words: Words
    consulted: Short = ""
    duty_item: Short | None = None


class Decline(_OnCase, frozen=True, kw_only=True, tag="decline"):
    """不予准入: send a county task back that no list covers, with a letter."""

    reason: Line
    letter: Words
    duty_item: Short | None = None


class Reject(_OnCase, frozen=True, kw_only=True, tag="reject"):
    """不予受理: decline with a reason and a reply to the reporter.

    ``not_ours`` (不属本级) says that others must act, by an item of the duty list: counted apart.
    """

    reason: Line
    reply: Words
    duty_item: Short | None = None
    not_ours: bool = False


class Merge(_OnCase, frozen=True, kw_only=True, tag="merge"):
    """并案: the same problem as another case; every reporter stays and is answered at close."""

    into: Short
    reason: Line = ""


class Unmerge(_OnCase, frozen=True, kw_only=True, tag="unmerge"):
    """撤销并案: it was another problem after all; its clocks run as if never merged."""

    reason: Line


class Dispatch(_OnCase, frozen=True, kw_only=True, tag="dispatch"):
    """派单: give it to a body with a deadline; what is not given comes from the filing standard."""

    body: Short | None = None
    co_bodies: Annotated[tuple[Short, ...], Meta(max_length=200)] | None = None
    limit: Short | None = None
    duty_item: Short | None = None
    message: Words = ""
    review: Words = ""


class CoDispatch(_OnCase, frozen=True, kw_only=True, tag="co_dispatch"):
    """加派协办: have another body help with what is being handled; it gets a sub-task."""

    body: Short
    message: Words = ""


class Waive(_OnCase, frozen=True, kw_only=True, tag="waive"):
    """免除协办: do without a helping body's part, so that the lead's result can stand."""

    body: Short
    reason: Line


class Recall(_OnCase, frozen=True, kw_only=True, tag="recall"):
    """撤回派单: take it back before the body has accepted."""

    reason: Line


class Dispute(_OnCase, frozen=True, kw_only=True, tag="dispute"):
    """提请裁定: let the supervisor decide whose it is."""

    reason: Line


class Rule(_OnCase, frozen=True, kw_only=True, tag="rule"):
    """裁定: the binding choice of body; it may not return the case again.

    ``by_county`` says that the county decided and the supervisor notes it.
    """

    body: Short
    reason: Line
    limit: Short | None = None
    by_county: bool = False


class Report(_OnCase, frozen=True, kw_only=True, tag="report"):
    """代报: note what a body said by telephone or in person, as if its terminal had sent it.

    ``body`` is the one that spoke: the lead, or a helping body of the case.
    """

    body: Short | None = None
    status: Annotated[Short, _one_of(TaskStatus, VerificationResult)]
    who: Short
    channel: Short
    words: Words = ""
    reason: Line = ""
    duty_item: Short | None = None
    milestone: Short | None = None


class Urge(_OnCase, frozen=True, kw_only=True, tag="urge"):
    """催办: remind the body that holds it."""

    reason: Line = ""


class Supervise(_OnCase, frozen=True, kw_only=True, tag="supervise"):
    """督办: order a body to act and to answer by a date; ``listed`` is a 挂牌督办.

    Without ``body`` the body that has the case is meant; without ``reply_by`` the hall's limit
    holds (``[thresholds] order_reply``), a listed order always names its date.
    """

    reason: Words
    listed: bool = False
    reply_by: Moment | None = None
    body: Short | None = None


class AnswerOrder(_OnCase, frozen=True, kw_only=True, tag="answer_order"):
    """督办回复: note what a body answered to its orders by telephone or in person."""

    who: Short
    channel: Short
    words: Words
    body: Short | None = None


class Instruct(_OnCase, frozen=True, kw_only=True, tag="instruct"):
    """领导批示: attach a leader's note; ``tell_body`` sends it to the body that has the case."""

    words: Words
    leader: Short = ""
    tell_body: bool = False


class Suspend(_OnCase, frozen=True, kw_only=True, tag="suspend"):
    """挂账: park what cannot be done now, until a date; the handling clock stands still."""

    reason: Line
    until: Moment


class _Asked(_OnCase, frozen=True, kw_only=True):
    reason: Line
    who: Short
    channel: Short
    words: Words = ""


class AskExtension(_Asked, frozen=True, kw_only=True, tag="ask_extension"):
    """申请延期: a body asks for more time, by ``limit``; a supervisor decides."""

    limit: Short


class AskHold(_Asked, frozen=True, kw_only=True, tag="ask_hold"):
    """申请挂账: a body asks to park the case until a date; a supervisor decides."""

    until: Moment


class Decide(_OnCase, frozen=True, kw_only=True, tag="decide"):
    """审批: grant or refuse what a body asks for; a refusal says why in ``words``."""

    grant: bool
    words: Words = ""


class Resume(_OnCase, frozen=True, kw_only=True, tag="resume"):
    """恢复: end the hold early or on its date; the deadline moves by the time it stood still."""


class Rework(_OnCase, frozen=True, kw_only=True, tag="rework"):
    """返工: the result will not do; the body handles it again, and so do ``co_bodies``."""

    reason: Line
    co_bodies: Annotated[tuple[Short, ...], Meta(max_length=200)] = ()


class AddEvidence(_OnCase, frozen=True, kw_only=True, tag="add_evidence"):
    """补交证据: add a picture or a paper to a result, by where it is kept."""

    url: Web
    shows: Title
    kind: AttachmentKind = AttachmentKind.IMAGE
    sha256: Annotated[str, Meta(extra_json_schema={"format": "digest"})] | None = None
    taken_at: Moment | None = None


class Check(_OnCase, frozen=True, kw_only=True, tag="check"):
    """核查: begin to check the result on the spot."""


class Close(_OnCase, frozen=True, kw_only=True, tag="close"):
    """结案: the check is passed; the reporters are answered.

    ``contacted``: whoever wanted an answer was reached. ``reason`` is a supervisor's, where the
    result lacks evidence. A partial closing says what remains and when it comes back.
    """

    outcome: Outcome
    reply: Words = ""
    words: Words = ""
    contacted: bool = False
    reason: Words = ""
    remaining: Words = ""
    comes_back_at: Moment | None = None


class AnswerDoubts(_OnCase, frozen=True, kw_only=True, tag="answer_doubts"):
    """答复核对: answer in words what a closing left in doubt."""

    words: Annotated[str, Meta(min_length=1, max_length=2000)]


class ForceClose(_OnCase, frozen=True, kw_only=True, tag="force_close"):
    """强制结案: close from any state; counted apart."""

    reason: Line


class FollowUp(_OnCase, frozen=True, kw_only=True, tag="follow_up"):
    """回访: what the reporter says of the outcome, and when he said it (now, unless given)."""

    contacted: bool
    contacted_at: Moment | None = None
    solved: bool | None = None
    solved_at: Moment | None = None
    satisfied: Satisfaction | None = None
    satisfied_at: Moment | None = None
    met_at: Annotated[str, Meta(max_length=200)] = ""
    words: Words = ""


class Reopen(_OnCase, frozen=True, kw_only=True, tag="reopen"):
    """重开: it is not solved after all; a new clock, the old times stay."""

    reason: Line
    body: Short | None = None
    limit: Short | None = None


class Archive(_OnCase, frozen=True, kw_only=True, tag="archive"):
    """归档: after the appeal window; read-only from then on."""


class CallCounty(_OnCase, frozen=True, kw_only=True, tag="call_county"):
    """呼叫县级: ask a body of the county to know of a case, or to help (乡呼县应).

    Without ``reply_by`` the hall's limit holds (``[thresholds] county_reply``).
    """

    body: Short
    request: Said
    tier: CallTier = CallTier.ASSIST
    reply_by: Moment | None = None


class AnswerCall(_OnCase, frozen=True, kw_only=True, tag="answer_call"):
    """登记县级答复: note what the county answered by telephone or in person.

    ``status``: seen, agreed or declined. ``call`` is the number of the request, without it the
    one that waits.
    """

    status: CountyStatus
    who: Short
    channel: Short
    words: Said
    call: Short = ""


class RecallCall(_OnCase, frozen=True, kw_only=True, tag="recall_call"):
    """撤回县级请求: the township does not need the county's answer any more."""

    reason: Said
    call: Short = ""


class Transfer(_OnCase, frozen=True, kw_only=True, tag="transfer"):
    """移送: hand a matter to the police, the court, 110; ours until their receipt says accepted.

    ``to`` is a code of ``transfers.csv``; its limit holds unless ``receipt_by`` is given.
    """

    to: Short
    reason: Said
    receipt_by: Moment | None = None


class NoteReceipt(_OnCase, frozen=True, kw_only=True, tag="note_receipt"):
    """登记移送回执: note what the other side said by telephone or on paper.

    ``status``: received (undecided), accepted or declined; ``receipt`` is the number it gave,
    ``transfer`` that of ours, without it the one that waits.
    """

    status: TransferAnswer
    who: Short
    channel: Short
    receipt: Annotated[str, Meta(max_length=100)] = ""
    words: Words = ""
    transfer: Short = ""


class RecallTransfer(_OnCase, frozen=True, kw_only=True, tag="recall_transfer"):
    """撤回移送: keep it after all, before the other side has decided."""

    reason: Said
    transfer: Short = ""


class CloseTransferred(_OnCase, frozen=True, kw_only=True, tag="close_transferred"):
    """移送办结: others have accepted it; the reporters are told with whom it is now."""

    reply: Said


class BeginMediation(_OnCase, frozen=True, kw_only=True, tag="begin_mediation"):
    """启动联调: have a dispute mediated, from the lowest level of the ladder or from ``level`` on.

    ``body`` mediates; without it that of the ladder, at the lowest level that of the village.
    """

    level: Level | None = None
    body: Short | None = None


class NoteMediation(_OnCase, frozen=True, kw_only=True, tag="note_mediation"):
    """记录调解: keep what a level did, and who mediated."""

    words: Said
    who: Short


class RaiseMediation(_OnCase, frozen=True, kw_only=True, tag="raise_mediation"):
    """上调一级: the level cannot settle it; the next one up takes it, with all that was done."""

    words: Said
    body: Short | None = None


class EndMediation(_OnCase, frozen=True, kw_only=True, tag="end_mediation"):
    """结束联调: the parties agreed, gave it up, or the highest level failed."""

    end: MediationEnd
    words: Said


class Disclose(_OnCase, frozen=True, kw_only=True, tag="disclose"):
    """查看上报人: be told name and telephone of who reported, for a reason that is recorded."""

    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


class Reveal(_OnCase, frozen=True, kw_only=True, tag="reveal"):
    """查看一项: be told one thing about who reported last, for a reason that is recorded.

    ``seat`` is where it is shown; a screen shows it for 30 seconds.
    """

    field: Personal
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]
    seat: Annotated[str, Meta(max_length=200)] = ""


class Blow(_OnCase, frozen=True, kw_only=True, tag="blow"):
    """吹哨: summon bodies to the case; what is not given comes from the filing standard.

    ``reason`` is why; an emergency may be explained afterwards (``explain_whistle``).
    """

    kind: WhistleKind | None = None
    bodies: Annotated[tuple[Short, ...], Meta(max_length=200)] | None = None
    lead: Short | None = None
    answer_limit: Short | None = None
    report_in_limit: Short | None = None
    message: Words = ""
    gear: Short = ""
    duty_item: Short | None = None
    reason: Words = ""
    hold_seconds: Annotated[int, Meta(ge=0, le=60)] = 8


class _OnWhistle(Order, frozen=True, kw_only=True):
    whistle: Short


class _OnSummons(_OnWhistle, frozen=True, kw_only=True):
    body: Short


class Withdraw(_OnWhistle, frozen=True, kw_only=True, tag="withdraw"):
    """撤哨: take the whistle back, from one body or from all that have not come yet."""

    body: Short | None = None
    reason: Line = ""


class OnBehalf(_OnSummons, frozen=True, kw_only=True, tag="on_behalf"):
    """代应哨/代报到: note what a body said by telephone or in person.

    ``status`` is that of ``whistle.receipt``: answered, refused, en_route, reported_in …
    """

    status: Annotated[Short, _one_of(WhistleStatus)]
    who: Short
    channel: Short
    words: Words
    reason: Line = ""
    duty_item: Short | None = None


class UrgeBody(_OnSummons, frozen=True, kw_only=True, tag="urge_body"):
    """催: remind a summoned body."""

    reason: Line = ""


class SendNow(Order, frozen=True, kw_only=True, tag="send_now"):
    """立即发送: let a message leave that is held back, whatever holds it (its id)."""

    outgoing: str
    reason: Words


class Escalate(_OnSummons, frozen=True, kw_only=True, tag="escalate"):
    """升级: call the next person up in a body that does not answer.

    Without ``to`` that is the next in the body's own chain of contacts.
    """

    to: Short = ""
    reason: Line = ""


class Arbitrate(_OnSummons, frozen=True, kw_only=True, tag="arbitrate"):
    """提请裁定: take a refusal to a supervisor or to the county, who rules by a deadline."""

    arbiter: Arbiter = Arbiter.SUPERVISOR
    reason: Words


class RuleSummons(_OnSummons, frozen=True, kw_only=True, tag="rule_summons"):
    """裁定拒哨: the refusal stands (``uphold`` false), or the body must come (``uphold`` true).

    What the county decided is noted with ``who`` there said so.
    """

    uphold: bool
    reason: Line
    arbiter: Arbiter | None = None
    who: Short = ""


class Press(_OnSummons, frozen=True, kw_only=True, tag="press"):
    """报到页: what a body pressed behind its own link; the same ``id`` again changes nothing.

    ``status`` is one of answered, en_route, reported_in, working, finished, refused.
    ``pressed_at`` is reckoned from the telephone's word of how long ago it was, ``arrived_at`` is
    the page's own clock. ``lon`` and ``lat`` are WGS-84; ``photo`` is a file of the media folder.
    """

    id: Annotated[str, Meta(min_length=8, max_length=64)]
    status: Annotated[Short, _one_of(WhistleStatus)]
    pressed_at: Moment
    arrived_at: Moment
    who: Annotated[str, Meta(max_length=40)] = ""
    words: Annotated[str, Meta(max_length=2000)] = ""
    reason: Annotated[str, Meta(max_length=2000)] = ""
    duty_item: Annotated[str, Meta(max_length=128)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    accuracy_m: Annotated[float, Meta(ge=0, le=1e7)] | None = None
    photo: Short = ""
    photo_sha256: Digest | None = None
    photo_bytes: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None


class NoteRefusedLinks(Order, frozen=True, kw_only=True, tag="note_refused_links"):
    """登记被拒链接: how many requests the report-in page has refused, by reason, in a span."""

    counts: dict[Short, Annotated[int, Meta(ge=1)]]
    since: Moment
    until: Moment


class Release(_OnWhistle, frozen=True, kw_only=True, tag="release"):
    """同意撤离: the township says a body may leave; without ``body`` all that have come."""

    body: Short | None = None
    words: Words = ""


class ExplainWhistle(_OnWhistle, frozen=True, kw_only=True, tag="explain_whistle"):
    """补充理由: say why a whistle was blown; an emergency is blown first."""

    words: Words


class Rate(_OnSummons, frozen=True, kw_only=True, tag="rate"):
    """评分: how a released body did its part, 1 (bad) to 5 (good) each."""

    response: Mark
    attendance: Mark
    solved: Mark
    attitude: Mark
    words: Words = ""


class AnswerRating(_OnSummons, frozen=True, kw_only=True, tag="answer_rating"):
    """答复评分: what the body says to its rating; ``who`` and ``channel`` if somebody notes it."""

    words: Words
    who: Short = ""
    channel: Short = ""


class AppealRating(_OnSummons, frozen=True, kw_only=True, tag="appeal_rating"):
    """申诉评分: the body asks for another ruling on its rating, once and in time."""

    words: Words
    who: Short = ""
    channel: Short = ""


class RuleRating(_OnSummons, frozen=True, kw_only=True, tag="rule_rating"):
    """裁定评分申诉: the marks stand, or all four given here take their place."""

    words: Words
    response: Mark | None = None
    attendance: Mark | None = None
    solved: Mark | None = None
    attitude: Mark | None = None


class Review(Order, frozen=True, kw_only=True, tag="review"):
    """研判: judge a video alert."""

    alert: Short
    verdict: Verdict
    reason: Line = ""


class Promote(Order, frozen=True, kw_only=True, tag="promote"):
    """转案: open a case for a video alert."""

    alert: Short
    title: Title | None = None
    category: Short | None = None
    urgency: Urgency | None = None
    description: Words = ""


class Retry(Order, frozen=True, kw_only=True, tag="retry"):
    """重试: take a quarantined message in again, after the reference data were mended."""

    message: Annotated[int, Meta(ge=1, le=2**63 - 1)]


InBulk = (
    Claim
    | Verify
    | File
    | Merge
    | Unmerge
    | Dispatch
    | Recall
    | Report
    | Urge
    | Rework
    | Check
    | Close
    | Archive
)
"""What may be done to many cases at once: what a person decides alike for each of them."""
AT_ONCE: Final = 200
"""So many orders in one transaction at most, that nothing waits long behind them."""


class Bulk(Order, frozen=True, kw_only=True, tag="bulk"):
    """批量办理: several steps in one transaction; each is carried out or refused by itself."""

    orders: Annotated[tuple[InBulk, ...], Meta(min_length=1, max_length=AT_ONCE)]


Command = (
    Register
    | Claim
    | HandOver
    | Verify
    | File
    | Admit
    | Decline
    | Reject
    | Merge
    | Unmerge
    | Dispatch
    | CoDispatch
    | Waive
    | Recall
    | Dispute
    | Rule
    | Report
    | Urge
    | Supervise
    | AnswerOrder
    | Instruct
    | Suspend
    | AskExtension
    | AskHold
    | Decide
    | Resume
    | Rework
    | AddEvidence
    | Check
    | Close
    | AnswerDoubts
    | ForceClose
    | FollowUp
    | Reopen
    | Archive
    | CallCounty
    | AnswerCall
    | RecallCall
    | Transfer
    | NoteReceipt
    | RecallTransfer
    | CloseTransferred
    | BeginMediation
    | NoteMediation
    | RaiseMediation
    | EndMediation
    | Disclose
    | Reveal
    | Blow
    | Withdraw
    | OnBehalf
    | UrgeBody
    | SendNow
    | Escalate
    | Arbitrate
    | RuleSummons
    | ExplainWhistle
    | Rate
    | AnswerRating
    | AppealRating
    | RuleRating
    | Press
    | NoteRefusedLinks
    | Release
    | Review
    | Promote
    | Retry
    | Bulk
)
"""All of them; ``msgspec.json.decode(line, type=Command)`` reads one from JSON."""


def name(command: type[Order]) -> str:
    """Return the name of a command, as ``do`` gives it in JSON."""
    return str(command.__struct_config__.tag)
