"""The command line: one program; a window without a word, subcommands that need no screen."""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.runtime.findings import Finding, Severity, summed
from commandcenter.runtime.usage import Parser, language

OK, FAILURE, USAGE, SETTINGS, STORE, NO_DISPLAY = range(6)
"""Exit codes."""

_EXITS: Final = dict.fromkeys(
    ("no_hall", "no_such_hall", "no_feed", "unknown_feed", "no_page", "no_package"), SETTINGS
)
"""What a refusal ends the program with, other than a failure or the store's."""

_EXAMPLES: Final = """\
examples:
  main.py --demo                        rehearse with the fictional township, in a window
  main.py --hall /srv/hall              open a hall
  main.py --hall /srv/hall --wall       open its wall screen as well
  main.py check --hall /srv/hall        read a hall pack and name every fault
  main.py ingest --hall /srv/hall       take in the feeds without a screen
  main.py kpi --hall /srv/hall --json   today's figures

exit codes: 0 ok, 1 failure, 2 usage, 3 settings, 4 store, 5 no display
"""

_SUBCOMMANDS: Final = {
    "ingest": "take in the feeds without a screen, until told to stop",
    "desk": "the dispatcher without a screen: one JSON command a line",
    "liaison": "the report-in page for bodies without a terminal, behind signed links",
    "gateway": "the rehearsal gateway: a fictional township on a real WebSocket",
    "check": "read a hall pack and name every fault with its remedy",
    "import": "take a table into the hall pack: duties, standards, a holiday notice …",
    "kpi": "print figures",
    "report": "print the monthly list of what no duty list covers, or a letter",
    "cases": "print cases",
    "alerts": "print video alerts",
    "channels": "print how the ways out of the hall fare, and what waits to leave by them",
    "dossier": "print everything about one case as a PDF, or pack it as a ZIP",
    "quarantine": "print the messages that could not be taken in, and why",
    "audit": "verify the hash chains of the journal",
    "deadline": "reckon a deadline, and say why it falls when it falls",
}
"""Each lives in ``runtime/command_NAME.py``, which is imported only when it is asked for."""


def parser(wanted: str | None, lang: str = "zh") -> argparse.ArgumentParser:
    """Return the parser; only the subcommand that is ``wanted`` gets its arguments."""
    top = Parser(
        lang=lang,
        prog="main.py",
        description="乡镇综合指挥中心 — the command centre of a township hall.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    where = top.add_mutually_exclusive_group()
    where.add_argument("--hall", type=Path, metavar="DIR", help="the hall pack to open")
    where.add_argument("--demo", action="store_true", help="rehearse with the fictional township")
    top.add_argument("--wall", action="store_true", help="open the wall screen as well")
    top.add_argument("--as", dest="operator", metavar="ID", help="who sits at the desk")
    add_seat(top)
    top.add_argument(
        "--state-dir",
        dest="state_dir",
        type=Path,
        metavar="DIR",
        help="where store and layout are kept",
    )
    top.add_argument(
        "--theme",
        choices=("dark", "light", "high_contrast"),
        help="colours of the screens (as last chosen, at first dark)",
    )
    top.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the screens")
    top.add_argument("--offscreen", action="store_true", help="draw without a display")
    top.add_argument("--shots", type=Path, metavar="DIR", help="leave pictures of the screens")
    top.add_argument("--duration", type=float, metavar="S", help="end after so many seconds")
    subs = top.add_subparsers(dest="command", metavar="COMMAND", title="without a screen")
    for name, line in _SUBCOMMANDS.items():
        sub = subs.add_parser(
            name,
            lang=lang,
            help=line,
            description=line[0].upper() + line[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == wanted:
            _module(name).add_arguments(sub)
    return top


def _module(name: str) -> Any:
    return import_module(f"commandcenter.runtime.command_{name}")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read a command line; ends the program with 2 where it cannot be read."""
    wanted = next((word for word in argv if word in _SUBCOMMANDS), None)
    return parser(wanted, language(argv)).parse_args(argv)


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


def add_hall(sub: argparse.ArgumentParser) -> None:
    """Add what every command on a hall takes."""
    sub.add_argument("--hall", type=Path, metavar="DIR", required=True, help="the hall pack")
    sub.add_argument(
        "--state-dir", dest="state_dir", type=Path, metavar="DIR", help="where the store is kept"
    )
    sub.add_argument(
        "--lang",
        choices=("zh", "en"),
        default=argparse.SUPPRESS,  # as said before the subcommand
        help="language of what is said to people (zh)",
    )


def add_seat(sub: argparse.ArgumentParser) -> None:
    """Add the name under which a program writes a store it shares with others."""
    sub.add_argument("--seat", metavar="NAME", help="this seat's own name (the machine's)")


def add_feed(sub: argparse.ArgumentParser) -> None:
    """Add what replaces the address of a feed."""
    sub.add_argument(
        "--feed",
        metavar="ID=URL",
        action="append",
        default=[],
        type=_feed_url,
        help="another address for a feed; may be given several times",
    )


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
