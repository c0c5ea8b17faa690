"""``import calendar``: a year's holiday notice, into the pack and the deadlines that waited."""

import argparse
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from commandcenter.application.questions import OpenWork
from commandcenter.application.recompute import firm, provisional, recompute
from commandcenter.application.turn import HALL, Turn
from commandcenter.domain.case import Case
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.timelimit import SeasonHours, WorkHours, YearStatus
from commandcenter.runtime import outputs
from commandcenter.runtime.calendar_years import CALENDAR_FILE, Years, calendar_of, read_years
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import FAILURE, OK, finding_line, put
from commandcenter.runtime.findings import Fault, Finding, Severity
from commandcenter.runtime.front import open_store
from commandcenter.runtime.looking import read_hall
from commandcenter.runtime.settings import Settings
from commandcenter.runtime.tables import replaced
from commandcenter.runtime.tomlfile import read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A case whose deadlines the notice settles: as it is, and what is reckoned of it."""

    case: Case
    data: Mapping[str, Any]

    def due(self, name: str) -> datetime | None:
        """Return a deadline as it would be."""
        found: datetime | None = self.data.get(name) or getattr(self.case, name)
        return found


def run(arguments: argparse.Namespace) -> int:
    """Show what a notice changes and, unless it is a dry run, change it."""
    settings, hall = read_hall(arguments)
    pack = arguments.hall / CALENDAR_FILE
    old, faults = read_years(pack)
    new, findings = read_years(arguments.file, YearStatus.OFFICIAL)
    findings = [
        replace(it, fault=Fault.NO_FILE) if it.fault is Fault.ABSENT else it for it in findings
    ]
    if not new and not findings:
        findings = [Finding(file=arguments.file.name, fault=Fault.NO_YEAR)]
    findings += [it for it in faults if it.fault in _UNREADABLE]  # or it would stay unreadable
    errors = [it for it in findings if it.severity is Severity.ERROR]
    merged = {year: _merged(old.get(year, {}), values) for year, values in new.items()}
    after = replace(hall, calendar=calendar_of({**old, **merged}, hall.zone))
    told: dict[str, Any] = {
        "dry_run": arguments.dry_run,
        "written": False,
        "file": str(pack),
        "backup": None,
        "years": [_year(hall, after, year) for year in sorted(merged)],
    }
    moves: Sequence[Move] = ()
    if not errors:
        if arguments.dry_run:
            moves = _looked(settings, after)
        else:
            try:
                moves, told["backup"] = _imported(arguments, settings, after, merged)
                told["written"] = True
            except OSError as error:
                reason = {"reason": error.strerror or type(error).__name__}
                errors.append(Finding(file=pack.name, fault=Fault.NOT_WRITTEN, params=reason))
                findings.append(errors[-1])
    told["ok"] = not errors
    told["findings"] = [it.plain(arguments.lang) for it in findings]
    told["cases"] = [_case(move, hall) for move in moves]
    if arguments.json:
        put(outputs.plain_dict(**told))
    else:
        for finding in findings:
            sys.stderr.write(finding_line(finding, arguments.lang) + "\n")
        for line in _lines(told, arguments.lang):
            sys.stdout.write(line + "\n")
    return FAILURE if errors else OK


_UNREADABLE: Final = frozenset({Fault.BAD_TOML, Fault.NOT_TEXT, Fault.UNREADABLE})


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return a year as it will be written: what the notice names, else what was written before.

    A notice that does not say what it is has been published.
    """
    return {**old, "status": YearStatus.OFFICIAL, **new}


def _looked(settings: Settings, hall: Hall) -> list[Move]:
    """Return what would change in a store, if there is one yet."""
    try:
        store = open_store(settings, hall, SystemClock(), seat="look", write=False)
    except Refusal as refusal:
        if refusal.code == "store_absent":
            return []
        raise
    with closing(store):
        return _moves(store.answer(OpenWork(alerts=0)).cases, hall)


def _moves(cases: Sequence[Case], hall: Hall) -> list[Move]:
    pairs = [(case, firm(hall, case)) for case in provisional(cases)]
    return [Move(case=case, data=data) for case, data in pairs if data]


def _imported(
    arguments: argparse.Namespace, settings: Settings, hall: Hall, years: Years
) -> tuple[list[Move], str | None]:
    """Write the calendar, then reckon each case that waited in a transaction of its own.

    The store is opened first: while a hall is running nothing is written. What is cut off between
    the two is made up for when the hall starts.
    """
    clock, pack = SystemClock(), arguments.hall / CALENDAR_FILE
    now = clock.now().astimezone(hall.zone)
    try:
        open_store(settings, hall, clock, seat="look", write=False).close()
    except Refusal as refusal:
        if refusal.code == "store_absent":
            return [], _write(pack, years, now)
        if refusal.code != "store_older":
            raise
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    name = arguments.seat or socket.gethostname()
    with closing(open_store(settings, hall, clock, seat=name)) as store:
        backup = _write(pack, years, now)
        moves = _moves(store.answer(OpenWork(alerts=0)).cases, hall)
        for move in moves:
            with store.unit(clock.now()) as unit:
                recompute(Turn(unit=unit, hall=hall, actor=HALL, at=unit.at), move.case.no)
    return moves, backup


# -- the file --


