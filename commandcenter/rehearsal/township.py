"""The fictional township 云溪镇: made up from a seed, written as a hall pack, and read back."""

import argparse
import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files as resource_files
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final

from commandcenter.rehearsal.dice import dice
from commandcenter.rehearsal.polygons import Parcel, Ring, parcels, somewhere_in
from commandcenter.rehearsal.rulebook import (
    ABOVE_THE_LIAISON,
    BODIES,
    CALLS,
    CATEGORIES,
    DISPUTES,
    DUTIES,
    DUTY_LISTS,
    LEVELS,
    REACHES,
    REPLIES,
    RESTRICTED,
    SLOW_CALL,
    STANDARDS,
    TRANSFERS,
    WORDS,
    BodyRow,
    LevelRow,
    ReplyRow,
    StandardRow,
    TransferRow,
)

SEED: Final = 990101
NAME: Final = "云溪镇"
CODE: Final = "990101101"  # 99 is no province
CENTRE_CODE: Final = CODE[:8]

VILLAGES: Final = (
    "云溪村",
    "文昌社区",
    "东街社区",
    "柳塘村",
    "青石桥村",
    "石门村",
    "望湖村",
    "双桥村",
    "龙口村",
    "梅岭村",
    "桂花村",
    "金鸡村",
    "上坊村",
    "下坊村",
    "樟树湾村",
    "竹林村",
    "水口村",
    "白鹭村",
    "荷塘村",
    "枫树坪村",
    "红旗村",
    "新联村",
    "茶园村",
    "古渡村",
)
_ORDINALS: Final = "一二三四五六七八九"

SURNAMES: Final = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱许何吕张孔曹严华金魏陶姜谢邹章潘葛范彭鲁马方俞袁柳"
GIVEN: Final = (
    "建国",
    "秀英",
    "志强",
    "桂兰",
    "海波",
    "丽华",
    "国平",
    "春梅",
    "永福",
    "玉珍",
    "小军",
    "雪梅",
    "长根",
    "爱莲",
    "水生",
    "金花",
    "家兴",
    "美玲",
    "德明",
    "红霞",
    "文斌",
    "凤娇",
    "光辉",
    "素芬",
    "义和",
    "翠萍",
    "根宝",
    "腊梅",
    "松林",
    "月娥",
    "立新",
    "彩云",
    "火生",
    "招娣",
    "细毛",
    "冬香",
)

_CAMERAS: Final = 80
_GCJ02_CAMERAS: Final = 6  # some boxes were set up by somebody with a navigation map
_UNSTAFFED: Final = 3  # 60 grids, 57 workers: these are looked after by a neighbour
_SPOTS: Final = (
    # where a camera hangs, what kind it is, who owns it
    ("村口", "枪机", "police"),
    ("文化广场", "球机", "grid_center"),
    ("农贸市场北门", "球机", "market"),
    ("小学校门", "枪机", "police"),
    ("卫生室门前", "枪机", "grid_center"),
    ("河堤", "球机", "county_water"),
    ("水库大坝", "球机", "county_water"),
    ("山林防火卡口", "云台机", "emergency"),
    ("十字路口", "枪机", "police"),
    ("垃圾收集点", "枪机", "construction"),
    ("停车场", "枪机", "enforcement"),
    ("工业园大门", "枪机", "emergency"),
    ("涵洞桥下", "球机", "construction"),
    ("桥头", "枪机", "police"),
)

