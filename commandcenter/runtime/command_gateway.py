"""``gateway``: the upstream platform of the fictional township, in a process of its own."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import ssl
import sys
from asyncio import Event
from collections.abc import Mapping
from errno import ENOENT
from pathlib import Path
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.domain.words import Both
from commandcenter.rehearsal import township
from commandcenter.rehearsal.control import (
    GARBAGE,
    BadCommand,
    Fault,
    parse_line,
    parse_schedule,
    read_lines,
)
from commandcenter.rehearsal.gateway import CONTROLS, Gateway, Options
from commandcenter.rehearsal.load import MIXES, Load
from commandcenter.rehearsal.responders import RETURN_RATE
from commandcenter.rehearsal.scenarios import DEFAULT_SPEED, MAX_SPEED, MIN_SPEED, SCENARIOS, Frame
from commandcenter.runtime.amounts import count, port, positive, seconds, share, within
from commandcenter.runtime.commandline import add_lang
from commandcenter.runtime.usage import Parser, listed, section

_SECONDS_IN_A_DAY: Final = 86_400.0

_EXAMPLES: Final[Mapping[str, Both]] = {
    "main.py gateway --scenario ordinary-day": (
        "平常的一个工作日，比真实快十倍",
        "a brisk working day, ten times as fast as a real one",
    ),
    """\
main.py gateway --scenario rainstorm-night --speed 20 --port 8765 \\
  --state /tmp/gateway""": (
        "暴雨夜，端口固定；再次从同一文件夹启动，就接着演",
        "a storm on a fixed port; started again on the same folder it goes on",
    ),
    """\
