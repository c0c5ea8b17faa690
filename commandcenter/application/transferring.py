"""移送: handing a matter to the police, the court or 110, and the receipt that decides whose it is.

Until the receipt says accepted the case goes its way through the loop with every clock running:
whoever was told first handles it (先接先办).
"""

from typing import Any

from commandcenter.application import commands as c
from commandcenter.application import copies, helping
from commandcenter.application.messages import TransferAnswer
from commandcenter.application.turn import Turn, current, kept_words, quiet, still_open
from commandcenter.domain import transfer as transfers
from commandcenter.domain.case import Case, Outcome, Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.transfer import TransferStatus


def transfer(turn: Turn, command: c.Transfer) -> Case:
    """Hand a matter over; the case stays the hall's."""
    case = still_open(current(turn.unit, command.case, command.version), "transfer")
    known = turn.hall.destinations.get(command.to)
    if known is None:
        raise Refusal("unknown_destination", to=command.to, known=(*turn.hall.destinations,))
    if any(it.is_awaited and it.to == known.code for it in case.transfers):
        raise Refusal("transfer_running", case=case.no, to=known.code)
    receipt_by = command.receipt_by or turn.due(known.limit)
    if receipt_by <= turn.at:
        raise Refusal("receipt_by_past")
    case = turn.note(
        case,
        "transfer_sent",
        transfer=f"{case.no}-Y{len(case.transfers) + 1}",
        destination=known.code,
        reason=kept_words(turn, case, command.reason, "transfer", "reason"),
        receipt_by=receipt_by,
        limit="" if command.receipt_by else str(known.limit),
    )
    copies.transfer_sent(turn, case, case.transfers[-1], known.body)
    return case


def note_receipt(turn: Turn, command: c.NoteReceipt) -> Case:
    """Note what the other side said by telephone or on paper."""
    case = still_open(current(turn.unit, command.case, command.version), "note_receipt")
    found = transfers.the_transfer(case.no, case.transfers, command.transfer)
    for name in ("who", "channel"):
        if not getattr(command, name).strip():
            raise Refusal("needs", step="note_receipt", field=name)
    return answered(
        turn,
        case,
        found.no,
        found.to,
        command.status,
        words=command.words.strip()
        and kept_words(turn, case, command.words, "note_receipt", "words"),
        receipt=command.receipt,
        who=command.who,
        channel=command.channel,
        on_behalf=True,
    )


def answered(turn: Turn, case: Case, no: str, to: str, status: TransferAnswer, **said: Any) -> Case:
    """Take a word of the other side on a transfer.

    Raises:
        Refusal: there is no such transfer to it, or it cannot become that any more.
    """
    found = transfers.the_transfer(case.no, case.transfers, no)
    if found.to != to:
        raise Refusal("wrong_body", case=case.no, holder=found.to, body=to)
    after = TransferStatus(status)
    transfers.check(found, after)
    given = {key: value for key, value in said.items() if value}
    return turn.note(
        case,
        "transfer_moved",
        transfer=found.no,
        destination=found.to,
        decision=after,
        **given,
    )


def recall_transfer(turn: Turn, command: c.RecallTransfer) -> Case:
    """Keep a matter after all that the other side has not decided on."""
    case = current(turn.unit, command.case, command.version)
    found = transfers.the_transfer(case.no, case.transfers, command.transfer)
    transfers.check(found, TransferStatus.RECALLED)
    reason = kept_words(turn, case, command.reason, "recall_transfer", "reason")
    case = turn.note(
        case,
        "transfer_moved",
        transfer=found.no,
        destination=found.to,
        decision=TransferStatus.RECALLED,
        reason=reason,
    )
    copies.transfer_recalled(turn, case, found, reason)
    return case


def close_transferred(turn: Turn, command: c.CloseTransferred) -> Case:
    """Close what others have accepted; whoever reported it is told with whom it is now."""
    before = quiet(turn, current(turn.unit, command.case, command.version))
    case = turn.step(
        before,
        Step.TRANSFER,
        reply=kept_words(turn, before, command.reply, "close_transferred", "reply"),
        outcome=Outcome.TRANSFERRED,
        appeal_until=turn.due(turn.hall.limits.appeal),
    )
    copies.called_off(turn, before, command.reply)
    helping.called_off(turn, before, command.reply)
    copies.closing_reply(turn, case)
    return case
