"""Words: every member of every enumeration, and a sentence for every refusal there is."""

import ast
import inspect
import re
import string
import tomllib._parser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from commandcenter.application import commands as c
from commandcenter.application.messages import QuarantineReason
from commandcenter.domain import words
from commandcenter.domain.case import LOOP, State, Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Limits
from commandcenter.domain.roster import Role
from commandcenter.domain.timelimit import WhyDetail, WhyKind, WhyStep
from commandcenter.domain.whistle import SummonsState, SummonsStep
from commandcenter.domain.words import _SETTINGS, COMMANDS, FIELDS, PUT_ASIDE, SENTENCES, WORDS

SOURCES = sorted(Path(words.__file__).parents[1].rglob("*.py"))
TOMLLIB = sorted(
    set(re.findall(r'suffixed_err\([^"]*f?"([^"{]+)', inspect.getsource(tomllib._parser)))
)
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def raised_in(path):
    """Yield each refusal a file makes: its code, the facts given, whether they are all known."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal"):
            continue
        code, *_ = node.args
        given = {keyword.arg for keyword in node.keywords}
        if isinstance(code, ast.Constant):
            codes = [code.value]
        elif isinstance(code, ast.IfExp):
            codes = [code.body.value, code.orelse.value]
        else:  # the store's f"unknown_{noun}": one of the three things it keeps by number
            assert ast.unparse(code) == "f'unknown_{shelf.kind.noun}'"
            codes, given = ["unknown_case", "unknown_whistle"], None
        for each in codes:
            yield each, given, f"{path.name}:{node.lineno}"


RAISED = [found for path in SOURCES for found in raised_in(path)]


def placeholders(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_that_refusals_are_found_at_all():
    assert len(RAISED) > 60
    assert {"needs", "overtaken", "store_unavailable"} <= {code for code, _, _ in RAISED}


@pytest.mark.parametrize(("code", "given", "where"), RAISED, ids=str)
def test_that_every_refusal_raised_has_its_sentence_and_what_it_tells(code, given, where):
    assert code in SENTENCES, where
    for template in SENTENCES[code]:
        if given is not None:
            assert placeholders(template) <= given, where


@pytest.mark.parametrize("code", SENTENCES)
def test_that_both_sentences_tell_the_same_and_can_be_read(code):
    chinese, english = SENTENCES[code]
    # the English may leave out a remedy's detail, never name what the Chinese does not
    assert placeholders(english) == placeholders(chinese)
    facts = {name: SAMPLES.get(name, name) for name in placeholders(chinese)}
    for lang in ("zh", "en"):
        said = words.sentence(Refusal(code, **facts), lang, ZoneInfo("Asia/Shanghai"))
        assert said
        assert not placeholders(said.replace("{", "").replace("}", ""))
        assert said.rstrip()[-1] in "。.）)”」"


SAMPLES = {
    "state": State.FILED,
    "step": Step.DISPATCH,
    "field": "duty_item",
    "role": Role.DISPATCHER,
    "until": NOON,
}


def test_that_instants_are_said_in_the_zone_of_the_hall():
    refusal = Refusal("returned_too_late", case="C1", until=NOON)
    assert "2026-11-20 12:00" in words.sentence(refusal, "zh", ZoneInfo("Asia/Shanghai"))


def test_that_words_stand_for_codes_in_a_sentence():
    refusal = Refusal("illegal_step", case="C1", state=State.FILED, step="urge")
    assert words.sentence(refusal) == "C1 现在是「已立案」，不能催办。"
    roles = (Role.SHIFT_SUPERVISOR, Role.COMMANDER)
    refusal = Refusal("not_allowed", role="dispatcher", step="suspend", roles=roles)
    assert words.sentence(refusal, "en") == (
        'The role "dispatcher" may not do "put on hold"; these may: shift supervisor, commander.'
    )
    assert "something" in words.sentence(Refusal("needs", step="something", field="x"), "en")


@pytest.mark.parametrize(
    ("state", "step", "remedy"),
    [
        (State.RECEIVED, Step.DISPATCH, "请先立案（file）。"),
        (State.FILED, Step.ACCEPT, "请先派单（dispatch）。"),
        (State.RESULT_SUBMITTED, Step.CLOSE, "请先核查（check）。"),
        (State.SUSPENDED, Step.RESULT, "请先恢复办理（resume）。"),
        (State.FILED, Step.RECALL, ""),  # dispatched only to be recalled
        (State.DISPATCHED, Step.DISPATCH, ""),  # recalled, or returned: more ways than one
        (State.CLOSED, Step.DISPATCH, ""),  # comes back by itself
        (State.DISPATCHED, Step.START, ""),  # the body accepts, nobody here does
        (State.ARCHIVED, Step.DISPATCH, ""),
    ],
)
def test_that_the_one_step_that_comes_first_is_named(state, step, remedy):
    told = words.sentence(Refusal("illegal_step", case="C1", state=state, step=step))
    assert told.endswith(f"不能{words.word(step)}。{remedy}")
    told = words.sentence(Refusal("illegal_step", case="C1", state=state, step=step), "en")
    assert ("must come first" in told) is bool(remedy)


@pytest.mark.parametrize(
    ("step", "zh", "en"),
    [
        (SummonsStep.REPORT_IN, "不能报到", "it cannot report in now."),
        (SummonsStep.RELEASE, "不能同意撤离", "it cannot be released now."),
    ],
)
def test_that_what_a_body_cannot_do_is_a_sentence(step, zh, en):
    facts = {"whistle": "W1", "body": "power", "state": SummonsState.BLOWN, "step": step}
    refusal = Refusal("illegal_summons_step", **facts)
    assert zh in words.sentence(refusal)
    assert words.sentence(refusal, "en").endswith(en)


def test_that_a_refusal_to_the_hall_itself_can_be_said():
    assert words.sentence(Refusal("not_allowed", role="", step="suspend", roles=()))


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_that_every_member_has_a_word_in_both_languages(kind):
    for member in kind:
        assert words.word(member)
        assert words.word(member, "en")
    assert set(WORDS[kind]) == set(kind)
    for lang in (0, 1):
        said = [both[lang] for both in WORDS[kind].values()]
        assert len(said) == len(set(said)) or kind.__name__ in {"Step", "PlaceQuality"}


def test_that_every_command_has_a_word():
    for command in get_args(c.Command):
        assert words.command(c.name(command))
        assert words.command(c.name(command), "en")
    assert set(COMMANDS) - {"reviewed"} == {c.name(command) for command in get_args(c.Command)}


def test_that_every_field_a_step_may_lack_has_a_word():
    lacking = {field for rule in LOOP.values() for field in rule.needs}
    assert lacking <= set(FIELDS)
    assert words.field("duty_item") == "清单事项编号"
    assert words.field("duty_item", "en") == "duty list item"
    assert words.field("unheard_of") == "unheard_of"


@pytest.mark.parametrize(
    "told",
    [
        "[Errno 28] No space left on device",
        "database or disk is full (SQLITE_FULL)",
        "disk I/O error (SQLITE_IOERR)",
        "connection failed: Connection refused",
        "hall.db is gone",
        *(f"{parsed} (at line 2, column 1)" for parsed in TOMLLIB),
    ],
)
def test_that_trouble_is_told_in_words(told):
    assert not re.search("[a-z]{3}", words.trouble(told))
    assert words.trouble(told, "en").isascii()
    refusal = Refusal("store_unavailable", detail=told)
    assert not re.search("[a-z]{3}", words.sentence(refusal))


def test_that_unheard_of_trouble_is_quoted_as_such():
    assert words.trouble("flux low") == "系统原话：flux low"
    assert words.trouble("flux low", "en") == "flux low"
    assert words.trouble("磁盘松了") == "磁盘松了"


def test_that_a_clock_names_the_setting_it_follows():
    for name in _SETTINGS:
        step = WhyStep(kind=WhyKind.SOURCE, source=f"hall.toml:{name}")
        assert name not in words.why(step, UTC)
        assert hasattr(Limits(), name)


def test_that_a_refusal_names_bodies_and_persons_where_they_are_known():
    refusal = Refusal("helpers_at_work", case="C1", bodies=("police", "fire"))
    named = words.sentence(refusal, name_of={"police": "派出所", "fire": "消防站"}.get)
    assert "（派出所、消防站）" in named


def test_that_every_reason_for_putting_a_message_aside_is_a_sentence():
    assert set(PUT_ASIDE) == set(QuarantineReason)
    for reason in QuarantineReason:
        assert words.put_aside(reason, "Expected `str`").endswith("。")
        assert words.put_aside(reason, "", "en").endswith(".")


@pytest.mark.parametrize(
    ("detail", "field"),
    [
        ("Expected `str`, got `int` - at `$.data.title`", "data.title"),
        ("Object missing required field `title` - at `$.data`", "data.title"),
        ("Object missing required field `time`", "time"),
        ("Invalid enum value 'x' - at `$.data.attachments[0].kind`", "data.attachments[0].kind"),
        ("`sequence` must be up to 20 digits and below 2^63", "sequence"),
        ("CmdType is missing", "CmdType"),
        ("DeviceID is `123`", "DeviceID"),
    ],
)
def test_that_the_field_at_fault_is_named_where_it_is_known(detail, field):
    assert f"（字段 {field}）" in words.put_aside("bad_data", detail)
    assert f"(field {field})" in words.put_aside("bad_data", detail, "en")
    assert detail not in words.put_aside("bad_data", detail)


def test_that_what_is_about_nothing_known_says_what_it_waits_for():
    assert "E-17" in words.put_aside("bad_data", "event_no E-17")
    assert "no case 20261121-00001" in words.put_aside(
        "bad_data", "unknown_case 20261121-00001", "en"
    )
    assert "W9" in words.put_aside("bad_data", "unknown_whistle W9 police")
    assert "police" in words.put_aside("bad_data", "not_summoned W9 police", "en")


def test_that_of_what_may_be_wrong_with_a_message_only_that_is_said_which_is():
    broken = words.put_aside("bad_data", "Expected `str`, got `int` - at `$.data.title`")
    assert broken == "内容不符合约定（字段 data.title）。"
    unknown = words.put_aside("bad_data", "unknown_case 20261121-00001")
    assert "不符合约定" not in unknown
    assert words.put_aside("bad_data", words.UNSTORED) == "数据库存不下这条消息。"


def test_that_a_message_that_still_will_not_do_is_told_in_words():
    still = Refusal("still_rejected", message=7, reason="bad_data", detail="at `$.data.title`")
    assert words.sentence(still).startswith("第 7 条隔离消息仍不能接收：内容不符合约定")
    assert "data.title" in words.sentence(still, "en")
    assert "bad_data" not in words.sentence(still) + words.sentence(still, "en")


def test_that_days_in_a_row_that_do_not_count_are_told_at_once():
    zone = ZoneInfo("Asia/Shanghai")
    days = [
        WhyStep(kind=WhyKind.SKIPPED_DAY, day=date(2026, 2, day), detail=detail)
        for day, detail in (
            *((day, WhyDetail.HOLIDAY) for day in range(15, 24)),
            (24, WhyDetail.START_DAY),
            (28, WhyDetail.WEEKEND),
        )
    ]
    assert words.why_lines(days, zone) == [
        "2026-02-15 周日 至 2026-02-23 周一 节假日，9 天不计入",
        "2026-02-24 周二 起算当日，不计入",
        "2026-02-28 周六 周末，不计入",
    ]
    assert words.why_lines(days, zone, "en")[0] == (
        "2026-02-15 Sun to 2026-02-23 Mon do not count: holiday, 9 days"
    )
    assert words.why_lines([], zone) == []
