"""The tour's own parts: how it reads pages, fills forms, pretends a time, tampers, and fails loudly."""

from __future__ import annotations

import io
from datetime import datetime

import httpx
import pytest
from django.core.management import call_command
from django.http import HttpRequest
from pypdf import PdfWriter

from motcua.base.clock import VN
from motcua.config.middleware import TIME_COOKIE, PretendedTime
from motcua.demo.tour import browser, desk, papers
from motcua.demo.tour.browser import Browser, time_cookie
from motcua.demo.tour.counter import card_text
from motcua.demo.tour.filling import flat, uploads_for, values_for
from motcua.demo.tour.pages import Page, read
from motcua.demo.tour.telling import Teller, TourFailed, check
from motcua.demo.tour.yesterday import CODE
from motcua.people.api import Sex, SourcePerson, read_card

PAGE = """<!doctype html><html><head><title>Thử &amp; xem</title><style>p{}</style></head><body>
<p class="error">Cần sửa: ngày sinh</p><script>var hidden = 1</script>
<form id="direct" method="post"><input type="hidden" name="expected_seq" value="7"></form>
<button form="direct" formaction="/desk/dossiers/x/do/accept">Tiếp nhận</button>
<form method="post" action="/send"><label for="who">Họ tên</label><input id="who" name="who" value="cũ">
<input type="radio" name="how" value="a" checked><input type="radio" name="how" value="b">
<input type="checkbox" name="more" value="1"><select name="unit"><option value="">Chọn…</option>
<option value="k1" selected>Xã Một</option></select><textarea name="note">dòng &lt;một&gt;</textarea>
<input type="file" name="TP-01.new"><input name="gone" disabled>
<button name="action" value="next">Tiếp tục</button><button name="look" value="unit">Tìm</button></form>
<a href="/desk/dossiers/x/do/propose">Đề xuất</a></body></html>"""


def page(html: str = PAGE, status: int = 200, url: str = "http://h/desk/x") -> Page:
    return read(url=url, status=status, kind="text/html; charset=utf-8", content=html.encode())


def test_a_page_is_read_as_a_browser_reads_it() -> None:
    """Boxes with what they hold, buttons outside their form, complaints; scripts say nothing."""
    seen = page()
    assert seen.title == "Thử & xem"
    assert seen.complaints == ("Cần sửa: ngày sinh",)
    assert "hidden" not in seen.text
    form = seen.form(button="Tiếp tục")
    assert form is not None
    assert dict(form.filled()) == {"who": "cũ", "how": "a", "unit": "k1", "note": "dòng <một>"}
    assert form.named("who")[0].label == "Họ tên"
    assert form.named("unit")[0].options == [("", "Chọn…"), ("k1", "Xã Một")]
    assert [one.form_action for one in seen.forms[0].buttons] == ["/desk/dossiers/x/do/accept"]


class Wire:
    """Stands where the network would be and remembers what was sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, html: str = PAGE, status: int = 200) -> None:
        self.requests: list[httpx.Request] = []
        real = httpx.Client

        def answer(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return httpx.Response(status, html=html)

        monkeypatch.setattr(
            browser.httpx, "Client", lambda **more: real(transport=httpx.MockTransport(answer), **more)
        )


def test_a_form_is_sent_with_what_it_held_and_what_was_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hidden and chosen boxes go along; a button sends its own name; a file makes it multipart."""
    wire = Wire(monkeypatch)
    goer = Browser("http://127.0.0.1:1")
    form = page().form(button="Tiếp tục")
    assert form is not None
    goer.send(
        page(), form, {"who": "mới", "how": "b"}, press="Tiếp tục", files={"f": ("a.png", b"x", "image/png")}
    )
    body = wire.requests[0].read().decode()
    for part in (
        'name="who"\r\n\r\nmới',
        'name="how"\r\n\r\nb',
        'name="action"\r\n\r\nnext',
        'filename="a.png"',
    ):
        assert part in body
    assert 'name="look"' not in body
    with pytest.raises(TourFailed, match="Nộp hồ sơ"):
        goer.send(page(), form, press="Nộp hồ sơ")


