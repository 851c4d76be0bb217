"""One dossier on the workbench: what each role sees, may do, and what happens when it goes wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from motcua.base.data import Actor
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.api import ComponentGiven, HowProvided
from motcua.dossiers.data import Action, State, Step
from tests.desk.conftest import Browser
from tests.desk.factories import page, text_of
from tests.dossiers.factories import (
    CENTRE,
    COMMITTEE,
    MORNING,
    OFFICE,
    OTHER_CENTRE,
    OTHER_COMMITTEE,
    PAIR,
    World,
    content,
    publish,
    receive,
    resolve,
    take_in,
    to_step,
)

SEEN = ((CENTRE, "reception"), (CENTRE, "desk_lead"), (COMMITTEE, "solver"), (COMMITTEE, "signer"))
BRIEF = ((OTHER_CENTRE, "reception"), (OTHER_CENTRE, "desk_lead"))
NEVER = ((OTHER_COMMITTEE, "solver"), (OTHER_COMMITTEE, "signer"), (OFFICE, "system_admin"))


def act(client: Client, dossier_id: object, action: Action, **given: object) -> object:
    """Post an action's form."""
    return client.post(f"/desk/dossiers/{dossier_id}/do/{action.value}", given)


def view_of(by: Actor, dossier_id: object) -> dossiers.DossierView:
    """The dossier as it stands after the test's afternoon."""
    return dossiers.get_for(by=by, at=MORNING + timedelta(days=1), dossier_id=dossier_id)  # type: ignore[arg-type]


@pytest.mark.parametrize("post", SEEN)
def test_who_works_on_it_sees_everything(world: World, browser: Browser, post: tuple[str, str]) -> None:
    filed = receive(world)
    shown = page(browser(world.at(*post)).get(f"/desk/dossiers/{filed.dossier_id}"))
    assert "vay vốn" in shown.get_text()
    assert "040•••••••12" in shown.get_text()
    assert "040190000112" not in shown.get_text()
    assert shown.select_one("aside[aria-label='Lịch sử'] ol li")


@pytest.mark.parametrize("post", BRIEF)
def test_another_centre_sees_enough_to_hand_out(
    world: World, browser: Browser, post: tuple[str, str]
) -> None:
    filed = receive(world)
    shown = page(browser(world.at(*post)).get(f"/desk/dossiers/{filed.dossier_id}"))
    assert filed.code in shown.get_text()
    assert "vay vốn" not in shown.get_text()


@pytest.mark.parametrize("post", NEVER)
@pytest.mark.parametrize("path", ["", "/glance", "/print/slip", "/do/accept"])
def test_for_others_there_is_no_such_dossier(
    world: World, browser: Browser, post: tuple[str, str], path: str
) -> None:
    filed = receive(world)
    assert browser(world.at(*post)).get(f"/desk/dossiers/{filed.dossier_id}{path}").status_code == 404


def test_a_dossier_goes_all_the_way_in_the_browser(world: World, browser: Browser, at: datetime) -> None:
    filed = take_in(world)
    page(act(browser(world.reception), filed.dossier_id, Action.ACCEPT), 302)  # type: ignore[arg-type]
    lead = browser(world.at(COMMITTEE, "desk_lead"))
    page(act(lead, filed.dossier_id, Action.ASSIGN, assignee=world.solver.ref), 302)  # type: ignore[arg-type]
    solver = browser(world.solver)
    page(act(solver, filed.dossier_id, Action.TAKE_UP), 302)  # type: ignore[arg-type]
    page(act(solver, filed.dossier_id, Action.PROPOSE, outcome="granted", opinion="đủ"), 302)  # type: ignore[arg-type]
    page(act(browser(world.reviewer), filed.dossier_id, Action.APPROVE), 302)  # type: ignore[arg-type]
    page(act(browser(world.signer), filed.dossier_id, Action.SIGN_RESULT), 302)  # type: ignore[arg-type]
    page(act(browser(world.clerk), filed.dossier_id, Action.STAMP), 302)  # type: ignore[arg-type]
    reception = browser(world.reception)
    shown = page(reception.get(f"/desk/dossiers/{filed.dossier_id}"))
    (pdf,) = [a["href"] for a in shown.select("a[href*='/results/']")]
    assert reception.get(pdf).content.startswith(b"%PDF")
    page(act(reception, filed.dossier_id, Action.RETURN_RESULT, received_by="bà Hoa"), 302)  # type: ignore[arg-type]
    assert view_of(world.reception, filed.dossier_id).card.state is State.RETURNED


