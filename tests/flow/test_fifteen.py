"""Fifteen procedures, each from the desk to its own signed result that anybody can verify."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import resources
from typing import Any

import pytest
import yaml

from motcua.documents import api as documents
from motcua.documents.api import Standing
from motcua.dossiers import api as dossiers
from motcua.dossiers.api import AtOnceItem, Outcome, State
from motcua.staff.api import Role

from .factories import (
    NAMES,
    PAIR,
    Office,
    Sample,
    all_codes,
    applicant,
    centre_of,
    finish,
    pdf_of,
    receive,
    sample,
    text_of,
)

FIFTEEN = tuple(code for code in all_codes() if code != PAIR)

# What the codes of the samples mean, written down here once more so that a wrong word is seen.
WORDS = {
    "VN": "Việt Nam",
    "male": "Nam",
    "female": "Nữ",
    "01": "Kinh",
    "03": "Thái",
    "divorced": "Đã ly hôn, chưa kết hôn lại",
    "marriage": "Kết hôn",
    "new": "Xây mới nhà ở",
    "farm": "Trồng trọt, chăn nuôi",
    "litigation": "Tham gia tố tụng, bào chữa",
    "CLN": "Đất trồng cây lâu năm (CLN)",
    "ODT": "Đất ở tại đô thị (ODT)",
    "16681@20250701": "phường Thành Vinh, tỉnh Nghệ An",
    "16690@20250701": "phường Trường Vinh, tỉnh Nghệ An",
    "16702@20250701": "phường Vinh Phú, tỉnh Nghệ An",
    "16732@20250701": "phường Cửa Lò, tỉnh Nghệ An",
    "16777@20250701": "xã Quỳ Châu, tỉnh Nghệ An",
}
# Lines that do not read as the sample's raw value does.
SPECIAL: dict[tuple[str, str], str] = {
    ("1.001193", "dob_words"): "Ngày hai mươi tám tháng mười năm hai nghìn không trăm hai mươi sáu",
    ("1.004884", "dob_words"): "Tháng năm năm một nghìn chín trăm bảy mươi mốt",
    ("1.001193", "mother_birth_year"): "1995",
    ("1.001193", "father_birth_year"): "1992",
    ("1.000656", "died_at"): "3 giờ 20 ngày 01/11/2026",
    ("1.001612", "capital"): "80.000.000 đồng",
    ("2.000720", "capital"): "250.000.000 đồng",
    ("1.001662", "volume"): "6,5 m³/ngày đêm",
    ("1.001662", "wells"): "32 m",
    ("1.012786", "area"): "186,5 m²",
    ("1.013949", "area"): "120 m²",
    ("1.013225", "ground_level"): "0,45 m",
    ("1.013225", "density"): "72 %",
    ("1.013225", "floor_area"): "262,5 m²",
    ("1.013225", "height"): "11,8 m",
    ("2.000815", "document_title"): "(1) Bằng tốt nghiệp trung học phổ thông; (2) Học bạ",
    ("2.000815", "document_number"): "(1) B 0123456",
    ("2.000815", "document_issuer"): "(1) Sở Giáo dục và Đào tạo Nghệ An",
    ("2.000815", "pages"): "(1) 1; (2) 12",
    ("2.000815", "copies"): "(1) 3; (2) 2",
}
# Number with symbol and signing capacity, as the catalogue of each procedure says.
PRINTED = {
    "1.000656": ("01/2026/TLKT", "CHỦ TỊCH"),
    "1.000894": ("01/2026/GCNKH", "CHỦ TỊCH"),
    "1.001193": ("01/2026/GKS", "CHỦ TỊCH"),
    "1.001612": ("01/2026", "CHỦ TỊCH"),
    "1.001662": ("01/2026/XN-UBND", "CHỦ TỊCH"),
    "1.004873": ("01/2026/XNTTHN", "CHỦ TỊCH"),
    "1.004884": ("01/2026/GKS", "CHỦ TỊCH"),
    "1.008498": ("01/2026/TB-MST", "GIÁM ĐỐC"),
    "1.012786": ("01/2026", "GIÁM ĐỐC"),
    "1.013225": ("01/2026/GPXD", "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH"),
    "1.013949": ("01/QĐ-UBND", "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH"),
    "2.000720": ("01/2026", "CHỦ TỊCH"),
    "2.000815": ("01/2026/CTBS", "CHỦ TỊCH"),
    "2.000829": ("01/2026/TB-TGPL", "GIÁM ĐỐC"),
    "2.001263": ("01/2026/GCNNCN", "CHỦ TỊCH"),
}


def layouts() -> dict[str, Any]:
    """The labels of the layouts."""
    file = resources.files("motcua.documents").joinpath("templates", "typst", "templates.yaml")
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def words(code: str, key: str, raw: Any) -> str:
    """How a paper says the sample's raw value."""
    if (code, key) in SPECIAL:
        return SPECIAL[code, key]
    if isinstance(raw, dict):
        return f"{raw['detail']}, {WORDS[raw['unit']]}"
    if isinstance(raw, list):
        return "; ".join(str(one) for one in raw)
    text = str(raw)
    if re.fullmatch(r"\d{4}(-\d\d){1,2}", text):
        return "/".join(reversed(text.split("-")))
    return WORDS.get(text, text)


