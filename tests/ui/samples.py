"""A believable township for tests and pictures: its hall, its open work, its facts, and a desk.

Everything is made through the domain (``opened``, ``take``, ``blown``), never by hand, so that no
picture shows what could not happen. Cases are numbered; ``NOW`` is a Wednesday afternoon.
"""

import csv
import dataclasses
import json
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from types import MappingProxyType
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from commandcenter.application import access, commands
from commandcenter.application.changes import Delta, Outgoing, StoreHealth, UnitPosition
from commandcenter.application.gazetteer import Gazetteer
from commandcenter.application.messages import Gap, GapReason, LinkState, LinkStatus
from commandcenter.application.perform import Outcome
from commandcenter.application.plans import dispatch_plan, total_plan
from commandcenter.application.questions import (
    AlikeAmong,
    Beyond,
    CaseCount,
    Cases,
    Children,
    DayPage,
    DeliveriesOf,
    Duplicates,
    Figures,
    History,
    JustClosed,
    LeadersDay,
    OneCase,
    OpenWork,
    Precedents,
    RefusalBefore,
    RefusalsBefore,
    ReporterOf,
    Ruling,
    Strip,
    Tile,
    ToRate,
    Work,
)
from commandcenter.application.seat import Seat
from commandcenter.domain import alert as alerts
from commandcenter.domain import case as cases
from commandcenter.domain import matching
from commandcenter.domain import whistle as whistles
from commandcenter.domain.case import Act, Request, RequestKind, State, Step
from commandcenter.domain.catalogue import (
    Admission,
    Category,
    DutyItem,
    DutyList,
    ReplyTemplate,
    Standard,
    Urgency,
    WhistleKind,
)
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Recorded
from commandcenter.domain.gazetteer import KIND_WORDS, NamedPlace
from commandcenter.domain.hall import Hall
from commandcenter.domain.measures import MEASURES, Figure
from commandcenter.domain.mediation import Level, Rung, marks
from commandcenter.domain.place import Datum, Grid, GridMap, Place, PlaceQuality, Point
from commandcenter.domain.report import Channel, Reporter
from commandcenter.domain.roster import Body, BodyLevel, Camera, ContactStep, Operator, Role, Worker
from commandcenter.domain.timelimit import Limit, Milestone, WorkCalendar
from commandcenter.domain.transfer import Destination
from commandcenter.domain.whistle import Arbiter, Call, SummonsStep

HANDED_DOWN = (
    ("报送建设工程质量监督检查台账", "county_urban", "SH-003", Admission.DECLINED),
    ("每日上报企业名录", "county_ecology", None, Admission.WAITING),
    ("协助开展取水许可现场核验", "county_water", "SH-005", Admission.ADMITTED),
)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 14, 30, tzinfo=ZONE).astimezone(ZoneInfo("UTC"))
PACK = Path(__file__).parents[2] / "resources" / "demo"
DISPATCHER = "dispatcher"
LEADER = "duty_leader"

PROBLEMS = (
    ("E0301", "农贸市场南门占道经营，堵塞消防通道", Urgency.IMPORTANT),
    ("C0101", "文昌街 12 号门前井盖缺失，夜间无照明", Urgency.URGENT),
    ("C0106", "东街三盏路灯连续两晚不亮", Urgency.NORMAL),
    ("C0107", "柳塘村自来水管爆裂，水漫上路面", Urgency.URGENT),
    ("C0108", "幸福里 3 栋楼道有燃气味", Urgency.CRITICAL),
    ("C0401", "行道树倒伏压住电线", Urgency.URGENT),
    ("C0302", "垃圾桶满溢两天未清运", Urgency.NORMAL),
    ("C0202", "村道护栏被撞断，临河危险", Urgency.IMPORTANT),
    ("C0201", "十字路口信号灯全灭", Urgency.IMPORTANT),
    ("C0204", "青石桥桥面塌陷约半米", Urgency.URGENT),
    ("C0103", "雨水箅子堵塞，低洼处积水", Urgency.NORMAL),
    ("C0502", "望湖村泵站闸门关不严", Urgency.IMPORTANT),
)
BODIES = ("enforcement", "construction", "waterworks", "power", "police", "market", "emergency")
CHANNELS = tuple(Channel)


def replace(made, **fields):
    """Return a value of the domain or of the application with other fields."""
    other = structs.replace if isinstance(made, Struct) else dataclasses.replace
    return other(made, **fields)


