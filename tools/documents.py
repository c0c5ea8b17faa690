"""Write, or with ``--check`` compare, the documents that come from the code's own types."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, get_args

from commandcenter.application import commands as c
from commandcenter.application.grammar import slots
from commandcenter.application.shortforms import SHORT_FORMS
from commandcenter.domain import words
from commandcenter.feed import asyncapi
from commandcenter.runtime.deskline import described, looks

ROOT = Path(__file__).parent.parent


def commands_page() -> str:
    """Return docs/commands.md: every command of the desk with its fields."""
    lines = [
        "# The desk's commands",
        "",
        "One JSON object a line on the standard input of `main.py desk`, one answer a line on its",
        'standard output: `{"ok": true, "facts": [...], "case": {...}}` or',
        '`{"ok": false, "refusal": {"code", "text", "field"}}`, `field` where one is at fault.',
        "The screens submit the very same commands.",
        "This page is generated from their types (`python -m tools.documents`).",
        "",
        'Any line may name another operator with `"as"`. A command on a case may carry `version`,',
        "the one the decision was made on; it is refused when the case has moved on since.",
        "",
        "| do | 中文 | meaning | fields (**required**) | who may |",
        "|---|---|---|---|---|",
    ]
    commands: tuple[type[c.Order], ...] = get_args(c.Command)
    for command in commands:
        about = described(command, "en")
        fields = ", ".join(
            f"**{name}**" if kind == "required" else name for name, kind in about["fields"].items()
        )
        meaning = about["meaning"].split(": ", 1)[-1].replace("|", "\\|")
        name = about["do"]
        may = ", ".join(about["roles"])
        lines.append(f"| `{name}` | {words.command(name)} | {meaning} | {fields} | {may} |")
    lines += [
        "",
        "## What the fields take",
        "",
        "| field | 中文 | takes | in |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{name}` | {words.field(name)} | {takes} | {of} |" for name, takes, of in _taken()
    ]
    lines += ["", "## Looking", "", "| do | answers |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in looks("en").items()]
    return "\n".join(lines) + "\n"


def _taken() -> Iterator[tuple[str, str, str]]:
    """Yield what a field takes and in which commands; "" where it is the same in all."""
    commands: tuple[type[c.Order], ...] = get_args(c.Command)
    known: dict[str, dict[str, list[str]]] = {}
    for command in commands:
        for name, slot in slots(command).items():
            takes = words.wanted(slot.wanted, "en")
            known.setdefault(name, {}).setdefault(takes, []).append(c.name(command))
    for name, ways in known.items():
        for takes, of in ways.items():
            yield name, takes, "" if len(ways) == 1 else ", ".join(of)


_SHORT: Final = ("<!-- short forms -->", "<!-- /short forms -->")
_HEADS: Final = (
    "| 输入 | 全文 | 后面可写 | 做什么 |\n|---|---|---|---|\n",
    "| type | in full | then | what it does |\n|---|---|---|---|\n",
)


def with_short_forms(page: Path, lang: int) -> str:
    """Return a page with its table of short forms as the command box knows them."""
    rows = "".join(
        f"| `{it.example[lang]}` | {'、'.join(it.words)} | {it.takes[lang]} | {it.means[lang]} |\n"
        for it in SHORT_FORMS
    )
    begin, end = _SHORT
    before, rest = page.read_text("utf-8").split(begin)
    return f"{before}{begin}\n{_HEADS[lang]}{rows}{end}{rest.split(end)[1]}"


def documents() -> Mapping[Path, str]:
    """Return every generated document by its path."""
    return {
        ROOT / "docs/commands.md": commands_page(),
        ROOT / "docs/asyncapi.yaml": asyncapi.text(),
        **{
            page: with_short_forms(page, lang)
            for lang, page in enumerate((ROOT / "README.zh-CN.md", ROOT / "README.md"))
        },
    }


def main(*, check: bool) -> int:
    """Write the documents, or tell which are out of date."""
    stale = 0
    for path, text in documents().items():
        if check and (not path.exists() or path.read_text("utf-8") != text):
            sys.stderr.write(
                f"{path.relative_to(ROOT)} is out of date: python -m tools.documents\n"
            )
            stale += 1
        elif not check:
            path.write_text(text, "utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
