"""The bank's feed: camt.054.001.08 (ISO 20022, debit and credit notification), written as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"


def document(
    *, message: str, made: str, account: str, name: str, entries: Iterable[Mapping[str, Any]]
) -> str:
    """One notification for one account."""
    rows = list(entries)
    credit = [row["amount"] for row in rows if row["direction"] == "CRDT"]
    debit = [row["amount"] for row in rows if row["direction"] == "DBIT"]
    summary = ""
    if rows:
        summary = (
            f"<TxsSummry><TtlNtries><NbOfNtries>{len(rows)}</NbOfNtries></TtlNtries>"
            f"<TtlCdtNtries><NbOfNtries>{len(credit)}</NbOfNtries><Sum>{sum(credit)}</Sum></TtlCdtNtries>"
            f"<TtlDbtNtries><NbOfNtries>{len(debit)}</NbOfNtries><Sum>{sum(debit)}</Sum></TtlDbtNtries></TxsSummry>"
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{SPACE}"><BkToCstmrDbtCdtNtfctn>'
        f"<GrpHdr><MsgId>{escape(message)}</MsgId><CreDtTm>{made}</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>{escape(message)}</Id><CreDtTm>{made}</CreDtTm>"
        f"<Acct><Id><Othr><Id>{escape(account)}</Id></Othr></Id><Ccy>VND</Ccy>"
        f"<Ownr><Nm>{escape(name[:140])}</Nm></Ownr></Acct>{summary}{''.join(map(_entry, rows))}"
        "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    )


def _entry(row: Mapping[str, Any]) -> str:
    other = "Dbtr" if row["direction"] == "CRDT" else "Cdtr"
    amount = f'<Amt Ccy="VND">{row["amount"]}</Amt>'
    party = f"<{other}><Pty><Nm>{_text(row['other_name'], 140) or '-'}</Nm></Pty></{other}>"
    if row["other_account"]:
        number = _text(row["other_account"], 34)
        party += f"<{other}Acct><Id><Othr><Id>{number}</Id></Othr></Id></{other}Acct>"
    content = _text(row["content"], 140)
    told = f"<RmtInf><Ustrd>{content}</Ustrd></RmtInf>" if content else ""
    return (
        f"<Ntry><NtryRef>{row['entry']}</NtryRef>{amount}<CdtDbtInd>{row['direction']}</CdtDbtInd>"
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>{row['booked']}</DtTm></BookgDt><ValDt><Dt>{row['booked'][:10]}</Dt></ValDt>"
        f"<AcctSvcrRef>{row['reference']}</AcctSvcrRef><BkTxCd><Prtry><Cd>NAPAS247</Cd></Prtry></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{_text(row['end_to_end'], 35)}</EndToEndId></Refs>{amount}"
        f"<CdtDbtInd>{row['direction']}</CdtDbtInd><RltdPties>{party}</RltdPties>{told}</TxDtls></NtryDtls></Ntry>"
    )


def _text(value: str, most: int) -> str:
    """Text for XML: characters that XML forbids are left out."""
    kept = "".join(char for char in value if char >= " " and char not in "\ufffe\uffff")
    return escape(kept[:most])