def test_a_wrong_status_ends_the_tour_and_says_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that broke is told with its complaint."""
    Wire(monkeypatch, status=500)
    with pytest.raises(TourFailed) as told:
        Browser("http://127.0.0.1:1").open("/")
    assert "[500]" in told.value.seen
    assert "ngày sinh" in told.value.seen


def test_the_pretended_time_is_the_one_that_the_system_believes() -> None:
    """The cookie that the tour signs is the one that the middleware reads."""
    at = datetime(2025, 3, 14, 8, 5, tzinfo=VN)
    request = HttpRequest()
    request.COOKIES[TIME_COOKIE] = time_cookie(at)
    assert browser.TIME_COOKIE == TIME_COOKIE
    assert PretendedTime._wanted(request) == at


def test_answers_go_into_the_boxes_that_a_page_shows() -> None:
    """Nested answers by path, dates as people type them, a radio only with an offered value."""
    answers = flat({"mother": {"dob": "1995-04-12"}, "married": True, "rows": [{"name": "A"}]})
    assert answers == {"mother.dob": "12/04/1995", "married": "true", "rows.0.name": "A"}
    form = page().form(button="Tiếp tục")
    assert form is not None
    assert values_for(form, {"who": "Hoa", "how": "z", "elsewhere": "x"}) == {"who": "Hoa"}
    paper = ("a.png", b"x", "image/png")
    assert uploads_for(page(url="http://h/draft/1/papers"), form, paper, ["TP-01"]) == {"TP-01.new": paper}
    assert uploads_for(page(url="http://h/draft/1/papers"), form, paper, []) == {}


def test_an_action_that_is_not_offered_is_said() -> None:
    """The failure names what was offered instead."""
    with pytest.raises(TourFailed) as told:
        desk.act(None, page(), "stamp")  # type: ignore[arg-type] # it never gets to the browser
    assert "accept" in told.value.seen
    assert "propose" in told.value.seen


def test_a_tampered_paper_differs_in_one_bit_of_its_signed_part() -> None:
    """Same length, one byte another."""
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=50, height=50)
    writer.write(out)
    pdf = out.getvalue()
    changed = papers.tampered(pdf)
    assert len(changed) == len(pdf)
    assert sum(a != b for a, b in zip(pdf, changed, strict=True)) == 1


def test_codes_of_both_styles_are_found() -> None:
    """The codes of before and since July 2025."""
    for code in ("001.25.38.H41-250307-0001", "H41.50.38.01-261124-0004"):
        found = CODE.search(f"Mã hồ sơ: {code}.")
        assert found is not None
        assert found.group() == code


def test_the_card_reads_back() -> None:
    """What the tour holds before the scanner is a card that the desk can read."""
    person = SourcePerson(
        ref="x",
        as_of=datetime(2025, 1, 1, tzinfo=VN),
        full_name="Nguyễn Thị Hoa",
        personal_number="040190000112",
        dob=datetime(1990, 5, 20, tzinfo=VN).date(),
        sex=Sex.FEMALE,
        permanent_address="Số 1, khối 2",
    )
    assert read_card(card_text(person)).personal_number == "040190000112"


def test_a_failed_step_is_marked_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    """✗ with its number, and the reason goes on upwards."""
    tell = Teller()
    with pytest.raises(TourFailed, match="cửa mở"), tell.step("Mở cửa"):
        check(False, "cửa mở", "cửa đóng")
    assert "✗  1. Mở cửa" in capsys.readouterr().out


def test_without_a_running_system_the_tour_ends_with_status_one(
    capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    """Nothing listens there: expected and seen are both said."""
    with pytest.raises(SystemExit) as ended:
        call_command("demo_tour", "--base-url", "http://127.0.0.1:9", "--out", str(tmp_path))
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "Chờ đợi: hệ thống đang chạy" in said
    assert "Đã thấy" in said