_TOWN: Final = VILLAGES[:3]  # where there are streets with numbers, and estates
_STREETS: Final = ("云溪大道", "文昌街", "东街", "南大路", "滨河路", "学府路")
_ESTATES: Final = ("幸福里", "桂花苑", "云溪花园", "东街新村", "书香门第", "滨河佳苑")
_NAMED: Final = (
    # in every village: what it is called, what kind it is, what people call it besides
    ("村委会", "建筑", "村部;党群服务中心"),
    ("卫生室", "兴趣点", "诊所;医务室"),
    ("文化广场", "兴趣点", "小广场"),
    ("便民超市", "兴趣点", "小卖部"),
    ("老樟树", "地标", "大樟树"),
    ("牌坊", "地标", ""),
    ("停车场", "兴趣点", ""),
    ("公厕", "建筑", "公共厕所"),
)
_LANDMARKS: Final = (
    # one of each in the township
    ("农贸市场", "兴趣点", "菜市场;集贸市场"),
    ("云溪镇政府", "建筑", "镇政府;政府大院"),
    ("云溪镇中心小学", "建筑", "中心校;镇小"),
    ("云溪中学", "建筑", "中学"),
    ("云溪镇卫生院", "建筑", "医院"),
    ("汽车站", "兴趣点", "客运站;车站"),
    ("青石桥", "地标", "老桥"),
    ("望湖亭", "地标", ""),
    ("龙口水库大坝", "地标", "水库;大坝"),
    ("工业园", "兴趣点", "园区"),
    ("加油站", "兴趣点", ""),
    ("敬老院", "建筑", "养老院"),
)
_DOORS: Final = 6  # numbers of a street: 2, 12, 22 …
_GCJ02_PLACES: Final = 5  # picked from a navigation map, one in every so many streets

OPERATORS: Final = (
    ("grid_worker", "grid_worker", "沈志强"),
    ("intake_officer", "intake_officer", "何丽华"),
    ("dispatcher", "dispatcher", "周文斌"),
    ("dispatcher2", "dispatcher", "方雪梅"),
    ("shift_supervisor", "shift_supervisor", "魏国平"),
    ("duty_leader", "duty_leader", "潘建国"),
    ("dept_liaison", "dept_liaison", "陶红霞"),
    ("handler", "handler", "马永福"),
    ("inspector", "inspector", "严素芬"),
    ("evaluator", "evaluator", "孔德明"),
    ("auditor", "auditor", "葛月娥"),
    ("wall_viewer", "wall_viewer", "大屏"),
    ("admin", "admin", "吕海波"),
    ("commander", "commander", "韩立新"),
)

# General Office of the State Council, notice on the holidays of 2026: first and last day off.
_HOLIDAYS_2026: Final = (
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
)
_MAKE_UP_2026: Final = (
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
)
# 2027 before its notice: the days the law itself gives off, and no make-up days yet.
_HOLIDAYS_2027: Final = (
    (date(2027, 1, 1), date(2027, 1, 1)),
    (date(2027, 2, 5), date(2027, 2, 8)),
    (date(2027, 4, 5), date(2027, 4, 5)),
    (date(2027, 5, 1), date(2027, 5, 2)),
    (date(2027, 6, 9), date(2027, 6, 9)),
    (date(2027, 9, 15), date(2027, 9, 15)),
    (date(2027, 10, 1), date(2027, 10, 3)),
)

_HALL: Final = f"""\
# {NAME}是虚构的：编码、地点、人名和电话都不属于任何人。
[hall]
name = "{NAME}综合指挥中心"
code = "{CODE}"
timezone = "Asia/Shanghai"
datum = "WGS84"

[store]
url = "sqlite:///state/hall.db"

[[feed]]
id = "county"
name = "县平台"
url = "ws://127.0.0.1:8765"
dialect = "cloudevents"
datum = "WGS84"

[report]
day_starts = "08:00"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A grid as the rehearsal needs it; the ring is in degrees of WGS-84."""

    code: str
    name: str
    village: str
    worker: str
    ring: Ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera with its position in the datum its owner uses."""

    code: str
    name: str
    lon: float
    lat: float
    datum: str
    grid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A grid worker."""

    id: str
    name: str
    phone: str
    grid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """What the rehearsal knows of a hall pack; the mappings are by code or id."""

    grids: Mapping[str, Grid]
    bodies: Mapping[str, str]
    categories: Mapping[str, str]
    urgencies: Mapping[str, str]
    duty_items: Mapping[str, str]  # category: the item its standard names
    excuses: Mapping[str, str]  # body: an item of the list in which it only helps another
    cameras: Mapping[str, Camera]
    workers: Mapping[str, Worker]


