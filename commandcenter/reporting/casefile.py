"""The files that go with a dossier: the facts as they are hashed, the media, and a manifest."""

import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from commandcenter.application.questions import CaseFile, Sealed
from commandcenter.domain.case import handed_in
from commandcenter.domain.facts import written
from commandcenter.domain.privacy import masked
from commandcenter.domain.report import Evidence
from commandcenter.reporting.dossier import Press

PDF, FACTS, MANIFEST = "dossier.pdf", "facts.jsonl", "manifest.json"
LARGEST: Final = 64 * 1024 * 1024
"""A single file of evidence larger than this is named, not packed (reliability.md: 64 MB)."""
_PIECE: Final = 1024 * 1024


class Exhibit(Struct, frozen=True, kw_only=True):
    """A piece of evidence: the ``file`` that can be packed, or why there is none."""

    url: str
    sha256: str | None = None
    file: str | None = None
    missing: str = ""


MEDIA: Final = "media"
"""The folder beside the store in which a hall keeps the media it holds itself."""


class Casefile(Struct, frozen=True, kw_only=True):
    """What is packed beside the printed dossier."""

    case: str
    made_at: str
    made_by: str
    facts: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]


def of(file: CaseFile, press: Press, state: Path) -> Casefile:
    """Return what goes with the dossier of a case; ``state`` is where the hall keeps its state."""
    return Casefile(
        case=file.case.no,
        made_at=written(press.at),
        made_by=press.by,
        facts=tuple(fact_lines(file.facts)),
        exhibits=tuple(
            exhibits((*file.case.evidence, *_brought_to_whistles(file.facts)), state / MEDIA)
        ),
    )


def _brought_to_whistles(facts: Iterable[Sealed]) -> Iterator[Evidence]:
    """Yield what summoned bodies handed in, such as the photo of a report-in."""
    for item in facts:
        if item.recorded.fact.kind.startswith("whistle."):
            yield from handed_in(item.recorded.fact)


def fact_lines(facts: Iterable[Sealed]) -> Iterator[str]:
    """Yield each fact as a JSON line.

    ``hash`` is the SHA-256 of ``prev`` (bytes), the JSON array of the other fields, and ``data`` as
    it stands here; not where telephone numbers in it had to be masked: ``masked`` says so.
    """
    for item in facts:
        fact = item.recorded.fact
        data = _without_numbers(item.data)
        line: dict[str, Any] = {
            "seat": item.recorded.seat,
            "number": item.recorded.number,
            "kind": fact.kind,
            "subject": fact.subject,
            "at": written(fact.at),
            "recorded_at": written(item.recorded.recorded_at),
            "actor": fact.actor,
            "role": fact.role,
            "data": data,
            "prev": item.prev,
            "hash": item.hash,
            "sound": item.sound,
        }
        if json.loads(data) != json.loads(item.data):
            line |= {"masked": True}
        else:
            line |= {"data": item.data}
        yield json.dumps(line, ensure_ascii=False)


_WORDS: Final = frozenset(
    {"title", "description", "address", "words", "message", "reason", "reply", "result", "who"}
)
"""The fields that people fill with words: hashes and numbers of other systems stay as they are."""


def _without_numbers(data: str) -> str:
    if masked(data) == data:
        return data
    return json.dumps(_masked(json.loads(data), free=False), ensure_ascii=False)


def _masked(value: Any, *, free: bool) -> Any:
    if isinstance(value, dict):
        return {key: _masked(it, free=key in _WORDS) for key, it in value.items()}
    if isinstance(value, list):
        return [_masked(it, free=free) for it in value]
    return masked(value) if free and isinstance(value, str) else value


def exhibits(evidence: Sequence[Evidence], media: Path) -> Iterator[Exhibit]:
    """Yield the evidence of a case; only files below the hall's own ``media`` folder are packed.

    A reference comes from outside: it must not fetch anything else of this machine.
    """
    for item in evidence:
        file, missing = _local(item.url, media)
        yield Exhibit(
            url=item.url,
            sha256=item.sha256,
            file=None if file is None else str(file),
            missing=missing,
        )


def _local(url: str, media: Path) -> tuple[Path | None, str]:
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"", "file"} or parts.netloc not in {"", "localhost"}:
            return None, "by_url_only"
        folder = media.resolve()
        file = (folder / unquote(parts.path)).resolve()
        if not file.is_relative_to(folder):
            return None, "outside_media_folder"
        if not file.is_file():
            return None, "not_found"
        return (file, "") if file.stat().st_size <= LARGEST else (None, "too_large")
    except (OSError, ValueError):
        return None, "not_found"


def pack(
    out: Path, pdf: Path, casefile: Casefile, say: Callable[[int, int], object] | None = None
) -> None:
    """Write the ZIP: the PDF, the facts, the media that are here, and a manifest of all of it.

    ``say`` is told after each file how many of how many are done. ``out`` appears whole or not at
    all.
    """
    there = [(at, it) for at, it in enumerate(casefile.exhibits, start=1) if it.file]
    part = out.with_name(out.name + ".part")
    listed: list[dict[str, Any]] = []
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            listed.append(_put_file(archive, PDF, pdf))
            facts = "".join(line + "\n" for line in casefile.facts)
            listed.append(_put(archive, FACTS, facts.encode()))
            for done, (at, item) in enumerate(there, start=1):
                name = f"media/{at:03}{Path(item.file or '').suffix[:10]}"
                entry = _put_file(archive, name, Path(item.file or ""))
                entry |= {"url": item.url, "as_reported": item.sha256 in {None, entry["sha256"]}}
                listed.append(entry)
                if say is not None:
                    say(done, len(there))
            manifest = {
                "case": casefile.case,
                "made_at": casefile.made_at,
                "made_by": casefile.made_by,
                "files": listed,
                "not_packed": [
                    {"url": it.url, "sha256": it.sha256, "why": it.missing}
                    for it in casefile.exhibits
                    if not it.file
                ],
            }
            _put(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> dict[str, Any]:
    archive.writestr(name, content)
    return {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}


def _put_file(archive: zipfile.ZipFile, name: str, file: Path) -> dict[str, Any]:
    digest, size = sha256(), 0
    with file.open("rb") as source, archive.open(name, "w", force_zip64=True) as entry:
        while piece := source.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            entry.write(piece)
    return {"name": name, "bytes": size, "sha256": digest.hexdigest()}
