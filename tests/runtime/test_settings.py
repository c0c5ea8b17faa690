"""The settings of a hall, well and badly written."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from commandcenter.domain.hall import Limits
from commandcenter.domain.place import Datum
from commandcenter.domain.timelimit import Limit
from commandcenter.runtime.findings import _WORDS, Fault, Finding, Severity
from commandcenter.runtime.settings import FeedSettings, LiaisonSettings, read_settings

SMALLEST = """
[hall]
name = "云溪镇综合指挥中心"
code = "990101101"
"""
FEED = '[[feed]]\nid = "county"\n'


def read(folder, text, *, encoding="utf-8"):
    raw = text if isinstance(text, bytes) else text.encode(encoding)
    (folder / "hall.toml").write_bytes(raw)
    return read_settings(folder)


def faults(findings):
    return [(finding.fault, finding.row, finding.column) for finding in findings]


def test_that_the_smallest_settings_have_the_documented_defaults(tmp_path):
    settings, findings = read(tmp_path, SMALLEST)

    assert findings == []
    assert settings.hall.name == "云溪镇综合指挥中心"
    assert settings.hall.zone == ZoneInfo("Asia/Shanghai")
    assert settings.hall.datum is Datum.WGS84
    assert settings.report.day_starts == time(8)
    assert settings.state_dir == tmp_path / "state"
    assert settings.store_url == f"sqlite:///{tmp_path.as_posix()}/state/hall.db"
    assert settings.feeds == ()
    assert settings.thresholds == Limits()


def test_that_everything_written_is_in_force(tmp_path):
    (tmp_path / "token").write_text("secret")
    text = (
        SMALLEST
        + """
    timezone = "Asia/Urumqi"
    datum = "gcj-02"
    [store]
    url = "postgresql://hall:word@db/hall"
    state_dir = "run"
    [grids]
    datum = "CGCS2000"
    [report]
    day_starts = 12:00:00
    [thresholds]
    answer = "5 urgent_minute"
    max_hops = 3
    [[feed]]
    id = "county"
    url = "wss://county.example:8443/feed?hall=1"
    datum = "BD09"
    token_file = "token"
    name = "县平台"
    [[feed]]
    id = "boxes"
    url = "ws://10.0.0.8:9000"
    allow_plaintext = true
    dialect = "gb28181"
    source = "/police/video"
    timezone = "Asia/Urumqi"
    """
    )

    settings, findings = read(tmp_path, text)

    assert findings == []
    assert settings.hall.zone == ZoneInfo("Asia/Urumqi")
    assert settings.hall.datum is Datum.GCJ02
    assert settings.store_url == "postgresql://hall:word@db/hall"
    assert settings.state_dir == tmp_path / "run"
    assert settings.grids_datum is Datum.CGCS2000
    assert settings.report.day_starts == time(12)
    assert settings.thresholds.answer == Limit.parse("5 urgent_minute")
    assert settings.thresholds.max_hops == 3
    assert settings.feeds == (
        FeedSettings(
            id="county",
            url="wss://county.example:8443/feed?hall=1",
            datum=Datum.BD09,
            token_file=tmp_path / "token",
            name="县平台",
        ),
        FeedSettings(
            id="boxes",
            url="ws://10.0.0.8:9000",
            allow_plaintext=True,
            dialect="gb28181",
            source="/police/video",
            zone=ZoneInfo("Asia/Urumqi"),
        ),
    )


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///hall.db", "{pack}/hall.db"),
        ("sqlite:////srv/hall.db", "/srv/hall.db"),
        ("sqlite:///hall.db?mode=ro", "{pack}/hall.db?mode=ro"),
    ],
)
def test_that_the_path_of_a_store_begins_at_the_pack(tmp_path, url, path):
    settings, findings = read(tmp_path, SMALLEST + f'[store]\nurl = "{url}"')

    assert findings == []
    assert settings.store_url == f"sqlite:///{path.format(pack=tmp_path.as_posix())}"


def test_that_an_unknown_key_is_refused_by_name_with_the_nearest_one(tmp_path):
    settings, findings = read(tmp_path, SMALLEST + 'timezon = "Asia/Urumqi"\n[reports]\n')

    assert faults(findings) == [
        (Fault.UNKNOWN_SECTION, 6, "reports"),
        (Fault.UNKNOWN_KEY, 5, "hall.timezon"),
    ]
    assert "timezone" in findings[1].remedy("en")
    assert "report" in findings[0].remedy()
    assert "[reports]" in findings[0].problem("en")
    assert settings.hall.zone == ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("name", ["wisthle", "sofware", "software", "网格"])
def test_that_a_section_like_no_other_is_told_with_all_there_are(tmp_path, name):
    text = f'["{name}"]\na = 1\n[["{name}2"]]\nb = 2\n'
    settings, findings = read(tmp_path, SMALLEST + text)

    assert faults(findings) == [
        (Fault.UNKNOWN_SECTION, 5, name),
        (Fault.UNKNOWN_SECTION, 7, f"{name}2"),
    ]
    for lang in ("zh", "en"):
        told = findings[0].remedy(lang)
        sections = ("hall", "store", "grids", "report", "duties", "liaison", "thresholds", "feed")
        assert all(it in told for it in sections)
    assert (settings, settings.feeds_off) == (read(tmp_path, SMALLEST)[0], ())


@pytest.mark.parametrize(
    "line",
    [
        'timezone = "Mars/Olympus"',
        'timezone = "../etc/passwd"',
        'timezone = "Asia"',
        "timezone = 8",
        'timezone = ""',
        'datum = "WGS72"',
        "datum = true",
        '[store]\nurl = "mysql://db"',
        '[store]\nurl = "postgresql:/db"',
        "[store]\nurl = 1",
        "[store]\nstate_dir = []",
        '[report]\nday_starts = "25:00"',
        '[report]\nday_starts = "8"',
        "[report]\nday_starts = 2026-01-01",
        "[thresholds]\nanswer = 10",
        '[thresholds]\nanswer = "soon"',
        "[thresholds]\nmax_hops = 0",
        "[thresholds]\nmax_hops = true",
        "[thresholds]\nmax_hops = 1.5",
        "[thresholds]\nmax_hops = 0x" + "f" * 5000,
    ],
)
def test_that_a_value_of_the_wrong_kind_is_named_and_the_default_holds(tmp_path, line):
    settings, findings = read(tmp_path, SMALLEST + line)

    assert [finding.fault for finding in findings] == [Fault.BAD_SETTING]
    assert findings[0].row == 5 + line.count("\n")
    default, _ = read(tmp_path, SMALLEST)
    assert settings == default


def test_that_tables_of_the_wrong_kind_are_named(tmp_path):
    settings, findings = read(tmp_path, 'hall = 5\nfeed = "county"\nstore = [1]')

    assert [(f.fault, f.column) for f in findings if f.fault is Fault.BAD_SETTING] == [
        (Fault.BAD_SETTING, "hall"),
        (Fault.BAD_SETTING, "store"),
        (Fault.BAD_SETTING, "feed"),
    ]
    assert settings.feeds == ()


def test_that_a_hall_without_a_name_or_code_is_told_so(tmp_path):
    _, findings = read(tmp_path, "[hall]\n")

    assert faults(findings) == [
        (Fault.MISSING_KEY, 1, "hall.name"),
        (Fault.MISSING_KEY, 1, "hall.code"),
    ]


@pytest.mark.parametrize(
    ("rest", "fault"),
    [
        ('url = "ws://10.0.0.8:9000"', Fault.PLAIN_SOCKET),
        ('url = "ws://localhost.example:9000"', Fault.PLAIN_SOCKET),
        ('url = "wss://county/?token=abc"', Fault.SECRET_IN_URL),
        ('url = "wss://county/?ACCESS_KEY="', Fault.SECRET_IN_URL),
        ('url = "wss://me:word@county/"', Fault.SECRET_IN_URL),
        ('url = "https://county/"', Fault.BAD_SETTING),
        ('url = "wss://"', Fault.BAD_SETTING),
        ('url = "wss://county:99999"', Fault.BAD_SETTING),
        ('url = "wss://[::"', Fault.BAD_SETTING),
        ("url = 8765", Fault.BAD_SETTING),
        ('name = "x"', Fault.MISSING_KEY),
        ('url = "wss://county"\ndialect = "x"', Fault.BAD_SETTING),
        ('url = "wss://county"\ndatum = "x"', Fault.BAD_SETTING),
        ('url = "wss://county"\nallow_plaintext = "yes"', Fault.BAD_SETTING),
        ('url = "wss://county"\ntoken_file = "absent"', Fault.NO_SUCH_FILE),
        ('url = "wss://county"\nca_file = "absent"', Fault.NO_SUCH_FILE),
    ],
)
def test_that_a_feed_which_is_not_safe_to_use_stays_off(tmp_path, rest, fault):
    settings, findings = read(tmp_path, SMALLEST + FEED + rest)

    assert [finding.fault for finding in findings] == [fault, Fault.FEED_OFF]
    assert settings.feeds == ()


@pytest.mark.parametrize(
    ("text", "name", "fault"),
    [
        (FEED + 'url = "wss://c"\nretry = 3\ndialect = "x"', "county", Fault.BAD_SETTING),
        (FEED + 'name = "县平台"', "县平台", Fault.MISSING_KEY),
        ('[[feed]]\nurl = "wss://c"\n', "1", Fault.MISSING_KEY),
        ('[feed]\nid = "county"\nurl = "wss://c"', "", Fault.BAD_SETTING),
        ('[[feeds]]\nid = "county"\nurl = "wss://c"', "", Fault.UNKNOWN_SECTION),
        ("[[feed]\n", "", Fault.BAD_TOML),
    ],
)
def test_that_a_feed_that_stays_off_is_known_with_what_is_wrong(tmp_path, text, name, fault):
    settings, findings = read(tmp_path, SMALLEST + text)

    ((named, cause),) = settings.feeds_off
    assert (named, cause.fault) == (name, fault)
    assert cause in findings
    assert settings.feeds == ()


def test_that_a_hall_without_feeds_has_none_that_is_off(tmp_path):
    settings, _ = read(tmp_path, SMALLEST + "[report]\nfeed = 1\n")

    assert settings.feeds_off == ()


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "[::1]:8765", "localhost", "127.9.9.9"])
def test_that_plain_sockets_may_reach_this_machine(tmp_path, host):
    settings, findings = read(tmp_path, SMALLEST + FEED + f'url = "ws://{host}"')

    assert findings == []
    assert len(settings.feeds) == 1


def test_that_no_secret_is_repeated_in_a_finding(tmp_path):
    text = SMALLEST + '[store]\nurl = "mysql://me:hunter2@db"\n'
    text += FEED + 'url = "https://me:hunter2@db"\n'

    _, findings = read(tmp_path, text)

    assert len(findings) == 3
    assert not any("hunter2" in repr(finding) for finding in findings)


def test_that_one_bad_feed_leaves_the_others_on(tmp_path):
    good = '[[feed]]\nid = "a"\nurl = "wss://a"\nretry = 3\n'
    bad = '[[feed]]\nid = "a"\nurl = "wss://b"\n'

    settings, findings = read(tmp_path, SMALLEST + good + bad)

    assert [feed.url for feed in settings.feeds] == ["wss://a"]
    assert faults(findings) == [
        (Fault.UNKNOWN_KEY, 8, "feed.retry"),
        (Fault.DUPLICATE_FEED, 10, "feed.id"),
        (Fault.FEED_OFF, 9, "feed"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_that_what_office_programs_write_is_read(tmp_path, encoding):
    settings, findings = read(tmp_path, SMALLEST.replace("\n", "\r\n"), encoding=encoding)

    assert findings == []
    assert settings.hall.name == "云溪镇综合指挥中心"


def test_that_a_letter_cut_in_half_costs_that_letter_only(tmp_path):
    settings, findings = read(tmp_path, (SMALLEST + "# 云").encode()[:-1])

    assert findings == []
    assert settings.hall.name == "云溪镇综合指挥中心"


def test_that_without_settings_the_defaults_hold_and_a_finding_says_so(tmp_path):
    settings, findings = read_settings(tmp_path / "nowhere")

    assert [finding.fault for finding in findings] == [Fault.NO_SETTINGS]
    assert findings[0].severity is Severity.ERROR
    assert settings.thresholds == Limits()


def test_that_settings_which_cannot_be_read_are_named(tmp_path):
    (tmp_path / "hall.toml").mkdir()
    assert [f.fault for f in read_settings(tmp_path)[1]] == [Fault.UNREADABLE]


def test_that_what_is_no_text_is_named(tmp_path):
    assert faults(read(tmp_path, b"\xff\x00\x81\xff\xff")[1]) == [(Fault.NOT_TEXT, None, None)]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('[hall]\nname = "云溪', 2),
        ("[hall]\n\n[hal", 3),
        ("[hall]\nname =\n", 2),
        ("[hall]\n[hall]\n", 2),
        ("[hall]\nx = [1,\n2\n", 3),
        ("x = " + "[" * 100_000, 1),
    ],
)
def test_that_broken_toml_is_named_with_its_line(tmp_path, text, row):
    _, findings = read(tmp_path, text)

    assert faults(findings) == [(Fault.BAD_TOML, row, None)]


@pytest.mark.parametrize(
    "text",
    [
        'name = "云溪\ncode = "1"\n',
        'name = "云溪',
        "name = '云溪\ncode = 1\n",
        'name = """云溪\n',
        "name = '''云溪",
    ],
)
def test_that_a_quotation_that_is_not_closed_is_called_so(tmp_path, text):
    _, (finding,) = read(tmp_path, "[hall]\n" + text)

    assert "引号没有合上" in finding.problem("zh")
    assert "a quotation is not closed" in finding.problem("en")