@pytest.mark.parametrize("action", [a for a in Action if a is not Action.IMPORT])
def test_every_action_page_opens_or_says_why_not(world: World, browser: Browser, action: Action) -> None:
    filed = receive(world)
    for actor in (world.reception, world.solver, world.at(COMMITTEE, "leader")):
        answer = browser(actor).get(f"/desk/dossiers/{filed.dossier_id}/do/{action.value}")
        assert answer.status_code in (200, 302, 403, 404)


def test_a_refusal_of_the_rules_keeps_what_was_typed(world: World, browser: Browser) -> None:
    filed = receive(world)
    client = browser(world.reception)
    page(act(client, filed.dossier_id, Action.REQUEST_SUPPLEMENT, what="bản sao hộ chiếu"), 302)  # type: ignore[arg-type]
    page(act(client, filed.dossier_id, Action.SUPPLY), 302)  # type: ignore[arg-type]
    again = act(client, filed.dossier_id, Action.REQUEST_SUPPLEMENT, what="thêm ảnh", papers=["TP-02"])
    shown = page(again, 422)  # type: ignore[arg-type]
    assert shown.select_one("[role=alert]")
    assert shown.select_one("textarea[name=what]").get_text() == "thêm ảnh"  # type: ignore[union-attr]
    assert shown.select_one("input[value=TP-02]").has_attr("checked")  # type: ignore[union-attr]


def test_an_empty_reason_is_asked_for(world: World, browser: Browser) -> None:
    filed = take_in(world)
    shown = page(act(browser(world.reception), filed.dossier_id, Action.REFUSE, reason="  "), 422)  # type: ignore[arg-type]
    assert "Hãy điền" in text_of(shown.select_one("[role=alert]"))  # type: ignore[arg-type]
    assert view_of(world.reception, filed.dossier_id).card.state is State.REGISTERED


def test_two_officers_at_once_the_second_is_told(world: World, browser: Browser) -> None:
    filed = take_in(world)
    stale = {"expected_seq": str(filed.seq - 1 if filed.seq > 1 else 99)}
    answer = act(browser(world.reception), filed.dossier_id, Action.ACCEPT, **stale)
    shown = page(answer, 422)  # type: ignore[arg-type]
    assert shown.select_one("[role=alert]")
    assert view_of(world.reception, filed.dossier_id).card.state is State.REGISTERED


def test_the_same_button_twice_is_one_step(world: World, browser: Browser) -> None:
    filed = take_in(world)
    client = browser(world.reception)
    page(act(client, filed.dossier_id, Action.ACCEPT, expected_seq=filed.seq), 302)  # type: ignore[arg-type]
    page(act(client, filed.dossier_id, Action.ACCEPT, expected_seq=filed.seq), 409)  # type: ignore[arg-type]
    line = dossiers.timeline(by=world.reception, at=MORNING, dossier_id=filed.dossier_id)
    assert [item.action for item in line].count(Action.ACCEPT) == 1


@pytest.mark.parametrize("name", ["nothing", "submit", "import_dossier", "at_once", "..", "ACCEPT"])
def test_unknown_actions_are_not_there(world: World, browser: Browser, name: str) -> None:
    filed = receive(world)
    answer = browser(world.reception).get(f"/desk/dossiers/{filed.dossier_id}/do/{name}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "moment", ["", "hôm nay", "2026-99-99T10:00", "2026-03-01T10:00", "0001-01-01T00:00"]
)
def test_a_new_date_that_cannot_be_is_refused(world: World, browser: Browser, moment: str) -> None:
    filed = receive(world)
    to_step(world, filed.dossier_id, Step.SOLVING, at=MORNING)
    answer = act(browser(world.solver), filed.dossier_id, Action.EXTEND, to=moment, reason="chờ xác minh")
    shown = page(answer, 422)  # type: ignore[arg-type]
    assert "chờ xác minh" in shown.select_one("textarea[name=reason]").get_text()  # type: ignore[union-attr]


def test_apology_and_new_date_with_its_paper(world: World, browser: Browser) -> None:
    filed = receive(world)
    to_step(world, filed.dossier_id, Step.SOLVING, at=MORNING)
    client = browser(world.solver)
    answer = act(client, filed.dossier_id, Action.EXTEND, to="2026-03-20T16:00", reason="chờ xác minh")
    page(answer, 302)  # type: ignore[arg-type]
    shown = page(client.get(f"/desk/dossiers/{filed.dossier_id}"))
    assert "chờ xác minh" in shown.get_text()
    assert client.get(f"/desk/dossiers/{filed.dossier_id}/print/apology").content.startswith(b"%PDF")


