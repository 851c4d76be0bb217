"""What the door answers to broken, wrong and hostile requests: a sentence, a status, and nothing stored."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.documents.data import MediaType
from motcua.dossiers import api as dossiers
from tests.dossiers.factories import COPIES, MORNING
from tests.gateway.factories import PDF, Caller, dossier

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def party(**changes: Any) -> dict[str, Any]:
    """The applicant as sent."""
    return {"name": "Nguyễn Thị Hoa", "personal_number": "040190000112", **changes}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"outside_code": "ab"},
        {"outside_code": "có dấu cách"},
        {"outside_code": "G1\x00-2"},
        {"outside_code": "../../etc/passwd"},
        {"procedure_code": "0.000000"},
        {"procedure_code": "x\x00y"},
        {"procedure_code": COPIES},
        {"receiving_agency": "nowhere"},
        {"receiving_agency": "ttpvhcc-xa-16681-cu"},
        {"handling_agency": "nowhere"},
        {"handling_agency": "ubnd-huyen-421"},
        {"submitted_at": "2026-03-02T10:00:00+07:00"},
        {"submitted_at": "2026-03-02T08:55:00"},
        {"applicant": party(name="")},
        {"applicant": party(name="Hoa\ud800")},
        {"applicant": party(name="NguyÔn ThÞ Hoa")},  # TCVN3
        {"applicant": party(name="Nguyeãn Thò Hoa")},  # VNI
        {"applicant": party(address="xã Quúnh L©m, NghÖ An")},
        {"applicant": party(personal_number="003190000112")},
        {"applicant": party(personal_number="12")},
        {"applicant": party(tax_code="x")},
        {"applicant": party(role="signer")},
        {"answers": {"a": "\x00"}},
        {"answers": {"\ud800": "a"}},
        {"answers": {"a": float("nan")}},
        {"answers": {"a": 10**400}},
        {"answers": {"a": [[[[[[[[[[[[[[1]]]]]]]]]]]]]]}},
        {"answers": {str(n): n for n in range(6000)}},
        {"answers": []},
        {"quantity": 0},
        {"identity_level": 9},
        {"components": [{"code": "TP-01", "file_id": "x"}]},
        {"state": 10},
    ],
)
def test_a_dossier_that_is_wrong_is_refused_in_words(portal: Caller, changes: dict[str, Any]) -> None:
    answer = portal.post("/dossiers", dossier(**changes))
    assert answer.status_code == 422, answer.content
    body = answer.json()
    assert body["message_vi"]
    assert body["message_en"]
    assert "{" not in body["message_vi"] + body["message_en"]
    assert dossiers.search(by=SYSTEM, at=MORNING, text="Nguyễn Thị Hoa") == ()


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5000])
def test_what_is_not_json_is_refused(portal: Caller, body: bytes) -> None:
    answer = portal.post("/dossiers", body)
    assert answer.status_code in (400, 422)
    assert answer.json()["message_vi"]


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_refused_unread(portal: Caller, settings: Any) -> None:
    huge = json.dumps(dossier(answers={"a": "x" * 1_100_000})).encode()
    assert portal.post("/dossiers", huge).status_code == 413
    settings.MOTCUA_MAX_FILE_BYTES = 2000
    assert portal.send(PDF + b"x" * 20_000).status_code == 413
    answer = portal.send(PDF + b"\n%" + b"x" * 3000)
    assert (answer.status_code, answer.json()["code"]) == (413, "FileTooLarge")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "trong.pdf", "EmptyFile"),
        (b"MZ" + bytes(200), "giay.pdf", "UnknownFileType"),
        (EICAR, "giay.pdf", "InfectedFile"),
        (PDF, "anh.jpg", "NotWhatItsNameSays"),
        (b"<script>alert(1)</script>", "trang.html", "UnknownFileType"),
    ],
)
def test_a_bad_file_is_refused_by_its_own_error(portal: Caller, content: bytes, name: str, code: str) -> None:
    answer = portal.send(content, name)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../../x.pdf", "a\x00b.pdf", "x" * 500 + ".pdf", "giấy \u202egpj.pdf"])
def test_a_strange_file_name_is_made_harmless(portal: Caller, name: str) -> None:
    answer = portal.send(PDF, name)
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        kept = answer.json()["name"]
        assert not set(kept) & set("/\\\x00\u202e")
        assert len(kept) <= 200
        assert answer.json()["media_type"] == MediaType.PDF


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/dossiers/a%00b", "/dossiers/%20", "/procedures/a%00b", "/procedures?q=a%00b", "/procedures?q="]
)
def test_addresses_with_rubbish_are_refused(portal: Caller, path: str) -> None:
    assert portal.get(path).status_code == 422


@pytest.mark.django_db
def test_a_broken_multipart_is_refused(portal: Caller) -> None:
    answer = portal.client.post(
        "/api/v1/files",
        b"--x\r\nrubbish",
        content_type="multipart/form-data; boundary=",
        headers={"authorization": f"Bearer {portal.token}"},
    )
    assert answer.status_code in (400, 422)
    assert answer.json()["message_vi"]


@pytest.mark.django_db
def test_a_closed_door_is_closed_here_too(portal: Caller) -> None:
    """Until 30 June 2025 the national portal was not this procedure's door."""
    portal.client.cookies[TIME_COOKIE] = sign_time(datetime(2025, 3, 14, 9, 0, tzinfo=VN))
    answer = portal.post(
        "/dossiers", dossier(submitted_at="2025-03-14T08:00:00+07:00", receiving_agency="motcua-xa-16681-cu")
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "DoorClosed")


@pytest.mark.django_db
def test_a_number_with_another_name_is_kept_but_not_linked(portal: Caller) -> None:
    answer = portal.post("/dossiers", dossier(applicant=party(name="Trần Văn Khác")))
    assert answer.status_code == 200
    view = dossiers.get_by_code(by=SYSTEM, at=MORNING, code=answer.json()["code"])
    assert (view.applicant.name, view.applicant.person_id) == ("Trần Văn Khác", None)
