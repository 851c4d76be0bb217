"""Reception at the counter: scan, pick, tick, receive; what cannot be is said and everything typed stays."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Channel, HowProvided, State
from motcua.units import api as units
from tests.desk.conftest import Browser
from tests.desk.factories import CARD, STRANGER_CARD, page, text_of
from tests.documents.factories import photo
from tests.dossiers.factories import CERTIFY, COPIES, MORNING, OTHER_COMMITTEE, World, content, publish

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def begin(client: Client, text: str = CARD, channel: str = "direct", code: str = CERTIFY) -> str:
    """Scan and pick the procedure; the address of the form."""
    answer = client.post("/desk/receive", {"text": text, "action": "find", "channel": channel})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    picked = client.post(answer["Location"], {"code": code})
    assert picked.status_code == 302, picked.content.decode()[:3000]
    return str(picked["Location"])


def given(**changes: str) -> dict[str, object]:
    """What an officer fills in."""
    base: dict[str, object] = {
        "action": "receive",
        "drawn": ["purpose", "born"],
        "purpose": "vay vốn",
        "how.TP-01": "paper",
        "how.TP-02": "",
        "quantity": "1",
        "return_by": "counter",
        "pay": "cash",
    }
    return {**base, **changes}


def view_of(world: World, where: str) -> dossiers.DossierView:
    """The dossier behind the receipt's address."""
    return dossiers.get_for(
        by=world.reception, at=MORNING + timedelta(days=1), dossier_id=UUID(where.rsplit("/", 1)[-1])
    )


def test_a_returning_citizen_is_received_in_three_steps(world: World, browser: Browser) -> None:
    client = browser(world.reception)
    form = begin(client)
    shown = page(client.get(form))
    assert "Nguyễn Thị Hoa" in shown.get_text()
    assert "8.000 đ" in shown.get_text()
    answer = client.post(form, given())
    done = page(client.get(answer["Location"]))
    view = view_of(world, answer["Location"])
    assert view.card.state is State.ACCEPTED
    assert view.applicant.person_id == world.mother
    assert view.components[0].how is HowProvided.PAPER
    assert [row.amount for row in view.payments if row.paid_at] == [8000]
    assert view.card.code in done.get_text()
    pdf = done.select_one("a.primary")["href"]  # type: ignore[index]
    assert client.get(str(pdf)).content.startswith(b"%PDF")


def test_the_button_pressed_twice_is_one_dossier_and_one_fee(world: World, browser: Browser) -> None:
    client = browser(world.reception)
    form = begin(client)
    first, second = client.post(form, given()), client.post(form, given())
    assert first["Location"] == second["Location"]
    view = view_of(world, first["Location"])
    assert [row.amount for row in view.payments] == [8000]
    assert page(client.get(form), 302) is not None


def test_by_post(world: World, browser: Browser) -> None:
    client = browser(world.at(world.reception.unit or "", "support"))
    answer = client.post(begin(client, channel="post"), given(pay=""))
    assert view_of(world, answer["Location"]).card.channel is Channel.POST


def test_decided_in_another_commune(world: World, browser: Browser) -> None:
    place = units.agency(OTHER_COMMITTEE).unit_key
    name = units.unit(place).name
    client = browser(world.reception)
    form = begin(client)
    answer = client.post(form, given(**{"place": place, "place.q": name}))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert view_of(world, answer["Location"]).card.handling_agency == OTHER_COMMITTEE


def test_what_is_missing_is_said_and_what_was_typed_stays(world: World, browser: Browser) -> None:
    client = browser(world.reception)
    form = begin(client)
    shown = page(client.post(form, given(purpose="", born="32/13/2020")), 422)
    assert len(shown.select("[data-errors] li")) == 2
    assert shown.select_one("#f-born")["value"] == "32/13/2020"  # type: ignore[index]
    shown = page(client.post(form, given(**{"how.TP-01": ""})), 422)
    assert "Giấy chứng sinh" in text_of(shown.select_one("[data-errors]"))  # type: ignore[arg-type]
    assert shown.select_one("#f-purpose")["value"] == "vay vốn"  # type: ignore[index]
    assert page(client.get(form)).select_one("#f-purpose")["value"] == "vay vốn"  # type: ignore[index]


@pytest.mark.parametrize("count", ["0", "-1", "abc", "500", "1.5"])
def test_a_number_of_sets_that_cannot_be(world: World, browser: Browser, count: str) -> None:
    client = browser(world.reception)
    form = begin(client)
    page(client.post(form, given(quantity=count)), 422)


def test_a_scan_is_attached_and_only_this_officer_sees_it(world: World, browser: Browser) -> None:
    client = browser(world.reception)
    form = begin(client)
    made = documents.render_pdf("result_generic", {"title": "Giấy chứng sinh"})
    scan = SimpleUploadedFile("giay.pdf", made, "application/pdf")
    shown = page(client.post(form, given(action="", upload="TP-01", **{"TP-01.new": scan})))  # type: ignore[arg-type]
    href = shown.select_one("a[href*='/files/']")["href"]  # type: ignore[index]
    assert client.get(str(href)).content == made
    assert browser(world.lead).get(str(href)).status_code == 404
    answer = client.post(form, given())
    view = view_of(world, answer["Location"])
    assert view.components[0].how is HowProvided.DIGITISED


