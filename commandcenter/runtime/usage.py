"""A command line is explained, and one that cannot be read answered, in its writer's language."""

import argparse
import re
from collections.abc import Iterable, Sequence
from shutil import get_terminal_size
from textwrap import indent
from typing import Any, Final, NoReturn
from unicodedata import combining, east_asian_width

from typing_extensions import override

WIDTH: Final = 80
"""So many columns wide is any help at most; less where the terminal is narrower."""


def language(argv: Sequence[str]) -> str:
    """Return the language a command line asks for, before it is read: Chinese is the usual one."""
    said = re.findall(r"--lang[ =](\S*)", " ".join(argv))
    return "en" if said[-1:] == ["en"] else "zh"


class Parser(argparse.ArgumentParser):
    """A parser whose help and errors are in ``lang``; its subcommands need to be told it, too."""

    def __init__(self, *, lang: str = "zh", **options: Any) -> None:
        super().__init__(add_help=False, **options)
        self.lang = lang
        self._positionals.title = self.say("参数", "positional arguments")
        self._optionals.title = self.say("选项", "options")
        self.add_argument(
            "-h", "--help", action="help", help=self.say("显示这份说明", "show this help")
        )

    def say(self, zh: str, en: str) -> str:
        """Return what is said in the language of this parser."""
        return en if self.lang == "en" else zh

    def explain(self, *paragraphs: str, examples: str) -> None:
        """Set what stands below the arguments; lines that begin with a blank are not wrapped."""
        shown = section(self.say("示例：", "examples:"), examples)
        self.epilog = "\n\n".join((*paragraphs, shown))

    @override
    def format_usage(self) -> str:
        return self._headed(super().format_usage())

    @override
    def format_help(self) -> str:
        return _COLON.sub("：", self._headed(super().format_help()))

    def _headed(self, text: str) -> str:
        # the blank keeps the lines below in line: the two words are six columns wide, not seven
        return self.say("用法： ", "usage: ") + text.removeprefix("usage: ")

    @override
    def _get_formatter(self) -> argparse.HelpFormatter:
        return _Columns(self.prog, width=min(WIDTH, get_terminal_size().columns))

    @override
    def error(self, message: str) -> NoReturn:
        """Say first what cannot be read, then what can, and end the program with 2."""
        told = self.say(
            f"{self.prog}：{in_chinese(message)}", f"{self.prog}: error: {in_english(message)}"
        )
        self.exit(2, f"{told}\n{self.format_usage()}")


_COLON: Final = re.compile(r"(?<=[\u4e00-\u9fff]):$", re.MULTILINE)
"""What argparse sets after the title of a group."""


class _Columns(argparse.HelpFormatter):
    """Lays a help out by the columns of a terminal: a Chinese character takes two of them.

    Names of options, metavars and commands are plain ASCII, so only the sentences need it.
    """

    @override
    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(text, width)

    @override
    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines = (
            [line] if line[:1] in {"", " "} else wrapped(line, width) for line in text.splitlines()
        )
        return "\n".join(indent + line for several in lines for line in several)


def section(title: str, lines: str) -> str:
    """Return lines of a help, as they stand, under a title."""
    return f"{title}\n{indent(lines, _INDENT)}"


def listed(rows: Iterable[tuple[str, str]]) -> str:
    """Return names and what they mean side by side, as wide as a section may be."""
    known = [*rows]
    left = max(len(name) for name, _meaning in known) + 2
    return "\n".join(
        f"{'' if at else name:<{left}}{line}"
        for name, meaning in known
        for at, line in enumerate(wrapped(meaning, WIDTH - len(_INDENT) - left))
    )


_INDENT: Final = "  "


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines no wider than ``width`` columns.

    A line may end after any Chinese character, but none begins with a mark that closes.
    """
    lines, line = [], ""
    for unit in _UNIT.findall(" ".join(text.split())):
        if line and columns_of(line + unit) > width:
            lines.append(line.rstrip())
            line = ""
        line += unit if line else unit.lstrip()
    return [*lines, line.rstrip()]


_UNIT: Final = re.compile(
    r"\s?[（「]*(?:[^\s\u3000-\uffef]+|[\u3000-\uffef])?[，。；：、！？）」]*"
)
"""What stays together: an English word, or a Chinese character, with its marks."""


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text
    )


def in_english(message: str) -> str:
    """Return an error of argparse in words: it names a value's type as the program calls it."""
    return _BAD_VALUE.sub(lambda it: f"{it['value']} should be {_type(it['type'], 1)}", message)