def demo_pack() -> Path:
    """Return the folder of the fictional township's hall pack."""
    return Path(str(resource_files("resources").joinpath("demo")))


def read(folder: Path) -> Township:
    """Read a hall pack; a file that is missing is an empty one, and so is a missing cell.

    Raises:
        OSError: A file is there and cannot be read.
        ValueError: A file is not what its name says; the message names it.
    """
    categories = _rows(folder / "categories.csv")
    return Township(
        grids={grid.code: grid for grid in _grids(folder / "grids.geojson")},
        bodies={
            row["code"]: row.get("short_name") or row.get("name", "")
            for row in _rows(folder / "bodies.csv")
        },
        categories={row["code"]: row.get("name", "") for row in categories},
        urgencies={row["code"]: row.get("urgency") or "normal" for row in categories},
        duty_items={
            row["category"]: row.get("duty_item", "") for row in _rows(folder / "standards.csv")
        },
        excuses={
            body: row["item"]
            for row in _rows(folder / "duties.csv")
            for body in row.get("co_bodies", "").split(";")
            if body
        },
        cameras={
            row["code"]: Camera(
                code=row["code"],
                name=row.get("name", ""),
                lon=float(row.get("lon") or 0),
                lat=float(row.get("lat") or 0),
                datum=row.get("datum") or "WGS84",
                grid=row.get("grid", ""),
            )
            for row in _rows(folder / "cameras.csv")
        },
        workers={
            row["id"]: Worker(
                id=row["id"],
                name=row.get("name", ""),
                phone=row.get("phone", ""),
                grid=row.get("grid", ""),
            )
            for row in _rows(folder / "workers.csv")
        },
    )


def synthesise(seed: int = SEED) -> dict[str, str]:
    """Return the files of the fictional hall pack by name; a seed has one township."""
    ground = _ground(seed)
    staff = _staff(ground, dice(seed, "staff"))
    return {
        "hall.toml": _HALL,
        "grids.geojson": _geojson(ground, staff),
        "bodies.csv": _csv(_BODY_COLUMNS, _bodies()),
        "categories.csv": _csv(
            (
                *("code", "name", "parent", "urgency", "restricted", "words"),
                *("near_metres", "far_metres", "same_hours", "mediated"),
            ),
            _categories(),
        ),
        "standards.csv": _csv(StandardRow._fields, STANDARDS),
        "duties.csv": _csv(_DUTY_COLUMNS, _duties()),
        "cameras.csv": _csv(_CAMERA_COLUMNS, _cameras(ground, dice(seed, "cameras"))),
        "workers.csv": _csv(
            ("id", "name", "phone", "grid", "role"),
            ((worker.id, worker.name, worker.phone, worker.grid, "专职网格员") for worker in staff),
        ),
        "gazetteer.csv": _csv(_PLACE_COLUMNS, _named_places(ground, dice(seed, "gazetteer"))),
        "people.csv": _csv(
            ("id", "name", "role"), ((id_, name, role) for id_, role, name in OPERATORS)
        ),
        "replies.csv": _csv(ReplyRow._fields, REPLIES),
        "whistles.csv": _csv(_WHISTLE_COLUMNS, _whistles()),
        "contacts.csv": _csv(_CONTACT_COLUMNS, _contacts(dice(seed, "contacts"))),
        "transfers.csv": _csv(TransferRow._fields, TRANSFERS),
        "mediation.csv": _csv(LevelRow._fields, LEVELS),
        "calendar.toml": _calendar(),
    }


