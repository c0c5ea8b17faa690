"""The extras: parts of the program that need packages which not every hall installs."""

import shlex
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import commandcenter
from commandcenter.domain.errors import Refusal

EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "liaison": ("starlette", "uvicorn"),
    "channels": ("apprise", "urllib3"),
    "postgres": ("psycopg[binary]",),
    "mapped": ("jmespath",),
}
"""The packages each extra of ``pyproject.toml`` brings; without what is in brackets they are
imported under these names.
"""


def need(extra: str) -> None:
    """Go on only with an extra.

    Raises:
        Refusal: a package of it is not installed.
    """
    packages = EXTRAS[extra]
    if any(find_spec(name.partition("[")[0]) is None for name in packages):
        raise Refusal("no_package", package=", ".join(packages), command=command(extra))


def command(extra: str) -> str:
    """Return the command that installs an extra for the Python that runs this."""
    lock = Path(commandcenter.__file__).parents[1] / "requirements" / f"{extra}.lock"
    # installed as a package there are no locks
    what = ["--require-hashes", "-r", _near(lock)] if lock.is_file() else EXTRAS[extra]
    return shlex.join([_near(Path(sys.executable)), "-m", "pip", "install", *what])


def _near(path: Path) -> str:
    """Return a path as one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
