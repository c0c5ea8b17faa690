"""Collect the Chinese source texts, keep the translations complete, and compile them.

``--check`` changes nothing: it fails when a source text has no English, or when what is compiled
is not what the sources say.
"""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from shutil import which

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "resources/i18n/hall_en.ts"
COMPILED = CATALOGUE.with_suffix(".qm")


def main(*, check: bool) -> int:
    """Bring the catalogue up to date, or check that it is."""
    with tempfile.TemporaryDirectory() as folder:
        catalogue = CATALOGUE
        if check:
            catalogue = Path(folder) / CATALOGUE.name
            catalogue.write_bytes(CATALOGUE.read_bytes())
        _collect(catalogue)
        missing = _untranslated(catalogue)
        for text in missing:
            sys.stderr.write(f"no English for: {text}\n")
        compiled = Path(folder) / COMPILED.name if check else COMPILED
        _run("pyside6-lrelease", "-silent", str(catalogue), "-qm", str(compiled))
        stale = check and compiled.read_bytes() != COMPILED.read_bytes()
        if stale:
            sys.stderr.write(f"{COMPILED.relative_to(ROOT)} is out of date: make words\n")
    return 1 if missing or stale else 0


def _collect(catalogue: Path) -> None:
    sources = sorted(str(path) for path in (ROOT / "ui").rglob("*.py"))
    _run(
        "pyside6-lupdate",
        "-silent",
        "-no-obsolete",
        "-locations",
        "none",
        "-source-language",
        "zh_CN",
        "-target-language",
        "en",
        *sources,
        "-ts",
        str(catalogue),
    )


def _untranslated(catalogue: Path) -> list[str]:
    found = []
    for message in ET.parse(catalogue).getroot().iter("message"):  # noqa: S314  our own file
        translation = message.find("translation")
        forms = translation.findall("numerusform") if translation is not None else []
        texts = [form.text for form in forms] or [
            translation.text if translation is not None else None
        ]
        if not all(texts):
            found.append(message.findtext("source") or "")
    return found


def _run(program: str, *arguments: str) -> None:
    beside = Path(sys.executable).with_name(program)
    path = str(beside) if beside.exists() else which(program) or program
    subprocess.run([path, *arguments], check=True, cwd=ROOT)  # noqa: S603  Qt's own tools


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