def write(folder: Path, seed: int = SEED) -> list[Path]:
    """Write the fictional hall pack into a folder, making it if need be; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in synthesise(seed).items():
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return written


def gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Convert degrees of WGS-84 to GCJ-02, as a sender with a navigation map would.

    The rehearsal has its own formula, so that a mistake in the hall's cannot hide itself.
    """
    x, y = lon - 105.0, lat - 35.0
    root = math.sqrt(abs(x))
    wave = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    axis, flattening = 6378245.0, 0.00669342162296594323
    radians = math.radians(lat)
    curve = 1 - flattening * math.sin(radians) ** 2
    metres_east = axis / math.sqrt(curve) * math.cos(radians)
    metres_north = axis * (1 - flattening) / curve**1.5
    return (
        round(lon + math.degrees(east / metres_east), 6),
        round(lat + math.degrees(north / metres_north), 6),
    )


_WHISTLE_COLUMNS: Final = (
    *("category", "condition", "kind", "lead", "co_bodies", "duty_item", "gear", "message"),
    *("answer_limit", "report_in_limit", "evidence"),
)
_CONTACT_COLUMNS: Final = ("body", "step", "name", "duty", "channel", "address", "wait")
_BODY_COLUMNS: Final = (
    *BodyRow._fields[:5],
    "parent",
    "phone",
    "hours",
    "active_from",
    "active_to",
    "aliases",
)
_DUTY_COLUMNS: Final = (
    "item", "list", "title", "body", "co_bodies", "legal_basis", "active_from", "active_to",
)  # fmt: skip
_CAMERA_COLUMNS: Final = ("code", "name", "lon", "lat", "datum", "grid", "owner")


_PLACE_COLUMNS: Final = ("name", "kind", "lon", "lat", "datum", "grid", "aliases")


def nobodys_phone(number: int) -> str:
    """Return a telephone number of the right length in a range that nobody is given."""
    return f"100{number:08}"


def _ground(seed: int) -> list[Grid]:
    """Name the parcels and number them: township, village (3 digits), grid (3 digits)."""
    grids: list[Grid] = []
    for parcel, ordinal in _numbered(parcels(seed)):
        village = VILLAGES[parcel.village]
        grids.append(
            Grid(
                code=f"{CODE}{parcel.village + 1:03}{ordinal + 1:03}",
                name=f"{village}第{_ORDINALS[ordinal]}网格",
                village=village,
                worker="",
                ring=parcel.ring,
            )
        )
    return grids


def _numbered(ground: Iterable[Parcel]) -> Iterator[tuple[Parcel, int]]:
    counters = {village: count() for village in range(len(VILLAGES))}
    return ((parcel, next(counters[parcel.village])) for parcel in ground)


def _staff(ground: Sequence[Grid], random: Random) -> list[Worker]:
    unstaffed = {grid.code for grid in random.sample(ground[10:], _UNSTAFFED)}
    names = _names(random)
    staffed = [grid for grid in ground if grid.code not in unstaffed]
    return [
        Worker(
            id=f"W{number:03}",
            name=next(names),
            phone=nobodys_phone(20_000 + number * 37),
            grid=grid.code,
        )
        for number, grid in enumerate(staffed, start=1)
    ]


def _names(random: Random) -> Iterator[str]:
    """Yield names of people who do not exist, none twice."""
    taken = {name for _, _, name in OPERATORS}
    while True:
        name = random.choice(SURNAMES) + random.choice(GIVEN)
        if name not in taken:
            taken.add(name)
            yield name