def bare(text: str) -> str:
    """The signs of a text without spaces and places where a line may break."""
    return re.sub(r"[\s\u200b\u2011]+", "", text)


def expected_lines(one: Sample, office_name: str) -> str:
    """Every line between the title and the signature, in the order of the layout."""
    layout = layouts()[one.template]
    labels = layout.get("labels") or layout["articles"][0]["labels"]
    day = one.filed_at.strftime("%d/%m/%Y")
    values = {key: words(one.code, key, raw) for key, raw in one.shown.items()}
    system = {
        "registered_at": office_name,
        "registered_on": day,
        "tax_office": office_name,
        "valid_from": day,
    }
    if one.template == "result_household_business":
        system["first_registered_on"] = day
    values = {**system, **values}
    return "".join(f"{label}: {values[key]}" for key, label in labels.items() if key in values)


@pytest.fixture
def done(office: Office, code: str) -> tuple[Sample, dossiers.DossierView, documents.IssuedResult]:
    """The sample worked through to the end, with its result."""
    one = sample(code)
    filed = receive(office, one)
    view = finish(office, filed.dossier_id, at=one.filed_at, decided=one.decided)
    (result,) = documents.results_of_dossier(view.card.code)
    return one, view, result


@pytest.mark.parametrize("code", FIFTEEN)
def test_each_procedure_gives_its_own_signed_result(
    done: tuple[Sample, dossiers.DossierView, documents.IssuedResult], code: str
) -> None:
    one, view, result = done
    assert (view.card.state, view.outcome) == (State.RETURNED, Outcome.GRANTED)
    number, signs = PRINTED[code]
    said = text_of(pdf_of(result))
    assert said.count(NAMES[Role.SIGNER]) == 1
    paper = bare(said)
    assert bare(f"Số: {number}") in paper
    assert bare(expected_lines(one, result.agency_name)) in paper
    assert bare(f"{signs} {NAMES[Role.SIGNER]}") in paper
    assert bare(result.verify_code) in paper
    for code_word in ("@2025", "+84", "None", "……", view.proposal["opinion"]):
        assert bare(str(code_word)) not in paper
    assert result.full_number == number
    assert result.book == dict(BOOKS)[code]

    (item,) = documents.wallet(view.applicant.person_id) if view.applicant.person_id else ()
    assert (item.result, item.number, item.reliable) == (result.id, number, True)
    verdict = documents.verify(pdf_of(result))
    assert (verdict.trustworthy, verdict.standing) == (True, Standing.STANDS)
    assert [check.good for check in verdict.signatures] == [True, True]


