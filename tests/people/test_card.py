"""The QR text of an identity card."""

from __future__ import annotations

from datetime import date

import pytest

from motcua.people import api

CARD = "040190000112|186543210|Nguyễn Thị Hoa|20051990|Nữ|Xóm 3, Nghi Vạn, Nghệ An|01072021"


def test_a_card_is_read() -> None:
    card = api.read_card(CARD + "\r\n")
    assert (card.personal_number, card.old_id_number, card.full_name) == (
        "040190000112",
        "186543210",
        "Nguyễn Thị Hoa",
    )
    assert (card.dob, card.sex, card.issued_on) == (date(1990, 5, 20), api.Sex.FEMALE, date(2021, 7, 1))
    assert api.read_card(CARD + "||Trần Văn Bố|Lê Thị Mẹ|").address == "Xóm 3, Nghi Vạn, Nghệ An"


@pytest.mark.parametrize(
    "text", ["", "040190000112", "https://x.test/|||||||", CARD.replace("20051990", "31021990")]
)
def test_other_texts_are_said_to_be_unreadable(text: str) -> None:
    with pytest.raises(api.UnreadableCard):
        api.read_card(text)


def test_a_card_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(api.PersonalNumberMismatch):
        api.read_card(CARD.replace("Nữ", "Nam"))
    with pytest.raises(api.InvalidPersonalNumber):
        api.read_card(CARD.replace("040190000112", "0401"))
