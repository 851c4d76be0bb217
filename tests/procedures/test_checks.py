"""What a draft must be, which residence papers it may no longer ask for, and differences in words."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.procedures.data import Flag
from motcua.procedures.rules.checks import asks_household_book, found_flags, problems
from motcua.procedures.rules.diffs import diff

from .factories import content


@pytest.mark.parametrize(
    "wording",
    [
        "Bản sao sổ hộ khẩu",
        "Sổ đăng ký hộ khẩu gia đình",
        "so ho khau photo",
        "Bản chụp Hộ khẩu của người yêu cầu",
        "Sổ tạm trú hoặc sổ thường trú",
        "Sổ đăng ký tạm trú",
        "Giấy xác nhận thông tin về cư trú",
        "Giấy xác nhận cư trú do công an cấp",
        "Giấy tờ chứng minh nơi cư trú",
        "Giấy tờ có giá trị chứng minh thông tin về cư trú",
        "Giấy chứng nhận nơi thường trú",
        "Giấy xác nhận tạm trú",
        "Mẫu CT07",
        "Tờ khai theo mẫu; sổ hộ khẩu (bản sao)",
    ],
)
def test_wordings_that_ask_for_a_residence_paper(wording: str) -> None:
    assert asks_household_book(wording)


@pytest.mark.parametrize(
    "wording",
    [
        "Giấy đăng ký hộ kinh doanh",
        "Giấy chứng nhận đăng ký kinh doanh",
        "Không phải nộp sổ hộ khẩu",
        "Người yêu cầu không cần xuất trình sổ hộ khẩu, sổ tạm trú",
        "Thẻ căn cước",
        "Tờ khai thay đổi thông tin cư trú (mẫu CT01)",
        "Quyết định bãi bỏ sổ hộ khẩu",
        "",
    ],
)
def test_wordings_that_do_not(wording: str) -> None:
    assert not asks_household_book(wording)


def test_flagged_and_blocked_when_reviewed_flagged_only_when_imported() -> None:
    papers = [{"code": "TP-01", "name": "Sổ hộ khẩu", "originals": 1}]
    reviewed = content(components=papers)
    assert Flag.HOUSEHOLD_BOOK in found_flags(reviewed)
    assert any(p.blocking and "104/2022" in p.text_vi for p in problems(reviewed))
    imported = content(components=papers, review={"state": "unreviewed"})
    assert not any(p.blocking for p in problems(imported))
    last_resort = [
        {
            "code": "A",
            "name": "Giấy xác nhận thông tin về cư trú trong trường hợp không thể khai thác dữ liệu",
        }
    ]
    assert not any(p.blocking for p in problems(content(components=last_resort)))


def test_a_complete_procedure_has_no_problem() -> None:
    assert problems(content()) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"steps": []}, "trình tự"),
        ({"limit": None}, "thời hạn"),
        (
            {"legal_maximum": {"limit": "3 working_day", "source": {"text": "Luật", "certainty": "V"}}},
            "dài hơn mức luật",
        ),
        ({"legal_maximum": {"at_once": True, "source": {"text": "Luật", "certainty": "V"}}}, "dài hơn mức luật"),
        ({"legal_maximum": {"limit": "2 day", "source": {"text": "Luật", "certainty": "V"}}}, "dài hơn mức luật"),
        (
            {"internal_process": [{"order": 2, "name": "x", "action": "solve", "role": "solver", "hours": 1}]},
            "đánh số",
        ),
        (
            {"internal_process": [{"order": 1, "name": "x", "action": "solve", "role": "solver", "hours": 41}]},
            "nhiều hơn thời hạn",
        ),
        ({"life_events": ["flying"]}, "sự kiện đời sống"),
        ({"doors": [{"kind": "desk", "validity": {"start": "2018-01-01"}, "source": {"text": "x", "certainty": "V"}},
                    {"kind": "desk", "validity": {"start": "2020-01-01"}, "source": {"text": "x", "certainty": "V"}}]},
         "hai lần"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way(changes: dict[str, Any], words: str) -> None:
    found = [p for p in problems(content(**changes), ["having_child"]) if p.blocking]
    assert any(words in p.text_vi for p in found)
    assert all(p.text_en for p in found)


def test_differences_in_words() -> None:
    before = content()
    after = content(
        name="Thủ tục thử, tên mới",
        limit="3 working_day",
        components=[
            {"code": "TP-01", "name": "Tờ khai", "kind": "form", "originals": 2},
            {"code": "TP-02", "name": "Ảnh"},
        ],
    )
    sentences = [c.sentence_vi for c in diff(before, after)]
    assert "Tên thủ tục: “Thủ tục thử nghiệm” đổi thành “Thủ tục thử, tên mới”." in sentences
    assert "Thời hạn: “5 working_day” đổi thành “3 working_day”." in sentences
    assert any(s.startswith("Thành phần hồ sơ: “1” đổi thành “2”") for s in sentences)
    assert any("thêm" in s and "Ảnh" in s for s in sentences)
    assert diff(before, before) == ()
    assert len(diff(after, before)) == len(sentences)
