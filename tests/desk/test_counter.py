"""Results given at once, the queue in the hall, paper between agencies."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from motcua.dossiers import api as dossiers
from tests.desk.conftest import Browser
from tests.desk.factories import CARD, page, text_of
from tests.documents.factories import photo
from tests.dossiers.factories import CENTRE, COMMITTEE, COPIES, OTHER_CENTRE, World, receive

LINES = {"title.1": "Căn cước công dân", "copies.1": "3", "pages.1": "1", "title.2": "Bằng tốt nghiệp"}


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certified copies of these tests are on offer (they are nobody's reviewed procedure)."""
    monkeypatch.setattr("motcua.desk.views.at_once._offered", lambda _today: [(COPIES, "Chứng thực bản sao")])


@pytest.mark.usefixtures("offered")
def test_two_papers_given_at_once_are_two_dossiers(world: World, browser: Browser, at: datetime) -> None:
    client = browser(world.reception)
    given = {"procedure": COPIES, "who": CARD, "key": str(uuid4()), **LINES}
    assert client.post("/desk/at-once", given).status_code == 302
    shown = page(client.get("/desk/at-once"))
    assert "Đã ghi 2 việc, 4 bản cho Nguyễn Thị Hoa" in text_of(shown.main)  # type: ignore[arg-type]
    assert client.post("/desk/at-once", given).status_code == 302
    found = dossiers.search(by=world.reception, at=at, text="040190000112")
    assert len(found) == 2


@pytest.mark.usefixtures("offered")
@pytest.mark.parametrize(
    "wrong",
    [
        {"who": ""},
        {"who": "a|b"},
        {"copies.1": "0"},
        {"copies.1": "nhiều"},
        {"pages.1": "-3"},
        {"title.1": "", "title.2": ""},
        {"procedure": "9.999999"},
    ],
)
def test_a_wrong_line_is_named_and_everything_stays(
    world: World, browser: Browser, wrong: dict[str, str]
) -> None:
    given = {"procedure": COPIES, "who": "Nguyễn Thị Hoa", "key": str(uuid4()), **LINES, **wrong}
    shown = page(browser(world.reception).post("/desk/at-once", given), 422)
    assert shown.select_one("[role=alert]")
    assert shown.select_one("input[name='copies.1']")["value"] == given["copies.1"]  # type: ignore[index]


def test_numbers_are_taken_called_and_finished(world: World, browser: Browser) -> None:
    client = browser(world.reception)
    for lane in ("A", "A", "B", "hostile"):
        client.post("/desk/tickets/take", {"lane": lane})
    assert "Đang chờ (4)" in text_of(page(client.get("/desk/tickets")).main)  # type: ignore[arg-type]
    client.post("/desk/tickets", {"counter": "3"})
    shown = page(client.get("/desk/tickets"))
    assert "A001" in text_of(shown.main)  # type: ignore[arg-type]
    board = page(client.get("/desk/tickets/board"))
    assert "A001" in board.get_text()
    done = shown.select_one("button[name=finish]")["value"]  # type: ignore[index]
    client.post("/desk/tickets", {"finish": done, "counter": "3"})
    assert not page(client.get("/desk/tickets")).select("button[name=finish]")
    client.post("/desk/tickets", {"finish": "nonsense"})
    for _ in range(4):
        client.post("/desk/tickets", {"counter": "3"})
    assert "Không còn ai" in page(client.get("/desk/tickets")).get_text()


def test_a_list_is_signed_on_both_sides(world: World, browser: Browser) -> None:
    first, second = receive(world), receive(world)
    sender, receiver = browser(world.reception), browser(world.at(OTHER_CENTRE, "reception"))
    codes = f"{first.code}\n{second.code.lower()}"
    sent = sender.post("/desk/handovers/new", {"to": OTHER_CENTRE, "codes": codes, "note": "hai bộ"})
    assert sent.status_code == 302, sent.content.decode()[:2000]
    assert "chờ bạn ký nhận" in page(receiver.get("/desk/handovers")).get_text()
    assert "đang trên đường" in page(sender.get("/desk/handovers")).get_text()
    got = receiver.post(sent["Location"], {"arrived": [first.code]})
    assert got.status_code == 302
    shown = page(sender.get(sent["Location"]))
    assert "thiếu" in shown.get_text()
    page(receiver.post(sent["Location"], {"arrived": [first.code]}), 422)


@pytest.mark.parametrize(
    "wrong", [{"codes": ""}, {"codes": "H41.99-990101-0001"}, {"to": CENTRE}, {"to": "nowhere"}]
)
def test_a_list_that_cannot_be_keeps_the_codes(world: World, browser: Browser, wrong: dict[str, str]) -> None:
    filed = receive(world)
    given = {"to": OTHER_CENTRE, "codes": filed.code, **wrong}
    shown = page(browser(world.reception).post("/desk/handovers/new", given), 422)
    assert shown.select_one("#codes").get_text().strip() == given["codes"]  # type: ignore[union-attr]


