"""The command line: one program; a window without a word, subcommands that need no screen."""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from commandcenter.application.changes import Delta
from commandcenter.application.ports import Hear
from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.domain.words import Both
from commandcenter.runtime.amounts import seconds
from commandcenter.runtime.findings import Finding, Severity, summed
from commandcenter.runtime.usage import Parser, language, listed

OK, FAILURE, USAGE, SETTINGS, STORE, NO_DISPLAY = range(6)
"""Exit codes."""

_EXITS: Final = dict.fromkeys(
    (
        "no_hall",
        "no_hall_unseen",
        "no_such_hall",
        "settings_unread",
        "no_feed",
        "unknown_feed",
        "no_page",
        "no_package",
    ),
    SETTINGS,
) | dict.fromkeys(
    ("deadline_of_what", "letter_of_what", "period_backwards", "nobody_to_be_silent"), USAGE
)
"""What a refusal ends the program with, other than a failure or the store's."""

_EXAMPLES: Final[Mapping[str, Both]] = {
    "main.py --demo": (
        "进入演练：虚构的云溪镇",
        "rehearse with the fictional township",
    ),
    "main.py --hall /srv/hall": ("打开一个大厅", "open a hall"),
    "main.py --hall /srv/hall --wall": ("同时打开大屏", "open its wall screen as well"),
    "main.py check --hall /srv/hall": (
        "检查资料包，逐条指出问题和改法",
        "read a hall pack, name every fault",
    ),
    "main.py ingest --hall /srv/hall": (
        "只接入，不开窗口",
        "take in the feeds without a screen",
    ),
    "main.py kpi --hall /srv/hall --json": ("今天的指标", "today's figures"),
}

_SUBCOMMANDS: Final[Mapping[str, Both]] = {
    "ingest": (
        "只接入，不开窗口，直到叫停",
        "take in the feeds without a screen, until told to stop",
    ),
    "desk": (
        "没有窗口的派遣员席位：一行一条 JSON 指令",
        "the dispatcher without a screen: one JSON command a line",
    ),
    "liaison": (
        "手机报到页：给不在平台上的单位，凭签名网址进入",
        "the report-in page for bodies without a terminal, behind signed links",
    ),
    "gateway": (
        "演练网关：虚构的云溪镇，真实的 WebSocket 服务",
        "the rehearsal gateway: a fictional township on a real WebSocket",
    ),
    "check": (
        "检查资料包，逐条指出问题和改法",
        "read a hall pack and name every fault with its remedy",
    ),
    "import": (
        "把表格导入资料包：权责清单、立案标准、放假安排等",
        "take a table into the hall pack: duties, standards, a holiday notice …",
    ),
    "kpi": ("列出指标", "print figures"),
    "report": (
        "列出当月清单外任务，或起草告知函",
        "print the monthly list of what no duty list covers, or a letter",
    ),
    "cases": ("列出案卷", "print cases"),
    "alerts": ("列出视频告警", "print video alerts"),
    "channels": (
        "列出各外发通道的情况和待发的消息",
        "print how the ways out of the hall fare, and what waits to leave by them",
    ),
    "dossier": (
        "一案一档：把一件案卷的全过程写成 PDF 文件，或打包成 ZIP",
        "write a PDF file of everything about one case, or pack it as a ZIP",
    ),
    "quarantine": (
        "列出隔离区里的消息和进隔离区的原因",
        "print the messages that could not be taken in, and why",
    ),
    "audit": ("核验全部事实的哈希链", "verify the hash chains of the journal"),
    "deadline": (
        "计算时限，并讲清为什么落在那一刻",
        "reckon a deadline, and say why it falls when it falls",
    ),
}
"""Each lives in ``runtime/command_NAME.py``, which is imported only when it is asked for."""


