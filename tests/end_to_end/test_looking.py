"""Everything the program prints for other programs, beside a running hall and alone."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

NAME, PHONE, IDENTITY = "金丝雀", "13912345678", "610101199001011234"

CASE_KEYS = [
    *("case_no", "state", "title", "category", "urgency", "channel", "grid", "body", "reports"),
    *("occurred_at", "received_at", "due_at", "closed_at", "outcome", "whistles", "version"),
]
ALERT_KEYS = [
    *("alert_id", "camera", "label_text", "priority", "started_at", "ended_at", "verdict"),
    *("case_no", "grid", "count"),
]
TITLES = ["=cmd|' /C calc'!A1", "＝1+1", "@井盖破损", "河东村井盖破损"]


def frames():
    """A few messages, one of each kind that a list prints, from somebody who wants no publicity."""
    now = datetime.now(UTC).astimezone().isoformat()
    reporter = {"id": IDENTITY, "name": NAME, "phone": PHONE, "role": "群众"}

    def frame(id_, type_, data):
        return {
            "specversion": "1.0",
            "id": id_,
            "source": "/county/hotline-12345",
            "type": type_,
            "time": now,
            "data": data,
        }

    for number, title in enumerate(TITLES):
        yield frame(
            f"R{number}",
            "grid.event.reported",
            {
                "event_no": f"E{number}",
                "title": title,
                "category": "C0101" if number % 2 else "C0102",
                "channel": "hotline",
                "location": {"lon": 116.281478, "lat": 29.082057, "datum": "WGS84"},
                "reporter": reporter,
            },
        )
    for number in range(2):
        yield frame(
            f"A{number}",
            "video.alert.raised",
            {
                "alert_id": f"V{number}",
                "camera": {"code": "99010110001326000001"},
                "label_text": "=烟雾",
                "priority": 1 + number,
            },
        )
    yield frame("B0", "grid.event.reported", {"title": 7, "reporter": reporter})
    yield frame(
        "B1", "grid.event.updated", {"event_no": "E-unknown", "title": "x", "reporter": reporter}
    )
    yield frame("B2", "grid.nothing", {"reporter": reporter, "phone": PHONE})


@pytest.fixture
def filled(tmp_path, upstream, place, stored_all, until):
    """A hall that has taken in the frames, dispatched one case and blown a whistle; still open."""
    recording = tmp_path / "frames.ndjson"
    lines = [json.dumps(frame, ensure_ascii=False) for frame in frames()]
    recording.write_text("\n".join(lines) + "\n", "utf-8")
    gateway = upstream("--replay", recording)
    hall = place(gateway)
    desk = hall.start("desk", "--ingest", "--follow", "--as", "shift_supervisor")
    until(lambda: gateway.status()["newest"] == len(lines), "the whole recording sent")
    stored_all(hall, gateway)

    def say(order):
        answer = desk.say(order)
        while "fact" in answer:
            hall.followed.append(answer)
            answer = desk.next()
        assert answer["ok"], answer
        return answer

    hall.followed = []
    cases = {case["title"]: case["case_no"] for case in say({"do": "cases"})["cases"]}
    chosen = cases["河东村井盖破损"]
    say({"do": "claim", "case": chosen})
    say({"do": "file", "case": chosen})
    say({"do": "dispatch", "case": chosen, "body": "construction"})
    say({"do": "blow", "case": chosen, "bodies": ["police", "market"], "hold_seconds": 0})
    hall.answers = [
        say({"do": what, **fields})
        for what, fields in (
            ("show", {"case": chosen}),
            ("cases", {}),
            ("whistles", {}),
            ("alerts", {}),
            ("outbox", {}),
        )
    ]
    hall.desk, hall.chosen, hall.gateway = desk, chosen, gateway
    return hall


@pytest.mark.parametrize("running", [True, False], ids=["beside a running hall", "alone"])
def test_that_every_list_has_the_keys_other_programs_read(running, filled, nothing_lost):
    hall = filled
    lines = hall.json  # by a process of its own
    if not running:
        assert hall.desk.end()[0] == 0
        lines = hall.told
    cases = lines("cases")
    assert len(cases) == 4
    assert all(list(case)[: len(CASE_KEYS)] == CASE_KEYS for case in cases)
    (sent,) = [case for case in cases if case["body"]]
    assert (sent["case_no"], sent["state"], sent["body"]) == (
        hall.chosen,
        "dispatched",
        "construction",
    )
    assert len(sent["whistles"]) == 1
    assert sent["reports"] == [{"source": "/county/hotline-12345", "id": "R3"}]
    for key in ("occurred_at", "received_at", "due_at"):
        assert datetime.fromisoformat(sent[key]).tzinfo is not None

    alerts = lines("alerts", "--json")
    assert [set(ALERT_KEYS) <= set(alert) for alert in alerts] == [True, True]
    assert {alert["count"] for alert in alerts} == {1}

    aside = lines("quarantine")
    assert all({"feed", "sequence", "reason", "received_at", "raw"} <= set(item) for item in aside)
    assert {item["text"][-1] for item in aside} == {"。"}
    assert sorted(item["reason"] for item in aside) == ["bad_data", "bad_data", "unknown_type"]
    assert [item["sequence"] for item in sorted(aside, key=lambda it: it["sequence"])] == [7, 8, 9]

    (kpi,) = lines("kpi", "--json")
    assert list(kpi) == ["from", "to", "as_known_at", "by", "figures"]
    assert all(
        list(item) == ["id", "key", "value", "numerator", "denominator"] for item in kpi["figures"]
    )
    (verdict,) = lines("audit", "verify")
    assert list(verdict) == ["ok", "facts", "chains", "heads", "first_fault", "states"]
    assert (verdict["ok"], verdict["chains"], verdict["first_fault"]) == (True, 1, None)
    (checked,) = lines("check", "--json")
    assert list(checked) == ["ok", "findings"]
    assert all(
        {"file", "row", "column", "problem", "remedy"} <= set(item) for item in checked["findings"]
    )
    if not running:
        nothing_lost(hall, hall.gateway, settled=False)


def numbers(hall, *arguments):
    return {case["title"] for case in hall.told("cases", *arguments)}


def test_that_each_filter_lets_through_what_it_says(filled):
    hall, chosen = filled, {"河东村井盖破损"}
    every = set(TITLES)
    assert numbers(hall, "--state", "dispatched") == chosen
    assert numbers(hall, "--state", "received", "--state", "dispatched") == every
    assert numbers(hall, "--state", "closed") == set()
    assert numbers(hall, "--body", "construction") == chosen
    (grid,) = {case["grid"] for case in hall.told("cases")}
    assert numbers(hall, "--grid", grid) == every
    assert numbers(hall, "--grid", "990101101024003") == set()
    assert "nowhere" in hall.text("cases", "--grid", "nowhere", code=1)
    assert numbers(hall, "--text", "井盖") == {"@井盖破损", "河东村井盖破损"}
    assert numbers(hall, "--text", hall.chosen) == chosen
    assert numbers(hall, "--text", "' OR 1=1 --") == set()
    hour = timedelta(hours=1)
    now = datetime.now(UTC)
    assert numbers(hall, "--from", (now - hour).isoformat()) == every
    assert numbers(hall, "--to", (now - hour).isoformat()) == set()
    assert numbers(hall, "--from", (now + hour).isoformat()) == set()
    assert len(numbers(hall, "--limit", "2")) == 2
    assert [item["alert_id"] for item in hall.told("alerts", "--limit", "1")] == ["V1"]
    assert len(hall.told("alerts", "--verdict", "none")) == 2
    assert hall.told("alerts", "--verdict", "false") == []
    assert len(hall.told("quarantine", "--limit", "2")) == 2


def test_that_figures_go_by_group_by_day_and_by_what_was_known(filled):
    hall = filled
    (kpi,) = hall.told("kpi", "--json", "--by", "category", "--key", "report_count")
    assert kpi["by"] == "category"
    assert {item["key"]: item["value"] for item in kpi["figures"]} == {"C0101": 2, "C0102": 2}
    before = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    (then,) = hall.told("kpi", "--json", "--key", "report_count", "--as-known-at", before)
    assert [item["value"] for item in then["figures"]] == [0]
    assert datetime.fromisoformat(then["as_known_at"]) == datetime.fromisoformat(before)
    (other,) = hall.told("kpi", "--json", "--key", "report_count", "--day", "2020-02-29")
    assert [item["value"] for item in other["figures"]] == [0]
    assert other["from"] == "2020-02-29T00:00:00Z"
    table = hall.text("kpi", "--lang", "en")
    assert re.search(r"^Reports +4$", table, re.MULTILINE)
    assert "figure" in hall.text("kpi", "--key", "nonsense", "--lang", "en", code=1)


def test_that_a_table_opens_in_a_spreadsheet_without_a_formula(filled):
    for command, size in (("cases", 4), ("alerts", 2)):
        out = filled.text(command, "--csv")
        assert out.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(out[1:], newline="")))
        assert len(rows) == size
        cells = [cell for row in rows for cell in row.values()]
        assert not [cell for cell in cells if cell.lstrip("\u3000 ").startswith(tuple("=+-@＝＠"))]
    titles = {
        row["title"]
        for row in csv.DictReader(io.StringIO(filled.text("cases", "--csv")[1:], newline=""))
    }
    assert titles == {f"'{title}" for title in TITLES[:3]} | {TITLES[3]}


def test_that_nobody_who_reported_is_named_by_anything_printed_sent_or_logged(filled):
    hall = filled
    assert hall.desk.end()[0] == 0
    printed = [
        hall.text(*command.split())
        for command in (
            "cases",
            "cases --csv",
            "alerts",
            "quarantine",
            "kpi --json",
            "audit verify",
            "check --json",
        )
    ]
    printed += [json.dumps(item, ensure_ascii=False) for item in (*hall.answers, *hall.followed)]
    printed.append(hall.desk.errors.getvalue())
    printed += [str(row) for row in hall.rows("SELECT data, reason, subject FROM outbox")]
    printed += [str(row) for row in hall.rows("SELECT kind, subject, actor, data FROM fact")]
    printed += [json.dumps(heard, ensure_ascii=False) for heard in hall.gateway.inbox()]
    for secret in (NAME, PHONE, IDENTITY):
        assert not [text[:300] for text in printed if secret in text], secret
    kept = hall.rows("SELECT name, phone FROM reporter")
    assert [tuple(row) for row in kept] == [(NAME, PHONE)] * 4


def test_that_whoever_reads_no_more_ends_a_list_quietly(filled):
    import subprocess
    import sys
    from pathlib import Path

    program = Path(__file__).parents[2] / "main.py"
    with subprocess.Popen(
        [sys.executable, str(program), "cases", "--hall", str(filled.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(90) == 0