def test_a_correction_keeps_its_reason_in_the_history(world: World, browser: Browser) -> None:
    filed = receive(world)
    client = browser(world.reception)
    before = page(client.get(f"/desk/dossiers/{filed.dossier_id}/do/correct"))
    assert before.select_one("input[name=name]")["value"] == "Nguyễn Thị Hoa"  # type: ignore[index]
    given = {"name": "Nguyễn Thị Hòa", "quantity": "1", "phone": "0912345678", "reason": "gõ nhầm dấu"}
    page(act(client, filed.dossier_id, Action.CORRECT, **given), 302)  # type: ignore[arg-type]
    shown = page(client.get(f"/desk/dossiers/{filed.dossier_id}"))
    assert "Nguyễn Thị Hòa" in shown.get_text()
    assert "gõ nhầm dấu" in text_of(shown.select_one("aside[aria-label='Lịch sử']"))  # type: ignore[arg-type]
    nothing = act(client, filed.dossier_id, Action.CORRECT, **{**given, "reason": "lần nữa"})
    page(nothing, 422)  # type: ignore[arg-type]


def test_where_the_paper_lies_is_written_down(world: World, browser: Browser) -> None:
    filed = receive(world)
    client = browser(world.reception)
    page(act(client, filed.dossier_id, Action.MOVE_PAPER, place="tủ 3, ngăn 2"), 302)  # type: ignore[arg-type]
    assert "tủ 3, ngăn 2" in page(client.get(f"/desk/dossiers/{filed.dossier_id}")).get_text()


def test_a_file_opens_only_through_a_dossier_that_holds_it(world: World, browser: Browser) -> None:
    content = documents.render_pdf("result_generic", {"title": "Giấy chứng sinh"})
    stored = documents.store_file(content=content, name="giay.pdf", by=world.reception, at=MORNING)
    part = ComponentGiven(code="TP-01", how=HowProvided.DIGITISED, file_id=stored.id)
    holds, other = receive(world, components=[part]), receive(world)
    client = browser(world.solver)
    assert client.get(f"/desk/dossiers/{holds.dossier_id}/files/{stored.id}").content == content
    assert client.get(f"/desk/dossiers/{other.dossier_id}/files/{stored.id}").status_code == 404
    assert client.get(f"/desk/dossiers/{uuid4()}/files/{stored.id}").status_code == 404
    foreign = browser(world.at(OTHER_CENTRE, "reception"))
    assert foreign.get(f"/desk/dossiers/{holds.dossier_id}/files/{stored.id}").status_code == 404


@pytest.mark.parametrize("kind", ["receipt", "slip"])
def test_forms_are_printed(world: World, browser: Browser, kind: str) -> None:
    filed = receive(world)
    answer = browser(world.reception).get(f"/desk/dossiers/{filed.dossier_id}/print/{kind}")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("kind", "status"), [("refusal", 422), ("stop", 422), ("nothing", 404), ("book", 422)]
)
def test_forms_of_what_has_not_happened_are_not(
    world: World, browser: Browser, kind: str, status: int
) -> None:
    filed = receive(world)
    answer = browser(world.reception).get(f"/desk/dossiers/{filed.dossier_id}/print/{kind}")
    assert answer.status_code == status


def test_supplement_refusal_and_stop_have_their_forms(world: World, browser: Browser) -> None:
    asked, refused, stopped = receive(world), take_in(world), receive(world)
    client = browser(world.reception)
    act(client, asked.dossier_id, Action.REQUEST_SUPPLEMENT, what="hộ chiếu", papers=["TP-02"])
    act(client, refused.dossier_id, Action.REFUSE, reason="không thuộc thẩm quyền")
    solver = browser(world.solver)
    act(solver, stopped.dossier_id, Action.STOP, reason="người dân đã mất")
    for dossier, kind in ((asked, "supplement"), (refused, "refusal"), (stopped, "stop")):
        answer = client.get(f"/desk/dossiers/{dossier.dossier_id}/print/{kind}")
        assert answer.content.startswith(b"%PDF"), (kind, answer.status_code)


def test_a_result_opens_only_through_its_dossier(world: World, browser: Browser) -> None:
    done, other = receive(world), receive(world)
    resolve(world, done.dossier_id, at=MORNING)
    (row,) = view_of(world.reception, done.dossier_id).results
    client = browser(world.reception)
    assert client.get(f"/desk/dossiers/{done.dossier_id}/results/{row.result_id}").status_code == 200
    assert client.get(f"/desk/dossiers/{other.dossier_id}/results/{row.result_id}").status_code == 404


