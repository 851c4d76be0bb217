"""Says in plain words where the law of the day lets a citizen file a procedure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from motcua.base.data import Source
from motcua.procedures.data import DoorKind
from motcua.ui.api import certainty_words, day

NATIONAL_PORTAL = "https://dichvucong.gov.vn"


@dataclass(frozen=True, kw_only=True)
class DoorWords:
    """One open door: what to do, the law that opens it and how sure that is."""

    kind: str
    title: str
    text: str
    since: str
    law: str
    certainty: str
    link: str = ""

    @property
    def here(self) -> bool:
        """Is it this portal's own form?"""
        return self.kind == DoorKind.PROVINCIAL_EFORM.value


def describe(doors: Iterable[tuple[str, str, date, Source]]) -> tuple[DoorWords, ...]:
    """Words for doors given as (kind, system, open since, source); the portal's own form comes first."""
    order = list(DoorKind)
    told = [_words(kind, system, since, source) for kind, system, since, source in doors]
    return tuple(sorted(told, key=lambda one: order.index(DoorKind(one.kind))))


def _words(kind: str, system: str, since: date, source: Source) -> DoorWords:
    title, text, link = _said(DoorKind(kind), system)
    return DoorWords(
        kind=kind,
        title=title,
        text=text,
        link=link,
        since=day(since),
        law=" ".join(part for part in (source.text, source.article) if part),
        certainty=certainty_words(source.certainty.value),
    )


def _said(kind: DoorKind, system: str) -> tuple[str, str, str]:
    return {
        DoorKind.PROVINCIAL_EFORM: (
            _("Nộp trực tuyến ngay tại trang này"),
            _("Đăng nhập VNeID, điền tờ khai, đính kèm giấy tờ rồi nộp. Bản nháp được lưu tự động."),
            "",
        ),
        DoorKind.NATIONAL_PORTAL: (
            _("Nộp trực tuyến tại Cổng Dịch vụ công quốc gia"),
            _(
                "Theo luật hiện hành, hồ sơ trực tuyến nộp tại dichvucong.gov.vn. Nộp xong bạn vẫn tra cứu được ở đây."
            ),
            NATIONAL_PORTAL,
        ),
        DoorKind.MINISTRY_SYSTEM: (
            _("Nộp trên hệ thống của bộ, ngành"),
            _("Thủ tục này nộp tại: %(system)s.") % {"system": system},
            "",
        ),
        DoorKind.DESK: (
            _("Nộp trực tiếp tại Bộ phận Một cửa"),
            _(
                "Mang giấy tờ đến trung tâm phục vụ hành chính công; cán bộ giúp bạn nhập hồ sơ và in giấy hẹn."
            ),
            "",
        ),
        DoorKind.POST: (
            _("Gửi qua bưu chính công ích"),
            _("Gửi giấy tờ tại bưu cục; kết quả có thể trả về tận nhà."),
            "",
        ),
        DoorKind.AT_ONCE: (
            _("Làm và lấy ngay tại quầy"),
            _("Không có giấy hẹn: bạn nhận kết quả trước khi ra về."),
            "",
        ),
    }[kind]