def parser(wanted: str | None, lang: str = "zh") -> Parser:
    """Return the parser; only the subcommand that is ``wanted`` gets its arguments."""
    top = Parser(lang=lang, prog="main.py")
    say = top.say
    top.description = say("乡镇综合指挥中心。", "The command centre of a township hall.")
    where = top.add_mutually_exclusive_group()
    where.add_argument(
        "--hall", type=Path, metavar="DIR", help=say("要打开的大厅资料包", "the hall pack to open")
    )
    where.add_argument(
        "--demo",
        action="store_true",
        help=say("进入演练：虚构的云溪镇", "rehearse with the fictional township"),
    )
    top.add_argument(
        "--wall", action="store_true", help=say("同时打开大屏", "open the wall screen as well")
    )
    add_operator(top)
    add_seat(top)
    add_state_dir(top)
    top.add_argument(
        "--theme",
        choices=("dark", "light", "high_contrast"),
        help=say(
            "画面配色：深、浅、高对比（不写用上次的，起初是深）",
            "colours of the screens (as last chosen, at first dark)",
        ),
    )
    top.add_argument(
        "--lang",
        choices=("zh", "en"),
        help=say(
            "画面（不写用上次选的，起初是 zh）和各命令（zh）用什么语言",
            "language of the screens (as last chosen, at first zh) and of the commands (zh)",
        ),
    )
    top.add_argument(
        "--offscreen",
        action="store_true",
        help=say("不用显示器，在后台画", "draw without a display"),
    )
    top.add_argument(
        "--shots",
        type=Path,
        metavar="DIR",
        help=say("把各画面的截图存到这里", "leave pictures of the screens"),
    )
    top.add_argument(
        "--duration", type=seconds, metavar="S", help=say("S 秒后结束", "end after S seconds")
    )
    subs = top.add_subparsers(
        dest="command", metavar="COMMAND", title=say("不开窗口的子命令", "without a screen")
    )
    for name, line in _SUBCOMMANDS.items():
        told = say(*line)
        sub = subs.add_parser(
            name,
            lang=lang,
            help=told,
            description=told[0].upper() + told[1:] + say("。", "."),
        )
        if name == wanted:
            _module(name).add_arguments(sub)
    top.explain(
        say(
            "各子命令的说明：main.py COMMAND --help。",
            "What a subcommand takes: main.py COMMAND --help.",
        ),
        say(
            "退出码：0 正常，1 没有办成，2 用法不对，3 设置有误，4 数据库有问题，5 没有显示器。",
            "exit codes: 0 ok, 1 failure, 2 usage, 3 settings, 4 store, 5 no display",
        ),
        examples=listed((line, say(*both)) for line, both in _EXAMPLES.items()),
    )
    return top


