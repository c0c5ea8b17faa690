"""The feed contract as an AsyncAPI 3.0 document, made from the very types that decode it.

``python -m commandcenter.feed.asyncapi > docs/asyncapi.yaml`` writes it. It is JSON, which every
reader of YAML takes as well.
"""

import sys
from typing import Any, Final

from msgspec import Struct
from msgspec.json import encode, format, schema_components  # noqa: A004  msgspec's own name

from commandcenter.application.messages import (
    Ack,
    CaseReplied,
    CountyCalled,
    CountyRecalled,
    Heartbeat,
    Hello,
    MediationAssigned,
    MediationRecalled,
    MessageType,
    TaskDispatched,
    TaskNotice,
    TransferRecalled,
    TransferSent,
    VerificationRequested,
    WhistleBlown,
    WhistleNotice,
    WhistleRated,
)
from commandcenter.feed.wire import INBOUND, MAX_FRAME, Envelope

OUTBOUND: Final[dict[MessageType, type[Struct]]] = {
    MessageType.HELLO: Hello,
    MessageType.ACK: Ack,
    MessageType.HEARTBEAT: Heartbeat,
    MessageType.TASK_DISPATCHED: TaskDispatched,
    MessageType.TASK_RECALLED: TaskNotice,
    MessageType.TASK_REWORK: TaskNotice,
    MessageType.TASK_URGED: TaskNotice,
    MessageType.WHISTLE_BLOWN: WhistleBlown,
    MessageType.WHISTLE_WITHDRAWN: WhistleNotice,
    MessageType.WHISTLE_RELEASED: WhistleNotice,
    MessageType.WHISTLE_ESCALATED: WhistleNotice,
    MessageType.WHISTLE_RATED: WhistleRated,
    MessageType.VERIFICATION_REQUESTED: VerificationRequested,
    MessageType.CASE_REPLIED: CaseReplied,
    MessageType.COUNTY_CALLED: CountyCalled,
    MessageType.COUNTY_RECALLED: CountyRecalled,
    MessageType.TRANSFER_SENT: TransferSent,
    MessageType.TRANSFER_RECALLED: TransferRecalled,
    MessageType.MEDIATION_ASSIGNED: MediationAssigned,
    MessageType.MEDIATION_RECALLED: MediationRecalled,
}
"""What the hall sends, and the shape of its ``data``."""

_SCHEMAS: Final = "#/components/schemas/"
_MESSAGES: Final = "#/components/messages/"
_CHANNEL: Final = "#/channels/feed"


def document() -> dict[str, Any]:
    """Return the AsyncAPI document; it is the same for the same code."""
    forms = [Envelope, *INBOUND.values(), *OUTBOUND.values()]
    _, schemas = schema_components(list(dict.fromkeys(forms)), ref_template=_SCHEMAS + "{name}")
    _complete_envelope(schemas["Envelope"])
    kinds = {**INBOUND, **OUTBOUND}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Feed of the township hall",
            "version": "1.0.0",
            "description": (
                "CloudEvents 1.0 in structured JSON, one per WebSocket text frame of at most "
                f"{MAX_FRAME} bytes, subprotocol cloudevents.json. The rules of the session are in "
                "feed.md beside this file."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {
            "feed": {
                "address": "/",
                "description": "One WebSocket connection, opened by the hall.",
                "messages": {_name(kind): {"$ref": _MESSAGES + _name(kind)} for kind in kinds},
            }
        },
        "operations": {
            "receive": _operation("receive", "What a sender says to the hall.", INBOUND),
            "send": _operation("send", "What the hall says to a sender.", OUTBOUND),
        },
        "components": {
            "messages": {_name(kind): _message(kind, data) for kind, data in kinds.items()},
            "schemas": schemas,
        },
    }


def text() -> str:
    """Return the document as it stands in ``docs/asyncapi.yaml``."""
    return format(encode(document(), order="deterministic"), indent=2).decode() + "\n"


def _name(kind: MessageType) -> str:
    return kind.replace(".", "_")


def _operation(action: str, summary: str, kinds: dict[MessageType, type[Struct]]) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": _CHANNEL},
        "messages": [{"$ref": f"{_CHANNEL}/messages/{_name(kind)}"} for kind in kinds],
    }


def _message(kind: MessageType, data: type[Struct]) -> dict[str, Any]:
    return {
        "name": kind,
        "summary": (data.__doc__ or "").partition("\n")[0],
        "payload": {
            "allOf": [
                {"$ref": _SCHEMAS + "Envelope"},
                {
                    "properties": {
                        "type": {"const": kind},
                        "data": {"$ref": _SCHEMAS + data.__name__},
                    }
                },
            ]
        },
    }


def _complete_envelope(envelope: dict[str, Any]) -> None:
    """Say what the decoder checks by hand: the type, the object, the digits."""
    envelope["properties"] |= {
        "type": {"type": "string"},
        "data": {"type": "object"},
        "sequence": {
            "anyOf": [{"type": "string", "pattern": "^[0-9]{1,20}$"}, {"type": "null"}],
            "default": None,
        },
    }
    envelope["required"] = sorted({*envelope["required"], "type"})


if __name__ == "__main__":
    sys.stdout.write(text())
