"""Reads a bank's notification of bookings (ISO 20022 camt.054): strictly, without ever following an entity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from motcua.base.clock import VN

SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.054.001."
MOST_BYTES = 64 * 1024 * 1024


class BadNotification(ValueError):
    """The bank's message cannot be read; nothing of it is booked."""


@dataclass(frozen=True, kw_only=True)
class Booking:
    """One entry: money in (`credit`) or out, whole đồng, with what the payer wrote."""

    reference: str
    amount: int
    credit: bool
    at: datetime
    account: str
    end_to_end: str
    content: str
    party: str
    party_account: str


def bookings(body: bytes) -> list[Booking]:
    """Every booked entry in order. Raises `BadNotification` for broken XML, a DTD, another currency, a fraction."""
    if len(body) > MOST_BYTES or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise BadNotification("not a plain notification")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise BadNotification(str(error)) from error
    space = etree.QName(root).namespace or ""
    if not space.startswith(SPACE):
        raise BadNotification(f"namespace {space!r}")
    return list(_read(root, {"c": space}))


def _read(root: etree._Element, names: dict[str, str]) -> Iterator[Booking]:
    def text(at: etree._Element, path: str) -> str:
        found = at.find(path, names)
        return (found.text or "").strip() if found is not None else ""

    for notice in root.iterfind(".//c:Ntfctn", names):
        account = text(notice, "c:Acct/c:Id/c:Othr/c:Id") or text(notice, "c:Acct/c:Id/c:IBAN")
        for entry in notice.iterfind("c:Ntry", names):
            if text(entry, "c:Sts/c:Cd") != "BOOK":
                continue
            amount = entry.find("c:Amt", names)
            details = entry.find("c:NtryDtls/c:TxDtls", names)
            credit = text(entry, "c:CdtDbtInd")
            if amount is None or amount.get("Ccy") != "VND" or credit not in ("CRDT", "DBIT"):
                raise BadNotification("an entry without an amount in VND, or without direction")
            side = "c:RltdPties/c:Dbtr" if credit == "CRDT" else "c:RltdPties/c:Cdtr"
            here = details if details is not None else entry
            yield Booking(
                reference=_needed(text(entry, "c:NtryRef"), "NtryRef"),
                amount=_whole(amount.text or ""),
                credit=credit == "CRDT",
                at=_moment(text(entry, "c:BookgDt/c:DtTm")),
                account=account,
                end_to_end=text(here, "c:Refs/c:EndToEndId"),
                content=" ".join(
                    (one.text or "").strip() for one in here.iterfind("c:RmtInf/c:Ustrd", names)
                ),
                party=text(here, f"{side}/c:Pty/c:Nm"),
                party_account=text(here, f"{side}Acct/c:Id/c:Othr/c:Id"),
            )


def _needed(text: str, name: str) -> str:
    if not text or len(text) > 80:
        raise BadNotification(f"{name} is missing or too long")
    return text


def _whole(text: str) -> int:
    whole, _dot, rest = text.strip().partition(".")
    if not (whole.isascii() and whole.isdigit()) or rest.strip("0") or not 1 <= len(whole) <= 15:
        raise BadNotification(f"amount {text[:30]!r} is no whole đồng")
    return int(whole)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadNotification(f"time {text[:30]!r}") from error
    return found if found.tzinfo is not None else found.replace(tzinfo=VN)
