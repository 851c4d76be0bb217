"""The proof of a comparison: a text that can be kept, and later checked without the two sides.

It holds both roots and every difference. Up to `KEPT_RECORDS` records it holds our side's digests too, so that the
check computes our root from them, applies the differences, and must arrive at the portal's root.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from motcua.exchange.reconciliation.comparing import HALF, Side, root

VERSION = 1
KEPT_RECORDS = 200_000


def digest_of(code: bytes, line: bytes) -> str:
    """A record of a side: halves of the SHA-256 of code and line, in hexadecimal."""
    return (hashlib.sha256(code).digest()[:HALF] + hashlib.sha256(line).digest()[:HALF]).hex()


def canonical(body: Mapping[str, Any]) -> bytes:
    """The bytes that the ledger's entry vouches for."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def body_digest(body: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(body)).hexdigest()


def records_of(side: Side) -> str:
    """All records of a side as one hexadecimal text, sorted; "" for a large one."""
    return side.words.astype(">u8").tobytes().hex() if len(side) <= KEPT_RECORDS else ""


def check(text: str) -> list[str]:
    """What is wrong with a proof in itself, in words; empty when it holds.

    Whether the ledger vouches for it is another question (`running.vouched`).
    """
    try:
        proof = json.loads(text)
        body, said = proof["body"], proof["digest"]
    except (ValueError, KeyError, TypeError):
        return ["không đọc được chứng cứ"]
    if body_digest(body) != said:
        return ["nội dung đã bị sửa: mã băm không khớp"]
    problems = []
    counted = body["theirs"]["count"] - body["ours"]["count"]
    kinds = [one["kind"] for one in body["differences"]]
    extra = kinds.count("missing_here") + kinds.count("doubled_there") - kinds.count("missing_there")
    if counted != extra:
        problems.append("số lượng hai bên không khớp với danh sách chênh lệch")
    records = body["ours"].get("records")
    if records:
        problems += _roots(body, records)
    return problems


def _roots(body: Mapping[str, Any], records: str) -> list[str]:
    held = [records[start : start + 64] for start in range(0, len(records), 64)]
    if len(held) != body["ours"]["count"] or root(_side(held)) != body["ours"]["root"]:
        return ["gốc Merkle của bên ta không khớp"]
    theirs = Counter(held)
    for one in body["differences"]:
        if one["kind"] in ("missing_there", "different"):
            if theirs[one["ours"]] < 1:
                return [f"chênh lệch {one['code']} không có trong tập của bên ta"]
            theirs[one["ours"]] -= 1
        if one["kind"] != "missing_there":
            theirs[one["theirs"]] += 1
    if root(_side(list(theirs.elements()))) != body["theirs"]["root"]:
        return ["gốc Merkle của Cổng không khớp: danh sách chênh lệch không đủ"]
    return []


def _side(records: Sequence[str]) -> Side:
    words = (
        np.frombuffer(bytes.fromhex("".join(sorted(records))), dtype=">u8").reshape(-1, 4).astype(np.uint64)
    )
    return Side(words=words, at=np.arange(len(records), dtype=np.int64))