BOOKS = (
    ("1.000656", "so-dang-ky-khai-tu"),
    ("1.000894", "so-dang-ky-ket-hon"),
    ("1.001193", "so-dang-ky-khai-sinh"),
    ("1.001612", "so-dang-ky-ho-kinh-doanh"),
    ("1.001662", "so-dang-ky-khai-thac-nuoc-duoi-dat"),
    ("1.004873", "so-cap-giay-xac-nhan-tinh-trang-hon-nhan"),
    ("1.004884", "so-dang-ky-khai-sinh"),
    ("1.008498", "so-theo-doi-thong-bao-ma-so-thue"),
    ("1.012786", "so-cap-giay-chung-nhan"),
    ("1.013225", "so-cap-giay-phep-xay-dung"),
    ("1.013949", "so-dang-ky-quyet-dinh"),
    ("2.000720", "so-dang-ky-ho-kinh-doanh"),
    ("2.000815", "so-chung-thuc-ban-sao-tu-ban-chinh"),
    ("2.000829", "so-thu-ly-vu-viec-tro-giup-phap-ly"),
    ("2.001263", "so-dang-ky-nuoi-con-nuoi"),
)


@pytest.mark.parametrize("code", ["1.004873"])
def test_a_revoked_result_says_so(
    office: Office, done: tuple[Sample, dossiers.DossierView, documents.IssuedResult], code: str
) -> None:
    one, view, result = done
    later = one.filed_at + timedelta(hours=2)
    signer = office.at(view.card.handling_agency, Role.SIGNER)
    documents.revoke(by=signer, at=later, result_id=result.id, reason="Cấp nhầm người yêu cầu.")
    verdict = documents.verify(pdf_of(result))
    assert (verdict.trustworthy, verdict.standing) == (False, Standing.REVOKED)
    (item,) = documents.wallet(view.applicant.person_id) if view.applicant.person_id else ()
    assert not item.reliable


@pytest.mark.parametrize("code", ["1.001193"])
def test_a_replaced_result_names_the_new_one(
    office: Office, done: tuple[Sample, dossiers.DossierView, documents.IssuedResult], code: str
) -> None:
    one, view, result = done
    signer = office.at(view.card.handling_agency, Role.SIGNER)
    draft = documents.Draft(
        template=one.template,
        data={"values": {"full_name": "Trần Gia Hân", "home_town": "xã Quỳ Châu, tỉnh Nghệ An"}},
        symbol=result.symbol,
        book=result.book,
        signer=documents.SignerRef(ref=signer.ref, name=signer.name, title="Chủ tịch"),
        agency_key=result.agency_key,
        agency_name=result.agency_name,
        owner=result.owner,
    )
    new = documents.replace(
        by=signer,
        at=one.filed_at + timedelta(hours=3),
        result_id=result.id,
        reason="Ghi sai ngày sinh.",
        draft=draft,
    )
    verdict = documents.verify(pdf_of(result))
    assert (verdict.trustworthy, verdict.standing) == (False, Standing.REPLACED)
    assert verdict.replaced_by_code == new.verify_code
    assert (new.full_number, documents.verify(pdf_of(new)).trustworthy) == ("02/2026/GKS", True)


def test_a_deputy_signs_for_the_head_of_the_collective(office: Office) -> None:
    office.deputy = True
    one = sample("1.013949")
    filed = receive(office, one)
    view = finish(office, filed.dossier_id, at=one.filed_at, decided=one.decided)
    (result,) = documents.results_of_dossier(view.card.code)
    assert bare("TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH") in bare(text_of(pdf_of(result)))


def test_what_is_not_granted_is_a_notice_with_the_reason(office: Office) -> None:
    one = sample("1.013225")
    filed = receive(office, one)
    view = finish(office, filed.dossier_id, at=one.filed_at, decided={}, outcome=Outcome.REJECTED)
    (result,) = documents.results_of_dossier(view.card.code)
    paper = bare(text_of(pdf_of(result)))
    assert bare("THÔNG BÁO TỪ CHỐI GIẢI QUYẾT HỒ SƠ") in paper
    assert bare(f"Lý do: {view.proposal['opinion']}") in paper
    assert bare("GIẤY PHÉP XÂY DỰNG") not in paper


def test_certified_copies_are_given_at_once(office: Office) -> None:
    one = sample("2.000815")
    desk = office.at(centre_of(one), Role.RECEPTION)
    (filed,) = dossiers.at_once(
        by=desk,
        at=one.filed_at,
        idempotency_key="copies",
        items=[AtOnceItem(procedure_code=one.code, applicant=applicant(one), quantity=3, title="Học bạ")],
    )
    assert (filed.state, filed.due_at) == (State.RETURNED, None)
