"""``liaison``: the report-in page for bodies without a terminal, a process of its own."""

import argparse
import sqlite3
from contextlib import closing
from pathlib import Path

from commandcenter.domain.errors import Refusal
from commandcenter.runtime import extras
from commandcenter.runtime.amounts import address
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import OK, add_hall, put
from commandcenter.runtime.front import LIAISON_FOLDER, links_of
from commandcenter.runtime.looking import read_hall
from commandcenter.runtime.signals import stop_event
from commandcenter.runtime.usage import Parser


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py liaison`` takes."""
    say = parser.say
    add_hall(parser)
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=address,
        default=("127.0.0.1", 8099),
        help=say("在哪里监听（127.0.0.1:8099）", "where to listen (127.0.0.1:8099)"),
    )
    parser.add_argument(
        "--proxy",
        metavar="IP",
        default="",
        help=say(
            "反向代理的地址，它给的 X-Forwarded-For 才算数，如 127.0.0.1",
            "the reverse proxy whose X-Forwarded-For is believed, such as 127.0.0.1",
        ),
    )
    parser.add_argument(
        "--certificate",
        type=Path,
        metavar="FILE",
        help=say("以 TLS 提供：证书链（PEM）", "serve TLS: PEM chain"),
    )
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help=say("证书的私钥", "the certificate's private key")
    )
    parser.explain(
        say(
            "谁拿着哪个哨的链接，就给谁看那一家单位的报到页，别的什么也没有。它只读 hall.toml 和"
            "状态文件夹里的 liaison 文件夹，从不打开大厅的数据库。单位按下的先留在那里，等大厅"
            "取走，大厅关着也一样。开始监听时输出一行 JSON，收到 SIGINT 或 SIGTERM 时结束。须在 "
            "hall.toml 里写 [liaison] base_url，并安装附加组件 liaison。",
            "Serves the sheet of one summons to whoever has its link, and nothing else. It reads "
            "hall.toml and the folder liaison/ in the state folder; it never opens the hall's "
            "store. Presses are kept there until the hall takes them in, also while the hall is "
            "closed. Prints one JSON line when it listens, and ends at SIGINT or SIGTERM. Needs "
            '[liaison] base_url in hall.toml, and the extra "liaison".',
        ),
        examples="""\
main.py liaison --hall /srv/hall --listen 127.0.0.1:8099 --proxy 127.0.0.1""",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    extras.need("liaison")
    from commandcenter.gateways.liaison import serving  # noqa: PLC0415  an extra
    from commandcenter.gateways.liaison.book import Book  # noqa: PLC0415
    from commandcenter.gateways.liaison.server import Page  # noqa: PLC0415

    settings, _hall = read_hall(arguments)
    links = links_of(settings)
    if not links.base_url:
        raise Refusal("no_page")
    folder = settings.state_dir / LIAISON_FOLDER
    try:
        book = Book(folder)
    except sqlite3.Error as error:
        raise Refusal("store_unwritable", place=folder, why=str(error)) from error
    with closing(book):
        page = Page(
            book=book,
            key=links.key,
            zone=settings.hall.zone,
            clock=SystemClock(),
        )
        server = serving.server(
            page.app(),
            proxy=arguments.proxy,
            certificate=arguments.certificate,
            certificate_key=arguments.key,
        )
        host, port = arguments.listen
        try:
            opened = serving.listening(host, port)
        except OSError as error:
            raise Refusal(
                "cannot_listen", address=f"{host}:{port}", why=error.strerror or str(error)
            ) from error
        with closing(opened):
            put({"listening": _shown(*opened.getsockname()[:2]), "base_url": links.base_url})
            stop_event()  # or the server, having ended, would hand the signal on and end us by it
            server.run(sockets=[opened])
    return OK


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