def test_linked_dossiers_lead_to_each_other(world: World, browser: Browser) -> None:
    parent = receive(world, procedure_code=PAIR)
    client = browser(world.reception)
    shown = page(client.get(f"/desk/dossiers/{parent.dossier_id}"))
    children = view_of(world.reception, parent.dossier_id).children
    assert children
    assert all(shown.select(f"a[href='/desk/dossiers/{one.id}']") for one in children)
    child = page(client.get(f"/desk/dossiers/{children[0].id}"))
    assert child.select(f"a[href='/desk/dossiers/{parent.dossier_id}']")


def test_a_fee_is_taken_once(world: World, browser: Browser) -> None:
    filed = receive(world)
    client = browser(world.reception)
    taking = f"/desk/cash/take/{filed.dossier_id}"
    shown = page(client.get(f"/desk/dossiers/{filed.dossier_id}"))
    assert shown.select(f".decisions a[href='{taking}']")
    assert act(client, filed.dossier_id, Action.RECORD_PAYMENT)["Location"] == taking  # type: ignore[arg-type]
    money = {"action": "take", "total": "8000", "method": "cash"}
    taken = client.post(taking, money)["Location"]
    page(client.post(taking, money), 422)
    assert [row.amount for row in view_of(world.reception, filed.dossier_id).payments] == [8000]
    page(act(client, filed.dossier_id, Action.RECORD_PAYMENT), 409)  # type: ignore[arg-type]
    shown = page(client.get(f"/desk/dossiers/{filed.dossier_id}"))
    assert shown.select(f"a[href='{taken}']")
    assert not shown.select(f".decisions a[href='{taking}']")


def test_the_page_speaks_english_too(world: World, browser: Browser) -> None:
    filed = receive(world)
    client = browser(world.reception)
    client.cookies["django_language"] = "en"
    assert client.get(f"/desk/dossiers/{filed.dossier_id}").status_code == 200


def test_what_a_ministry_s_system_says_is_written_down(world: World, browser: Browser, at: datetime) -> None:
    """Handed over from the page, mirrored from the page; where no ministry has a system there is no such button."""
    door = {"validity": {"start": "2018-06-21"}, "source": {"text": "thử nghiệm", "certainty": "own"}}
    doors = [{"kind": "ministry_system", "system": "Hệ thống cư trú", **door}, {"kind": "desk", **door}]
    publish(content("9.000008", doors=doors), start=date(2025, 1, 1))
    client = browser(world.reception)
    plain, theirs = receive(world), receive(world, procedure_code="9.000008")
    assert "hand_over" not in str(page(client.get(f"/desk/dossiers/{plain.dossier_id}")))
    address = f"/desk/dossiers/{theirs.dossier_id}"
    assert "hand_over" in str(page(client.get(address)))
    assert client.post(f"{address}/do/hand_over", {"their_code": "BCA-7"}).status_code == 302
    told = {"outcome": "running", "status": "Công an đang xác minh"}
    assert client.post(f"{address}/do/mirror", told).status_code == 302
    shown = text_of(page(client.get(address)).main)  # type: ignore[arg-type]
    assert "Hệ thống cư trú · BCA-7 : Công an đang xác minh" in shown
    empty = page(client.post(f"{address}/do/mirror", {"outcome": "granted", "status": ""}), 422)
    assert empty.select_one("[role=alert]")
    assert client.post(f"{address}/do/mirror", {"outcome": "granted", "status": "Đã xong"}).status_code == 302
    assert (
        dossiers.get_for(by=world.reception, at=at, dossier_id=theirs.dossier_id).card.state == State.RESOLVED
    )


def test_a_correction_covers_the_e_form(world: World, browser: Browser, at: datetime) -> None:
    """The questions stand under the correction with their answers; what was there before stays in the history."""
    filed = receive(world)
    client = browser(world.reception)
    address = f"/desk/dossiers/{filed.dossier_id}/do/correct"
    shown = page(client.get(address))
    assert shown.select_one("#f-purpose")["value"] == "vay vốn"  # type: ignore[index]
    same = {"name": "Nguyễn Thị Hoa", "quantity": "1", "phone": "0912345678", "reason": "gõ nhầm mục đích"}
    typed = {**same, "drawn": ["purpose", "born"], "purpose": "xin việc", "born": "20/05/2190"}
    wrong = page(client.post(address, typed), 422)
    assert wrong.select_one("#f-purpose")["value"] == "xin việc"  # type: ignore[index]
    assert wrong.select("[data-errors] li")
    assert client.post(address, {**typed, "born": "20/05/1990"}).status_code == 302
    view = dossiers.get_for(by=world.reception, at=at, dossier_id=filed.dossier_id)
    assert view.answers == {"purpose": "xin việc", "born": "1990-05-20"}
    last = dossiers.history(filed.dossier_id)[-1]
    assert last.payload["before"]["answers"] == {"purpose": "vay vốn"}  # type: ignore[index, call-overload]
