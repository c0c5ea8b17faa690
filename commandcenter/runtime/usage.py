"""A command line that cannot be read is answered in the language of whoever wrote it."""

import argparse
import re
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from typing_extensions import override


def language(argv: Sequence[str]) -> str:
    """Return the language a command line asks for, before it is read: Chinese is the usual one."""
    said = re.findall(r"--lang[ =](\S*)", " ".join(argv))
    return "en" if said[-1:] == ["en"] else "zh"


class Parser(argparse.ArgumentParser):
    """A parser whose errors are said in ``lang``; its subcommands need to be told it, too."""

    def __init__(self, *, lang: str = "zh", **options: Any) -> None:
        super().__init__(**options)
        self.lang = lang

    @override
    def error(self, message: str) -> NoReturn:
        """Say what cannot be read, and end the program with 2."""
        if self.lang == "en":
            super().error(message)
        usage = self.format_usage().removeprefix("usage: ")
        # the blank keeps the lines below in line: the two words are six columns wide, not seven
        self.exit(2, f"用法： {usage}{self.prog}：{in_chinese(message)}\n")


def in_chinese(message: str) -> str:
    """Return an error of argparse, or of one of our own types, in Chinese."""
    if (found := _OF_ARGUMENT.fullmatch(message)) is not None:
        return f"参数 {found['name']}：{in_chinese(found['message'])}"
    for pattern, chinese in _SAYINGS:
        if (found := pattern.fullmatch(message)) is not None:
            named = {key: _TYPES.get(text, text) for key, text in found.groupdict().items()}
            return chinese.format(**named)
    return message


_OF_ARGUMENT: Final = re.compile(r"argument (?P<name>[^:]+): (?P<message>.*)", re.DOTALL)
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
        (r"invalid (?P<type>\w+) value: (?P<value>.*)", "{value} 应写成{type}。"),
        (
            r"(?P<value>.*) is not ID=ws://… or ID=wss://…",
            "{value} 应写成 编号=ws://… 或 编号=wss://…。",
        ),
        (r"(?P<value>.*) is not HOST:PORT", "{value} 应写成 主机:端口。"),
        (r"an instant needs its offset: (?P<sample>.*)", "时刻要带时区，如 {sample}。"),
        (r"the year must be from (?P<low>\S+) to (?P<high>\S+)", "年份须在 {low} 至 {high} 之间。"),
        (r"must be from (?P<low>\S+) to (?P<high>\S+)", "须在 {low} 至 {high} 之间。"),
        (r"must be above zero", "须大于零。"),
        (
            r"a month is written (?P<sample>.*)",
            "月份要写成 {sample} 这样，月在 01 至 12 之间。",
        ),
    )
)
"""What argparse says (CPython 3.11), and what the types of our own arguments do."""
_TYPES: Final = {
    "int": "整数",
    "float": "数字",
    "_positive": "大于零的数字",
    "count": "大于零的整数",
    "day": "日期，如 2026-11-21",
    "instant": "时刻，如 2026-11-21T08:00:00+08:00",
}
