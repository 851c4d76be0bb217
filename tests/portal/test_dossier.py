"""What the owner of a dossier sees and does, and what nobody else may."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from tests.dossiers.factories import RubberStamp
from tests.portal import factories
from tests.portal.conftest import World
from tests.portal.factories import MARCH
from tests.portal.test_filing import PNG, begin, factories_actor, fill_all, read, typed

pytestmark = pytest.mark.usefixtures("march")


@pytest.fixture
def sent(hoa: Client, world: World) -> UUID:
    """A dossier that the mother has just filed."""
    answer = hoa.post(fill_all(hoa, begin(hoa)))
    return UUID(answer["Location"].split("/")[2])


def later(client: Client, **span: Any) -> datetime:
    """The same browser some time later."""
    from motcua.config.middleware import TIME_COOKIE, sign_time

    at = MARCH + timedelta(**span)
    client.cookies[TIME_COOKIE] = sign_time(at)
    return at


def accept(world: World, dossier: UUID, at: datetime) -> None:
    dossiers.accept(by=world.officers["reception"], at=at, dossier_id=dossier)


def test_after_acceptance_there_is_a_receipt_and_a_clock(hoa: Client, world: World, sent: UUID) -> None:
    accept(world, sent, later(hoa, minutes=10))
    later(hoa, minutes=20)
    page = read(hoa.get(f"/dossier/{sent}"))
    assert page.select_one(f"a[href='/dossier/{sent}/receipt.pdf']")
    assert "Hôm nay" in page.get_text(" ")  # in the same day, by the law of 2014
    assert hoa.get(f"/dossier/{sent}/receipt.pdf").content.startswith(b"%PDF-")
    assert page.select_one(".rail [aria-current=step]")


def test_the_owner_sees_who_has_it(hoa: Client, world: World, sent: UUID) -> None:
    accept(world, sent, later(hoa, minutes=10))
    solver = world.officers["solver"]
    dossiers.assign(
        by=world.officers["leader"], at=later(hoa, minutes=20), dossier_id=sent, assignee=solver.ref
    )
    later(hoa, minutes=30)
    rail = read(hoa.get(f"/dossier/{sent}")).select_one(".rail")
    assert rail is not None
    assert "Cán bộ solver" in rail.get_text(" ")


def test_a_supplement_is_told_and_answered(hoa: Client, world: World, sent: UUID) -> None:
    dossiers.request_supplement(
        by=world.officers["reception"],
        at=later(hoa, minutes=10),
        dossier_id=sent,
        what="Ảnh giấy chứng sinh bị mờ, chụp lại rõ số giấy.",
        papers=["1.001193-TP02"],
    )
    later(hoa, minutes=20)
    assert "bổ sung" in read(hoa.get("/")).get_text(" ")
    assert "Ảnh giấy chứng sinh bị mờ" in read(hoa.get(f"/dossier/{sent}")).get_text(" ")
    address = f"/dossier/{sent}/supply"
    page = read(hoa.get(address))
    assert "Giấy chứng sinh" in page.get_text(" ")
    bad = SimpleUploadedFile("x.pdf", b"nothing")
    page = read(hoa.post(address, {"note": "Đã chụp lại", "1.001193-TP02.new": bad, "action": "send"}), 422)
    assert page.select_one("#note").get_text() == "Đã chụp lại"  # type: ignore[union-attr]
    photo = SimpleUploadedFile("ro.png", PNG)
    page = read(hoa.post(address, typed(page) | {"1.001193-TP02.new": photo, "action": "hold"}))
    assert "ro.png" in page.get_text(" ")
    answer = hoa.post(address, typed(page) | {"action": "send"})
    assert answer.status_code == 302
    assert hoa.get(address).status_code == 302  # nothing is asked any more
    view = dossiers.get_for(by=factories_actor(world.mother), at=later(hoa, minutes=30), dossier_id=sent)
    assert view.card.state is dossiers.State.REGISTERED
    assert view.supplements[0].supplied_at is not None


@pytest.fixture
def asked(hoa: Client, world: World, sent: UUID) -> str:
    """The office asks about the birth notice; the address of the answer."""
    dossiers.request_supplement(
        by=world.officers["reception"],
        at=later(hoa, minutes=10),
        dossier_id=sent,
        what="Số giấy chứng sinh khác với giấy đã nộp; ghi lại cho đúng.",
        papers=["1.001193-TP02"],
    )
    later(hoa, minutes=20)
    return f"/dossier/{sent}/supply"


def test_an_answer_of_the_form_is_corrected(hoa: Client, world: World, sent: UUID, asked: str) -> None:
    page = read(hoa.get(asked))
    opened = [one for one in page.select("details[open]") if one.select_one("[name=birth_notice_number]")]
    assert opened
    assert not [one for one in page.select("details[open]") if one.select_one("[name='mother.full_name']")]
    assert page.select_one("[name=birth_notice_number]")["value"] == "12/2025"  # type: ignore[index]
    before = dossiers.get_for(by=factories_actor(world.mother), at=MARCH, dossier_id=sent).answers
    change = {"birth_notice_number": "21/2025", "action": "send"}
    assert hoa.post(asked, typed(page) | change).status_code == 302
    view = dossiers.get_for(by=factories_actor(world.mother), at=later(hoa, minutes=30), dossier_id=sent)
    assert dict(view.answers) == {**before, "birth_notice_number": "21/2025"}
    assert dossiers.drafts_of(by=factories_actor(world.mother)) == []


def test_a_wrong_correction_is_explained_and_everything_stays(
    hoa: Client, world: World, sent: UUID, asked: str
) -> None:
    sent_form = typed(read(hoa.get(asked))) | {"child_dob": "31/02/2025", "note": "Xem giúp"}
    page = read(hoa.post(asked, sent_form | {"action": "send"}), 422)
    assert page.select_one("[name=child_dob]")["value"] == "31/02/2025"  # type: ignore[index]
    assert page.select("[data-errors] a[href='#f-child_dob']")
    assert page.select_one("#note").get_text() == "Xem giúp"  # type: ignore[union-attr]
    view = dossiers.get_for(by=factories_actor(world.mother), at=MARCH, dossier_id=sent)
    assert view.answers["child_dob"] == "2025-03-10"


def test_what_was_prepared_waits_on_every_device_and_is_no_draft(
    hoa: Client, world: World, asked: str
) -> None:
    page = typed(read(hoa.get(asked)))
    saved = hoa.post(asked, page | {"facility_name": "Trạm y tế", "note": "Ghi", "action": "autosave"})
    assert "đã lưu" in saved.json()["words"]
    photo = SimpleUploadedFile("ro.png", PNG)
    read(hoa.post(asked, page | {"facility_name": "Trạm y tế", "1.001193-TP02.new": photo, "upload": "x"}))
    other = Client()
    other.cookies["motcua_time"] = hoa.cookies["motcua_time"].value
    factories.sign_in(other, world.mother, "Nguyễn Thị Hoa")
    shown = read(other.get(asked))
    assert shown.select_one("[name=facility_name]")["value"] == "Trạm y tế"  # type: ignore[index]
    assert "ro.png" in shown.get_text(" ")
    (draft,) = dossiers.drafts_of(by=factories_actor(world.mother))
    assert str(draft.id) not in str(read(other.get("/me"))) + str(read(other.get("/file/1.001193")))
    assert other.get(f"/draft/{draft.id}").status_code == 404


def test_a_page_sent_back_as_it_was_corrects_nothing(
    hoa: Client, world: World, sent: UUID, asked: str
) -> None:
    assert hoa.post(asked, typed(read(hoa.get(asked))) | {"action": "send"}).status_code == 302
    told = dossiers.history(sent)
    assert told[-1].payload["answers"] is None


def test_hostile_supplements_change_nothing(hoa: Client, world: World, sent: UUID, asked: str) -> None:
    junk = {
        "drawn": ["__class__", "child_name"],
        "child_name": "\x00" * 9,
        "add": "nothing",
        "remove": "witnesses.999999999999",
        "drop": "....",
        "evil.new": SimpleUploadedFile("x.png", PNG),
        "action": "send",
    }
    page = read(hoa.post(asked, junk))
    assert "x.png" not in page.get_text(" ")
    assert hoa.post(asked, {"action": "send", "note": "x" * 99_999}).status_code in (302, 422)


def test_a_dossier_can_be_taken_back_once(hoa: Client, world: World, sent: UUID) -> None:
    page = read(hoa.get(f"/dossier/{sent}/withdraw"))
    later(hoa, minutes=5)
    assert hoa.post(f"/dossier/{sent}/withdraw", typed(page)).status_code == 302
    page = read(hoa.post(f"/dossier/{sent}/withdraw", {"reason": "lại"}), 422)
    assert page.select_one("#reason").get_text() == "lại"  # type: ignore[union-attr]
    assert "Đã rút" in read(hoa.get(f"/dossier/{sent}")).get_text(" ")


def test_the_result_reaches_the_wallet_and_the_verify_page(
    hoa: Client, world: World, sent: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents.SIGNERS, "_plugins", {"stamp": RubberStamp()})
    by = world.officers
    accept(world, sent, later(hoa, minutes=10))
    dossiers.assign(by=by["leader"], at=later(hoa, minutes=11), dossier_id=sent, assignee=by["solver"].ref)
    dossiers.take_up(by=by["solver"], at=later(hoa, minutes=12), dossier_id=sent)
    data = {"values": {"full_name": "Trần Gia Hân"}}
    done = dossiers.propose(
        by=by["solver"], at=later(hoa, minutes=13), dossier_id=sent, opinion="đủ điều kiện", data=data
    )
    if done.step is dossiers.Step.REVIEWING:
        dossiers.approve(by=by["reviewer"], at=later(hoa, minutes=14), dossier_id=sent)
    dossiers.sign_result(by=by["signer"], at=later(hoa, minutes=15), dossier_id=sent)
    assert "Kết quả" not in [h.get_text() for h in read(hoa.get(f"/dossier/{sent}")).select("h2")]
    dossiers.stamp(by=by["clerk"], at=later(hoa, minutes=16), dossier_id=sent)
    later(hoa, minutes=20)
    page = read(hoa.get(f"/dossier/{sent}"))
    link = page.select_one(f"a[href^='/dossier/{sent}/result/']")
    assert link is not None
    pdf = hoa.get(str(link["href"])).content
    assert pdf.startswith(b"%PDF-")
    wallet = read(hoa.get("/me/wallet"))
    paper = wallet.select_one("a[href^='/me/wallet/']")
    assert paper is not None
    assert hoa.get(str(paper["href"])).content == pdf
    judged = read(hoa.post("/verify", {"file": SimpleUploadedFile("gks.pdf", pdf)}))
    assert "Giấy khai sinh" in judged.get_text(" ")
    stranger = Client()
    factories.sign_in(stranger, world.stranger, "Lê Văn Lạ")
    for path in (str(link["href"]), str(paper["href"])):
        assert stranger.get(path).status_code == 404


def test_nobody_else_finds_the_dossier(hoa: Client, world: World, sent: UUID) -> None:
    other = Client()
    factories.sign_in(other, world.stranger, "Lê Văn Lạ")
    paths = ["", "/sent", "/acknowledgement.pdf", "/receipt.pdf", "/supply", "/withdraw", f"/file/{uuid4()}"]
    for path in paths:
        assert other.get(f"/dossier/{sent}{path}").status_code == 404, path
    assert other.post(f"/dossier/{sent}/withdraw").status_code == 404
    assert Client().get(f"/dossier/{sent}").status_code == 302
    assert hoa.get(f"/dossier/{uuid4()}").status_code == 404
    assert hoa.get(f"/dossier/{sent}/file/{uuid4()}").status_code == 404


def test_who_read_my_data_is_shown_with_office_and_purpose(hoa: Client, world: World, sent: UUID) -> None:
    dossiers.get_for(by=world.officers["reception"], at=MARCH, dossier_id=sent, purpose="tiếp nhận hồ sơ")
    text = read(hoa.get("/me/data")).get_text(" ")
    assert "tiếp nhận hồ sơ" in text
    assert "Bộ phận Tiếp nhận" in text


def test_a_changed_phone_is_set_by_who_proved_who_they_are(hoa: Client, world: World) -> None:
    page = read(hoa.post("/me/contact", {"phone": "12", "email": "khong-phai-thu"}), 422)
    assert page.select_one("#phone")["value"] == "12"  # type: ignore[index]
    assert page.select_one("#email")["value"] == "khong-phai-thu"  # type: ignore[index]
    assert hoa.post("/me/contact", {"phone": "0987 654 321", "email": ""}).status_code == 302
    assert "321" in read(hoa.get("/me/contact")).get_text(" ")


@pytest.mark.parametrize(
    ("path", "most"), [("/", 8), ("/me", 6), ("/me/wallet", 4), ("/me/contact", 5), ("/track", 2)]
)
def test_pages_ask_the_database_a_fixed_number_of_times(
    hoa: Client, sent: UUID, path: str, most: int
) -> None:
    hoa.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        hoa.get(path)
    assert len(queries) <= most, [one["sql"][:90] for one in queries]


def test_a_dead_database_is_told_with_what_is_safe(
    hoa: Client, sent: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_: object, **__: object) -> None:
        raise OperationalError("the connection is closed")

    hoa.raise_request_exception = False
    monkeypatch.setattr("motcua.dossiers.api.get_for", dead)
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", dead)
    answer = hoa.get(f"/dossier/{sent}")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    text = read(answer, 503).get_text(" ")
    assert "không bao giờ nhận một lần nộp thành hai hồ sơ" in text


def test_our_own_fault_has_a_number_that_the_log_has_too(
    hoa: Client, sent: UUID, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of ours")

    hoa.raise_request_exception = False
    monkeypatch.setattr("motcua.dossiers.api.get_for", broken)
    page = read(hoa.get(f"/dossier/{sent}"), 500)
    number = page.select_one(".code").get_text()  # type: ignore[union-attr]
    assert "secret" not in page.get_text()
    assert any(number in record.getMessage() for record in caplog.records)
