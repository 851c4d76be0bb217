"""How a paper of the wallet is shown: the file tile, who gave it, whether it still stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.documents.data import Standing, WalletItem, WalletSource
from motcua.ui.api import FileTile, day


@dataclass(frozen=True, kw_only=True)
class WalletRow:
    """One paper."""

    tile: FileTile
    lines: tuple[str, ...]


def wallet_rows(items: Iterable[WalletItem]) -> list[WalletRow]:
    """Rows for the wallet page, in the order given."""
    return [_row(item) for item in items]


def _row(item: WalletItem) -> WalletRow:
    source = {
        WalletSource.ISSUED: _("cơ quan cấp"),
        WalletSource.DIGITISED: _("số hóa tại quầy"),
        WalletSource.UPLOADED: _("bạn tự đưa vào"),
        WalletSource.EXTERNAL: _("lấy từ hệ thống khác"),
    }[item.source]
    standing = {
        Standing.STANDS: "",
        Standing.REVOKED: _("Đã bị thu hồi"),
        Standing.REPLACED: _("Đã được thay bằng bản khác"),
        Standing.NOT_ISSUED: _("Chưa ban hành"),
        Standing.UNKNOWN: "",
    }[item.standing]
    lines = [
        _("Số %(number)s") % {"number": item.number} if item.number else "",
        item.issuer,
        _("Ngày cấp %(day)s") % {"day": day(item.issued_on)} if item.issued_on else "",
        _("Dùng đến %(day)s") % {"day": day(item.valid_until)} if item.valid_until else "",
    ]
    signed = item.source is WalletSource.ISSUED
    return WalletRow(
        tile=FileTile(
            name=item.title,
            kind=item.file.media_type.name if item.file else source,
            url=reverse("portal:wallet_file", args=[item.id]) if item.file else "",
            size=item.file.size if item.file else None,
            signer=item.issuer if signed else "",
            verified=(item.standing is Standing.STANDS) if signed else None,
            note=standing or source,
        ),
        lines=tuple(line for line in lines if line),
    )