def _geojson(ground: Sequence[Grid], staff: Sequence[Worker]) -> str:
    """Write one grid a line, so that a person can compare two versions."""
    by_grid = {worker.grid: worker.id for worker in staff}
    by_village: dict[str, str] = {}
    for grid in ground:
        if grid.code in by_grid:
            by_village.setdefault(grid.village, by_grid[grid.code])
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {
                    "code": grid.code,
                    "name": grid.name,
                    "village": grid.village,
                    "worker": by_grid.get(grid.code) or by_village.get(grid.village, ""),
                },
                "geometry": {"type": "Polygon", "coordinates": [[*grid.ring, grid.ring[0]]]},
            },
            ensure_ascii=False,
        )
        for grid in ground
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _bodies() -> Iterator[tuple[str, ...]]:
    for number, body in enumerate(BODIES):
        phone = nobodys_phone(10_000 + number)
        yield (*body[:5], "", phone, body.hours, "2026-01-01", "", body.aliases)
    for number, village in enumerate(VILLAGES, start=1):
        short = village.removesuffix("村") if len(village) > len("云溪村") else village
        yield (
            f"village_{number:02}", f"{village}便民服务站", short, "village", "村", "",
            nobodys_phone(11_000 + number), BODIES[0].hours, "2026-01-01", "", "",
        )  # fmt: skip


def _whistles() -> Iterator[tuple[str, ...]]:
    """Yield a template for every standard that calls somebody, the lead first."""
    for standard in STANDARDS:
        if not standard.whistle_kind:
            continue
        lead, _, helpers = standard.whistle_bodies.partition(";")
        gear, message = CALLS[standard.category]
        limits = SLOW_CALL if standard.whistle_kind == "hard_problem" else ("", "")
        yield (
            standard.category, standard.condition, standard.whistle_kind, lead, helpers,
            standard.duty_item, gear, message, *limits, "",
        )  # fmt: skip


def _contacts(random: Random) -> Iterator[tuple[str, ...]]:
    """Yield whom to call in each body: its terminal first, then two people by telephone."""
    for number, body in enumerate(BODIES):
        yield (body.code, "liaison", _person(random), "联络员", "feed", "", "0")
        for rank, (step, duty) in enumerate(ABOVE_THE_LIAISON):
            phone = nobodys_phone(12_000 + number * 10 + rank)
            yield (body.code, step, _person(random), duty, "phone", phone, "3")
        yield (body.code, "county", "", "县级指挥中心值班", "feed", "", "4")