main.py gateway --scenario hotline-morning \\
  --faults "20 drop; 30 garbage 5; 45 silent 15\"""": (
        "热线繁忙的上午，线路时好时坏",
        "a morning with a bad line",
    ),
    "main.py gateway --replay yesterday.ndjson --shift --speed 60": (
        "昨天录下的，当作现在发生",
        "what was recorded yesterday, as if it happened now",
    ),
    "main.py gateway --rate 1000 --for 30 --mix mixed": (
        "测性能用的大量来件",
        "a load for a benchmark",
    ),
}


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py gateway`` takes."""
    say = parser.say
    parser.description = say(
        "扮演虚构的云溪镇的上级平台，是真实的 WebSocket 服务。标准输出的第一行是 JSON，"
        "写明连接地址。",
        "Play the upstream platform of a fictional township over a real WebSocket. The first "
        "line on standard output is JSON and names the address to connect to.",
    )
    what = parser.add_argument_group(say("演什么", "what is played"))
    one = what.add_mutually_exclusive_group()
    one.add_argument(
        "--scenario",
        choices=tuple(SCENARIOS),
        metavar="NAME",
        help=say("哪个场景，见下文", "a course of events, see below"),
    )
    one.add_argument(
        "--replay",
        type=Path,
        metavar="FILE",
        help=say("重放录下的消息（NDJSON）", "frames recorded as NDJSON"),
    )
    what.add_argument(
        "--shift",
        action="store_true",
        help=say(
            "配合 --replay：把录下的时间移到现在", "with --replay: move recorded times to now"
        ),
    )
    what.add_argument(
        "--rate",
        type=positive,
        metavar="N",
        help=say("每秒发 N 条消息", "send N messages a second"),
    )
    what.add_argument(
        "--for",
        dest="seconds",
        type=seconds,
        default=_SECONDS_IN_A_DAY,
        metavar="S",
        help=say("配合 --rate：发 S 秒（不写是一天）", "with --rate: for so many seconds (a day)"),
    )
    what.add_argument(
        "--mix",
        choices=MIXES,
        default=MIXES[0],
        help=say(
            "配合 --rate：只发新上报；三成新上报，其余是变更和位置；或只发位置和告警",
            "with --rate: new reports only; 30 %% of them among changes and positions; or "
            "positions and alerts only",
        ),
    )
    what.add_argument(
        "--seed",
        type=int,
        default=1,
        help=say(
            "随机种子：数相同，演的就相同（%(default)s）",
            "the same seed plays the same (%(default)s)",
        ),
    )
    what.add_argument(
        "--speed",
        type=_speed,
        default=DEFAULT_SPEED,
        help=say(
            "比真实快几倍，1 至 60（%(default)g）",
            "how many times as fast as real, 1 to 60 (%(default)g)",
        ),
    )
    what.add_argument(
        "--haste",
        type=positive,
        default=1.0,
        help=say(
            "让应答的人再快几倍（%(default)g）",
            "hurry the people who answer so many times more (%(default)g)",
        ),
    )
    what.add_argument(
        "--returns",
        type=share,
        default=RETURN_RATE,
        metavar="SHARE",
        help=say(
            "派出的任务有几成马上退回（%(default)g）",
            "share of the tasks that come back at once (%(default)g)",
        ),
    )
    what.add_argument(
        "--silent",
        action="append",
        default=[],
        metavar="BODY",
        help=say(
            "一直不应答的单位，可写多次", "a body that never answers; may be given several times"
        ),
    )
    what.add_argument(
        "--faults",
        default=(),
        type=_schedule,
        metavar="SCHEDULE",
        help=say("安排哪些故障，见下文", "what goes wrong, see below"),
    )
    add_lang(parser)
    where = parser.add_argument_group(say("在哪里、怎样提供", "where and how it serves"))
    where.add_argument(
        "--pack",
        type=Path,
        metavar="DIR",
        help=say("照哪个资料包演（不写用演练的）", "the hall pack that is played (the demo's)"),
    )
    where.add_argument(
        "--host",
        default="127.0.0.1",
        help=say("监听的地址（%(default)s）", "address to listen on (%(default)s)"),
    )
    where.add_argument(
        "--port",
        type=port,
        default=0,
        help=say("端口，0 是任取一个空的（%(default)s）", "0 takes a free one (%(default)s)"),
    )
    where.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        help=say("收发记录存在这里，下次接着来", "keep log and inbox here, and go on from them"),
    )
    where.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help=say("连接须出示这个文件里的令牌", "demand this bearer token"),
    )
    where.add_argument(
        "--tls-cert",
        type=Path,
        metavar="FILE",
        help=say("以 wss:// 提供：证书链（PEM）", "serve wss:// (PEM chain)"),
    )
    where.add_argument(
        "--tls-key",
        type=Path,
        metavar="FILE",
        help=say("证书的私钥（PEM）", "the certificate's key (PEM)"),
    )
    where.add_argument(
        "--live-only",
        action="store_true",
        help=say("没有欢迎消息，没有序号，不能补传", "no welcome, no sequences, no replay"),
    )
    where.add_argument(
        "--retain",
        type=count,
        metavar="N",
        help=say("只留最新的 N 帧供补传", "hold only the newest N frames for replay"),
    )
    where.add_argument(
        "--end-with-stdin",
        action="store_true",
        help=say(
            "标准输入关闭时结束，不比启动它的程序活得久",
            "end when standard input closes, so as not to outlive the parent",
        ),
    )
    parser.explain(
        section(
            say("场景：", "scenarios:"),
            listed((one.name, say(*one.summary)) for one in SCENARIOS.values()),
        ),
        section(
            say(
                '故障：--faults 写作 "秒数 故障 值; ..."；也可以在标准输入里一行一条，写作 '
                '"garbage 5" 或 {"do": "garbage", "count": 5}，标准输出用 JSON 行回答：',
                'faults, for --faults ("SECONDS FAULT VALUE; ...") and as lines on standard input '
                '("garbage 5" or {"do": "garbage", "count": 5}), answered by JSON lines on '
                "standard output:",
            ),
            listed(
                (" ".join((name, control.usage)).strip(), say(*control.does))
                for name, control in CONTROLS.items()
            ),
        ),
        say(
            "garbage 的种类，也就是这些消息进隔离区的原因：",
            "kinds of garbage, by the reason they are to be quarantined for: ",
        )
        + ", ".join(GARBAGE),
        examples="\n".join(
            f"{command}\n      {say(*meaning)}" for command, meaning in _EXAMPLES.items()
        ),
    )


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; return 0, 1 if it cannot, 3 if the settings are wrong.

    Raises:
        Refusal: a body that is to be silent is none of the township's.
    """
    try:
        options = _options(args)
    except (OSError, ValueError) as error:
        _say(error, args.lang)
        return 3
    try:
        asyncio.run(_serve(options, end_with_stdin=args.end_with_stdin))
    except OSError as error:
        _say(error, args.lang)
        return 1
    return 0


