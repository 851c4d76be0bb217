"""PAdES B-LT: put a signature with its proof of time and of validity on a PDF (ETSI EN 319 142-1)."""

from __future__ import annotations

import logging
from io import BytesIO

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    InnerScaling,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from motcua.documents.api import SigningRequest
from motcua.exchange.signing.authority import Authority
from motcua.exchange.signing.keys import SoftKey

# A signature with its time stamp takes about 14,600 signs of hexadecimal; measuring it would sign twice.
RESERVED_BYTES = 18_000


def _expected(record: logging.LogRecord) -> bool:
    """Everything but pyHanko's remark that it may not fetch: we fetch ourselves, and keep what we fetched."""
    return "fetching is not allowed" not in record.getMessage()


logging.getLogger("pyhanko.sign.signers.pdf_signer").addFilter(_expected)

_FILL = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID,
    y_align=AxisAlignment.ALIGN_MID,
    margins=Margins(),
    inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
)


def sign(pdf: bytes, request: SigningRequest, key: SoftKey, authority: Authority) -> bytes:
    """`pdf` with one more B-LT signature."""
    anchors = authority.anchors
    responses, lists = authority.revocation_info(key.chain)
    context = ValidationContext(
        trust_roots=[anchors.root],
        other_certs=[*anchors.intermediates, *key.chain],
        ocsps=responses,
        crls=lists,
        allow_fetching=False,
        revocation_mode="require",
    )
    metadata = PdfSignatureMetadata(
        field_name=request.field_name,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        validation_context=context,
        name=request.name or None,
        reason=request.reason or None,
        location=request.organisation or None,
    )
    return write(pdf, request, metadata, key, authority)


def write(
    pdf: bytes, request: SigningRequest, metadata: PdfSignatureMetadata, key: SoftKey, authority: Authority
) -> bytes:
    """Append the signature that `metadata` describes."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    signer = PdfSigner(
        metadata,
        signer=key.signer,
        timestamper=authority.stamper,
        stamp_style=_style(request),
        new_field_spec=_field(request),
    )
    out = signer.sign_pdf(writer, bytes_reserved=RESERVED_BYTES)
    raw: bytes = out.getvalue()
    return raw


def _field(request: SigningRequest) -> SigFieldSpec:
    box = request.box
    if box is None:
        return SigFieldSpec(sig_field_name=request.field_name)
    corners = (round(box.left), round(box.bottom), round(box.right), round(box.top))
    return SigFieldSpec(
        sig_field_name=request.field_name,
        on_page=box.page,
        box=corners,
        readable_field_name=request.name,
    )


def _style(request: SigningRequest) -> StaticStampStyle | None:
    if request.box is None or not request.appearance:
        return None
    return StaticStampStyle(
        border_width=0,
        background=_Appearance(request.appearance),
        background_layout=_FILL,
        background_opacity=1.0,
    )


class _Appearance(PdfContent):
    """A page imported from bytes (pyHanko's own class imports from a named file only)."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """Import the page into the writer of the signed document and paint it."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)), page_ix=0)
        self.resources.xobject["/Appearance"] = page
        x1, y1, x2, y2 = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(x1 - x2), height=abs(y1 - y2))
        return b"/Appearance Do"