def _person(random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(GIVEN)


def _categories() -> Iterator[tuple[Any, ...]]:
    for code, (name, urgency) in CATEGORIES.items():
        restricted = "yes" if code in RESTRICTED else ""
        reach = REACHES.get(code, ("", "", ""))
        disputed = "yes" if code in DISPUTES else ""
        yield code, name, _parent(code), urgency, restricted, WORDS.get(code, ""), *reach, disputed


def _parent(code: str) -> str:
    """Return the class above: T0403 is of T04, T04 of T, and T of none."""
    return code[:-2] if len(code) > 1 else ""


def _duties() -> Iterator[tuple[str, ...]]:
    for duty in DUTIES:
        is_law = duty.law.endswith("法") and not duty.law.endswith(("办法", "组织法"))
        basis = f"《{'中华人民共和国' if is_law else ''}{duty.law}》"
        kind = DUTY_LISTS[duty.item.split("-")[0]]
        yield (duty.item, kind, duty.title, duty.body, duty.co_bodies, basis, "2026-01-01", "")


def _cameras(ground: Sequence[Grid], random: Random) -> Iterator[tuple[Any, ...]]:
    taken: set[str] = set()
    for number in range(1, _CAMERAS + 1):
        grid = ground[(number - 1) % len(ground)]
        place, kind, owner = random.choice(
            [spot for spot in _SPOTS if f"{grid.village}{spot[0]}" not in taken]
        )
        taken.add(f"{grid.village}{place}")
        lon, lat = somewhere_in(grid.ring, random)
        datum = "WGS84"
        if number > _CAMERAS - _GCJ02_CAMERAS:
            (lon, lat), datum = gcj02(lon, lat), "GCJ02"
        # GB/T 28181: centre, industry 00, type 132 (network camera), network 6, number
        code = f"{CENTRE_CODE}001326{number:06}"
        yield code, f"{grid.village}{place}{kind}", lon, lat, datum, grid.code, owner


def _named_places(ground: Sequence[Grid], random: Random) -> Iterator[tuple[Any, ...]]:
    """Name places all over the township; a few without coordinates, a few in another datum."""
    town = [grid for grid in ground if grid.village in _TOWN]
    for number, street in enumerate(_STREETS):
        grid = town[number % len(town)]
        yield _place(street, "街巷", grid, random, gcj=number % _GCJ02_PLACES == 0)
        for door in range(_DOORS):
            yield _place(f"{street}{door * 10 + 2}号", "门牌", grid, random)
    for number, estate in enumerate(_ESTATES):
        grid = town[number % len(town)]
        yield _place(estate, "小区", grid, random)
        yield _place(f"{estate}{number + 1}栋", "建筑", grid, random)
    for number, (name, kind, aliases) in enumerate(_LANDMARKS):
        yield _place(name, kind, ground[number], random, aliases)
    for village in VILLAGES:
        grids = [grid for grid in ground if grid.village == village]
        for number, (name, kind, aliases) in enumerate(_NAMED):
            yield _place(f"{village}{name}", kind, grids[number % len(grids)], random, aliases)
        # everybody knows where it is, and nobody has measured it
        yield f"{village}后山", "地标", "", "", "", grids[-1].code, ""


def _place(
    name: str, kind: str, grid: Grid, random: Random, aliases: str = "", *, gcj: bool = False
) -> tuple[Any, ...]:
    lon, lat = somewhere_in(grid.ring, random)
    if gcj:
        lon, lat = gcj02(lon, lat)
    return name, kind, lon, lat, "GCJ02" if gcj else "WGS84", grid.code, aliases


def _calendar() -> str:
    years = (
        (
            2026,
            "official",
            _HOLIDAYS_2026,
            _MAKE_UP_2026,
            "国务院办公厅关于2026年部分节假日安排的通知",
        ),
        (2027, "provisional", _HOLIDAYS_2027, (), "通知未发布：只列法定放假日，没有调休"),
    )
    return "\n".join(
        f"[{year}]  # {note}\n"
        f'status = "{status}"\n'
        f"holidays = [\n{_dates(holidays)}]\n"
        f"make_up_days = [{', '.join(day.isoformat() for day in make_up)}]\n"
        'work_hours = ["08:00-12:00", "14:00-18:00"]\n'
        for year, status, holidays, make_up, note in years
    )


def _dates(holidays: Iterable[tuple[date, date]]) -> str:
    """Write one holiday a line."""
    return "".join(
        "    "
        + " ".join(f"{first + timedelta(days=day)}," for day in range((last - first).days + 1))
        + "\n"
        for first, last in holidays
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    rows = csv.DictReader(io.StringIO(_text(path)))
    return [{key: value or "" for key, value in row.items() if key} for row in rows]


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _grids(path: Path) -> Iterator[Grid]:
    if not path.exists():
        return
    try:
        features = json.loads(_text(path))["features"]
        for feature in features:
            shape, properties = feature["geometry"], feature["properties"]
            outlines = shape["coordinates"]
            ring = outlines[0][0] if shape["type"] == "MultiPolygon" else outlines[0]
            yield Grid(
                code=properties["code"],
                name=properties.get("name") or "",
                village=properties.get("village") or "",
                worker=properties.get("worker") or "",
                ring=tuple((float(x), float(y)) for x, y, *_ in ring[:-1]),
            )
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{path}: not a collection of grids ({error!r})") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pack into the folder named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m commandcenter.rehearsal.township", description=main.__doc__
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, another township")
    options = parser.parse_args(arguments)
    for path in write(options.folder, options.seed):
        print(path)  # noqa: T201 - this is the program's output
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
