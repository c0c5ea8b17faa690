"""The public document says what the code does."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import msgspec
import pytest
import yaml

from commandcenter.application.messages import (
    Ack,
    CaseReplied,
    CountyCalled,
    CountyRecalled,
    GapReason,
    Heartbeat,
    Hello,
    Marks,
    MediationAssigned,
    MediationRecalled,
    MediationWork,
    MessageType,
    Milestone,
    QuarantineReason,
    ReplyOutcome,
    TaskDispatched,
    TaskNotice,
    TransferRecalled,
    TransferSent,
    VerificationRequested,
    WhistleBlown,
    WhistleNotice,
    WhistleRated,
)
from commandcenter.domain.catalogue import WhistleKind
from commandcenter.domain.county import CallTier
from commandcenter.domain.mediation import Level
from commandcenter.feed.asyncapi import OUTBOUND, document, text
from commandcenter.feed.wire import INBOUND, encode, sequence_text

COMMITTED = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
CONTRACT = Path(__file__).parents[2] / "docs" / "feed.md"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

SAMPLES = json.loads(Path(__file__).with_name("samples.json").read_text("utf-8"))
SAID = {
    Hello: Hello(hall="H1", client="c1"),
    Ack: Ack(sequence=sequence_text(7)),
    Heartbeat: Heartbeat(sequence=sequence_text(7)),
    TaskDispatched: TaskDispatched(
        case_no="C1", title="清理", body="B1", due_at=NOON, milestones=(Milestone(name="围护"),)
    ),
    TaskNotice: TaskNotice(case_no="C1", body="B1", reason="返工", due_at=NOON),
    WhistleBlown: WhistleBlown(
        whistle_no="W1", case_no="C1", kind=WhistleKind.EMERGENCY, body="B1", answer_by=NOON
    ),
    WhistleNotice: WhistleNotice(whistle_no="W1", body="B1", to="县应急局"),
    WhistleRated: WhistleRated(
        whistle_no="W1",
        body="B1",
        marks=Marks(response=5, attendance=4, solved=4, attitude=5),
        appeal_by=NOON,
    ),
    VerificationRequested: VerificationRequested(case_no="C1", grid="G1", due_at=NOON),
    CaseReplied: CaseReplied(event_nos=("N1", "N2"), outcome=ReplyOutcome.SOLVED, reply="已清"),
    CountyCalled: CountyCalled(
        case_no="C1", body="X1", request="请协助", reply_by=NOON, tier=CallTier.ASSIST
    ),
    CountyRecalled: CountyRecalled(call_no="C1-H1", case_no="C1", body="X1", reason="已解决"),
    TransferSent: TransferSent(
        transfer_no="C1-Y1", case_no="C1", to="110", title="持械", reason="涉嫌犯罪"
    ),
    TransferRecalled: TransferRecalled(transfer_no="C1-Y1", case_no="C1", to="110"),
    MediationAssigned: MediationAssigned(
        case_no="C1",
        body="B1",
        level=Level.TOWNSHIP,
        title="宅界纠纷",
        earlier=(MediationWork(level=Level.VILLAGE, body="V1", words=("谈过两次",)),),
    ),
    MediationRecalled: MediationRecalled(case_no="C1", body="B1", level=Level.VILLAGE),
}


@pytest.fixture(scope="module")
def contract():
    return yaml.safe_load(COMMITTED.read_text("utf-8"))


def resolve(contract, ref):
    node = contract
    for step in ref.removeprefix("#/").split("/"):
        node = node[step]
    return node


def references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def check(contract, kind, frame):
    payload = contract["components"]["messages"][kind.replace(".", "_")]["payload"]
    jsonschema.Draft202012Validator({**payload, "components": contract["components"]}).validate(
        frame
    )


def test_that_the_committed_document_is_the_one_the_code_makes(contract):
    assert COMMITTED.read_text("utf-8") == text(), "run: python -m commandcenter.feed.asyncapi"
    assert contract == json.loads(msgspec.json.encode(document()))


def test_that_it_is_a_whole_asyncapi_document(contract):
    assert contract["asyncapi"] == "3.0.0"
    assert contract["info"]["title"]
    assert contract["info"]["version"]
    for ref in references(contract):
        assert resolve(contract, ref)
    for schema in contract["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    operations = contract["operations"]
    assert {operation["action"] for operation in operations.values()} == {"send", "receive"}


def test_that_every_type_of_the_contract_is_in_it(contract):
    names = {message["name"] for message in contract["components"]["messages"].values()}
    assert names == {str(kind) for kind in MessageType} == {*INBOUND, *OUTBOUND}


def test_that_every_sample_a_sender_may_send_fits_its_schema(contract):
    assert set(SAMPLES) == set(INBOUND)
    for kind, data in SAMPLES.items():
        frame = {
            "specversion": "1.0",
            "id": "E1",
            "source": "/county/grid-app",
            "type": kind,
            "time": "2026-11-21T09:35:00+08:00",
            "sequence": sequence_text(5),
            "data": data,
        }
        check(contract, kind, frame)
        for spoilt in (
            {**frame, "specversion": "0.3"},
            {**frame, "id": ""},
            {**frame, "type": "other"},
            {**frame, "sequence": "x"},
            {**frame, "data": []},
        ):
            with pytest.raises(jsonschema.ValidationError):
                check(contract, kind, spoilt)


def test_that_a_bad_field_does_not_fit_its_schema(contract):
    frame = {
        "specversion": "1.0",
        "id": "E1",
        "source": "/box",
        "type": "video.alert.raised",
        "time": "2026-11-21T09:35:00Z",
        "data": {**SAMPLES["video.alert.raised"], "priority": 5},
    }
    with pytest.raises(jsonschema.ValidationError):
        check(contract, "video.alert.raised", frame)


@pytest.mark.parametrize("kind", OUTBOUND)
def test_that_every_word_of_the_hall_fits_its_schema(contract, kind):
    frame = encode(kind, id="X1", source="/hall/H1", time=NOON, data=SAID[OUTBOUND[kind]])
    check(contract, kind, json.loads(frame))


def test_that_the_written_contract_names_every_type_and_every_reason():
    prose = CONTRACT.read_text("utf-8")
    for word in (*MessageType, *QuarantineReason, *GapReason):
        assert f"`{word}`" in prose, word
