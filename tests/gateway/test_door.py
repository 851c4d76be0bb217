"""Who may come in through the REST door, how often, and that everybody sees only what is theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from motcua.base.data import SYSTEM
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import State
from motcua.gateway import api as gateway
from motcua.gateway.limits import Limits
from motcua.gateway.views import door
from motcua.ledger import api as ledger
from tests.dossiers.factories import CERTIFY, MORNING, OTHER_CENTRE, World, resolve, to_step
from tests.gateway.factories import CLIENT, SECRET, Caller, dossier

pytestmark = pytest.mark.django_db


def ask_token(client: Client, **changes: str) -> Any:
    """POST /token."""
    body = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET, **changes}
    return client.post("/api/v1/token", body, content_type="application/json")


def test_a_token_for_the_right_secret_only(client: Client, enrolled: World) -> None:
    given = ask_token(client)
    assert given.status_code == 200
    assert given.json()["expires_in"] == 600
    token = given.json()["access_token"]
    found = client.get("/api/v1/procedures?q=giấy", headers={"authorization": f"Bearer {token}"})
    assert found.status_code == 200
    wrong = ask_token(client, client_secret="guess")
    unknown = ask_token(client, client_id="nobody")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json() == unknown.json()
    assert wrong.json()["message_vi"] == "Mã hệ thống hoặc khóa bí mật không đúng."


@pytest.mark.parametrize("token", ["", "x", "cong-mot:1:2", "Bearer", "é" * 9])
def test_a_forged_token_opens_nothing(client: Client, enrolled: World, token: str) -> None:
    answer = client.get("/api/v1/procedures?q=a", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


def test_a_token_ends(portal: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    assert portal.get("/procedures?q=a").status_code == 200
    assert gateway.caller_of(portal.token) is not None
    monkeypatch.setattr("motcua.gateway.tokens.time.time", lambda: 1e11)
    assert portal.get("/procedures?q=a").status_code == 401


def test_a_system_that_is_shut_out_is_out_at_once(portal: Caller) -> None:
    gateway.shut_out(by=SYSTEM, at=MORNING, client_id=CLIENT)
    assert portal.get("/procedures?q=a").status_code == 401
    with pytest.raises(gateway.ClientRefused):
        gateway.token_for(client_id=CLIENT, secret=SECRET)
    with pytest.raises(gateway.BadClient):
        gateway.shut_out(by=SYSTEM, at=MORNING, client_id=CLIENT)
    kinds = [e.kind for e in ledger.entries(ledger.Subject(kind="gateway", id=CLIENT))]
    assert kinds == ["gateway.client_enrolled", "gateway.client_shut_out"]


def test_a_scope_that_is_missing_is_refused(portal: Caller) -> None:
    enrol(scopes=(gateway.Scope.STATUS,))
    assert portal.get("/procedures?q=a").status_code == 403
    assert portal.send().status_code == 403
    assert portal.post("/dossiers", dossier()).status_code == 403
    assert portal.get("/dossiers/G22.99-260302-0000001").status_code == 404
    assert portal.get("/dossiers/G22.99-260302-0000001/result").status_code == 403


def enrol(**changes: Any) -> str:
    """Enrol the first system anew."""
    values: dict[str, Any] = {
        "by": SYSTEM,
        "at": MORNING,
        "client_id": CLIENT,
        "name": "Cổng",
        "scopes": tuple(gateway.Scope),
        "door": "national_portal",
        "secret": SECRET,
    }
    return gateway.enrol(**{**values, **changes})


def test_a_system_of_one_desk_hands_in_there_only(portal: Caller) -> None:
    enrol(agencies=(OTHER_CENTRE,))
    assert portal.post("/dossiers", dossier()).status_code == 403
    # Naming its own desk as the deciding agency does not help.
    assert portal.post("/dossiers", dossier(handling_agency=OTHER_CENTRE)).status_code == 403
    assert portal.post("/dossiers", dossier(receiving_agency=OTHER_CENTRE)).status_code == 200


def test_handed_in_twice_is_one_dossier(portal: Caller) -> None:
    first = portal.post("/dossiers", dossier())
    assert first.status_code == 200, first.content
    again = portal.post("/dossiers", dossier())
    assert (first.json()["created"], again.json()["created"]) == (True, False)
    assert first.json()["code"] == again.json()["code"]
    assert first.json()["state"] == State.REGISTERED.value
    changed = portal.post("/dossiers", dossier(answers={"purpose": "du lịch"}))
    assert changed.status_code == 409
    assert changed.json()["code"] == "CodeUsedForAnother"
    shown = portal.get(f"/dossiers/{first.json()['code']}").json()
    assert shown["outside_code"] == "G22.99-260302-0000001"
    events = portal.get("/dossiers/G22.99-260302-0000001/events").json()
    assert [one["kind"] for one in events] == ["dossier.taken_in"]
    assert "Hoa" not in str(events)


def test_another_system_sees_nothing_of_it(portal: Caller, other: Caller) -> None:
    code = portal.post("/dossiers", dossier()).json()["code"]
    for wanted in (code, "G22.99-260302-0000001"):
        for tail in ("", "/events", "/result"):
            answer = other.get(f"/dossiers/{wanted}{tail}")
            nothing = other.get(f"/dossiers/G99{tail}")
            assert answer.status_code == 404
            assert answer.content == nothing.content
    # The same outside code of another system is another dossier.
    own = other.post("/dossiers", dossier())
    assert own.status_code == 200
    assert own.json()["code"] != code


def test_only_the_sender_of_a_file_may_use_it(portal: Caller, other: Caller) -> None:
    file_id = portal.send().json()["id"]
    papers = [{"code": "TP-01", "file_id": file_id}]
    stolen = other.post("/dossiers", dossier(components=papers))
    assert (stolen.status_code, stolen.json()["code"]) == (422, "UnknownFile")
    assert portal.post("/dossiers", dossier(components=papers)).status_code == 200
    unknown = [{"code": "TP-01", "file_id": "00000000-0000-4000-8000-000000000000"}]
    assert portal.post("/dossiers", dossier(outside_code="G1-2", components=unknown)).status_code == 422
    strange = [{"code": "TP-99", "file_id": file_id}]
    answer = portal.post("/dossiers", dossier(outside_code="G1-3", components=strange))
    assert (answer.status_code, answer.json()["code"]) == (422, "UnknownPaper")


def test_the_result_when_it_is_issued_and_the_reading_is_recorded(portal: Caller, world: World) -> None:
    code = portal.post("/dossiers", dossier()).json()["code"]
    assert portal.get(f"/dossiers/{code}/result").status_code == 404
    filed = dossiers.get_by_code(by=world.reception, at=MORNING, code=code).card
    dossiers.accept(by=world.reception, at=MORNING + timedelta(minutes=5), dossier_id=filed.id)
    resolve(world, filed.id, at=MORNING + timedelta(hours=1))
    assert portal.get(f"/dossiers/{code}").json()["state"] == State.RESOLVED.value
    answer = portal.get(f"/dossiers/{code}/result")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    read = ledger.readings_of(ledger.Subject(kind="dossier", id=str(filed.id)))
    assert [r.purpose for r in read if r.actor.ref == CLIENT] == ["trả kết quả qua cổng kết nối"]


def test_a_result_that_is_signed_but_not_stamped_is_not_out(portal: Caller, world: World) -> None:
    code = portal.post("/dossiers", dossier()).json()["code"]
    filed = dossiers.get_by_code(by=world.reception, at=MORNING, code=code).card
    dossiers.accept(by=world.reception, at=MORNING + timedelta(minutes=5), dossier_id=filed.id)
    to_step(world, filed.id, dossiers.Step.STAMPING, at=MORNING + timedelta(hours=1))
    assert portal.get(f"/dossiers/{code}/result").status_code == 404


def test_the_catalogue_says_which_version_is_in_force(portal: Caller) -> None:
    shown = portal.get(f"/procedures/{CERTIFY}").json()
    assert "national_portal" in shown["doors"]
    assert "provincial_eform" not in shown["doors"]
    assert [part["code"] for part in shown["components"]] == ["TP-01", "TP-02"]
    assert portal.get("/procedures/0.000000").status_code == 404
    assert len(portal.get("/procedures?q=giấy xác nhận&limit=2").json()) <= 2


def test_who_calls_too_often_waits(portal: Caller) -> None:
    enrol(per_minute=3)
    answers = [portal.get("/procedures?q=a") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 20
    assert answers[-1].json()["code"] == "too_often"


def test_secrets_cannot_be_tried_without_end(client: Client, enrolled: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(door, "TOKENS_PER_MINUTE", 2)
    tries = [ask_token(client, client_secret=f"guess-{n}").status_code for n in range(3)]
    assert tries == [401, 401, 429]


def test_processes_share_one_bucket_and_it_fills_again(db: None) -> None:
    """Ten web processes together give out what one would, never more."""
    processes = [Limits() for _ in range(10)]
    given = 0
    for _round in range(200):
        for one in processes:
            given += not one.wait("a", per_minute=120, now=0.0)
    assert 110 <= given <= 125  # the bucket, and what filled it again meanwhile
    wait = processes[0].wait("a", per_minute=120, now=10.0)
    assert 0 < wait <= 0.6
    with connection.cursor() as cursor:
        cursor.execute("UPDATE gateway_bucket SET at = at - interval '10 seconds'")
    assert processes[0].wait("a", per_minute=120, now=20.0) == 0
    assert processes[1].wait("b", per_minute=120, now=20.0) == 0


def test_what_was_drawn_and_not_used_is_lost_not_kept(db: None) -> None:
    one = Limits()
    assert one.wait("a", per_minute=120, now=0.0) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE gateway_bucket SET calls = 0, at = clock_timestamp()")
    assert one.wait("a", per_minute=120, now=0.5) == 0  # the second of the two that were drawn
    one = Limits()
    assert one.wait("a", per_minute=120, now=0.6) > 0


def test_enrolling_from_the_terminal(enrolled: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command(
        "gateway_enrol", "so-y-te", "--name", "Sở Y tế", "--scopes", "status", "--agency", OTHER_CENTRE
    )
    secret = capsys.readouterr().out.split("client_secret: ")[1].strip()
    who = gateway.caller_of(gateway.token_for(client_id="so-y-te", secret=secret))
    assert who is not None
    assert who.grants == {gateway.Scope.STATUS: {OTHER_CENTRE}}
    call_command("gateway_enrol", "so-y-te", "--shut-out")
    with pytest.raises(gateway.ClientRefused):
        gateway.token_for(client_id="so-y-te", secret=secret)


@pytest.mark.parametrize(
    "wrong",
    [
        ("x y", "--name", "X"),
        ("x",),
        ("x", "--name", "X", "--scopes", "everything"),
        ("x", "--name", "X", "--door", "window"),
        ("x", "--name", "X", "--agency", "nowhere"),
        ("x", "--name", "X", "--per-minute", "0"),
        ("unknown", "--shut-out"),
    ],
)
def test_enrolling_refuses_what_it_does_not_understand(enrolled: World, wrong: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("gateway_enrol", *wrong)


def test_a_failed_entry_leaves_no_client(portal: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_more: Any) -> None:
        raise RuntimeError("no entry")

    monkeypatch.setattr("motcua.gateway.actions.clients.ledger.append", fail)
    with pytest.raises(RuntimeError):
        enrol(client_id="late")
    with pytest.raises(gateway.ClientRefused):
        gateway.token_for(client_id="late", secret=SECRET)


def test_the_sender_hears_what_the_form_finds_wrong(portal: Caller) -> None:
    """Taken in all the same (what is missing is asked for by a supplement), and said at once."""
    right = portal.post("/dossiers", dossier()).json()
    assert right["notes"] == {}
    wrong = portal.post("/dossiers", dossier(outside_code="G1-2", answers={"born": "2099-01-01"})).json()
    assert wrong["created"]
    assert set(wrong["notes"]) == {"purpose", "born"}