def _write(path: Path, years: Years, at: datetime) -> str | None:
    """Put years into a calendar file; return where the one before is kept, if there was one."""
    before = read_text(path) if path.exists() else ""
    kept = replaced(path, with_years(before, years), at)
    return str(kept) if kept else None


def with_years(text: str, years: Years) -> str:
    """Return a calendar file with these years instead of what it says of them; the rest stays."""
    kept: list[str] = []
    skipping = False
    for line in text.splitlines():
        if header := _HEADER.match(line):
            skipping = header[1] is not None and int(header[1]) in years
        if not skipping:
            kept.append(line)
    sections = ["\n".join(kept).strip()] if kept else []
    sections += ["\n".join(_section(year, values)) for year, values in sorted(years.items())]
    return "\n\n".join(filter(None, sections)) + "\n"


_HEADER: Final = re.compile(r"\s*\[\[?\s*[\"']?(\d{4})?[^\]]*\]")


def _section(year: int, values: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{year}]"
    for key, value in values.items():
        yield f"{key} = {_WRITERS[key](value)}"


def _days(days: frozenset[date]) -> str:
    return f"[{', '.join(map(str, sorted(days)))}]"


def _hours(hours: WorkHours) -> str:
    spans = (f'"{_clock(a, "00:00")}-{_clock(b, "24:00")}"' for a, b in hours)
    return f"[{', '.join(spans)}]"


def _clock(value: time, midnight: str) -> str:
    return midnight if value == time() else f"{value:%H:%M}"


def _seasons(seasons: tuple[SeasonHours, ...]) -> str:
    tables = (
        f"{{first = {it.first}, last = {it.last}, work_hours = {_hours(it.work_hours)}}}"
        for it in seasons
    )
    return f"[{', '.join(tables)}]"


def _quoted(value: object) -> str:
    plain = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(letter if letter.isprintable() else " " for letter in plain)}"'


_WRITERS: Final[Mapping[str, Callable[[Any], str]]] = {
    "status": _quoted,
    "holidays": _days,
    "make_up_days": _days,
    "work_hours": _hours,
    "seasons": _seasons,
    "version": _quoted,
}


# -- what is told --


def _year(before: Hall, after: Hall, year: int) -> dict[str, Any]:
    """Return what changes in a year: its status, and the days that work or rest otherwise."""
    old, new = before.calendar.years.get(year), after.calendar.years[year]
    days = {
        key: (getattr(old, key) if old else frozenset(), getattr(new, key))
        for key in ("holidays", "make_up_days")
    }
    return {
        "year": year,
        "version": new.version,
        "status_before": old.status if old else YearStatus.PROVISIONAL,
        "status": new.status,
        **{f"{key}_added": _iso(now - was) for key, (was, now) in days.items()},
        **{f"{key}_removed": _iso(was - now) for key, (was, now) in days.items()},
    }


def _iso(days: frozenset[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]


_OTHERS: Final = ("total_due_at", "sign_due_at", "check_due_at")


def _case(move: Move, hall: Hall) -> dict[str, Any]:
    names = ("due_at", "statutory_due_at", *_OTHERS)
    local = {name: _local(move.due(name), hall) for name in names}
    before = {f"{name}_before": _local(getattr(move.case, name), hall) for name in names}
    return {"case_no": move.case.no, **local, **before}


def _local(at: datetime | None, hall: Hall) -> str | None:
    return outputs.local(at, hall) if at else None


_WORDS: Final = {
    "year": (
        "{year} 年：{status}；放假增 {a} 天、减 {b} 天，调休上班增 {c} 天、减 {d} 天。",
        "{year}: {status}; holidays +{a} −{b}, make-up working days +{c} −{d}.",
    ),
    "case": ("{no}  截止 {was} → {now}", "{no}  due {was} → {now}"),
    "cases": ("{n} 件案卷的暂定时限重新计算。", "{n} provisional deadline(s) reckoned anew."),
    "written": (
        "已写入 {file}；原文件备份在 {backup}。",
        "{file} is written; the old one: {backup}.",
    ),
    "dry": ("只是预览，什么都没有改。", "A preview only: nothing was changed."),
    "wrong": ("文件有误，什么都没有改。", "The file is not right: nothing was changed."),
    "official": ("已公布", "official"),
    "provisional": ("暂定", "provisional"),
}


def _lines(told: Mapping[str, Any], lang: str) -> Iterator[str]:
    def say(key: str, **facts: object) -> str:
        return _WORDS[key][lang == "en"].format(**facts)

    if not told["ok"]:
        yield say("wrong")
        return
    for year in told["years"]:
        yield say(
            "year",
            year=year["year"],
            status=say(year["status"]),
            a=len(year["holidays_added"]),
            b=len(year["holidays_removed"]),
            c=len(year["make_up_days_added"]),
            d=len(year["make_up_days_removed"]),
        )
    for case in told["cases"]:
        key = next(
            (it for it in ("due_at", *_OTHERS) if case[it] != case[f"{it}_before"]), "due_at"
        )
        yield say("case", no=case["case_no"], was=case[f"{key}_before"], now=case[key])
    yield say("cases", n=len(told["cases"]))
    if told["written"]:
        yield say("written", file=told["file"], backup=told["backup"] or "—")
    else:
        yield say("dry")
