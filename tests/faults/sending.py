"""The process the channel fault test kills: a hall whose channels send what is in its outbox."""

import sys
from datetime import timedelta
from pathlib import Path

from commandcenter.gateways import courier, guard
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.front import Place


def main(pack, patience):
    guard.PATIENCE = timedelta(seconds=float(patience))
    courier._DEADLINE = guard.PATIENCE + timedelta(seconds=1)
    core = open_core(Place(pack=Path(pack)), seat="hall", feeds=True)
    assert set(core.hall.channels) == {"sms", "group", "mail"}, core.findings
    core.start()
    print("sending", flush=True)
    sys.stdin.readline()
    core.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