def _type(name: str, lang: int) -> str:
    return _TYPES[name][lang] if name in _TYPES else name


def in_chinese(message: str) -> str:
    """Return an error of argparse, or of one of our own types, in Chinese."""
    if (found := _OF_ARGUMENT.fullmatch(message)) is not None:
        return f"参数 {found['name']}：{in_chinese(found['message'])}"
    for pattern, chinese in _SAYINGS:
        if (found := pattern.fullmatch(message)) is not None:
            named = {key: _type(text, 0) for key, text in found.groupdict().items()}
            return chinese.format(**named)
    return message


_OF_ARGUMENT: Final = re.compile(r"argument (?P<name>[^:]+): (?P<message>.*)", re.DOTALL)
_BAD_VALUE: Final = re.compile(r"invalid (?P<type>\w+) value: (?P<value>.*)", re.DOTALL)
_SAYINGS: Final = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"the following arguments are required: (?P<names>.*)", "缺少必需的参数 {names}。"),
        (r"one of the arguments (?P<names>.*) is required", "{names} 之中必须给出一个。"),
        (r"unrecognized arguments: (?P<names>.*)", "不认识 {names}，可用 --help 查看用法。"),
        (
            r"ambiguous option: (?P<name>.*) could match (?P<names>.*)",
            "{name} 写得不全，可能是 {names}。",
        ),
        (r"not allowed with argument (?P<name>.*)", "不能与 {name} 同时使用。"),
        (r"expected (?:one|at least one|\d+) arguments?", "后面要写一个值。"),
        (r"expected at most one argument", "后面最多写一个值。"),
        (r"ignored explicit argument (?P<value>.*)", "后面不带值，多了 {value}。"),
        (
            r"invalid choice: (?P<value>.*) \(choose from (?P<choices>.*)\)",
            "没有 {value} 这个选项，可选 {choices}。",
        ),
        (_BAD_VALUE.pattern, "{value} 应写成{type}。"),
        (
            r"(?P<value>.*) is not ID=ws://… or ID=wss://…",
            "{value} 应写成 编号=ws://… 或 编号=wss://…。",
        ),
        (r"(?P<value>.*) is not HOST:PORT", "{value} 应写成 主机:端口。"),
        (r"an instant needs its offset: (?P<sample>.*)", "时刻要带时区，如 {sample}。"),
        (r"the year must be from (?P<low>\S+) to (?P<high>\S+)", "年份须在 {low} 至 {high} 之间。"),
        (r"must be from (?P<low>\S+) to (?P<high>\S+)", "须在 {low} 至 {high} 之间。"),
        (r"must be above zero", "须大于零。"),
        (r"must be at most (?P<high>\S+)", "不能超过 {high}。"),
        (
            r"(?P<part>.*): does not begin with a number of seconds",
            "{part} 要以秒数开头，如 20 drop。",
        ),
        (r"(?P<name>.*) is none of (?P<names>.*)", "没有 {name} 这种故障，可选 {names}。"),
        (r"(?P<name>\w+) takes no (?P<value>.*)", "{name} 后面多了 {value}。"),
        (r"(?P<name>\w+): nothing (?:below zero|without end)", "{name} 的值须是不小于零的数。"),
        (
            r"(?P<name>\w+): (?:invalid literal|could not convert).*: (?P<value>'.*')",
            "{name} 的值 {value} 应写成数字。",
        ),
        (
            r"a month is written (?P<sample>.*)",
            "月份要写成 {sample} 这样，月在 01 至 12 之间。",
        ),
    )
)
"""What argparse says (CPython 3.11), and what the types of our own arguments do."""
_TYPES: Final = {
    "int": ("整数", "a whole number"),
    "float": ("数字", "a number"),
    "positive": ("大于零的数字", "a number above zero"),
    "seconds": ("大于零的秒数", "a number of seconds above zero"),
    "share": ("0 至 1 的数字", "a number from 0 to 1"),
    "_speed": ("数字", "a number"),
    "port": ("端口号", "the number of a port"),
    "address": ("主机:端口", "HOST:PORT"),
    "count": ("大于零的整数", "a whole number above zero"),
    "day": ("日期，如 2026-11-21", "a day such as 2026-11-21"),
    "instant": (
        "时刻，如 2026-11-21T08:00:00+08:00",
        "an instant such as 2026-11-21T08:00:00+08:00",
    ),
}
