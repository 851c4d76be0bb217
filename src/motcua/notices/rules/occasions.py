"""Which entries of the ledger are news to a citizen, and what of an entry a message keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from motcua.base.data import Json
from motcua.notices.data import ChannelId, Facts, Occasion

SUBJECT = "dossier"
NEWS: dict[str, Occasion] = {
    "dossier.submitted": Occasion.RECEIVED,
    "dossier.taken_in": Occasion.RECEIVED,
    "dossier.accepted": Occasion.ACCEPTED,
    "dossier.received_at_desk": Occasion.ACCEPTED,
    "dossier.supplement_requested": Occasion.SUPPLEMENT_NEEDED,
    "dossier.payment_requested": Occasion.FEE_DUE,
    "dossier.resolved": Occasion.RESULT_READY,
    "dossier.extended": Occasion.APOLOGY,
    "dossier.refused": Occasion.REFUSED,
    "dossier.stopped": Occasion.STOPPED,
}
CITIZEN_CHANNELS = (ChannelId.INBOX, ChannelId.MAIL, ChannelId.SMS)
OFFICER_CHANNELS = (ChannelId.INBOX, ChannelId.MAIL)


def facts_of(payload: Mapping[str, Json], *, procedure: str, agency: str) -> Facts:
    """What a message keeps of an entry: no name, no number, no reason; those stay in the dossier."""
    due, amount = payload.get("promised_due") or payload.get("due_at"), payload.get("amount")
    return Facts(
        code=str(payload.get("code") or ""),
        procedure=procedure,
        agency=agency,
        due=datetime.fromisoformat(due) if isinstance(due, str) else None,
        amount=amount if isinstance(amount, int) and not isinstance(amount, bool) else None,
    )


def as_json(facts: Facts) -> dict[str, Json]:
    """The facts as they are kept."""
    return {
        "code": facts.code,
        "procedure": facts.procedure,
        "agency": facts.agency,
        "due": facts.due.isoformat() if facts.due else None,
        "amount": facts.amount,
    }


def from_json(raw: Mapping[str, Json]) -> Facts:
    """Reads back what `as_json` wrote; a forgotten message has none."""
    due, amount = raw.get("due"), raw.get("amount")
    return Facts(
        code=str(raw.get("code") or ""),
        procedure=str(raw.get("procedure") or ""),
        agency=str(raw.get("agency") or ""),
        due=datetime.fromisoformat(due) if isinstance(due, str) else None,
        amount=amount if isinstance(amount, int) else None,
    )
