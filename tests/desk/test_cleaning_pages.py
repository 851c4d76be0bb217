"""The cleaning pages: a file goes through the screens, one key decides, exports are no formulas, strangers stay out."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from motcua.quality.models import Import, Record
from tests.desk.conftest import Browser
from tests.dossiers.factories import CENTRE, COMMITTEE, MORNING, World

TEXT = "Họ tên,Ngày sinh,CCCD\n=1+1 Văn A,17/03/1985,040085123456\n"


def made(browser: Browser, world: World) -> Record:
    """A file brought in through the page, and its record as the linkage would leave it."""
    page = browser(world.solver)
    upload = SimpleUploadedFile("so.csv", TEXT.encode())
    answer = page.post("/desk/cleaning", {"register": "Sổ thử", "file": upload})
    assert answer.status_code == 302
    assert answer["Location"].endswith("/columns")
    text = page.get(answer["Location"]).content.decode()
    assert '<option value="CCCD" selected>' in text
    posted = {"full_name": "Họ tên", "dob": "Ngày sinh", "id_no": "CCCD", "sex": "không có cột này"}
    assert page.post(answer["Location"], posted).status_code == 302
    row = Import.objects.get()
    waiting = page.get(f"/desk/cleaning/{row.id}").content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert "<progress" in waiting
    Import.objects.update(state="done", finished_at=MORNING, share=1)
    return Record.objects.create(
        of=row, row=1, facts={"full_name": "=1+1 Văn A", "dob": "17/03/1985", "id_no": "040085123456"}, extra={},
        found="review", heap="review", probability=0.7, person_ref=str(uuid4()), reasons="họ tên trùng",
        person={"full_name": "Lê Văn A", "dob": "1985-03-18"},
    )  # fmt: skip


def test_from_the_file_to_a_decision_and_back(browser: Browser, world: World) -> None:
    record = made(browser, world)
    page = browser(world.solver)
    where = f"/desk/cleaning/records/{record.id}"
    text = page.get(where).content.decode()
    assert 'data-key="c"' in text
    assert "họ tên trùng" in text
    assert page.post(where, {"action": "same"}).status_code == 302
    assert "Khớp 1" in page.get("/desk/cleaning").content.decode()
    assert page.post(where, {"action": "undo", "note": ""}).status_code == 422
    assert page.post(where, {"action": "correct"}).status_code == 302
    assert "Sổ thử" in page.get("/desk/cleaning/corrections").content.decode()
    assert page.post(where, {"action": "undo", "note": "nhầm"}).status_code == 302
    assert Record.objects.get().heap == "review"
    sheet = load_workbook(io.BytesIO(page.get(f"/desk/cleaning/{record.of_id}/links.xlsx").content))
    assert "'=1+1 Văn A" in [cell.value for cell in sheet.worksheets[0][2]]
    assert b"'=1+1" in page.get(f"/desk/cleaning/{record.of_id}/links.csv").content
    assert page.get(f"/desk/cleaning/{record.of_id}/links.exe").status_code == 404


@pytest.mark.parametrize(
    ("agency", "role"), [(CENTRE, "reception"), (COMMITTEE, "clerk"), (COMMITTEE, "signer")]
)
def test_other_roles_see_nothing(browser: Browser, world: World, agency: str, role: str) -> None:
    record = made(browser, world)
    page = browser(world.officers[agency, role])
    for path in (
        "",
        "/corrections",
        f"/{record.of_id}",
        f"/{record.of_id}/links.csv",
        f"/records/{record.id}",
    ):
        assert page.get(f"/desk/cleaning{path}").status_code == 403


@pytest.mark.parametrize(
    "query", ["heap=x", "page=-1", "page=99999", "unit=%00", "doubles", "heap=broken&unit=x"]
)
def test_odd_questions_are_answered(browser: Browser, world: World, query: str) -> None:
    record = made(browser, world)
    assert browser(world.solver).get(f"/desk/cleaning/{record.of_id}?{query}").status_code == 200


@pytest.mark.parametrize("facts", [{}, {"phone": "0912345678"}, {"id_no": "040085123456"}])
def test_a_broken_row_without_a_name_is_shown_and_is_where_the_page_opens(
    browser: Browser, world: World, facts: dict[str, str]
) -> None:
    record = made(browser, world)
    Record.objects.update(
        heap="broken", found="broken", facts=facts, person={}, problem="hàng có 1 ô, tiêu đề có 3"
    )
    page = browser(world.solver)
    for query in ("", "?heap=broken"):
        text = page.get(f"/desk/cleaning/{record.of_id}{query}").content.decode()
        assert "hàng có 1 ô, tiêu đề có 3" in text
        assert facts.get("id_no", "–") in text
    assert page.get(f"/desk/cleaning/records/{record.id}").status_code == 200


def test_doubles_of_all_heaps_stand_together(browser: Browser, world: World) -> None:
    record = made(browser, world)
    Record.objects.update(cluster=7)
    twin = Record.objects.get()
    Record.objects.create(
        of=twin.of,
        row=2,
        facts={"full_name": "Văn A lần hai"},
        extra={},
        found="none",
        heap="none",
        cluster=7,
    )
    text = browser(world.solver).get(f"/desk/cleaning/{record.of_id}?doubles").content.decode()
    assert "=1+1 Văn A" in text
    assert "Văn A lần hai" in text
    assert 'href="?doubles" aria-current="page"' in text


def test_bad_files_are_refused_in_words(browser: Browser, world: World) -> None:
    page = browser(world.solver)
    for content in (b"PK\x03\x04x", b"a,a\n1,2\n", b"\x00"):
        upload = SimpleUploadedFile("so.xlsx", content)
        answer = page.post("/desk/cleaning", {"register": "Sổ", "file": upload})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert page.post("/desk/cleaning", {"register": "Sổ"}).status_code == 422
    assert page.get(f"/desk/cleaning/{uuid4()}").status_code == 404
