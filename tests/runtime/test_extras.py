"""The extras: what each needs is locked, and whoever lacks it is told how to install it."""

import re
import tomllib
from pathlib import Path

import pytest

from commandcenter.domain.errors import Refusal
from commandcenter.domain.words import WINDOW_PACKAGES, sentence
from commandcenter.runtime import extras
from tests.runtime.test_commandline import run

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)((?: ;[^\\\n]*)?) \\\n    --hash=sha256:", re.MULTILINE)
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]


def lock(name):
    return set(PINNED.findall((ROOT / "requirements" / f"{name}.lock").read_text("utf-8")))


@pytest.mark.parametrize("extra", extras.EXTRAS)
def test_that_each_extra_is_locked_with_what_runs_and_what_is_tested(extra):
    pinned = {name for name, _version, _marker in lock(extra)}
    assert lock("run") < lock(extra) <= lock("dev")
    assert {re.split(r"[\[<>=]", it)[0].lower() for it in DECLARED[extra]} <= pinned
    assert len(DECLARED[extra]) == len(extras.EXTRAS[extra])


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "docs/operations.md"])
@pytest.mark.parametrize("extra", extras.EXTRAS)
def test_that_the_pages_name_the_command_that_installs_an_extra(page, extra):
    install = f".venv/bin/python -m pip install --require-hashes -r requirements/{extra}.lock\n"
    assert install in (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_that_the_pages_name_what_the_program_asks_for_where_it_can_open_no_window(page):
    asked = Refusal("no_display_library", library="libxcb-cursor.so.0")
    assert all(WINDOW_PACKAGES in sentence(asked, lang) for lang in ("zh", "en"))
    assert f"\nsudo apt install {WINDOW_PACKAGES}\n" in (ROOT / page).read_text("utf-8")


def test_that_who_lacks_an_extra_is_told_the_command(monkeypatch, tmp_path):
    (tmp_path / "hall.toml").write_text(
        '[hall]\nname = "试"\ncode = "1"\n[store]\nurl = "postgresql://localhost/hall"\n', "utf-8"
    )
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    monkeypatch.setattr(extras.sys, "executable", str(ROOT / ".venv" / "bin" / "python"))
    monkeypatch.chdir(ROOT)
    wanted = ".venv/bin/python -m pip install --require-hashes -r requirements/{}.lock"
    code, out, errors = run("liaison", "--hall", tmp_path)
    assert (code, out, errors.count("\n")) == (3, "", 1)
    assert "starlette, uvicorn" in errors
    assert f"「{wanted.format('liaison')}」" in errors
    for command in (["kpi"], ["desk"]):
        code, out, errors = run(*command, "--hall", tmp_path, "--lang", "en")
        assert (code, out, errors.count("\n")) == (3, "", 1)
        assert wanted.format("postgres") in errors
    monkeypatch.chdir(tmp_path)
    assert str(ROOT / "requirements" / "mapped.lock") in extras.command("mapped")


def test_that_an_installed_program_without_locks_names_the_packages(monkeypatch, tmp_path):
    monkeypatch.setattr(extras.commandcenter, "__file__", str(tmp_path / "x" / "__init__.py"))
    assert extras.command("liaison").endswith("-m pip install starlette uvicorn")
