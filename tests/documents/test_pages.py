"""Every layout prints, in PDF/A-2a, and what people typed is shown as typed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from motcua.base.data import Certainty
from motcua.documents.api import CannotPrint, UnknownTemplate, long_date, render_pdf, templates
from motcua.documents.rules import typeset
from tests.documents import factories as make

AGENCY = {"parent": "Ủy ban nhân dân tỉnh Nghệ An", "name": "Sở Tư pháp"}
SUBMITTER = {"name": "Nguyễn Văn Phúc", "address": "Xóm 5", "phone": "0912 000 111", "email": "p@example.vn"}
FORM: dict[str, Any] = {
    "agency": AGENCY,
    "place_and_date": "Nghệ An, " + long_date(make.AT.date()),
    "dossier_code": "000.00.00.H41-250314-0001",
    "office": "Trung tâm Phục vụ hành chính công",
    "submitter": SUBMITTER,
    "procedure": "Đăng ký khai sinh",
    "components": [{"name": "Tờ khai", "originals": "1", "copies": ""}],
    "limit": "01 ngày làm việc",
    "received_at": "08 giờ 05 phút, ngày 14 tháng 3 năm 2025",
    "due_at": "17 giờ 00 phút, ngày 17 tháng 3 năm 2025",
    "result_place": "Trung tâm",
    "officer": "Lê Thị Mai",
    "items": ["Giấy chứng sinh"],
    "items_heading": "Cần bổ sung:",
    "reason": "Thiếu giấy tờ",
    "rows": [],
}


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def result_data(**values: str) -> dict[str, Any]:
    return {
        "agency": AGENCY,
        "number": "12/GKS",
        "place_and_date": "Nghệ An, ngày 14 tháng 3 năm 2025",
        "signer": {"on_behalf_of": "", "title": "Giám đốc", "name": "Lê Thị Mai"},
        "values": values,
    }


@pytest.mark.parametrize("template", [info.id for info in templates()])
def test_every_layout_prints_as_pdf_a(template: str) -> None:
    data = FORM | result_data(full_name="Nguyễn Minh An", owner_name="Nguyễn Minh An")
    pdf = render_pdf(template, data)
    page = PdfReader(BytesIO(pdf))
    info = next(info for info in templates() if info.id == template)
    height = 595 if template.endswith(("2018_06", "2025_07")) else {"A4": 842, "A5": 595}[info.paper]
    assert round(float(page.pages[0].mediabox.height)) == height
    assert b"pdfaid" in pdf
    metadata = page.xmp_metadata
    assert metadata is not None
    words = text_of(pdf).upper()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in words
    if info.id not in ("result_generic",) and not template.startswith("result_l"):
        assert info.title.upper().split("(")[0].strip()[:20] in words


def test_the_forms_of_both_circulars_are_there_and_marked_as_defaults() -> None:
    known = {info.id: info for info in templates()}
    forms = [f"tt01_2018_0{n}" for n in range(1, 7)] + [f"tt03_2025_0{n}" for n in range(1, 8)]
    assert set(forms) <= set(known)
    assert {known[form].certainty for form in forms} == {Certainty.MEMORY}
    for form in forms:
        words = text_of(render_pdf(form, FORM)).casefold()
        assert not any(word in words for word in ("mặc định", "chưa xác minh", "default"))


def test_there_are_layouts_for_fifteen_procedures() -> None:
    assert len([info for info in templates() if info.id.startswith("result_")]) >= 17


def test_an_unknown_result_is_printed_plainly_and_an_unknown_form_is_refused() -> None:
    pdf = render_pdf(
        "result_never_heard_of", result_data() | {"title": "Giấy lạ", "fields": {"Nội dung": "abc"}}
    )
    assert "Nội dung: abc" in text_of(pdf)
    with pytest.raises(UnknownTemplate) as caught:
        render_pdf("tt99_2030_01", {})
    assert "tt99_2030_01" in caught.value.public()


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "/etc/passwd"; #panic("x")',
        "*đậm* _nghiêng_ `mã` $x^2$ <nhãn> @ref",
        '"]) #read("/etc/passwd") (["',
        "\\u{202e}\\ // /* {owner_name} %s {{7*7}}",
    ],
)
def test_markup_in_a_name_is_only_text(hostile: str) -> None:
    words = text_of(render_pdf("result_birth", result_data(full_name=hostile)))
    assert "".join(hostile.split()) in "".join(words.split())


@given(st.text(max_size=200), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_prints(value: str, name: str) -> None:
    data = result_data(full_name=value) | {"signer": {"title": "Giám đốc", "name": name}}
    assert render_pdf("result_birth", data).startswith(b"%PDF-")


def test_a_name_without_end_stays_on_the_page() -> None:
    pdf = render_pdf("result_birth", result_data(full_name="Ư" * 4000))
    assert text_of(pdf).replace(" ", "").replace("\u200b", "").count("Ư") >= 4000


def test_other_scripts_become_boxes_and_direction_marks_vanish() -> None:
    assert typeset.printable("a\u202eb\u0000 عرب 😀 Nguye\u0302\u0303n") == "ab □□□ □ Nguyễn"


def test_long_dates_follow_the_decree() -> None:
    from datetime import date

    assert long_date(date(2025, 2, 5)) == "ngày 05 tháng 02 năm 2025"
    assert long_date(date(2025, 12, 15)) == "ngày 15 tháng 12 năm 2025"
    assert long_date(date(2025, 3, 9)) == "ngày 09 tháng 3 năm 2025"


def test_a_decision_without_its_facts_leaves_dots_to_write_on() -> None:
    words = text_of(render_pdf("result_land_use_change", result_data()))
    assert "Điều 1. Cho phép …" in words
    assert "Điều 3." in words


def test_data_of_the_wrong_shape_is_told() -> None:
    with pytest.raises(CannotPrint):
        render_pdf("result_birth", {"values": "text"})
    with pytest.raises(CannotPrint):
        render_pdf("tt01_2018_06", FORM | {"rows": [{"code": "only"}]})


def test_an_opinion_is_printed_on_a_notice_and_never_on_a_certificate() -> None:
    extra = {"body": "Đồng ý cấp", "fields": [["Mã hồ sơ", "H41-1"]]}
    certificate = text_of(render_pdf("result_birth", result_data(full_name="Nguyễn Minh An") | extra))
    assert "Đồng ý cấp" not in certificate
    assert "H41-1" not in certificate
    notice = text_of(render_pdf("result_generic", result_data() | extra))
    assert "Đồng ý cấp" in notice
    assert "Mã hồ sơ: H41-1" in notice