def _module(name: str) -> Any:
    return import_module(f"commandcenter.runtime.command_{name}")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read a command line; ends the program with 2 where it cannot be read.

    ``lang`` is what is spoken, ``asked_lang`` nothing where the line does not name it.
    """
    wanted = next((word for word in argv if word in _SUBCOMMANDS), None)
    arguments = parser(wanted, language(argv)).parse_args(argv)
    arguments.asked_lang, arguments.lang = arguments.lang, arguments.lang or "zh"
    return arguments


def run(arguments: argparse.Namespace) -> int:
    """Carry out a subcommand; returns the exit code."""
    return guarded(lambda: _module(arguments.command).run(arguments), arguments.lang)


def guarded(
    work: Callable[[], int], lang: str, tell: Callable[[str], None] = lambda _sentence: None
) -> int:
    """Run something that may be refused; a refusal is one sentence and an exit code.

    The sentence is written on standard error; ``tell`` says it where else a person looks.
    """
    try:
        return work()
    except Refusal as refusal:
        sentence = words.sentence(refusal, lang)
        sys.stderr.write(sentence + "\n")
        sys.stderr.flush()
        tell(sentence)
        return STORE if refusal.code.startswith("store_") else _EXITS.get(refusal.code, FAILURE)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more at exit
        return OK
    except KeyboardInterrupt:
        return FAILURE


def add_hall(sub: Parser) -> None:
    """Add what every command on a hall takes."""
    say = sub.say
    sub.add_argument(
        "--hall", type=Path, metavar="DIR", required=True, help=say("大厅资料包", "the hall pack")
    )
    add_state_dir(sub)
    add_lang(sub)


def add_lang(sub: Parser) -> None:
    """Add ``--lang`` where it may be said after the subcommand, too."""
    say = sub.say
    sub.add_argument(
        "--lang",
        choices=("zh", "en"),
        default=argparse.SUPPRESS,  # as said before the subcommand
        help=say("对人说的话用什么语言（zh）", "language of what is said to people (zh)"),
    )


def add_state_dir(sub: Parser) -> None:
    """Add where a hall keeps what is not its pack."""
    sub.add_argument(
        "--state-dir",
        dest="state_dir",
        type=Path,
        metavar="DIR",
        help=sub.say("数据库和布局存在哪里", "where store and layout are kept"),
    )


def add_operator(sub: Parser) -> None:
    """Add who gives the orders."""
    sub.add_argument(
        "--as",
        dest="operator",
        metavar="ID",
        help=sub.say("由谁办（人员编号）", "who sits at the desk"),
    )


def add_seat(sub: Parser) -> None:
    """Add the name under which a program writes a store it shares with others."""
    sub.add_argument(
        "--seat",
        metavar="NAME",
        help=sub.say("本席位的名字（不写用机器名）", "this seat's own name (the machine's)"),
    )


def add_feed(sub: Parser) -> None:
    """Add what replaces the address of a feed."""
    sub.add_argument(
        "--feed",
        metavar="ID=URL",
        action="append",
        default=[],
        type=_feed_url,
        help=sub.say(
            "接入另用的地址，可写多次", "another address for a feed; may be given several times"
        ),
    )


def add_json(sub: Parser, *, anyway: bool = False) -> None:
    """Add ``--json``, also to a command that prints JSON ``anyway``, so that scripts may say it."""
    zh, en = _JSON_ANYWAY if anyway else _JSON
    sub.add_argument("--json", action="store_true", help=sub.say(zh, en))


_JSON: Final[Both] = ("一个 JSON 对象，不逐行写", "one JSON object instead of lines")
_JSON_ANYWAY: Final[Both] = ("每行一个 JSON 对象（不写也是）", "JSON lines (as without it)")


def _feed_url(text: str) -> tuple[str, str]:
    feed, mark, url = text.partition("=")
    if not (feed and mark and url.startswith(("ws://", "wss://"))):
        raise argparse.ArgumentTypeError(f"{text!r} is not ID=ws://… or ID=wss://…")
    return feed, url


def say_findings(findings: Iterable[Finding], lang: str) -> None:
    """Say on standard error what of a pack is not in force, or probably not as meant."""
    for item in summed(list(findings)):
        if item.severity is not Severity.INFO:
            sys.stderr.write(finding_line(item, lang) + "\n")


def store_watch(lang: str) -> Hear:
    """Return what says on standard error that the store takes no writes: once while that lasts.

    It is over when something was written again: a full disk has room for a probe.
    """
    said = probed = False

    def hear(delta: Delta) -> None:
        nonlocal said, probed
        if delta.health is not None:
            probed = delta.health.ok
            if not probed and not said:
                said = True
                detail = words.trouble(delta.health.detail, lang)
                told = words.STORE_DOWN[lang == "en"].format(detail=detail)
                sys.stderr.write(told + "\n")
                sys.stderr.flush()
        elif delta.facts and probed:
            said = False

    return hear


def finding_line(item: Finding, lang: str) -> str:
    """Return a finding on one line: how bad, where, what, and what to do."""
    where = ":".join(str(part) for part in (item.file, item.row, item.column) if part is not None)
    return f"{_MARK[item.severity]} {where}  {item.problem(lang)} {item.remedy(lang)}"


_MARK: Final = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.INFO: "·"}


def speak_utf8() -> None:
    """Write UTF-8 with plain line ends wherever another program reads, whatever the locale.

    A person's terminal keeps its own, and is shown what it cannot write as escapes.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def put(value: object) -> None:
    """Print one JSON line, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
