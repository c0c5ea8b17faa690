"""What is packed with a dossier: sound facts, media of the hall's own, and a manifest of all."""

import json
import os
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec
import pytest

from commandcenter.application.questions import CaseFileOf, Sealed
from commandcenter.domain.facts import Fact, Recorded, written
from commandcenter.domain.report import Evidence
from commandcenter.reporting import casefile
from commandcenter.reporting.casefile import Casefile, Exhibit, exhibits, fact_lines, pack
from commandcenter.store.store import Store

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.fixture
def media(tmp_path):
    folder = tmp_path / "state" / "media"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "1.jpg").write_bytes(b"picture")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def found(media, *urls):
    return list(exhibits([Evidence(kind="image", url=url) for url in urls], media))


def test_that_only_files_below_the_media_folder_are_taken(media):
    own = str(media / "a" / "1.jpg")
    assert [item.file for item in found(media, "a/1.jpg", "a/../a/1.jpg", "a%2F1.jpg")] == [own] * 3
    assert found(media, f"file://{own}")[0].file == own
    assert [item.missing for item in found(
        media,
        "https://stills.example/1.jpg",
        "rtsp://10.0.0.1/stream",
        "file://server/a/1.jpg",
        "../../secret.txt",
        f"file://{media.parent.parent}/secret.txt",
        "/etc/passwd",
        "file:///etc/passwd",
        "link.txt",
        "%2e%2e/%2e%2e/secret.txt",
        "a/2.jpg",
        "a",
        "",
        "http://[",
        "a\0b",
    )] == ["by_url_only"] * 3 + ["outside_media_folder"] * 6 + ["not_found"] * 5  # fmt: skip


def test_that_a_file_too_large_is_named_and_not_packed(media, monkeypatch):
    monkeypatch.setattr(casefile, "LARGEST", 3)
    assert found(media, "a/1.jpg")[0].missing == "too_large"


def test_that_the_manifest_names_every_file_with_its_hash(media, tmp_path):
    pdf, out, told = tmp_path / "x.pdf", tmp_path / "x.zip", []
    pdf.write_bytes(b"%PDF-1.4")
    right = sha256(b"picture").hexdigest()
    here = str(media / "a" / "1.jpg")
    content = Casefile(
        case="A1",
        made_at="2026-11-21T12:00:00+08:00",
        made_by="周文斌",
        facts=('{"number": 1}', '{"number": 2}'),
        exhibits=(
            Exhibit(url="https://x/1.jpg", sha256="ab", missing="by_url_only"),
            Exhibit(url="a/1.jpg", sha256=right, file=here),
            Exhibit(url="a/1.jpg", sha256="other", file=here),
        ),
    )
    pack(out, pdf, content, lambda *progress: told.append(progress))
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        names = [entry["name"] for entry in manifest["files"]]
        assert sorted([*names, "manifest.json"]) == sorted(archive.namelist())
        assert names == ["dossier.pdf", "facts.jsonl", "media/002.jpg", "media/003.jpg"]
        for entry in manifest["files"]:
            packed = archive.read(entry["name"])
            assert (entry["bytes"], entry["sha256"]) == (len(packed), sha256(packed).hexdigest())
        assert archive.read("facts.jsonl").decode().splitlines() == list(content.facts)
    assert [entry.get("as_reported") for entry in manifest["files"]] == [None, None, True, False]
    assert manifest["not_packed"] == [
        {"url": "https://x/1.jpg", "sha256": "ab", "why": "by_url_only"}
    ]
    assert (manifest["case"], manifest["made_by"]) == ("A1", "周文斌")
    assert told == [(1, 2), (2, 2)]


def test_that_a_pack_that_fails_leaves_nothing(media, tmp_path):
    gone = str(media / "gone.jpg")
    content = Casefile(
        case="A1",
        made_at="",
        made_by="",
        facts=(),
        exhibits=(Exhibit(url="gone.jpg", file=gone),),
    )
    pdf = tmp_path / "x.pdf"
    pdf.write_bytes(b"")
    with pytest.raises(OSError, match="gone"):
        pack(tmp_path / "x.zip", pdf, content)
    assert sorted(os.listdir(tmp_path)) == ["secret.txt", "state", "x.pdf"]


def test_that_a_fact_line_holds_all_that_its_hash_is_of(tmp_path):
    fields = {
        "title": "井盖缺失",
        "place": {"quality": "unknown"},
        "occurred_at": NOON,
        "reported_at": NOON,
    }
    fact = Fact(kind="case.received", subject="A1", at=NOON, actor="grid", data=fields)
    from commandcenter.domain.case import evolve

    store = Store.open(f"sqlite:///{tmp_path}/hall.db", "hall", at=NOON)
    with store.unit(NOON) as unit:
        unit.save_case(evolve(None, fact), fact)
    (line,) = fact_lines(store.answer(CaseFileOf(case="A1")).facts)
    store.close()
    told = json.loads(line)
    micros = round(NOON.timestamp() * 1e6)
    head = ["hall", 1, "case.received", "A1", micros, micros, "grid", ""]
    content = bytes.fromhex(told["prev"]) + msgspec.json.encode(head) + told["data"].encode()
    assert told["hash"] == sha256(content).hexdigest()
    assert told["sound"]
    assert told["at"] == told["recorded_at"] == written(NOON)
    assert written(NOON.astimezone(ZoneInfo("Asia/Shanghai"))).endswith("Z")


def test_that_telephone_numbers_in_facts_are_masked_and_that_is_said():
    digest = "a13812345678b" + "0" * 51
    data = {"words": "回电 13812345678", "evidence": [{"sha256": digest}]}
    fact = Fact(kind="case.urged", subject="A1", at=NOON, actor="d1", data=data)
    recorded = Recorded(fact=fact, seat="hall", number=1, recorded_at=NOON)
    text = json.dumps(data)
    item = Sealed(recorded=recorded, data=text, prev="00", hash="11", sound=True)
    told = json.loads(next(fact_lines([item])))
    assert told["masked"]
    assert json.loads(told["data"]) == data | {"words": "回电 138****5678"}


def test_that_the_photo_of_a_report_in_is_packed_with_the_case(media):
    photo = media / "report-in" / "a.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"\xff\xd8\xff")
    given = {"evidence": [{"kind": "image", "url": "report-in/a.jpg", "bytes": 3}]}
    fact = Fact(kind="whistle.reported_in", subject="W1", at=NOON, actor="fire", data=given)
    recorded = Recorded(fact=fact, seat="hall", number=1, recorded_at=NOON)
    sealed = Sealed(recorded=recorded, data="{}", prev="", hash="", sound=True)

    (found,) = exhibits(casefile._brought_to_whistles([sealed]), media)
    assert found.file == str(photo)
