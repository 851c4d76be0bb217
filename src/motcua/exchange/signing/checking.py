"""Check every signature of a PDF and say what was found; never raises for a broken or hostile file."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from motcua.documents.api import CertificateState, SignatureCheck, SigningUnavailable
from motcua.exchange.signing.authority import Authority

logger = logging.getLogger(__name__)

# Everything that pyHanko, asn1crypto and a hostile file are known to raise while a PDF is read.
BROKEN = (
    PdfError,
    SignatureValidationError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    RecursionError,
    OSError,
    NotImplementedError,
)


def check(pdf: bytes, authority: Authority) -> tuple[SignatureCheck, ...]:
    """Every signature of `pdf`, oldest first; empty when it has none or cannot be read at all."""
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        signatures = list(reader.embedded_regular_signatures)
    except BROKEN as error:
        logger.info("not a readable PDF: %s", error)
        return ()
    return tuple(_check_one(signature, authority) for signature in signatures)


def _check_one(signature: EmbeddedPdfSignature, authority: Authority) -> SignatureCheck:
    try:
        cert = signature.signer_cert
        name = _part(cert, "common_name")
        organisation = _part(cert, "organization_name")
        issuer = _part_of(cert.issuer, "common_name")
    except BROKEN as error:
        return _unreadable(signature, f"the signer cannot be read: {error}")
    embedded = _embedded(signature)
    claimed = _stamped_time(signature)
    try:
        status = validate_pdf_signature(
            signature,
            signer_validation_context=_context(authority, embedded, claimed),
            ts_validation_context=_context(authority, embedded, claimed, stamps=True),
        )
    except BROKEN as error:
        return _unreadable(signature, f"the signature cannot be read: {error}", name, organisation, issuer)
    stamp = status.timestamp_validity
    proven = stamp is not None and stamp.intact and stamp.valid and stamp.trusted
    time = stamp.timestamp if stamp is not None and proven else status.signer_reported_dt
    state, revoked_at, detail = _certificate_state(cert, authority, time, status)
    return SignatureCheck(
        field_name=signature.field_name,
        signer_name=name,
        organisation=organisation,
        issuer=issuer,
        intact=bool(status.intact and status.valid),
        covers_all=_covers_all(status),
        certificate=state,
        time=time,
        time_proven=bool(proven),
        revoked_at=revoked_at,
        detail=detail,
    )


def _context(
    authority: Authority, embedded: dict[str, list[Any]], moment: datetime | None, *, stamps: bool = False
) -> ValidationContext:
    anchors = authority.anchors
    return ValidationContext(
        trust_roots=[anchors.root],
        other_certs=[*anchors.intermediates, *embedded["certs"]],
        moment=moment,
        ocsps=embedded["ocsps"],
        crls=embedded["crls"],
        allow_fetching=False,
        revocation_mode="soft-fail",
        retroactive_revinfo=not stamps,
    )


def _embedded(signature: EmbeddedPdfSignature) -> dict[str, list[Any]]:
    """The proof of validity kept in the document itself (DSS)."""
    found: dict[str, list[Any]] = {"certs": [], "ocsps": [], "crls": []}
    try:
        store = DocumentSecurityStore.read_dss(signature.reader)
        found["certs"] = list(store.load_certs())
        found["ocsps"] = [raw.get_object().data for raw in store.ocsps]
        found["crls"] = [raw.get_object().data for raw in store.crls]
    except BROKEN as error:
        logger.info("no proof of validity in the document: %s", error)
    return found


def _stamped_time(signature: EmbeddedPdfSignature) -> datetime | None:
    """When the signature says it was made: by its time stamp, else by its own word; proven elsewhere."""
    try:
        for token in extract_tst_data_iter(signature.signer_info, signed=False):
            moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
            return moment
        return signature.self_reported_timestamp
    except BROKEN:
        return None


def _covers_all(status: PdfSignatureStatus) -> bool:
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    level = status.modification_level
    return level is not None and level in (
        ModificationLevel.NONE,
        ModificationLevel.LTA_UPDATES,
        ModificationLevel.FORM_FILLING,
    )


def _certificate_state(
    cert: x509.Certificate, authority: Authority, time: datetime | None, status: PdfSignatureStatus
) -> tuple[CertificateState, datetime | None, str]:
    """The certificate when it signed, and since when it is withdrawn."""
    if time is None:
        return CertificateState.UNKNOWN, None, "the time of signing is not known"
    issuer = next((c for c in authority.anchors.intermediates if c.subject == cert.issuer), None)
    if issuer is None or not _chains(cert, authority, time):
        return CertificateState.UNTRUSTED, None, "not issued by a trusted authority"
    revoked_at, detail = _revoked_since(cert, issuer, authority)
    state = CertificateState.VALID
    if (revoked_at is not None and revoked_at <= time) or (status.revoked and revoked_at is None):
        state = CertificateState.REVOKED
    elif time >= cert.not_valid_after:
        state = CertificateState.EXPIRED
    elif time < cert.not_valid_before:
        state = CertificateState.NOT_YET_VALID
    return state, revoked_at, detail


def _chains(cert: x509.Certificate, authority: Authority, time: datetime) -> bool:
    """Does the certificate lead to our root? Its own end and revocation are judged apart."""
    context = ValidationContext(
        trust_roots=[authority.anchors.root],
        other_certs=list(authority.anchors.intermediates),
        moment=min(max(time, cert.not_valid_before), cert.not_valid_after),
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    validator = CertificateValidator(cert, validation_context=context)
    try:
        asyncio.run(validator.async_validate_usage({"digital_signature"}))  # type: ignore[no-untyped-call]
    except (PathError, ValidationError):
        return False
    return True


def _revoked_since(
    cert: x509.Certificate, issuer: x509.Certificate, authority: Authority
) -> tuple[datetime | None, str]:
    """Ask the authority now; when it cannot be reached, the document's own proof has to do."""
    try:
        answer = authority.ocsp(cert, issuer)
    except SigningUnavailable as error:
        return None, f"the authority cannot be asked now: {error}"
    if answer["response_status"].native != "successful":
        return None, "the authority does not know this certificate"
    single = answer.response_data["responses"][0]["cert_status"]
    if single.name != "revoked":
        return None, ""
    moment: datetime = single.chosen["revocation_time"].native
    return moment, ""


def _part(cert: x509.Certificate, key: str) -> str:
    return _part_of(cert.subject, key)


def _part_of(name: x509.Name, key: str) -> str:
    value = name.native.get(key, "")
    return " ".join(value) if isinstance(value, list) else str(value)


def _unreadable(
    signature: EmbeddedPdfSignature, detail: str, name: str = "", organisation: str = "", issuer: str = ""
) -> SignatureCheck:
    return SignatureCheck(
        field_name=str(signature.field_name),
        signer_name=name,
        organisation=organisation,
        issuer=issuer,
        intact=False,
        covers_all=False,
        certificate=CertificateState.UNKNOWN,
        time=None,
        time_proven=False,
        detail=detail,
    )
