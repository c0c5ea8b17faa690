"""Starting the writing process: light to import, so that it can begin before anything else does."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]


def start_writing() -> "subprocess.Popen[bytes]":
    """Start the process that will write for a window; it waits to be told for which hall.

    It has as much to import as the window has, so it is started first. Not told anything, it ends
    with the window.
    """
    paths = (str(_ROOT), os.environ.get("PYTHONPATH", ""))
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "commandcenter.runtime.working"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
