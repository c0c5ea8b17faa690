"""What happens in the fictional township: seeded streams of timed messages."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final

from commandcenter.domain.words import Both
from commandcenter.rehearsal.dice import dice
from commandcenter.rehearsal.polygons import somewhere_in
from commandcenter.rehearsal.stories import (
    DEVICE_FAULT,
    FIELD_SPOTS,
    GROUPS,
    IN_THE_FIELDS,
    RAIN_SIGHTS,
    RAIN_STORIES,
    SIGHTS,
    STORIES,
    STREET_SPOTS,
    Sight,
    Story,
)
from commandcenter.rehearsal.township import (
    GIVEN,
    SURNAMES,
    Camera,
    Grid,
    Township,
    Worker,
    gcj02,
    nobodys_phone,
)

DEFAULT_SPEED: Final = 10.0
MIN_SPEED, MAX_SPEED = 1.0, 60.0
STILLS: Final = "https://stills.yunxi.invalid"  # RFC 2606: a name that leads nowhere
LOCAL: Final = timezone(timedelta(hours=8))

Frame = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message and when it leaves: ``offset`` seconds of the scenario's time after its start."""

    offset: float
    frame: Frame

    @property
    def type(self) -> str:
        """The type its envelope names."""
        return str(self.frame.get("type"))

    @property
    def data(self) -> dict[str, Any]:
        """What it says."""
        return dict(self.frame["data"])

    @property
    def identity(self) -> tuple[str, str]:
        """Source and id: the same pair again is the same message."""
        return self.frame.get("source", ""), self.frame.get("id", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """A recorded line that is no message; it leaves as it stands, without a sequence."""

    offset: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Where scenario time meets real time: ``speed`` scenario seconds pass in one real one."""

    start: datetime
    speed: float = DEFAULT_SPEED

    def at(self, offset: float) -> datetime:
        """Return the real instant of an offset."""
        return self.start + timedelta(seconds=offset / self.speed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One course of events; ``again`` means that a new one follows when it is over."""

    name: str
    summary: Both
    seconds: float
    silent: frozenset[str]
    again: bool
    tell: Callable[["Teller"], Iterator[Message]]


def play(
    name: str, township: Township, *, seed: int, timeline: Timeline, round_: int = 0
) -> list[Message]:
    """Return a scenario's messages in the order they leave.

    Seed and round settle everything but the times, which follow the timeline: the same three
    give the same stream, byte for byte.

    Raises:
        KeyError: There is no scenario of that name.
    """
    scenario = SCENARIOS[name]
    prefix = f"{''.join(word[0] for word in name.split('-')).upper()}{seed}-{round_}"
    teller = Teller(township, dice(name, seed, round_), timeline, prefix)
    return sorted(scenario.tell(teller), key=lambda message: message.offset)


def recorded(lines: Sequence[str], *, now: datetime | None = None) -> list[Message | Noise]:
    """Return recorded frames at their recorded spacing, the first at once.

    The spacing is that of ``recordedtime``, or else of ``time``; a frame that claims to be older
    than the one before it follows at once. With ``now``, every time in a frame is moved as far
    as it takes the first frame to be of now.
    """
    messages: list[Message | Noise] = []
    first: datetime | None = None
    offset = 0.0
    for line in filter(str.strip, lines):
        frame = _object(line)
        if frame is None:
            messages.append(Noise(offset=offset, text=line.rstrip("\r\n")))
            continue
        at = _moment(frame.get("recordedtime")) or _moment(frame.get("time"))
        if at is not None:
            first = first or at
            offset = max(offset, (at - first).total_seconds())
        if now is not None and first is not None:
            frame = _moved(frame, now - first)
        messages.append(Message(offset=offset, frame=frame))
    return messages


def read_recording(path: Path) -> list[str]:
    """Return the lines of an NDJSON file."""
    return path.read_text(encoding="utf-8").splitlines()


def instant(at: datetime) -> str:
    """Write an instant as the feed does: RFC 3339 with the offset of the township."""
    return at.astimezone(LOCAL).isoformat(timespec="milliseconds")


def envelope(*, source: str, id_: str, type_: str, at: datetime, data: Frame) -> Frame:
    """Wrap data into a frame of the feed contract, still without its sequence."""
    return {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "type": type_,
        "time": instant(at),
        "datacontenttype": "application/json",
        "data": data,
    }


def picture(name: str, taken_at: datetime, random: Random) -> Frame:
    """Return an attachment: a picture that can be named but not fetched."""
    return {
        "kind": "image",
        "url": f"{STILLS}/{name}.jpg",
        "sha256": sha256(name.encode()).hexdigest(),
        "bytes": random.randint(90_000, 480_000),
        "taken_at": instant(taken_at),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Channel:
    """How reports come in one way: by whom, how long after, and how they say where it is."""

    source: str
    weight: int
    delay: tuple[float, float]
    datum: str = ""
    located: float = 1.0  # the share that has coordinates
    names_grid: bool = False
    pictures: tuple[int, int] = (0, 0)
    classified: bool = True
    wants_reply: bool = False


CHANNELS: Final[Mapping[str, _Channel]] = {
    "grid_app": _Channel(
        source="/county/grid-app", weight=46, delay=(40, 420), datum="WGS84", names_grid=True,
        pictures=(1, 3),
    ),
    "hotline": _Channel(
        source="/county/hotline-12345", weight=24, delay=(240, 2400), datum="GCJ02", located=0.3,
        classified=False, wants_reply=True,
    ),
    "inspection": _Channel(
        source="/county/inspection", weight=9, delay=(60, 900), datum="CGCS2000", pictures=(2, 3),
    ),
    "network": _Channel(
        source="/county/citizen-app", weight=7, delay=(30, 900), datum="GCJ02", pictures=(0, 2),
        wants_reply=True,
    ),
    "walk_in": _Channel(
        source="/township/service-desk", weight=5, delay=(600, 7200), located=0.0,
        classified=False, wants_reply=True,
    ),
    "drone": _Channel(
        source="/township/drone", weight=4, delay=(10, 60), datum="WGS84", pictures=(2, 4),
    ),
    "county": _Channel(
        source="/county/duty-room", weight=3, delay=(600, 3600), located=0.4, datum="WGS84",
        wants_reply=True,
    ),
    "leader": _Channel(
        source="/county/leaders-note", weight=2, delay=(1800, 7200), located=0.0,
        classified=False, wants_reply=True,
    ),
}  # fmt: skip

_NO_POSITION_SHARE: Final = 0.02  # a terminal without a fix says 0, 0
_LATE_SHARE: Final = 0.04  # 补传: captured off line, uploaded hours later
_UPDATED_SHARE: Final = 0.09
_WITHDRAWN_SHARE: Final = 0.015
_CHANNEL_CODE_SHARE: Final = 0.1  # an alarm may name the channel instead of the device
_ALERT_UPDATED_SHARE: Final = 0.5
_ALERT_CLEARED_SHARE: Final = 0.7
_OVERSTATED_SHARE: Final = 0.08  # reporters who find their own matter graver than it is
_NEW_GOAL_SHARE: Final = 0.2
_SEEN_BY_OTHERS_SHARE: Final = 0.14
_NOISY_SHARE: Final = 0.8
_NOISY_CAMERAS: Final = 12
_PLATES: Final = "测ABCDEFGH"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """One thing that is wrong somewhere, however many report it."""

    story: Story
    grid: Grid
    address: str
    position: tuple[float, float]
    number: int
    hour: int


class Teller:
    """Tells what happens, one message at a time, with dice that can be thrown again."""

    def __init__(self, township: Township, random: Random, timeline: Timeline, prefix: str) -> None:
        self.township = township
        self.random = random
        self._timeline = timeline
        self._prefix = prefix
        self._numbers = count(1)
        self._grids = list(township.grids.values())
        self.cameras = list(township.cameras.values())
        self.workers = list(township.workers.values())
        self._worker_of = {worker.grid: worker for worker in self.workers}

    def problem(self, stories: Sequence[Story] = STORIES) -> _Problem:
        """Let something go wrong somewhere."""
        story, grid = self.random.choice(stories), self.random.choice(self._grids)
        spots = FIELD_SPOTS if story.category in IN_THE_FIELDS else STREET_SPOTS
        place = f"{grid.village}{self.random.choice(GROUPS)}{self.random.choice(spots)}"
        return _Problem(
            story=story,
            grid=grid,
            address=place,
            position=somewhere_in(grid.ring, self.random),
            number=self.random.randint(2, 6),
            hour=self.random.choice((22, 23)),
        )

    def channel(self, *but: str) -> str:
        """Draw a channel by its weight."""
        left = {name: channel for name, channel in CHANNELS.items() if name not in but}
        weights = [channel.weight for channel in left.values()]
        return self.random.choices(list(left), weights)[0]

    def report(self, offset: float, problem: _Problem, channel: str) -> Iterator[Message]:
        """Report a problem, and perhaps correct or withdraw the report later."""
        random, way = self.random, CHANNELS[channel]
        sent = self._timeline.at(offset)
        late = channel == "grid_app" and random.random() < _LATE_SHARE
        reported = sent - timedelta(hours=random.uniform(1.5, 8)) if late else sent
        occurred = reported - timedelta(seconds=random.uniform(*way.delay))
        event_no = self._id("R")
        data = {
            "event_no": event_no,
            **self._words(problem, by_phone=channel == "hotline"),
            "urgency": self._urgency(problem.story.category),
            "channel": channel,
            "occurred_at": instant(occurred),
            "reported_at": instant(reported),
            "location": self._location(problem, way),
            "reporter": self._reporter(problem.grid, channel),
            "attachments": [
                picture(f"{event_no}/{number}", occurred, random)
                for number in range(1, random.randint(*way.pictures) + 1)
            ],
            "requires_reply": way.wants_reply,
        }
        if way.classified:
            data["category"] = problem.story.category
        if way.wants_reply:
            data["upstream_due_at"] = instant(reported + timedelta(days=random.choice((3, 5, 7))))
        if item := self.township.duty_items.get(problem.story.category):
            data["duty_item"] = item
        message = self._message(
            offset, "grid.event.reported", way.source, event_no, data, at=reported
        )
        if late:
            message.frame["recordedtime"] = instant(sent)
        yield message
        yield from self._afterwards(offset, event_no, problem, way)

    def alert(
        self, offset: float, camera: Camera, sight: Sight, *, lasts: float | None = None
    ) -> Iterator[Message]:
        """Let a camera raise an alert, which may be updated and cleared.

        ``lasts`` is the length of the whole alert in seconds of the scenario; left out, it is
        drawn, and some alerts are never cleared.
        """
        random = self.random
        alert_id = self._id("A")
        started = self._timeline.at(offset) - timedelta(seconds=random.uniform(0.5, 4))
        confidence = round(random.uniform(0.55, 0.97), 2)
        still = f"{STILLS}/{alert_id}"
        data: Frame = {
            "alert_id": alert_id,
            "camera": self._camera(camera),
            "algorithm": sight.algorithm,
            "label": sight.label,
            "label_text": sight.label_text,
            "priority": sight.priority,
            "confidence": confidence,
            "started_at": instant(started),
            "snapshot_url": f"{still}.jpg",
            "stream_url": f"rtsp://video.yunxi.invalid/{camera.code}",
            "objects": sight.things.split(),
            "zone": random.choice(("全画面", "警戒区一", "警戒区二")),
        }
        if sight.things == "car":
            data["plate"] = f"{_PLATES[0]}{random.choice(_PLATES[1:])}{random.randint(0, 99999):05}"
        yield self._message(offset, "video.alert.raised", _box(camera), alert_id, data)
        length = lasts if lasts is not None else random.uniform(60, 900)
        if random.random() < _ALERT_UPDATED_SHARE:
            change = {"alert_id": alert_id, "confidence": min(0.99, round(confidence + 0.06, 2))}
            change["clip_url"] = f"{still}.mp4"
            when = offset + length * random.uniform(0.2, 0.6)
            yield self._message(when, "video.alert.updated", _box(camera), f"{alert_id}-u", change)
        if lasts is not None or random.random() < _ALERT_CLEARED_SHARE:
            when = offset + length
            end = {"alert_id": alert_id, "ended_at": instant(self._timeline.at(when))}
            yield self._message(when, "video.alert.cleared", _box(camera), f"{alert_id}-c", end)

    def breakdown(self, offset: float, camera: Camera) -> Iterator[Message]:
        """Let a camera fail: a device fault that nothing clears."""
        alert_id = self._id("A")
        data = {
            "alert_id": alert_id,
            "camera": self._camera(camera),
            "algorithm": DEVICE_FAULT.algorithm,
            "label": DEVICE_FAULT.label,
            "label_text": DEVICE_FAULT.label_text,
            "priority": DEVICE_FAULT.priority,
            "started_at": instant(self._timeline.at(offset)),
            "objects": [],
        }
        yield self._message(offset, "video.alert.raised", "/video/platform", alert_id, data)

    def patrol(
        self, unit: Frame, grid: Grid, seconds: float, *, first: float = 0.0, every: float = 120.0
    ) -> Iterator[Message]:
        """Let a unit wander through a grid and say now and then where it is."""
        random = self.random
        x, y = somewhere_in(grid.ring, random)
        goal = somewhere_in(grid.ring, random)
        offset = first
        while offset < seconds:
            if random.random() < _NEW_GOAL_SHARE:
                goal = somewhere_in(grid.ring, random)
            x, y = round(x + (goal[0] - x) * 0.3, 6), round(y + (goal[1] - y) * 0.3, 6)
            at = instant(self._timeline.at(offset))
            data = {
                "unit": unit,
                "location": {"lon": x, "lat": y, "datum": "WGS84", "grid": grid.code},
                "at": at,
                "status": random.choice(("patrolling", "patrolling", "moving", "standing")),
            }
            yield self._message(offset, "position.reported", "/field/units", self._id("P"), data)
            offset += every * random.uniform(0.8, 1.25)

    def patrols(self, seconds: float, *, workers: int, every: float = 120.0) -> Iterator[Message]:
        """Send grid workers, two vehicles and a drone on patrol."""
        out = self.random.sample(self.workers, min(workers, len(self.workers)))
        crew: list[tuple[Frame, Grid]] = [
            (
                {
                    "id": worker.id,
                    "kind": "grid_worker",
                    "name": worker.name,
                    "body": "grid_center",
                },
                self.township.grids[worker.grid],
            )
            for worker in out
            if worker.grid in self.township.grids
        ]
        crew += [
            (unit, self.random.choice(self._grids))
            for unit in (
                {"id": "V-ZF01", "kind": "vehicle", "name": "执法01车", "body": "enforcement"},
                {"id": "V-XF01", "kind": "vehicle", "name": "消防01车", "body": "fire"},
                {"id": "U-01", "kind": "drone", "name": "无人机1号", "body": "emergency"},
            )
        ]
        for unit, grid in crew:
            first = self.random.uniform(0, every)
            yield from self.patrol(unit, grid, seconds, first=first, every=every)

    def handed_down(self, offset: float, body: str, title: str, duty_item: str) -> Message:
        """Let a county body hand a task down."""
        number = self._id("X")
        data = {
            "task_no": number,
            "body": body,
            "title": title,
            "description": f"请按要求组织落实，{title}情况于时限内反馈。",
            "duty_item": duty_item,
            "due_at": instant(self._timeline.at(offset) + timedelta(days=5)),
        }
        return self._message(offset, "county.task", f"/county/{body}", number, data)

    def caller(self) -> Frame:
        """Make up somebody who telephones."""
        name = self.random.choice(SURNAMES) + self.random.choice(("先生", "女士"))
        phone = nobodys_phone(self.random.randint(40_000_000, 99_999_999))
        return {"name": name, "phone": phone, "role": "caller"}

    def _words(self, problem: _Problem, *, by_phone: bool) -> Frame:
        slots = {"at": problem.address, "n": problem.number, "h": problem.hour}
        story = problem.story
        return {
            "title": (story.heard if by_phone else story.title).format(**slots),
            "description": story.description.format(**slots),
            "category_text": self.township.categories.get(story.category, ""),
        }

    def _urgency(self, category: str) -> str:
        usual = self.township.urgencies.get(category, "normal")
        graver = {"normal": "important", "important": "urgent"}  # everyone's own is urgent
        return graver.get(usual, usual) if self.random.random() < _OVERSTATED_SHARE else usual

    def _location(self, problem: _Problem, way: _Channel) -> Frame:
        location: Frame = {"address": problem.address}
        if way.names_grid:
            location["grid"] = problem.grid.code
        if self.random.random() >= way.located:
            return location
        lon, lat = problem.position
        if way.names_grid and self.random.random() < _NO_POSITION_SHARE:
            lon, lat = 0.0, 0.0
        elif way.datum == "GCJ02":
            lon, lat = gcj02(lon, lat)
        accuracy = round(self.random.uniform(4, 30), 1)
        return {**location, "lon": lon, "lat": lat, "datum": way.datum, "accuracy_m": accuracy}

    def _reporter(self, grid: Grid, channel: str) -> Frame:
        if channel in ("grid_app", "drone"):
            worker = self._worker_of.get(grid.code) or self._any_worker()
            if worker is not None:
                return {
                    "id": worker.id,
                    "name": worker.name,
                    "phone": worker.phone,
                    "role": "grid_worker",
                }
        if channel in ("inspection", "county", "leader"):
            name = self.random.choice(SURNAMES) + self.random.choice(GIVEN)
            return {"name": name, "role": channel}
        return self.caller()

    def _any_worker(self) -> Worker | None:
        return self.random.choice(self.workers) if self.workers else None

    def _afterwards(
        self, offset: float, event_no: str, problem: _Problem, way: _Channel
    ) -> Iterator[Message]:
        random = self.random
        fate = random.random()
        when = offset + random.uniform(180, 900)
        data: Frame
        if fate < _WITHDRAWN_SHARE:
            data = {"event_no": event_no, "reason": "反映人来电称问题已自行解决，申请撤回。"}
            yield self._message(when, "grid.event.withdrawn", way.source, f"{event_no}-w", data)
        elif fate < _WITHDRAWN_SHARE + _UPDATED_SHARE:
            more = random.choice(("现场情况加重，请尽快处理。", "补充：已联系到责任人。"))
            data = {
                "event_no": event_no,
                "description": f"{self._words(problem, by_phone=False)['description']}{more}",
                "upstream_status": "updated",
                "attachments": [picture(f"{event_no}/u", self._timeline.at(when), random)],
            }
            yield self._message(when, "grid.event.updated", way.source, f"{event_no}-u", data)

    def _camera(self, camera: Camera) -> Frame:
        code = camera.code
        if self.random.random() < _CHANNEL_CODE_SHARE:
            code = f"{code[:10]}131{code[13:]}"  # GB/T 28181: the type digits of a channel
        return {
            "code": code,
            "name": camera.name,
            "location": {
                "lon": camera.lon,
                "lat": camera.lat,
                "datum": camera.datum,
                "grid": camera.grid,
            },
        }

    def _id(self, kind: str) -> str:
        return f"{kind}-{self._prefix}-{next(self._numbers):05}"

    def _message(
        self,
        offset: float,
        type_: str,
        source: str,
        id_: str,
        data: Frame,
        *,
        at: datetime | None = None,
    ) -> Message:
        when = at or self._timeline.at(offset)
        frame = envelope(source=source, id_=id_, type_=type_, at=when, data=data)
        return Message(offset=offset, frame=frame)


def _box(camera: Camera) -> str:
    """Name the box that watches a camera: eight boxes share them all."""
    return f"/video/ai-box-{int(camera.code[-3:]) % 8 + 1}"


# Seconds and category: what the loop and the whistle are best shown with comes first.
_OPENING_REPORTS: Final[tuple[tuple[float, str], ...]] = (
    (6, "E0111"), (25, "E0101"), (55, ""), (90, "E0401"), (125, ""), (165, "T0303"), (210, ""),
    (255, "E0407"), (300, ""), (350, ""), (400, "T0404"), (450, ""), (510, ""), (570, ""),
)  # fmt: skip
_OPENING_ALERTS: Final[tuple[float, ...]] = (12, 60, 140, 200, 270, 340, 430, 520)
_OPENING_SECONDS: Final = 600.0


def _ordinary_day(teller: Teller) -> Iterator[Message]:
    """Open briskly, so that a newcomer sees all there is, then keep to an ordinary pace."""
    random, seconds = teller.random, SCENARIOS["ordinary-day"].seconds
    for offset, category in _OPENING_REPORTS:
        stories = [story for story in STORIES if category in ("", story.category)]
        yield from teller.report(offset, teller.problem(stories), teller.channel())
    for offset in _arrivals(random, _OPENING_SECONDS, seconds, every=150):
        problem, channel = teller.problem(), teller.channel()
        yield from teller.report(offset, problem, channel)
        if random.random() < _SEEN_BY_OTHERS_SHARE:  # the same problem, seen by others
            others = {channel}
            for _ in range(random.choice((1, 1, 2))):
                other = teller.channel(*others)
                others.add(other)
                yield from teller.report(offset + random.uniform(60, 1500), problem, other)
    for offset in (*_OPENING_ALERTS, *_arrivals(random, _OPENING_SECONDS, seconds, every=190)):
        yield from teller.alert(offset, random.choice(teller.cameras), random.choice(SIGHTS))
    yield from teller.patrols(seconds, workers=10)
    yield teller.handed_down(380, "county_urban", "开展沿街户外广告安全排查", "PH-020")
    yield teller.handed_down(9_000, "county_water", "报送小型水库巡查台账", "PH-015")
    yield teller.handed_down(20_000, "county_ecology", "配合开展餐饮油烟专项检查", "PH-010")


FLOOD_SECONDS: Final = (300.0, 900.0)
RAIN_CALLS: Final = 60
RAIN_ALERTS: Final = 200
RAIN_CAMERAS_DOWN: Final = 3


def _rainstorm_night(teller: Teller) -> Iterator[Message]:
    """Sixty calls, two hundred alerts in ten minutes, and three cameras that stop seeing."""
    random, seconds = teller.random, SCENARIOS["rainstorm-night"].seconds
    most_at = FLOOD_SECONDS[1]
    first = (10.0, 20.0, 30.0, 45.0)
    rest = [random.triangular(60, seconds, most_at) for _ in range(RAIN_CALLS - len(first))]
    for offset in (*first, *rest):
        yield from teller.report(offset, teller.problem(RAIN_STORIES), "hotline")
    cameras = random.sample(teller.cameras, len(teller.cameras))
    begin, end = FLOOD_SECONDS
    down = dict.fromkeys((camera.code for camera in cameras[:RAIN_CAMERAS_DOWN]), 0.0)
    for camera in cameras[:RAIN_CAMERAS_DOWN]:
        down[camera.code] = random.uniform(begin + 60, end - 60)
        yield from teller.breakdown(down[camera.code], camera)
    noisy = cameras[:_NOISY_CAMERAS]  # most of it comes from a dozen cameras in the wind
    for _ in range(RAIN_ALERTS - RAIN_CAMERAS_DOWN):
        camera = random.choice(noisy if random.random() < _NOISY_SHARE else cameras)
        offset = random.uniform(begin, end)
        silent_from = down.get(camera.code, seconds)
        if offset >= silent_from - 60:
            camera = random.choice(cameras[RAIN_CAMERAS_DOWN:])
            silent_from = seconds
        lasts = random.uniform(5, min(120, silent_from - offset))
        yield from teller.alert(offset, camera, random.choice(RAIN_SIGHTS), lasts=lasts)
    yield from teller.patrols(seconds, workers=16, every=60)


MORNING_CALLS: Final = 90
MORNING_PROBLEMS: Final = 60


def _hotline_morning(teller: Teller) -> Iterator[Message]:
    """Ninety calls about sixty problems: thirty callers say what another has said already."""
    random, seconds = teller.random, SCENARIOS["hotline-morning"].seconds
    told: list[_Problem] = []
    for number in range(MORNING_CALLS):
        offset = 5 + number * (seconds - 10) / MORNING_CALLS + random.uniform(-3, 3)
        left, needed = MORNING_CALLS - number, MORNING_PROBLEMS - len(told)
        if not told or random.random() < needed / left:
            told.append(teller.problem())
            problem = told[-1]
        else:
            problem = random.choice(told[-8:])
        yield from teller.report(offset, problem, "hotline")
    for offset in _arrivals(random, 30, seconds, every=360):
        yield from teller.alert(offset, random.choice(teller.cameras), random.choice(SIGHTS))
    yield from teller.patrols(seconds, workers=6)


def _arrivals(random: Random, begin: float, end: float, *, every: float) -> Iterator[float]:
    """Yield instants that come by themselves, ``every`` seconds on average."""
    offset = begin + random.expovariate(1 / every)
    while offset < end:
        yield offset
        offset += random.expovariate(1 / every)


SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            name="ordinary-day",
            summary=(
                "平常的一个工作日：上报、热线、视频告警，头十分钟较忙",
                "a working day of reports, calls and alerts; its first ten minutes are brisk",
            ),
            seconds=36_000.0,
            silent=frozenset(),
            again=True,
            tell=_ordinary_day,
        ),
        Scenario(
            name="rainstorm-night",
            summary=(
                "暴雨夜：10 分钟里 60 个来电、200 条视频告警，3 台摄像机掉线，1 家单位一直不应答",
                "60 calls, 200 alerts in 10 minutes, 3 cameras down, 1 body never answers",
            ),
            seconds=7_200.0,
            silent=frozenset({"power"}),
            again=False,
            tell=_rainstorm_night,
        ),
        Scenario(
            name="hotline-morning",
            summary=(
                "热线上午：2 小时 90 个来电，约 60 个不同的问题",
                "90 calls in 2 hours, about 60 different problems",
            ),
            seconds=7_200.0,
            silent=frozenset(),
            again=False,
            tell=_hotline_morning,
        ),
    )
}


def _object(line: str) -> Frame | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("data"), dict) else None


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def _moved(value: Frame, by: timedelta) -> Frame:
    """Return a frame whose times are later by that much."""
    return {key: _moved_value(key, item, by) for key, item in value.items()}


def _moved_value(key: str, value: Any, by: timedelta) -> Any:
    if isinstance(value, dict):
        return _moved(value, by)
    if isinstance(value, list):
        return [_moved_value(key, item, by) for item in value]
    is_time = key in ("time", "recordedtime", "at") or key.endswith(("_at", "_by"))
    at = _moment(value) if is_time else None
    return instant(at + by) if at else value