def _say(error: OSError | ValueError, lang: str) -> None:
    """Say which file is at fault, where one is, and what ails it."""
    place = getattr(error, "filename", None)
    why = words.trouble(getattr(error, "strerror", None) or str(error), lang)
    sys.stderr.write(f"gateway: {place}: {why}\n" if place else f"gateway: {why}\n")


async def _serve(options: Options, *, end_with_stdin: bool) -> None:
    loop, stop = asyncio.get_running_loop(), Event()

    def end(*_: object) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    async with Gateway(options) as gateway:
        options.tell(await gateway.status())
        lines: asyncio.Queue[str] = asyncio.Queue()
        obeying = asyncio.create_task(_obey(gateway, lines))

        def take(line: str) -> None:
            loop.call_soon_threadsafe(lines.put_nowait, line)

        with contextlib.suppress(AttributeError, ValueError, OSError):  # no standard input at all
            read_lines(sys.stdin.fileno(), take, end if end_with_stdin else _pass)
        await stop.wait()
        obeying.cancel()
        options.tell({"ended": True} | await gateway.status())


async def _obey(gateway: Gateway, lines: asyncio.Queue[str]) -> None:
    while True:
        line = await lines.get()
        if not line.strip():
            continue
        try:
            outcome = await gateway.command(parse_line(line, CONTROLS))
        except BadCommand as error:
            outcome = {"ok": False, "error": str(error)}
        gateway.options.tell(outcome)


def _pass() -> None:
    """Go on without a standard input."""


def _print(line: Frame) -> None:
    with contextlib.suppress(BrokenPipeError):  # whoever listened has gone: play on or end quietly
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _options(args: argparse.Namespace) -> Options:
    tls = None
    if args.tls_cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(args.tls_cert, args.tls_key)
    if args.pack and not args.pack.is_dir():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(args.pack))
    if args.silent:
        bodies = township.read(args.pack or township.demo_pack()).bodies
        if unknown := [code for code in args.silent if code not in bodies]:
            known = ", ".join(bodies) or "—"
            raise Refusal("nobody_to_be_silent", body=unknown[0], known=known)
    if args.replay:
        args.replay.open("rb").close()  # a missing file is to be said now, not when a hall comes
    token = args.token_file.read_text(encoding="utf-8").strip() if args.token_file else None
    load = Load(rate=args.rate, seconds=args.seconds, mix=args.mix) if args.rate else None
    return Options(
        state=args.state,
        pack=args.pack,
        scenario=args.scenario,
        replay=args.replay,
        shift=args.shift,
        load=load,
        seed=args.seed,
        speed=args.speed,
        haste=args.haste,
        return_rate=args.returns,
        silent=frozenset(args.silent),
        host=args.host,
        port=args.port,
        token=token,
        tls=tls,
        live_only=args.live_only,
        retain=args.retain,
        faults=args.faults,
        tell=_print,
    )


def _schedule(text: str) -> tuple[Fault, ...]:
    try:
        return parse_schedule(text, CONTROLS)
    except BadCommand as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _speed(text: str) -> float:
    value = float(text)
    within(value, MIN_SPEED, MAX_SPEED)
    return value
