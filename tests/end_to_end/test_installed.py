"""The program as it is installed: from a wheel, in a folder of its own, far from its sources."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 120


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel and unpack it; nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("commandcenter", "ui", "widgets", "resources"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    for name in ("main.py", "pyproject.toml", "LICENSE", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source / name)
    (source / "README.md").touch()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=source,
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    (wheel,) = folder.glob("*.whl")
    target = folder / "installed"
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet"]
    command += ["--disable-pip-version-check", "--target", str(target), str(wheel)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if ran.returncode and "No module named pip" in ran.stderr:
        with zipfile.ZipFile(wheel) as packed:  # an environment made without pip
            packed.extractall(target)
    elif ran.returncode:
        pytest.fail(ran.stderr)
    shutil.rmtree(source)
    return target


def run(installed, folder, *arguments, **more):
    """Run the installed program where none of its sources can be found."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.Popen(
        [sys.executable, "-m", "main", *map(str, arguments)],
        cwd=folder,
        env=env | {"PYTHONPATH": str(installed), "QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **more,
    )


def ended(process):
    out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors + out
    return out


def test_that_the_wheel_holds_the_program_and_nothing_of_its_workshop(installed):
    there = {item.name for item in installed.iterdir() if not item.name.endswith("dist-info")}
    assert there - {"bin", "__pycache__"} == {
        "commandcenter",
        "main.py",
        "resources",
        "ui",
        "widgets",
    }
    assert (installed / "resources" / "demo" / "hall.toml").is_file()
    assert list((installed / "resources" / "fonts").glob("*.*tf"))
    assert list((installed / "resources" / "icons").glob("*.svg"))


def test_that_the_installed_program_checks_takes_in_and_lists(installed, tmp_path):
    pack = tmp_path / "hall"
    shutil.copytree(installed / "resources" / "demo", pack)
    out = ended(run(installed, tmp_path, "check", "--hall", pack))
    assert "云溪镇综合指挥中心" in out
    gateway = run(installed, tmp_path, "gateway", "--state", tmp_path / "gateway")
    try:
        url = json.loads(gateway.stdout.readline())["url"]
        gateway.stdin.write("burst 7\n")
        gateway.stdin.flush()
        gateway.stdout.readline()
        arguments = ("ingest", "--hall", pack, "--feed", f"county={url}", "--until-idle", 2)
        told = json.loads(ended(run(installed, tmp_path, *arguments)))
        assert told["stored"] == 7
        gateway.stdin.close()
        gateway.terminate()
        gateway.wait(PATIENCE)
    finally:
        gateway.kill()
        gateway.wait(PATIENCE)
        gateway.stdout.close()
        gateway.stderr.close()
    assert len(ended(run(installed, tmp_path, "cases", "--hall", pack)).splitlines()) == 7
    assert json.loads(ended(run(installed, tmp_path, "audit", "verify", "--hall", pack)))["ok"]


def test_that_the_installed_demo_finds_its_pack_its_pictures_and_its_gateway(installed, tmp_path):
    shots = tmp_path / "shots"
    process = run(
        installed,
        tmp_path,
        "--demo",
        "--offscreen",
        "--shots",
        shots,
        "--state-dir",
        tmp_path / "state",
    )
    out, errors = process.communicate(timeout=PATIENCE * 2)
    assert "Traceback" not in errors
    assert "发现问题" in out, out + errors
    assert process.returncode == 0, out + errors
    assert sorted(item.stem for item in shots.glob("*.png")) == sorted(
        ["hall", "case", "whistle", "map", "figures", "wall", "leaders"]
    )
