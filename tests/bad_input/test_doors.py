"""What bad input gets, at every door: a sentence that a citizen understands, in both languages, and what was typed
is kept. The items are those of the project's promise; each names the doors at which it can come."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import translation

from motcua.base.errors import DomainError
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, Step
from motcua.dossiers.models import Dossier
from tests.desk.factories import CARD, sign_in
from tests.documents.factories import photo
from tests.dossiers.factories import CENTRE, MORNING, World, content, publish, receive, to_step
from tests.dossiers.test_importing import record, run
from tests.gateway.factories import CLIENT, Caller, dossier
from tests.portal.test_filing import typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
CODE = "9.000011"
NOON = MORNING.replace(hour=13)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LEGACY = "NguyÔn V¨n B×nh"  # TCVN3 read as Latin-1
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def form() -> dict[str, Any]:
    """An e-form with a person, another person, a day, a name, a place and a file."""
    parts = {"parts": ["full_name", "personal_number"], "required_parts": ["full_name"], "type": "person"}
    fields = [
        {"key": "mother", "label_vi": "Mẹ", "label_en": "Mother", **parts},
        {"key": "father", "label_vi": "Cha", "label_en": "Father", **parts},
        {"key": "born", "label_vi": "Ngày sinh", "label_en": "Born", "type": "date", "max": "today"},
        {
            "key": "child",
            "label_vi": "Tên con",
            "label_en": "Child",
            "type": "text",
            "pattern": "person_name",
        },
        {"key": "home", "label_vi": "Nơi ở", "label_en": "Home", "type": "unit"},
        {"key": "purpose", "label_vi": "Mục đích", "label_en": "Purpose", "type": "text", "required": True},
        {"key": "photo", "label_vi": "Ảnh", "label_en": "Photo", "type": "file"},
    ]
    return {
        "key": "all",
        "title_vi": "Tờ khai",
        "title_en": "Form",
        "groups": [{"key": "what", "title_vi": "Nội dung", "title_en": "Content", "fields": fields}],
    }


def open_to_all(**changes: Any) -> Any:
    """A procedure that every door takes."""
    source = {"source": {"text": "thử nghiệm", "certainty": "own"}, "validity": {"start": "2018-06-21"}}
    doors = [{"kind": kind, **source} for kind in ("provincial_eform", "national_portal", "desk", "post")]
    return content(CODE, form=form(), doors=doors, components=[], **changes)


@dataclass(kw_only=True)
class Door:
    """One way in: what is typed there, and what comes back."""

    client: Client
    address: str
    keeps: str = "giữ nguyên điều này"

    def send(self, english: bool, **answers: Any) -> BeautifulSoup:
        """Type and send; the page that comes back."""
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en" if english else "vi"
        page = BeautifulSoup(self.client.get(self.address).content, "html.parser")
        sent = typed(page) | {"purpose": self.keeps, **answers}
        answer = self.client.post(self.address, sent)
        assert answer.status_code in (200, 422), (answer.status_code, answer.get("Location"))
        return BeautifulSoup(answer.content, "html.parser")


@pytest.fixture
def procedure(world: World) -> None:
    publish(open_to_all(), start=date(2025, 1, 1))


@pytest.fixture
def desk(world: World, procedure: None) -> Door:
    client = sign_in(Client(), world.reception, at=NOON)
    found = client.post("/desk/receive", {"text": CARD, "action": "find", "channel": "direct"})
    picked = client.post(found["Location"], {"code": CODE})
    return Door(client=client, address=str(picked["Location"]))


@pytest.fixture
def portal(world: World, procedure: None) -> Door:
    client = _as_mother(world)
    page = BeautifulSoup(client.get(f"/file/{CODE}").content, "html.parser")
    begun = client.post(f"/file/{CODE}", typed(page) | {"place.q": "phường Thành Vinh", "go": "1"})
    assert begun.status_code == 302, begun.content.decode()[:2000]
    return Door(client=client, address=f"{begun['Location']}/step/what")


def _as_mother(world: World) -> Client:
    """A browser in which the mother is signed in."""
    client = Client()
    session = client.session
    session["citizen"] = {"id": str(world.mother), "name": "Nguyễn Thị Hoa"}
    session.save()
    client.cookies[TIME_COOKIE] = sign_time(NOON)
    return client


@pytest.fixture
def gateway(world: World, procedure: None, client: Client) -> Caller:
    client.cookies[TIME_COOKIE] = sign_time(MORNING)
    return Caller(client, CLIENT)


def two_sentences(vi: str, en: str) -> None:
    """Both there, in their own language, and no inner words of the program."""
    assert VIETNAMESE.search(vi), vi
    assert not VIETNAMESE.search(re.sub(r"“[^”]*”", "", en)), en  # what was typed is quoted as it is
    assert vi != en
    for text in (vi, en):
        assert not re.search(r"Traceback|Exception|Error\b|None|null", text), text


ANSWERS: dict[str, dict[str, Any]] = {
    "wrong personal number": {"mother.full_name": "Nguyễn Thị Hoa", "mother.personal_number": "123"},
    "reused personal number": {
        "mother.full_name": "Nguyễn Thị Hoa",
        "mother.personal_number": "040190000112",
        "father.full_name": "Trần Văn Bình",
        "father.personal_number": "040190000112",
    },
    "birth date in the future": {"born": "01/01/2190"},
    "name in a legacy encoding": {"child": LEGACY},
    "unknown unit": {"home.q": "xã Không Có Thật", "home": ""},
}


@pytest.mark.parametrize("door", ["desk", "portal"])
@pytest.mark.parametrize("item", list(ANSWERS))
def test_answers_of_the_e_form(request: pytest.FixtureRequest, item: str, door: str) -> None:
    here: Door = request.getfixturevalue(door)
    action = {"action": "receive" if door == "desk" else "next"}
    told = {}
    for english in (False, True):
        page = here.send(english, **ANSWERS[item], **action)
        errors = page.select_one("[data-errors]")
        assert errors is not None, page.get_text(" ")[:1500]
        (line,) = errors.select("li")
        told[english] = " ".join(line.get_text(" ").split())
        kept = page.select_one("[name=purpose]")
        assert kept is not None
        assert here.keeps in (kept.get("value") or kept.get_text())
        for name, value in ANSWERS[item].items():
            box = page.select_one(f"[name='{name}']")
            assert box is None or box.get("value", "") == value, (name, box)
    two_sentences(told[False], told[True])
    assert Dossier.objects.count() == 0


FILES: dict[str, tuple[str, bytes]] = {
    "not what its name says": ("giay.pdf", photo()),
    "infected": ("giay.pdf", EICAR),
    "too large": ("giay.pdf", b"%PDF-1.7\n" + b"x" * (21 * 1024 * 1024)),
}


@pytest.mark.parametrize("door", ["desk", "portal"])
@pytest.mark.parametrize("item", [*FILES, "full disk"])
def test_files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, item: str, door: str) -> None:
    here: Door = request.getfixturevalue(door)
    name, made = FILES.get(item, ("anh.jpg", photo()))
    if item == "full disk":
        _fill_the_disk(monkeypatch)
    told = {}
    for english in (False, True):
        page = here.send(
            english, **{"photo.new": SimpleUploadedFile(name, made), "upload": "photo", "action": ""}
        )
        problem = page.select_one("[data-errors], [data-refused], .problem, .error")
        assert problem is not None, page.get_text(" ")[:1500]
        told[english] = " ".join(problem.get_text(" ").split())
        assert here.keeps in str(page.select_one("[name=purpose]"))
        assert not page.select("button[name=drop]")
    two_sentences(told[False], told[True])


def _fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)


@pytest.mark.parametrize("door", ["desk", "portal"])
def test_a_photo_upside_down_is_turned(request: pytest.FixtureRequest, door: str) -> None:
    """No sentence needed: it is put right, and lies upright in the dossier."""
    here: Door = request.getfixturevalue(door)
    turned = SimpleUploadedFile("anh.jpg", photo(size=(60, 40), orientation=6))
    page = here.send(False, **{"photo.new": turned, "upload": "photo", "action": ""})
    (drop,) = page.select("button[name=drop]")
    file_id = str(drop["value"]).rpartition(".")[2]
    from PIL import Image

    with Image.open(__import__("io").BytesIO(documents.open_file(file_id))) as image:  # type: ignore[arg-type]
        assert image.size == (40, 60)


@pytest.mark.parametrize("door", ["desk", "portal"])
def test_a_form_that_went_stale(request: pytest.FixtureRequest, door: str) -> None:
    """A new version came into force while the form was open: what was typed stands on the new form."""
    here: Door = request.getfixturevalue(door)
    here.send(False, action="later" if door == "desk" else "stay", born="01/01/2190")
    publish(open_to_all(name="Thủ tục đổi tên"), start=NOON.date(), at=NOON - timedelta(minutes=1))
    page = BeautifulSoup(here.client.get(here.address, follow=True).content, "html.parser")
    assert here.keeps in str(page.select_one("[name=purpose]")), page.get_text(" ")[:1500]


@pytest.mark.parametrize("door", ["desk", "portal", "gateway"])
def test_an_expired_procedure(world: World, door: str, client: Client) -> None:
    """A version that ended in February has no door in March."""
    version = publish(open_to_all(), start=date(2025, 1, 1))
    from motcua.procedures.models import ProcedureVersion

    ProcedureVersion.objects.filter(id=version).update(valid=("2025-01-01", "2026-02-01"))
    told = []
    for language in ("vi", "en"):
        if door == "gateway":
            client.cookies[TIME_COOKIE] = sign_time(MORNING)
            answer = Caller(client, CLIENT).post("/dossiers", dossier(procedure_code=CODE))
            assert answer.status_code in (404, 409, 422), answer.content
            said = answer.json()
            told = [said["message_vi"], said["message_en"]] if "message_vi" in said else list(_texts(said))
            break
        where = sign_in(Client(), world.reception, at=NOON) if door == "desk" else _as_mother(world)
        where.cookies[TIME_COOKIE] = sign_time(NOON)
        where.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        if door == "desk":
            found = where.post("/desk/receive", {"text": CARD, "action": "find", "channel": "direct"})
            page = where.post(found["Location"], {"code": CODE})
        else:
            page = where.get(f"/file/{CODE}", follow=True)
        assert page.status_code in (200, 404, 410, 422)
        main = BeautifulSoup(page.content, "html.parser").select_one("[role=alert], .problem, main")
        assert main is not None
        told.append(" ".join(main.get_text(" ").split()))
    assert VIETNAMESE.search(told[0])
    assert Dossier.objects.count() == 0


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


BODIES: dict[str, dict[str, Any]] = {
    "wrong personal number": {"applicant": {"name": "Nguyễn Thị Hoa", "personal_number": "123"}},
    "name in a legacy encoding": {"applicant": {"name": LEGACY}},
    "unknown unit": {"receiving_agency": "ttpvhcc-xa-00000"},
    "an agency that decides nothing here": {"handling_agency": CENTRE},
    "unknown procedure": {"procedure_code": "9.999999"},
}


@pytest.mark.parametrize("item", list(BODIES))
def test_at_the_door_of_other_systems(gateway: Caller, item: str) -> None:
    answer = gateway.post("/dossiers", dossier(procedure_code=CODE) | BODIES[item])
    assert 400 <= answer.status_code < 500, answer.content
    texts = list(_texts(answer.json()))
    assert any(VIETNAMESE.search(text) for text in texts), texts
    plain = [re.sub(r"“[^”]*”", "", text) for text in texts]
    assert any(" " in text and not VIETNAMESE.search(text) for text in plain), texts
    assert Dossier.objects.count() == 0


@pytest.mark.parametrize("item", [*FILES, "full disk"])
def test_files_at_the_door_of_other_systems(
    gateway: Caller, monkeypatch: pytest.MonkeyPatch, item: str
) -> None:
    name, made = FILES.get(item, ("anh.jpg", photo()))
    if item == "full disk":
        _fill_the_disk(monkeypatch)
    answer = gateway.send(made, name)
    assert answer.status_code in (413, 422, 503, 507), answer.content
    texts = list(_texts(answer.json()))
    assert any(VIETNAMESE.search(text) for text in texts), texts


RECORDS: dict[str, dict[str, Any]] = {
    "wrong personal number": {"applicant_number": "123"},
    "unknown unit": {"receiving_agency": "xã Không Có Thật"},
    "unknown procedure": {"procedure_code": "9.999999"},
    "a time in the future": {"submitted_at": "2190-01-01T09:00:00+07:00"},
    "ended before it began": {"accepted_at": "2020-01-01T09:00:00+07:00"},
}


@pytest.mark.parametrize("item", list(RECORDS))
def test_records_taken_over(world: World, item: str) -> None:
    """In quarantine with its reasons, whole as it came; nothing is guessed."""
    told = run(record(**RECORDS[item]))
    (kept,) = told.quarantined
    assert kept.reasons
    assert all(VIETNAMESE.search(reason) for reason in kept.reasons), kept.reasons
    key, value = next(iter(RECORDS[item].items()))
    assert kept.raw[key] == value
    assert Dossier.objects.count() == 0


STEPS: dict[str, Callable[[World, Any, datetime], Any]] = {
    "accept twice": lambda w, d, at: dossiers.accept(by=w.reception, at=at, dossier_id=d),
    "take up twice": lambda w, d, at: dossiers.take_up(by=w.solver, at=at, dossier_id=d),
    "seen before somebody else": lambda w, d, at: dossiers.propose(
        by=w.solver, at=at, dossier_id=d, opinion="đủ điều kiện", expected_seq=1
    ),
    "clock moved back": lambda w, d, at: dossiers.propose(
        by=w.solver, at=at - timedelta(days=2), dossier_id=d, opinion="đủ điều kiện"
    ),
}


@pytest.mark.parametrize("item", list(STEPS))
def test_steps_that_cannot_be(world: World, item: str) -> None:
    """Taken twice, by two officers at once, before the last entry: nothing happens, and it is said why."""
    filed = receive(world)
    to_step(world, filed.dossier_id, Step.SOLVING, at=MORNING + timedelta(hours=1))
    before = Dossier.objects.filter(id=filed.dossier_id).values().get()
    with pytest.raises(DomainError) as refused:
        STEPS[item](world, filed.dossier_id, MORNING + timedelta(hours=2))
    two_sentences(refused.value.public(), refused.value.public("en"))
    assert Dossier.objects.filter(id=filed.dossier_id).values().get() == before


def test_a_step_taken_twice_keeps_what_was_typed(world: World) -> None:
    """The second officer's page says that somebody was first, and the opinion still stands in its box."""
    filed = receive(world)
    to_step(world, filed.dossier_id, Step.SOLVING, at=MORNING + timedelta(hours=1))
    client = sign_in(Client(), world.solver, at=NOON)
    address = f"/desk/dossiers/{filed.dossier_id}/do/{Action.PROPOSE.value}"
    given = {"outcome": "granted", "opinion": "ý kiến dài đã gõ", "expected_seq": "1"}
    answer = client.post(address, given)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select_one("[role=alert]")
    assert "ý kiến dài đã gõ" in page.get_text()