def test_a_foreign_list_is_not_there(world: World, browser: Browser) -> None:
    filed = receive(world)
    sent = browser(world.reception).post("/desk/handovers/new", {"to": COMMITTEE, "codes": filed.code})
    assert browser(world.at(OTHER_CENTRE, "reception")).get(sent["Location"]).status_code == 404
    assert browser(world.signer).get("/desk/handovers").status_code == 403


def _sent(client: Client, *, key: str, files: dict[str, bytes], **changes: str) -> HttpResponse:
    """The batch screen posted with scans."""
    given: dict[str, Any] = {"procedure": COPIES, "who": CARD, "key": key, **LINES, **changes}
    for box, content in files.items():
        given[box] = SimpleUploadedFile("quet.jpg", content, content_type="image/jpeg")
    return client.post("/desk/at-once", given)


@pytest.mark.usefixtures("offered")
def test_a_scanned_line_becomes_an_electronic_copy_for_who_signs(
    world: World, browser: Browser, at: datetime
) -> None:
    desk, key = browser(world.reception), str(uuid4())
    assert _sent(desk, key=key, files={"scan.1": photo()}).status_code == 302
    told = text_of(page(desk.get("/desk/at-once")).main)  # type: ignore[arg-type]
    assert "Đã ghi 2 việc, 4 bản cho Nguyễn Thị Hoa" in told
    assert "1 bản điện tử đã vào danh sách chờ ký" in told
    signer = browser(world.signer)
    (row,) = dossiers.worklist(by=world.signer, at=at, queue=dossiers.Queue.SIGN).rows
    shown = page(signer.get(f"/desk/dossiers/{row.id}"))
    (scan,) = shown.select("a[href*='/files/']")
    assert signer.get(str(scan["href"])).status_code == 200
    assert (
        signer.post(f"/desk/dossiers/{row.id}/do/sign_result", {"expected_seq": row.seq}).status_code == 302
    )
    view = dossiers.get_for(by=world.signer, at=at, dossier_id=row.id)
    assert [one.title for one in view.results]


@pytest.mark.usefixtures("offered")
def test_a_bad_scan_is_named_and_the_good_ones_stay(world: World, browser: Browser, at: datetime) -> None:
    desk, key = browser(world.reception), str(uuid4())
    wrong = page(_sent(desk, key=key, files={"scan.1": photo(), "scan.2": b"MZ not a picture"}), 422)
    assert "quet.jpg" in text_of(wrong.select_one("[role=alert]"))  # type: ignore[arg-type]
    (held,) = wrong.select("p.held")
    assert wrong.select_one("input[name='title.1']")["value"] == LINES["title.1"]  # type: ignore[index]
    assert dossiers.search(by=world.reception, at=at, text="040190000112") == ()
    assert _sent(desk, key=key, files={}).status_code == 302
    assert len(dossiers.worklist(by=world.signer, at=at, queue=dossiers.Queue.SIGN).rows) == 1
    assert held.button is not None


@pytest.mark.usefixtures("offered")
def test_a_dropped_scan_is_gone_and_a_scan_of_another_form_is_not_taken(
    world: World, browser: Browser, at: datetime
) -> None:
    desk, key = browser(world.reception), str(uuid4())
    wrong = page(_sent(desk, key=key, files={"scan.1": photo()}, who=""), 422)
    drop = str(wrong.select_one("p.held button")["value"])  # type: ignore[index]
    assert not page(_sent(desk, key=key, files={}, drop=drop)).select("p.held")
    assert _sent(desk, key=key, files={}).status_code == 302
    assert _sent(desk, key=str(uuid4()), files={}, **{"scan.1": drop}).status_code == 302
    assert dossiers.worklist(by=world.signer, at=at, queue=dossiers.Queue.SIGN).rows == ()


@pytest.mark.usefixtures("offered")
def test_a_scan_without_a_name_is_asked_for_one(world: World, browser: Browser) -> None:
    desk = browser(world.reception)
    shown = page(_sent(desk, key=str(uuid4()), files={"scan.4": photo()}), 422)
    assert "Dòng 4" in text_of(shown.select_one("[role=alert]"))  # type: ignore[arg-type]


@pytest.mark.usefixtures("offered")
def test_who_signs_issues_the_copy_on_the_spot(world: World, browser: Browser, at: datetime) -> None:
    signer = browser(world.signer)
    assert _sent(signer, key=str(uuid4()), files={"scan.1": photo()}).status_code == 302
    (first, _second) = sorted(
        dossiers.search(by=world.signer, at=at, text="040190000112"), key=lambda card: card.code
    )
    assert first.state is dossiers.State.RETURNED
    assert len(dossiers.get_for(by=world.signer, at=at, dossier_id=first.id).results) == 1