def test_an_infected_file_is_refused_and_the_rest_stays(world: World, browser: Browser) -> None:
    client = browser(world.reception)
    form = begin(client)
    bad = SimpleUploadedFile("giay.pdf", EICAR, "application/pdf")
    shown = page(client.post(form, given(action="", upload="TP-01", **{"TP-01.new": bad})), 422)  # type: ignore[arg-type]
    assert "giay.pdf" in text_of(shown.select_one("[data-errors]"))  # type: ignore[arg-type]
    assert shown.select_one("#f-purpose")["value"] == "vay vốn"  # type: ignore[index]


def test_somebody_whom_no_base_knows(world: World, browser: Browser) -> None:
    client = browser(world.reception)
    form = begin(client, STRANGER_CARD)
    assert "Chưa có trong CSDL dân cư" in page(client.get(form)).get_text()
    view = view_of(world, client.post(form, given())["Location"])
    assert view.applicant.person_id is None
    assert view.applicant.name == "Trần Văn Mới"


def test_a_name_finds_candidates_and_each_look_is_logged(world: World, browser: Browser) -> None:
    client = browser(world.reception)
    shown = page(client.post("/desk/receive", {"text": "nguyen thi hoa", "action": "find"}))
    button = shown.select_one("button[name=person]")
    assert button is not None
    assert "040•••••••12" in shown.get_text()
    answer = client.post("/desk/receive", {"person": button["value"], "text": "nguyen thi hoa"})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "post",
    [
        {"text": "a|b|c|d|e|f|g"},
        {"text": "040190000112|x|Nguyễn Thị Hoa|99999999|Nữ|x|x"},
        {"text": "040190000112|x|<script>|20051990|Nữ|x|01012022"},
        {"person": "not-an-id"},
        {"organisation": "not-an-id"},
        {"person": "00000000-0000-0000-0000-000000000000"},
        {"action": "by_hand", "name": ""},
        {"action": "by_hand", "name": "Nguyễn Văn A", "number": "123"},
        {"action": "by_hand", "name": "Nguyễn Văn A", "phone": "xyz"},
    ],
)
def test_hostile_callers_get_a_sentence(world: World, browser: Browser, post: dict[str, str]) -> None:
    shown = page(browser(world.reception).post("/desk/receive", {"action": "find", **post}), 422)
    assert len(text_of(shown.select_one("[role=alert]"))) > 10  # type: ignore[arg-type]
    assert "<script>" not in str(shown.main)


@pytest.mark.parametrize("text", ["", "\x00", "x" * 4000, "'; DROP TABLE", "%", "12"])
def test_a_search_for_nobody_says_what_to_do(world: World, browser: Browser, text: str) -> None:
    shown = page(browser(world.reception).post("/desk/receive", {"text": text, "action": "find"}))
    assert "Không thấy ai" in shown.get_text()


def test_a_procedure_given_at_once_is_not_received_here_by_post(world: World, browser: Browser) -> None:
    client = browser(world.reception)
    answer = client.post("/desk/receive", {"text": CARD, "action": "find", "channel": "post"})
    shown = page(client.post(answer["Location"], {"code": COPIES}), 422)
    assert shown.select_one("a[href='/desk/at-once']")
    page(client.post(answer["Location"], {"code": "0.000000"}), 422)


def test_who_is_not_at_the_desk_may_not(world: World, browser: Browser) -> None:
    for path in ("/desk/receive", "/desk/tickets", "/desk/tickets/board", "/desk/at-once"):
        assert browser(world.solver).get(path).status_code == 403, path


def test_another_officer_does_not_see_my_visit(world: World, browser: Browser) -> None:
    form = begin(browser(world.reception))
    assert browser(world.lead).get(form).status_code == 404


def test_a_file_in_a_row_of_a_table_comes_and_goes(world: World, browser: Browser) -> None:
    """An e-form whose table asks for a paper in every row (who witnessed, with the card)."""
    table = {
        "key": "witnesses",
        "label_vi": "Người làm chứng",
        "type": "table",
        "min": 1,
        "max": 3,
        "columns": [
            {"key": "name", "label_vi": "Họ tên", "type": "text", "required": True},
            {"key": "card", "label_vi": "Ảnh thẻ", "type": "file"},
        ],
    }
    form = {
        "key": "w",
        "title_vi": "Tờ khai",
        "groups": [{"key": "g", "title_vi": "Nội dung", "fields": [table]}],
    }
    publish(content("9.000010", form=form, components=[]), start=date(2025, 1, 1))
    client = browser(world.reception)
    address = begin(client, code="9.000010")
    base = {"drawn": ["witnesses"], "witnesses.0.name": "Trần Thị Bích", "quantity": "1"}
    scan = SimpleUploadedFile("the.jpg", photo(), "image/jpeg")
    shown = page(client.post(address, {**base, "witnesses.0.card.new": scan, "upload": "witnesses.0.card"}))
    (drop,) = shown.select("button[name=drop]")
    held = {
        str(one["name"]): str(one["value"])
        for one in shown.select("input[type=hidden][name^='witnesses.0.card']")
    }
    assert shown.select_one("input[name='witnesses.0.name']")["value"] == "Trần Thị Bích"  # type: ignore[index]
    kept = page(client.post(address, {**base, **held, "action": "later"}))
    assert len(kept.select("button[name=drop]")) == 1
    gone = page(client.post(address, {**base, **held, "drop": str(drop["value"])}))
    assert not gone.select("button[name=drop]")