@pytest.mark.parametrize("path", ["/", "/desk/", f"/file/{CODE}", "/api/v1/procedures?q=sinh"])
def test_a_dead_database(world: World, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """The page that says so needs no database; the state is told as 503, in both languages."""

    def dead(*_args: Any, **_kwargs: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    client = sign_in(Client(raise_request_exception=False), world.reception, at=NOON)
    token = Caller(client, CLIENT).token
    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", dead)
    # the middleware drops the broken connection; the one of the tests is whole and holds their world
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.close", lambda _self: None)
    told = {}
    for language in ("vi", "en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with translation.override(language):
            answer = client.get(path, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 503, (answer.status_code, answer.content[:500])
        said = " ".join(_texts(answer.json())) if path.startswith("/api/") else answer.content.decode()
        told[language] = " ".join(BeautifulSoup(said, "html.parser").get_text(" ").split())
        assert "server closed" not in told[language]
    assert VIETNAMESE.search(told["vi"])


def test_the_clock_of_the_machine_moved_back_at_the_desk(world: World) -> None:
    """At the page: what was typed stays, and the sentence tells which clock to look at."""
    filed = receive(world, at=NOON + timedelta(hours=2))
    client = sign_in(Client(), world.reception, at=NOON)
    answer = client.post(
        f"/desk/dossiers/{filed.dossier_id}/do/{Action.MOVE_PAPER.value}", {"place": "tủ 3", "note": "x"}
    )
    assert answer.status_code == 422
    assert "đồng hồ" in answer.content.decode()
    assert "tủ 3" in answer.content.decode()


def test_the_items_are_all_here() -> None:
    """What the promise names, and where it is tested."""
    named = {*ANSWERS, *FILES, *BODIES, *RECORDS, *STEPS, "full disk"}
    for item in (
        "wrong personal number",
        "reused personal number",
        "birth date in the future",
        "name in a legacy encoding",
        "not what its name says",
        "infected",
        "too large",
        "unknown unit",
        "accept twice",
        "seen before somebody else",
        "clock moved back",
        "full disk",
    ):
        assert item in named