def _rows(name):
    with (PACK / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _list(text):
    return tuple(filter(None, (text or "").split(";")))


@cache
def hall():
    """The hall of the demo pack, read without the loader of the program."""
    grids = []
    for feature in json.loads((PACK / "grids.geojson").read_text("utf-8"))["features"]:
        props, shape = feature["properties"], feature["geometry"]
        polygons = shape["coordinates"]
        polygons = [polygons] if shape["type"] == "Polygon" else polygons
        grids.append(
            Grid(
                code=props["code"],
                name=props["name"],
                village=props["village"],
                worker=props.get("worker"),
                polygons=tuple(
                    tuple(tuple((x, y) for x, y, *_ in ring) for ring in rings)
                    for rings in polygons
                ),
            )
        )
    standards = {}
    for number, row in enumerate(_rows("standards"), start=2):
        item = Standard(
            row=number,
            category=row["category"],
            condition=row["condition"],
            body=row["body"] or None,
            co_bodies=_list(row["co_bodies"]),
            limit=Limit.parse(row["limit"]) if row["limit"] else None,
            statutory_limit=Limit.parse(row["statutory_limit"]) if row["statutory_limit"] else None,
            milestones=tuple(Milestone(*_stop(text)) for text in _list(row["milestones"])),
            duty_item=row["duty_item"] or None,
            evidence=_list(row["evidence"]),
            whistle_kind=WhistleKind(row["whistle_kind"]) if row["whistle_kind"] else None,
            whistle_bodies=_list(row["whistle_bodies"]),
            guidance=row["guidance"],
        )
        standards[item.category] = (*standards.get(item.category, ()), item)
    return Hall(
        name="云溪镇综合指挥中心",
        code="990101101",
        zone=ZONE,
        grids=GridMap(grids),
        bodies=MappingProxyType(
            {
                row["code"]: Body(
                    code=row["code"],
                    name=row["name"],
                    short_name=row["short_name"],
                    level=BodyLevel(row["level"]),
                    kind=row["kind"],
                    phone=row["phone"],
                    hours=row["hours"],
                    aliases=_list(row.get("aliases")),
                )
                for row in _rows("bodies")
            }
        ),
        categories=MappingProxyType(
            {
                row["code"]: Category(
                    code=row["code"],
                    name=row["name"],
                    parent=row["parent"] or None,
                    urgency=Urgency(row["urgency"]),
                    restricted=row["restricted"] == "yes",
                    words=_list(row["words"]),
                    mediated=row["mediated"] == "yes",
                )
                for row in _rows("categories")
            }
        ),
        standards=MappingProxyType(standards),
        replies=MappingProxyType(
            {
                row["code"]: ReplyTemplate(
                    code=row["code"],
                    reason=row["reason"],
                    reply=row["reply"],
                    not_ours=row["not_ours"] == "yes",
                )
                for row in _rows("replies")
            }
        ),
        duties=MappingProxyType(
            {
                row["item"]: DutyItem(
                    item=row["item"],
                    list=DutyList(row["list"]),
                    title=row["title"],
                    body=row["body"] or None,
                    co_bodies=_list(row["co_bodies"]),
                )
                for row in _rows("duties")
            }
        ),
        cameras=MappingProxyType(
            {
                row["code"]: Camera(
                    code=row["code"],
                    name=row["name"],
                    point=Point(float(row["lon"]), float(row["lat"]), Datum(row["datum"])),
                    grid=row["grid"],
                    owner=row["owner"],
                )
                for row in _rows("cameras")
            }
        ),
        workers=MappingProxyType(
            {
                row["id"]: Worker(
                    id=row["id"],
                    name=row["name"],
                    phone=row["phone"],
                    grid=row["grid"],
                    role=row["role"],
                )
                for row in _rows("workers")
            }
        ),
        people=MappingProxyType(
            {
                row["id"]: Operator(id=row["id"], name=row["name"], role=Role(row["role"]))
                for row in _rows("people")
            }
        ),
        destinations=MappingProxyType(
            {
                row["code"]: Destination(
                    code=row["code"], name=row["name"], limit=Limit.parse(row["limit"])
                )
                for row in _rows("transfers")
            }
        ),
        ladder=tuple(
            Rung(
                level=Level(row["level"]),
                limit=Limit.parse(row["limit"]),
                body=row["body"] or None,
            )
            for row in _rows("mediation")
        ),
        calendar=WorkCalendar({}, ZONE),
    )


def _stop(text):
    name, _, limit = text.partition("=")
    return name, Limit.parse(limit)


def operator(id_=DISPATCHER):
    """A person of the roster."""
    return hall().people[id_]


@cache
def places():
    """The named places of the demo pack."""
    return tuple(
        NamedPlace(
            name=row["name"],
            kind=KIND_WORDS[row["kind"]],
            point=Point(float(row["lon"]), float(row["lat"]), Datum(row["datum"]))
            if row["lon"]
            else None,
            grid=row["grid"],
            aliases=_list(row["aliases"]),
        )
        for row in _rows("gazetteer")
    )


def spot(number):
    """A place in one of the grids, a little off its middle."""
    grids = list(hall().grids.grids.values())
    grid = grids[number * 7 % len(grids)]
    ring = grid.polygons[0][0]
    dice = Random(number)
    lon = sum(x for x, _ in ring) / len(ring) + dice.uniform(-0.002, 0.002)
    lat = sum(y for _, y in ring) / len(ring) + dice.uniform(-0.002, 0.002)
    point = Point(lon, lat, Datum.WGS84)
    return Place(
        point=point,
        wgs84=point,
        grid=grid.code,
        village=grid.village,
        address=f"{grid.village}主街 {number % 80 + 1} 号",
        quality=PlaceQuality.EXACT,
    )


def case(
    number=1,
    *,
    state=State.RECEIVED,
    urgency=None,
    title=None,
    age=timedelta(minutes=10),
    claimed=False,
    body=None,
    place=None,
    channel=None,
    at=NOW,
    limit=None,
    provisional=False,
    trail=None,
    **fields,
):
    """One case, brought to ``state`` by the steps that lead there; ``trail`` collects the facts.

    ``age`` is how long ago it came in; its later steps lie evenly between then and ``at``.
    """
    category, words, grade = PROBLEMS[number % len(PROBLEMS)]
    received = at - age
    path = _PATHS[state]
    moments = (received + age * (step + 1) / (len(path) + 2) for step in count())
    trail = [] if trail is None else trail
    made, fact = cases.opened(
        no=f"YX20261118{number:05}",
        at=received,
        actor="county",
        place=place or spot(number),
        report={"source": "county", "id": f"m-{number}"},
        **{name: fields.pop(name) for name in ("marks", "evidence") if name in fields},
        fields={
            "title": title or words,
            "description": f"{title or words}。群众反映已持续一段时间，请尽快处理。",
            "category": category if category in hall().categories else "C0103",
            "urgency": urgency or grade,
            "channel": channel or CHANNELS[number % len(CHANNELS)],
            "source": "county",
            "occurred_at": received - timedelta(minutes=7),
            "reported_at": received - timedelta(minutes=1),
            **fields,
        },
    )
    trail.append(fact)
    if claimed:
        path = (Step.CLAIM, *path)
    for step in path:
        moment = next(moments)
        actor, role, data = _DONE_BY[step]
        data = dict(data)
        if step in {Step.DISPATCH, Step.RULE}:
            plan = dispatch_plan(hall(), made, moment, limit=limit)
            data |= {
                "body": body or plan.body or BODIES[number % len(BODIES)],
                "co_bodies": plan.co_bodies,
                "due_at": plan.deadline.due_at,
                "due_provisional": provisional,
                "sign_due_at": plan.sign_due_at,
                "limit": str(plan.limit),
                "limit_source": plan.source,
                "duty_item": plan.duty_item,
                "milestones": [{"name": n, "due_at": due} for n, due in plan.milestones],
            }
        if step is Step.FILE:
            data["category"] = made.category
            data["total_due_at"] = total_plan(hall(), made, moment).due_at
        if step is Step.SUSPEND:
            data["until"] = at + timedelta(days=12)
            moment = min(moment, made.due_at)  # later nothing is put on hold
        if step is Step.RESULT:
            data["check_due_at"] = moment + timedelta(hours=8)
        by = made.body if actor is None else actor
        made, fact = cases.take(made, Act(step=step, at=moment, by=by, role=role, data=data))
        trail.append(fact)
    return made


_HALL_STEP = (DISPATCHER, Role.DISPATCHER)
_DONE_BY = {
    Step.CLAIM: (*_HALL_STEP, {}),
    Step.VERIFY: (*_HALL_STEP, {"worker": "W001"}),
    Step.FILE: (*_HALL_STEP, {}),
    Step.REJECT: (
        *_HALL_STEP,
        {"reason": "不属本镇职责", "reply": "已转告相关部门，请联系县城管局。"},
    ),
    Step.MERGE: (*_HALL_STEP, {"into": "YX2026111800001"}),
    Step.DISPATCH: (*_HALL_STEP, {}),
    Step.DISPUTE: (*_HALL_STEP, {"reason": "两家单位都认为不属自己职责"}),
    Step.ACCEPT: (None, "", {}),
    Step.START: (None, "", {"handler": "handler"}),
    Step.SUSPEND: (LEADER, Role.DUTY_LEADER, {"reason": "season"}),
    Step.RESULT: (None, "", {"words": "已到场处理完毕，现场已恢复。", "handler": "handler"}),
    Step.CHECK: ("inspector", Role.INSPECTOR, {}),
    Step.CLOSE: ("inspector", Role.INSPECTOR, {"outcome": "solved", "reply": "问题已解决。"}),
    Step.ARCHIVE: (LEADER, Role.DUTY_LEADER, {}),
}
_TO_HANDLING = (Step.FILE, Step.DISPATCH, Step.ACCEPT, Step.START)
_TO_RESULT = (*_TO_HANDLING, Step.RESULT)
_PATHS = {
    State.RECEIVED: (),
    State.VERIFYING: (Step.VERIFY,),
    State.REJECTED: (Step.REJECT,),
    State.MERGED: (Step.MERGE,),
    State.FILED: (Step.FILE,),
    State.DISPATCHED: (Step.FILE, Step.DISPATCH),
    State.ARBITRATING: (Step.FILE, Step.DISPATCH, Step.DISPUTE),
    State.ACCEPTED: (Step.FILE, Step.DISPATCH, Step.ACCEPT),
    State.HANDLING: _TO_HANDLING,
    State.SUSPENDED: (*_TO_HANDLING, Step.SUSPEND),
    State.RESULT_SUBMITTED: _TO_RESULT,
    State.CHECKING: (*_TO_RESULT, Step.CHECK),
    State.CLOSED: (*_TO_RESULT, Step.CHECK, Step.CLOSE),
    State.ARCHIVED: (*_TO_RESULT, Step.CHECK, Step.CLOSE, Step.ARCHIVE),
}


def rulings(at=NOW):
    """What was ruled on the same class before."""
    return tuple(
        Ruling(
            case=f"YX2026110{n}00012",
            title="农贸市场南门占道经营",
            body=body,
            over=("market",),
            at=at - timedelta(days=7 * n),
            by="shift_supervisor",
            by_county=n > 1,
            reason=reason,
        )
        for n, body, reason in (
            (1, "enforcement", "清单第 12 项，城镇秩序由综合执法队牵头"),
            (2, "construction", "占用的是施工围挡，由建设办先清"),
        )
    )


def helped(made, *bodies, at=NOW, trail=None):
    """A case that more bodies help with."""
    for body in bodies:
        data = {"body": body}
        made, fact = cases.noted(made, "sub_task_added", at=at, actor=DISPATCHER, data=data)
        if trail is not None:
            trail.append(fact)
    return made


def noted(made, kind, *, at=NOW, by=DISPATCHER, trail=None, **data):
    """A case with one thing more noted on it."""
    made, fact = cases.noted(made, kind, at=at, actor=by, data=data)
    if trail is not None:
        trail.append(fact)
    return made


def called(made, *, at=NOW, within=timedelta(hours=2), body="county_water", trail=None, **data):
    """A case on which the county was asked for help."""
    given = {"call": f"{made.no}-H{len(made.calls) + 1}", "tier": "assist"}
    given |= {"asked": "请派抽水车两台到青石桥，下午三点以前", "body": body} | data
    return noted(made, "county_called", at=at, reply_by=at + within, trail=trail, **given)


def transferred(made, to="110", *, at=NOW, within=timedelta(minutes=10), trail=None):
    """A case that was transferred, and no receipt has come."""
    number = f"{made.no}-Y{len(made.transfers) + 1}"
    given = {"transfer": number, "destination": to, "reason": "双方持械，已有人受伤"}
    return noted(made, "transfer_sent", at=at, receipt_by=at + within, trail=trail, **given)


def mediated(made, *, at=NOW, trail=None):
    """A dispute whose mediation begins in its village."""
    found = marks(hall().ladder, hall().calendar, at)
    levels = [
        {"level": rung.level, "due_at": mark.due_at}
        for rung, mark in zip(hall().ladder, found, strict=True)
    ]
    begun = {"body": "village_05", "rung": "village", "levels": levels}
    return noted(made, "mediation_begun", at=at, trail=trail, **begun)


def asked(made, kind=RequestKind.EXTENSION, **fields):
    """A case whose body asks for more time or a hold."""
    what = {"limit": "2 work_day"} if kind is RequestKind.EXTENSION else {}
    request = Request(
        kind=kind,
        reason="materials",
        words="配件后天到",
        who="李所长",
        asked_at=NOW,
        asked_by=DISPATCHER,
        decide_by=NOW + timedelta(hours=1),
        **what | fields,
    )
    return replace(made, request=request, version=made.version + 1)


def step(made, what, *, at=NOW, by=DISPATCHER, role=Role.DISPATCHER, trail=None, **data):
    """A case one step further."""
    after, fact = cases.take(made, Act(step=what, at=at, by=by, role=role, data=data))
    if trail is not None:
        trail.append(fact)
    return after


def suggested(made, *others, same_phone=False):
    """What the store would suggest of some cases as the same problem as one."""
    found = [matching.Candidate(it, same_phone) for it in others]
    return matching.suggestions(made, found, {}, matching.rules_of(hall()))


def whistle(
    made,
    bodies=("enforcement", "police", "market"),
    *,
    number=1,
    kind=WhistleKind.JOINT_ENFORCEMENT,
    age=timedelta(minutes=8),
    answer=timedelta(minutes=10),
    report_in=timedelta(minutes=30),
    came=(),
    answered=(),
    refused=(),
    at=NOW,
    trail=None,
):
    """A whistle on a case, and the case with the whistle noted on it."""
    trail = [] if trail is None else trail
    moment = at - age
    blown, fact = whistles.blown(
        no=f"YXS20261118{number:04}",
        at=moment,
        actor=DISPATCHER,
        role=Role.DISPATCHER,
        fields={
            "case": made.no,
            "kind": kind,
            "leaves_at": moment + timedelta(seconds=8),
            "place": cases.place_data(made.place),
            "message": f"请立即到场：{made.title}",
            "bodies": list(bodies),
            "lead": bodies[0],
            "answer_by": moment + answer,
            "report_in_by": moment + report_in,
        },
    )
    trail.append(fact)
    moves = (
        [(body, SummonsStep.ANSWER, {"contact": "李队"}) for body in answered]
        + [
            (
                body,
                SummonsStep.REPORT_IN,
                {"proof": {"kind": "on_behalf", "who": "李队", "channel": "电话", "words": "已到"}},
            )
            for body in came
        ]
        + [
            (body, SummonsStep.REFUSE, {"reason": "不属本单位职责", "duty_item": "PH-001"})
            for body in refused
        ]
    )
    for body, move, data in moves:
        blown, facts = whistles.take(blown, body, move, at=moment + age / 2, by=body, data=data)
        trail += facts
    noted, fact = cases.noted(
        made,
        "whistle_added",
        at=moment,
        actor=DISPATCHER,
        role=Role.DISPATCHER,
        data={"whistle": blown.no},
    )
    trail.append(fact)
    return blown, noted


LABELS = ("烟火", "占道经营", "垃圾堆放", "水位超限", "人群聚集", "违停")


def alert(number=1, *, age=timedelta(minutes=3), priority=None, at=NOW, **fields):
    """One video alert from a camera of the roster."""
    cameras = list(hall().cameras.values())
    camera = cameras[number % len(cameras)]
    place = structs.replace(
        spot(number), point=camera.point, wgs84=camera.point, grid=camera.grid, address=camera.name
    )
    raised, _fact = alerts.raised(
        key=f"box-1#A{number:05}",
        at=at - age,
        actor="box-1",
        fields={
            "source": "box-1",
            "alert_id": f"A{number:05}",
            "camera": camera.code,
            "camera_name": camera.name,
            "place": cases.place_data(place),
            "algorithm": "vision",
            "label": f"label-{number % len(LABELS)}",
            "label_text": LABELS[number % len(LABELS)],
            "priority": priority or number % 4 + 1,
            "confidence": 0.6 + number % 4 / 10,
            "started_at": at - age - timedelta(seconds=4),
            **fields,
        },
    )
    return raised


_SPREAD = (
    (State.RECEIVED, 8),
    (State.VERIFYING, 2),
    (State.FILED, 6),
    (State.DISPATCHED, 6),
    (State.ARBITRATING, 1),
    (State.ACCEPTED, 4),
    (State.HANDLING, 14),
    (State.SUSPENDED, 2),
    (State.RESULT_SUBMITTED, 4),
    (State.CHECKING, 3),
)


def refusals(body, *, at=NOW):
    """How a body's earlier refusals went."""
    return (
        RefusalBefore(
            whistle="YXS202610090003", case="YX2026100900031", title="农贸市场占道经营",
            body=body, at=at - timedelta(days=40), reason="不属本单位职责", duty_item="PH-001",
            upheld=True, arbiter=Arbiter.SUPERVISOR, ruling="清单载明配合义务，应到场",
        ),
    )  # fmt: skip


def chained(blown, body, *, called=1):
    """A whistle with a chain of four people for a body, some of them called."""
    people = (
        (ContactStep.LIAISON, "王强", "feed", 0),
        (ContactStep.DEPUTY, "李明", "phone", 5),
        (ContactStep.HEAD, "赵国栋", "sms", 10),
        (ContactStep.COUNTY, "", "feed", 15),
    )
    chain = tuple(
        Call(
            step=step, name=name, channel=channel,
            address="13900000000" if channel == "phone" else "",
            at=blown.blown_at + timedelta(minutes=wait),
        )
        for step, name, channel, wait in people
    )  # fmt: skip
    return replace(
        blown,
        summons=tuple(
            replace(it, chain=chain, called=called) if it.body == body else it
            for it in blown.summons
        ),
    )


MARKS_GIVEN = {"response": 5, "attendance": 4, "solved": 2, "attitude": 3}


def rated(blown, body, *, upto="rule_rating", at=NOW):
    """A whistle with a body that came released, rated and appealing, as far as an action needs."""
    steps = (
        ("rate", SummonsStep.RELEASE, {"words": "处置完毕"}),
        ("answer_rating", SummonsStep.RATE,
         {"marks": MARKS_GIVEN, "words": "到场较快，清运不彻底",
          "appeal_by": at + timedelta(days=3)}),
        ("appeal_rating", SummonsStep.ANSWER_RATING, {"words": "当日车辆检修，次日已补清"}),
        ("rule_rating", SummonsStep.APPEAL_RATING, {"words": "次日已清完，请复核解决一项"}),
    )  # fmt: skip
    for id_, step, data in steps:
        by = DISPATCHER if step in {SummonsStep.RELEASE, SummonsStep.RATE} else body
        blown, _facts = whistles.take(blown, body, step, at=at, by=by, data=data)
        if id_ == upto:
            break
    return blown


def open_cases(number=50, *, seed=7, at=NOW):
    """Open cases in believable proportions: most calm, some near, some over, one critical."""
    dice = Random(seed)
    states = [state for state, weight in _SPREAD for _ in range(weight)]
    made = []
    for index in range(number):
        state = states[index * 11 % len(states)]
        grade = dice.choices(tuple(Urgency), weights=(70, 20, 8, 1))[0]
        early = state in {State.RECEIVED, State.FILED, State.VERIFYING}
        age = timedelta(minutes=dice.uniform(0.5, 13 if index % 6 else 24))
        if not early:
            age = timedelta(hours=dice.uniform(4, 20) if index % 8 == 0 else dice.uniform(0.2, 1.9))
        made.append(
            case(
                index + 1,
                state=state,
                urgency=Urgency.CRITICAL if index == 4 else grade,
                age=age,
                claimed=early and index % 3 == 0,
                at=at,
            )
        )
    return made


def work(number=50, *, alerts_number=12, whistled=3, seed=7, at=NOW):
    """An afternoon's open work, whistles and alerts included."""
    made = open_cases(number, seed=seed, at=at)
    handling = [it for it in made if it.state is State.HANDLING][:whistled]
    sounded = []
    came = ((), ("enforcement",), ("enforcement", "police"))
    for index, item in enumerate(handling):
        blown, noted = whistle(
            item,
            number=index + 1,
            age=timedelta(minutes=(4, 9, 34)[index % 3]),
            answered=("enforcement", "police")[: index + 1],
            came=came[index % 3],
            at=at,
        )
        sounded.append(blown)
        made[made.index(item)] = noted
    return Work(
        cases=tuple(made),
        whistles=tuple(sounded),
        alerts=tuple(
            alert(n + 1, age=timedelta(minutes=2 * n + 1), at=at) for n in range(alerts_number)
        ),
        cursors=(),
        gaps=(),
        outgoing=(),
        quarantined=2,
    )


def lively(at=NOW):
    """What the feeds and the store say when all is well."""
    return Delta(
        links=(
            LinkState(feed="county", state=LinkStatus.LIVE, at=at - timedelta(hours=3)),
            LinkState(feed="video", state=LinkStatus.LIVE, at=at - timedelta(hours=3)),
        ),
        heard=(("county", at), ("video", at - timedelta(seconds=2))),
        health=StoreHealth(ok=True, at=at),
    )


def stale(at=NOW):
    """What they say when one feed has been silent for a minute and another has lost messages."""
    return Delta(
        links=(
            LinkState(feed="county", state=LinkStatus.STALE, at=at - timedelta(seconds=60)),
            LinkState(feed="video", state=LinkStatus.DOWN, at=at - timedelta(seconds=45)),
        ),
        heard=(
            ("county", at - timedelta(seconds=72)),
            ("video", at - timedelta(seconds=50)),
        ),
        gaps=(
            Gap(
                feed="county",
                first=1201,
                last=1216,
                reason=GapReason.SEQUENCE_JUMP,
                at=at - timedelta(minutes=2),
            ),
        ),
        outgoing=(outgoing(1, at=at - timedelta(minutes=7)), outgoing(2, at=at)),
        health=StoreHealth(ok=False, at=at, detail="disk full"),
    )


def outgoing(number=1, *, at=NOW):
    """A message that has to leave and has no receipt."""
    return Outgoing(
        id=f"o-{number}",
        order=number,
        feed="county",
        type="task.dispatched",
        subject="YX2026111800001",
        body="construction",
        data="{}",
        time=at,
        leaves_at=at,
    )


def positions(number=6, *, at=NOW):
    """Where the units are."""
    return tuple(
        UnitPosition(
            id=f"U{n}",
            kind=("worker", "team", "vehicle", "drone")[n % 4],
            name=f"巡逻组 {n + 1}",
            body=BODIES[n % len(BODIES)],
            lon=spot(n + 3).wgs84.lon,
            lat=spot(n + 3).wgs84.lat,
            at=at - timedelta(seconds=20 * n),
        )
        for n in range(number)
    )


def recorded(facts, *, seat="S1"):
    """Facts as the journal holds them."""
    return tuple(
        Recorded(fact=fact, seat=seat, number=number, recorded_at=fact.at)
        for number, fact in enumerate(facts, start=1)
    )


_STRIP = (
    ("report_count", 128.0, 128.0, None, 111.0),
    ("to_accept", 9.0, 9.0, None, 6.0),
    ("handling_now", 27.0, 27.0, None, 31.0),
    ("overdue_open", 4.0, 4.0, None, 2.0),
    ("ontime_close_rate", 0.937, 59.0, 63, 0.912),
    ("ontime_report_in_rate", 0.833, 15.0, 18, 0.9),
    ("local_resolution_rate", 0.78, 49.0, 63, 0.76),
    ("avg_handle_hours", 5.4, 340.2, 63, 6.1),
)


def strip():
    """The eight figures of the strip."""
    dice = Random(3)
    return tuple(
        Tile(
            figure=Figure(id=key, key=key, value=value, numerator=over, denominator=under),
            before=before,
            hours=tuple(max(0.0, value * dice.uniform(0.5, 1.3)) for _ in range(24)),
        )
        for key, value, over, under, before in _STRIP
    )


def day_page(day, open_work):
    """What the leaders' page shows of a day: the strip's figures, a fortnight, a few groups."""
    dice = Random(day.toordinal())
    start = datetime(day.year, day.month, day.day, 8, tzinfo=ZONE).astimezone(ZoneInfo("UTC"))
    figures = tuple(tile.figure for tile in strip())
    groups = {"body": BODIES, "grid": tuple(hall().grids.grids)[:8], "channel": CHANNELS[:4]}
    return DayPage(
        day=day,
        start=start,
        end=start + timedelta(days=1),
        figures=figures,
        yesterday=figures,
        median7=tuple((figure.key, figure.value) for figure in figures),
        last_year=(),
        trend=tuple(
            (day - timedelta(days=13 - n), dice.randint(60, 140), dice.randint(50, 130))
            for n in range(14)
        ),
        groups=tuple(
            (name, tuple(replace(it, group=code) for it in figures for code in codes))
            for name, codes in groups.items()
        ),
        whistles=open_work.whistles,
        overdue=tuple(it for it in open_work.cases if it.due_at and it.due_at < NOW),
    )


class SampleClock:
    """A clock that stands until it is moved."""

    def __init__(self, at=NOW):
        self.at = at

    def now(self):
        """Return the instant."""
        return self.at

    def advance(self, **length):
        """Move on; the keywords are those of ``timedelta``."""
        self.at += timedelta(**length)


class SampleDesk:
    """A desk that notes what it is given and answers from a table.

    ``submitted`` are the commands with who gave them. ``answers`` maps a question's type to its
    answer, or to a function of the question. ``refusal`` is raised by the next command; while
    ``held`` is a list, outcomes wait in it as (future, outcome).
    """

    def __init__(self, open_work=None, who=None):
        self.hall = hall()
        self.operator = who or operator()
        self.submitted = []
        self.asked = []
        self.attended = []
        self.alike, self.children = {}, {}
        self.refusal = None
        self.held = None
        self.outcomes = {}
        self._hear = []
        self.work = open_work or work(0, alerts_number=0)
        self.trails = {}
        self.answers = {
            OpenWork: lambda _question: self.work,
            OneCase: self._one,
            Precedents: lambda question: rulings()[: question.limit],
            Cases: self._cases,
            CaseCount: lambda question: len(self._cases(question.of)),
            History: lambda question: recorded(self.trails.get(question.case, ())),
            Duplicates: lambda question: self.alike.get(question.case, ()),
            AlikeAmong: lambda question: matching.families(
                {no: self.alike.get(no, ()) for no in question.cases}
            ),
            Children: lambda question: self.children.get(question.case, ()),
            ReporterOf: Reporter(name="李*", phone="100****0000"),
            RefusalsBefore: lambda question: refusals(question.body)[: question.limit],
            ToRate: (),
            DeliveriesOf: (),
            Strip: lambda _question: strip(),
            Figures: lambda question: tuple(
                MEASURES[key].figure(*counts)
                for key, counts in (("due_close", (12, 12)), ("ontime_close_rate", (9, 12)))
                if key in question.keys
            ),
            JustClosed: lambda question: tuple(
                case(90_000 + n, state=State.CLOSED, age=timedelta(hours=2 + n))
                for n in range(min(5, question.limit))
            ),
            Beyond: lambda _question: tuple(
                case(
                    80_000 + n,
                    age=timedelta(hours=3 + 40 * n),
                    title=title,
                    channel=Channel.COUNTY,
                    county_body=body,
                    duty_item=item,
                    admission=gate,
                    beyond=True,
                )
                for n, (title, body, item, gate) in enumerate(HANDED_DOWN)
            ),
            LeadersDay: lambda question: day_page(question.day, self.work),
        }

    def _one(self, question):
        for item in self.work.cases:
            if item.no == question.no:
                return item
        raise Refusal("unknown_case", case=question.no)

    def _cases(self, question):
        return tuple(
            it
            for it in self.work.cases
            if (not question.text or question.text in it.title + it.no)
            and (not question.states or it.state in question.states)
        )[: question.limit]

    def attend(self, *, by=None):
        """Note who is at the seat."""
        self.attended.append(by or self.operator)
        return Future()

    def submit(self, command, *, by=None):
        """Note a command; its outcome is at hand unless it is held."""
        who, future = by or self.operator, Future()
        self.submitted.append((command, who))
        try:
            access.check(who, command)
            if self.refusal is not None:
                refusal, self.refusal = self.refusal, None
                raise refusal
        except Refusal as refusal:
            future.set_exception(refusal)
            return future
        outcome = self.outcomes.get(commands.name(type(command)), Outcome())
        if self.held is None:
            future.set_result(outcome)
        else:
            self.held.append((future, outcome))
        return future

    def ask(self, question, *, by=None):
        """Answer from the table; an unknown question is a fault of the test."""
        self.asked.append(question)
        future, answer = Future(), self.answers[type(question)]
        try:
            future.set_result(answer(question) if callable(answer) else answer)
        except Refusal as refusal:
            future.set_exception(refusal)
        return future

    def listen(self, hear):
        """Have ``hear`` called by ``say``."""
        self._hear.append(hear)
        return lambda: self._hear.remove(hear)

    def say(self, *deltas):
        """Tell everybody who listens what changed."""
        for delta in deltas:
            for hear in list(self._hear):
                hear(delta)


def seat(desk=None, *, lang="zh", clock=None, state=None, rehearsal=False, notices=()):
    """A seat at a sample desk."""
    return Seat(
        name="一号席",
        desk=desk or SampleDesk(work()),
        hall=hall(),
        gazetteer=Gazetteer(places()),
        clock=clock or SampleClock(),
        state=state or Path(mkdtemp(prefix="hall-")),
        lang=lang,
        feeds={"county": "县平台", "video": "视频平台"},
        notices=notices,
        rehearsal=rehearsal,
    )