@given(st.integers(0, 400))
@tried(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_a_file_cut_anywhere_is_never_a_traceback(tmp_path, length):
    text = SMALLEST + '[thresholds]\nanswer = "5 urgent_minute"\n' + FEED + 'url = "wss://甲"\n'

    settings, _ = read(tmp_path, text.encode()[:length])

    assert settings.state_dir == tmp_path / "state"


toml_values = st.sampled_from(
    ["1", "-1", "1.5", "inf", "nan", "true", '"x"', '""', "[]", "[[]]", "{}", "{a = 1}",
     "2026-01-01", "08:00:00", "2026-01-01T00:00:00Z", "0xffffffffffffffffffff", '"\\u0000"'],
)  # fmt: skip
keys = st.sampled_from(
    ["name", "code", "timezone", "datum", "url", "state_dir", "day_starts", "answer", "max_hops",
     "id", "dialect", "token_file", "allow_plaintext", "x"],
)  # fmt: skip
headers = st.sampled_from(
    ["[hall]", "[store]", "[grids]", "[report]", "[thresholds]", "[[feed]]", "[feed]", "[x]", ""]
)


@given(st.lists(st.tuples(headers, st.dictionaries(keys, toml_values, max_size=4)), max_size=4))
@tried(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_no_value_anywhere_is_a_traceback(tmp_path, tables):
    text = "\n".join(
        line
        for header, pairs in tables
        for line in (header, *(f"{key} = {value}" for key, value in pairs.items()))
    )

    _, findings = read(tmp_path, text)

    for finding in findings:
        assert finding.problem()
        assert finding.remedy("en")


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_every_fault_has_its_words_in_both_languages(fault, lang):
    names = ["nearest", "reason", "value", "feed", "count", "columns", "first", "target", "grid"]
    names += ["package", "known", "most", "size", "found", "channel", "name", "least", "command"]
    names += ["years"]
    words = dict.fromkeys([*names, "expected"], "值")
    finding = Finding(file="hall.toml", fault=fault, column="列", params=words)

    assert finding.problem(lang)
    assert finding.remedy(lang)
    assert "{" not in finding.problem(lang) + finding.remedy(lang)
    assert fault in _WORDS


def test_that_a_pasted_novel_does_not_fill_the_screen(tmp_path):
    _, findings = read(tmp_path, SMALLEST + f'datum = "{"长" * 10_000}\\u0007"')

    assert len(findings[0].problem()) < 200


@pytest.mark.parametrize(
    "address",
    ["https://hall.example/x/", "http://127.0.0.1:8080", "http://10.1.2.3", "http://localhost:1"],
)
def test_that_the_page_is_reached_by_tls_or_nearby(tmp_path, address):
    settings, findings = read(tmp_path, SMALLEST + f'[liaison]\nbase_url = "{address}"\nhours = 6')

    assert findings == []
    assert settings.liaison.base_url == address.rstrip("/")
    assert settings.liaison.hours == 6


@pytest.mark.parametrize(
    "line",
    [
        'base_url = "http://hall.example"',
        'base_url = "ftp://10.0.0.1"',
        'base_url = "https://user:word@hall.example"',
        'base_url = "https://hall.example/?key=1"',
        'base_url = "https://:99999"',
        "hours = 0",
        "hours = 169",
        "hours = true",
    ],
)
def test_that_an_unsafe_page_is_named_and_stays_off(tmp_path, line):
    settings, findings = read(tmp_path, SMALLEST + "[liaison]\n" + line)

    assert [item.fault for item in findings] == [Fault.BAD_SETTING]
    assert settings.liaison == LiaisonSettings()
