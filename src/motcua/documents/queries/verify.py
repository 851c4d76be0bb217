"""The verify page's question: who signed this, when, is it unchanged, does it still stand?"""

from __future__ import annotations

import re
from io import BytesIO
from uuid import UUID

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from motcua.documents import storage
from motcua.documents.data import SIGNERS, IssuedResult, SignatureCheck, Verdict
from motcua.documents.models import Result
from motcua.documents.queries.results import ResultNotFound, chain, result_by_code, result_view
from motcua.documents.rules import verdicts
from motcua.documents.rules.codes import ALPHABET, NotAVerifyCode
from motcua.documents.rules.sniffing import BrokenFile

MAX_VERIFY_BYTES = 30 * 1024 * 1024
_CODE = re.compile(rf"\b[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}\b")


def verify(what: bytes | str) -> Verdict:
    """Judge a PDF (bytes) or the paper behind a verification code (text, also a scanned address).

    By code: raises `NotAVerifyCode` and `ResultNotFound`. By file: never raises for a broken or foreign file,
    only `BrokenFile` for what is no PDF at all or far too large. Both: `CheckingUnavailable`.
    """
    if isinstance(what, str):
        found = result_by_code(what)
        content = storage.get(found.file.sha256) if found.file is not None else b""
        return _judge(_checks(content), found, same=None)
    if not what.startswith(b"%PDF-") or len(what) > MAX_VERIFY_BYTES:
        raise BrokenFile("not a PDF")
    exact = _issued_as(storage.digest(what))
    if exact is not None:
        return _judge(_checks(what), exact, same=True)
    claimed = _claimed(what)
    return _judge(_checks(what), claimed, same=False if claimed is not None else None)


def _judge(checks: tuple[SignatureCheck, ...], found: IssuedResult | None, *, same: bool | None) -> Verdict:
    code = ""
    capacity = ""
    if found is not None:
        code = _newest_code(found.id) if found.replaced_by is not None else ""
        capacity = _capacity(found.id)
    return verdicts.verdict(
        checks, result=found, same_as_issued=same, replaced_by_code=code, capacity=capacity
    )


def _checks(content: bytes) -> tuple[SignatureCheck, ...]:
    for _, signer in SIGNERS.all():
        return signer.check(content)
    return ()


def _issued_as(sha256: str) -> IssuedResult | None:
    row = Result.objects.select_related("file", "replacement").filter(file__sha256=sha256).first()
    return result_view(row) if row is not None else None


def _claimed(content: bytes) -> IssuedResult | None:
    """The paper of ours that a changed copy pretends to be: by the code printed on its first page."""
    try:
        text = PdfReader(BytesIO(content)).pages[0].extract_text()
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, RecursionError):
        return None
    for code in dict.fromkeys(_CODE.findall(text)):
        try:
            return result_by_code(code)
        except (ResultNotFound, NotAVerifyCode):
            continue
    return None


def _newest_code(result_id: UUID) -> str:
    return chain(result_id)[-1].verify_code


def _capacity(result_id: UUID) -> str:
    signer = Result.objects.values_list("signer", flat=True).get(id=result_id)
    words = f"{signer.get('on_behalf_of') or signer.get('capacity', '')} {signer.get('title', '')}"
    return " ".join(words.split())
