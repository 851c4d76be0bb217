"""Each piece, in all the states of the pattern book: what it says, to eyes and to a screen reader."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from django.utils import translation

from motcua.ui import patterns, words
from motcua.ui.data import Decision, FileTile, KnownFact, PersonLine, Problem, Tone, UnitOption, UnitPicker
from motcua.ui.rules import VN
from motcua.ui.templatetags.ui import PIECES, piece
from tests.ui.strict import UnknownVariable

NOW = datetime(2025, 3, 14, 10, 0, tzinfo=VN)


def soup(name: str, value: object) -> BeautifulSoup:
    return BeautifulSoup(piece(name, value), "html.parser")


def text(name: str, value: object) -> str:
    return " ".join(soup(name, value).get_text(" ").split())


def test_a_template_that_names_an_unknown_variable_fails() -> None:
    with pytest.raises(UnknownVariable):
        Template("{{ nobody_gave_this }}").render(Context({}))


def test_the_book_holds_every_piece_once() -> None:
    assert [entry.piece for entry in patterns.book()] == list(PIECES)


@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_state_of_every_piece_is_drawn(name: str, language: str) -> None:
    with translation.override(language):
        entry = next(entry for entry in patterns.book() if entry.piece == name)
        assert entry.examples
        for example in entry.examples:
            drawn = soup(name, example.value)
            assert drawn.get_text(strip=True)
            assert not drawn.select("[style], script")


def test_a_piece_has_a_name() -> None:
    with pytest.raises(ValueError, match="no piece"):
        piece("../secrets", None)


@pytest.mark.parametrize(
    ("chip", "tone", "says"),
    [
        (words.clock_chip(due=NOW + timedelta(days=2, hours=1), now=NOW), Tone.ON_TIME, "Còn 2 ngày"),
        (words.clock_chip(due=NOW.replace(hour=16, minute=30), now=NOW), Tone.DUE, "Hôm nay 16:30"),
        (words.clock_chip(due=NOW - timedelta(hours=3), now=NOW), Tone.LATE, "Quá hạn 3 giờ"),
        (words.clock_chip(due=NOW, now=NOW, paused=True), Tone.PAUSED, "Chờ bổ sung"),
        (
            words.clock_chip(due=NOW, now=NOW, paused=True, for_money=True),
            Tone.PAUSED,
            "Chờ nộp phí, lệ phí",
        ),
        (words.clock_chip(due=NOW, now=NOW, finished=NOW), Tone.ON_TIME, "Đúng hạn"),
        (words.clock_chip(due=NOW, now=NOW, finished=NOW + timedelta(minutes=5)), Tone.LATE, "Trễ 5 phút"),
        (words.clock_chip(due=None, now=NOW), Tone.PLAIN, "Chưa có hạn"),
    ],
)
def test_the_clock_chip_says_it_with_word_mark_and_colour(chip: object, tone: Tone, says: str) -> None:
    drawn = soup("clock_chip", chip)
    assert tone.value in drawn.select_one(".chip")["class"]  # type: ignore[index]
    assert says in drawn.get_text()
    assert drawn.select_one(".mark")["aria-hidden"] == "true"  # type: ignore[index]


def test_each_national_state_has_its_words_and_no_other_has() -> None:
    said = {words.state_chip(code).words for code in range(1, 11)}
    assert len(said) == 10
    with pytest.raises(KeyError):
        words.state_chip(11)


def test_the_rail_marks_the_step_that_is_now_and_the_one_that_took_too_long() -> None:
    steps = patterns.book()[2].examples[0].value
    drawn = soup("step_rail", steps)
    assert len(drawn.select("[aria-current=step]")) == 1
    assert "Đã dùng 9 giờ trong 8 giờ được giao" in text("step_rail", steps)
    assert len(drawn.select(".tone-late")) == 1


def test_evidence_says_counted_or_not_and_why() -> None:
    yes, no = (example.value for example in patterns.book()[3].examples)
    assert ": được tính" in text("evidence_line", yes).replace(" :", ":")
    assert "không được tính" in text("evidence_line", no)


def test_the_known_card_shows_value_source_and_the_way_to_say_it_is_wrong() -> None:
    fact = KnownFact(
        label="Mẹ", value="NGUYỄN THỊ HOA", source="CSDL dân cư", as_of=NOW.date(), report_url="/x"
    )
    drawn = soup("known_card", (fact,))
    assert drawn.select_one("a")["href"] == "/x"  # type: ignore[index]
    assert "NGUYỄN THỊ HOA" in drawn.get_text()
    assert "14/03/2025" in drawn.get_text()
    assert not drawn.select("input")


def test_a_file_tile_escapes_its_name_and_never_claims_a_check_that_was_not_made() -> None:
    drawn = soup("file_tile", FileTile(name='<img src=x onerror="1">.pdf', kind="PDF", signer="A"))
    assert not drawn.select("img")
    assert "chưa kiểm tra" in drawn.get_text()
    assert "✓" not in drawn.get_text()


def test_the_decision_bar_keeps_the_dangerous_apart_and_shows_the_keys() -> None:
    drawn = soup(
        "decision_bar",
        (
            Decision(label="Trình ký", value="propose", key="T", primary=True),
            Decision(label="Từ chối", value="refuse", dangerous=True, disabled_why="Đã ký."),
        ),
    )
    first, last = drawn.select("button")
    assert first["data-key"] == "t"
    assert "primary" in first["class"]
    assert "apart" in last["class"]
    assert last.has_attr("disabled")
    assert "Từ chối: Đã ký." in drawn.get_text()


def test_money_is_written_in_dong() -> None:
    assert "120.000 đ" in text("money_row", patterns.book()[7].examples[2].value)


def test_the_unit_picker_offers_candidates_and_never_guesses() -> None:
    picker = UnitPicker(
        name="place",
        label="Nơi",
        typed="chau binh",
        options=(UnitOption(key="1", name="Châu Bình"), UnitOption(key="2", name="Châu Bính")),
    )
    drawn = soup("unit_picker", picker)
    assert len(drawn.select("input[type=radio]")) == 2
    assert not drawn.select("input[checked]")
    assert picker.chosen is None


def test_a_person_s_number_is_masked() -> None:
    assert "040186000012" not in str(soup("person_line", PersonLine(name="Hoa", number="040186000012")))


def test_a_bar_says_in_words_whether_the_target_is_reached() -> None:
    reached, missed, without = (example.value for example in patterns.book()[10].examples)
    assert "✓ đạt" in text("ranked_bar", reached)
    assert "chưa đạt" in text("ranked_bar", missed)
    assert "mục tiêu" not in text("ranked_bar", without)


def test_a_sparkline_writes_its_last_value() -> None:
    assert "71,84" in text("sparkline", patterns.book()[11].examples[0].value)


def test_an_empty_state_says_what_to_do() -> None:
    assert soup("empty_state", patterns.book()[12].examples[0].value).select("a")


def test_a_problem_says_what_is_safe_and_what_to_do() -> None:
    drawn = soup("problem_notice", Problem(what="A", safe="B", todo="C", reference="D"))
    assert drawn.select("[role=alert]")
    assert all(part in drawn.get_text() for part in "ABCD")
