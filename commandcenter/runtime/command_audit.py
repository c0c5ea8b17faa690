"""``audit verify``: reckon every hash chain and every state again, and say what is broken."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from commandcenter.domain.words import Both
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import FAILURE, OK, add_hall, add_json, put
from commandcenter.runtime.looking import looked_at
from commandcenter.runtime.usage import Parser


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py audit`` takes."""
    say = parser.say
    parser.add_argument(
        "what",
        choices=("verify",),
        metavar="verify",
        help=say("重新核算每条哈希链和每件的现状", "reckon every chain and state again"),
    )
    add_hall(parser)
    add_json(parser, anyway=True)
    parser.explain(
        say(
            '输出 {"ok", "facts", "chains", "heads", "first_fault", "states"}；查出问题时退出码'
            "为 1。单看哈希链看不出末尾被截掉：请把 heads 与先前记下的对照。states 是现状与事实"
            "相符的案卷、哨和视频告警的件数。",
            'Prints {"ok", "facts", "chains", "heads", "first_fault", "states"}; exit code 1 when '
            "a fault was found. A chain alone does not show that its end was cut off: compare the "
            'heads with those noted before. "states" are the cases, whistles and alerts that are '
            "what their facts add up to.",
        ),
        examples="main.py audit verify --hall /srv/hall",
    )


def run(arguments: argparse.Namespace) -> int:
    """Verify the journal."""
    with looked_at(arguments) as (store, _hall):
        verdict = store.verify()
    put(
        outputs.plain_dict(
            ok=verdict.ok,
            facts=verdict.facts,
            chains=verdict.chains,
            heads=verdict.heads,
            first_fault=verdict.first_fault and asdict(verdict.first_fault),
            states=verdict.states,
        )
    )
    if verdict.first_fault is None:
        return OK
    in_english = arguments.lang == "en"
    said = _FOUND[verdict.first_fault.what][in_english].format(**asdict(verdict.first_fault))
    sys.stderr.write(said + _REMEDY[in_english] + "\n")
    return FAILURE


_FOUND: Final[Mapping[str, Both]] = {
    "changed": (
        "席位 {seat} 的第 {number} 条事实（{subject}）与写下时不同。",
        "Fact {number} of seat {seat} ({subject}) is not what was written.",
    ),
    "missing": (
        "席位 {seat} 的第 {number} 条事实不在了。",
        "Fact {number} of seat {seat} is missing.",
    ),
    "anchor": (
        "席位 {seat} 的第 {number} 条事实与先前记下的 head 不符。",
        "Fact {number} of seat {seat} is not that of the head noted before.",
    ),
    "unreadable": (
        "数据库里有读不出来的内容。",
        "The database holds something that cannot be read.",
    ),
    "state": (
        "{subject} 的现状与它的事实不符。",
        "The state of {subject} is not what its facts add up to.",
    ),
    "state missing": (
        "{subject} 有事实，却没有现状。",
        "{subject} has facts, but no state.",
    ),
}
_REMEDY: Final[Both] = (
    "请不要改动数据库：关闭大厅，把状态文件夹原样复制一份留存，再找技术人员与备份核对。",
    (
        " Change nothing: close the hall, keep a copy of its state as it is, and have whoever"
        " looks after the machine compare it with a backup."
    ),
)
