"""Reports, substitution, the catalogue's and the system's administrators; and who may not."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

import pyotp
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.desk.urls import urlpatterns
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Step
from motcua.procedures import api as procedures
from motcua.staff import api as staff
from tests.desk.conftest import Browser
from tests.desk.factories import page, text_of
from tests.dossiers.factories import (
    CENTRE,
    CERTIFY,
    COMMITTEE,
    MORNING,
    OFFICE,
    OTHER_COMMITTEE,
    QUICK,
    World,
    enlist,
    receive,
    resolve,
    take_in,
    to_step,
)

ADMIN = (OFFICE, "catalogue_admin")
MARCH = "kind=month&year=2026&number=3"


@pytest.fixture
def admins(world: World) -> World:
    """The world with somebody who keeps the catalogue, and a leader of the committee."""
    enlist(world, [ADMIN])
    return world


def test_the_report_counts_what_came_and_opens_it(world: World, browser: Browser) -> None:
    done = receive(world)
    resolve(world, done.dossier_id, at=MORNING)
    take_in(world)
    client = browser(world.lead)
    shown = page(client.get(f"/desk/reports?{MARCH}&by=channel"))
    rows = shown.select("table")[0].select("tbody tr")
    cells = {text_of(row.select("th")[0]): [text_of(cell) for cell in row.select("td")] for row in rows}
    assert cells["nộp tại quầy"][0] == "1"
    assert cells["trực tuyến"][0] == "1"
    link = shown.select_one("tbody td a")
    opened = page(client.get(str(link["href"])))  # type: ignore[index]
    assert opened.select("ol.rows a")


def test_why_something_is_late_is_said(world: World, browser: Browser) -> None:
    filed = receive(world, procedure_code=QUICK, at=MORNING - timedelta(days=7))
    to_step(world, filed.dossier_id, Step.SOLVING, at=MORNING - timedelta(days=3))
    dossiers.propose(by=world.solver, at=MORNING, dossier_id=filed.dossier_id, opinion="đủ")
    dossiers.sign_result(by=world.signer, at=MORNING, dossier_id=filed.dossier_id)
    dossiers.stamp(by=world.clerk, at=MORNING, dossier_id=filed.dossier_id)
    shown = page(browser(world.lead).get(f"/desk/reports/behind?{MARCH}&measure=late"))
    assert "Chậm ở đâu" in shown.get_text()
    assert "Đang thẩm định" in shown.get_text()


def test_what_is_due_later_this_year_is_not_late_today(world: World, browser: Browser) -> None:
    receive(world)
    shown = page(browser(world.lead).get("/desk/reports?kind=year&year=2026&by=all"))
    heads = [text_of(cell) for cell in shown.select("table")[1].select("thead th")]
    cells = [text_of(cell) for cell in shown.select("table")[1].select("tbody tr > *")]
    counted = dict(zip(heads, cells, strict=True))
    assert (counted["Còn hạn"], counted["Đã quá hạn"]) == ("1", "0")


def test_excel_and_pdf_hold_the_same_figures(world: World, browser: Browser) -> None:
    receive(world)
    client = browser(world.lead)
    book = load_workbook(BytesIO(client.get(f"/desk/reports?{MARCH}&by=field&as=xlsx").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[5][0] == "Hộ tịch"
    assert rows[5][1] == 1
    assert client.get(f"/desk/reports?{MARCH}&by=field&as=pdf").content.startswith(b"%PDF")
    assert client.get(f"/desk/reports/book?{MARCH}").content.startswith(b"%PDF")
    old = client.get("/desk/reports/book?kind=year&year=2024&number=1")
    assert old.content.startswith(b"%PDF")


@pytest.mark.parametrize("group", ["all", "field", "unit", "handler", "channel", "procedure", "hostile'"])
@pytest.mark.parametrize("kind", ["month", "quarter", "year", "<script>"])
def test_every_period_and_break_down_opens(world: World, browser: Browser, group: str, kind: str) -> None:
    receive(world)
    query = {"kind": kind, "year": "9" * 30, "number": "-1", "by": group}
    page(browser(world.lead).get("/desk/reports", query))


def test_a_report_costs_a_fixed_number_of_queries(
    world: World, browser: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(world.lead)
    receive(world)
    with django_assert_max_num_queries(12):
        page(client.get(f"/desk/reports?{MARCH}&by=field"))


def test_another_commune_does_not_count_ours(world: World, browser: Browser) -> None:
    receive(world)
    shown = page(browser(world.at("ttpvhcc-xa-16690", "desk_lead")).get(f"/desk/reports?{MARCH}"))
    assert text_of(shown.select("tbody td")[0]) == "0"


def test_a_leader_names_who_stands_in(world: World, browser: Browser) -> None:
    client = browser(world.at(COMMITTEE, "leader"))
    shown = page(client.get("/desk/absences"))
    ids = {text_of(option): option["value"] for option in shown.select("#position option")}
    signer = next(value for name, value in ids.items() if "signer" in name)
    given = {
        "position": signer,
        "substitute": world.reviewer.ref,
        "start": "2026-03-02",
        "end": "2026-03-06",
        "reason": "đi họp",
    }
    assert client.post("/desk/absences", given).status_code == 302
    assert "đi họp" in page(client.get("/desk/absences")).get_text()
    reviewer = browser(world.reviewer)
    posts = page(reviewer.get("/desk/positions"))
    assert len(posts.select("button[name=position]")) == 2
    reviewer.post("/desk/positions", {"position": signer})
    assert "Chờ ký" in page(reviewer.get("/desk/")).get_text()


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": ""},
        {"end": "2026-02-01"},
        {"start": "2020-01-01"},
        {"end": "9999-12-31"},
        {"reason": "  "},
        {"position": "x"},
        {"substitute": "x"},
    ],
)
def test_a_substitution_that_cannot_be_is_refused(
    world: World, browser: Browser, wrong: dict[str, str]
) -> None:
    client = browser(world.signer)
    shown = page(client.get("/desk/absences"))
    (mine,) = [option["value"] for option in shown.select("#position option")]
    given = {
        "position": str(mine),
        "substitute": world.reviewer.ref,
        "start": "2026-03-02",
        "end": "2026-03-06",
        "reason": "đi họp",
        **wrong,
    }
    answer = page(client.post("/desk/absences", given), 422)
    assert answer.select_one("[role=alert]")
    assert answer.select_one("#reason")["value"] == given["reason"]  # type: ignore[index]


def test_nobody_gives_away_a_foreign_post(world: World, browser: Browser) -> None:
    foreign = staff.positions(
        staff.account_by_username(f"{OTHER_COMMITTEE}.signer").id,  # type: ignore[union-attr]
        on=MORNING.date(),
    )[0]
    given = {
        "position": str(foreign.id),
        "substitute": world.reviewer.ref,
        "start": "2026-03-02",
        "end": "2026-03-06",
        "reason": "đi họp",
    }
    page(browser(world.signer).post("/desk/absences", given), 422)


def test_a_procedure_is_published_from_a_decision(admins: World, browser: Browser) -> None:
    client = browser(admins.at(*ADMIN))
    made = client.post(f"/desk/catalogue/code/{CERTIFY}", {})
    editor = page(client.get(made["Location"]))
    text = editor.select_one("#text").get_text().replace("Giấy chứng sinh", "Giấy chứng sinh bản mới")  # type: ignore[union-attr]
    saved = client.post(made["Location"], {"text": text})
    assert saved.status_code == 302, saved.content.decode()[:3000]
    shown = page(client.get(saved["Location"]))
    assert "Giấy chứng sinh bản mới" in shown.get_text()
    early = client.post(saved["Location"], {"step": "publish", "number": "9/QĐ-UBND", "agency": "UBND tỉnh"})
    page(early, 422)
    checked = page(client.post(saved["Location"], {"step": "check"}))
    assert checked.select_one("button[value=publish]")
    page(client.post(saved["Location"], {"step": "publish", "number": "", "agency": "UBND tỉnh"}), 422)
    given = {"step": "publish", "number": "9/QĐ-UBND", "agency": "UBND tỉnh", "valid_from": "2026-03-02"}
    assert client.post(saved["Location"], given).status_code == 302
    now = procedures.version_on(CERTIFY, MORNING.date())
    assert now.content.components[0].name == "Giấy chứng sinh bản mới"
    assert now.decision is not None
    assert now.decision.number == "9/QĐ-UBND"


@pytest.mark.parametrize("text", ["", "code: [", "a: &x 1\nb: *x", "code: 1.1", "x" * 200_000, "\x00"])
def test_a_text_that_cannot_be_read_is_kept(admins: World, browser: Browser, text: str) -> None:
    client = browser(admins.at(*ADMIN))
    made = client.post(f"/desk/catalogue/code/{CERTIFY}", {})
    shown = page(client.post(made["Location"], {"text": text}), 422)
    assert shown.select_one("[role=alert]")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "?status=draft",
        "?flag=household_book",
        "?q=xac nhan",
        "?page=99999",
        "?status=x&page=-1",
        "/quarantine",
    ],
)
def test_the_catalogue_lists(admins: World, browser: Browser, path: str) -> None:
    page(browser(admins.at(*ADMIN)).get(f"/desk/catalogue{path}"))


def test_a_controller_reads_the_catalogue_and_changes_nothing(world: World, browser: Browser) -> None:
    client = browser(world.at(OFFICE, "controller"))
    shown = page(client.get(f"/desk/catalogue/code/{CERTIFY}"))
    assert not shown.select("button[name=from]")
    page(client.post(f"/desk/catalogue/code/{CERTIFY}", {}), 422)


SHEET = "Tên đăng nhập,Họ và tên,Mã cơ quan,Chức vụ,Vai trò,Từ ngày\n{row}\n"


def sheet(row: str) -> SimpleUploadedFile:
    """A CSV of one officer."""
    return SimpleUploadedFile("can-bo.csv", SHEET.format(row=row).encode("utf-8"), "text/csv")


def test_officers_come_from_a_sheet_first_tried(world: World, browser: Browser) -> None:
    client = browser(world.at(OFFICE, "system_admin"))
    row = f"moi.mot,Nguyễn Văn Mới,{CENTRE},Chuyên viên,reception,01/03/2026"
    tried = page(client.post("/desk/accounts/import", {"step": "try", "sheet": sheet(row)}))
    assert "1 dòng, 0 chỗ phải sửa" in tried.get_text()
    assert staff.account_by_username("moi.mot") is None
    page(client.post("/desk/accounts/import", {"step": "write", "sheet": sheet(row)}))
    assert staff.account_by_username("moi.mot") is not None
    wrong = page(
        client.post("/desk/accounts/import", {"step": "write", "sheet": sheet("x,y,nowhere,z,boss,32/13")})
    )
    assert "Dòng 2" in wrong.get_text()
    page(client.post("/desk/accounts/import", {"step": "write"}), 422)
    junk = SimpleUploadedFile("x.xlsx", b"PK\x03\x04 junk", "application/zip")
    page(client.post("/desk/accounts/import", {"step": "write", "sheet": junk}), 422)


def test_a_new_officer_gets_in_with_the_code(
    world: World, browser: Browser, client: Client, at: datetime
) -> None:
    client.cookies[TIME_COOKIE] = sign_time(at)
    admin = browser(world.at(OFFICE, "system_admin"))
    officer = staff.account_by_username(f"{CENTRE}.reception")
    assert officer is not None
    shown = page(admin.post(f"/desk/accounts/{officer.id}", {"step": "activation"}))
    code = text_of(shown.select_one("p.lede.code"))  # type: ignore[arg-type]
    assert code not in page(admin.get(f"/desk/accounts/{officer.id}")).get_text()
    given = {"username": officer.username, "code": "000000", "password": "một mật khẩu đủ dài 2026"}
    page(client.post("/desk/activate", given), 422)
    answer = client.post("/desk/activate", {**given, "code": code})
    assert answer["Location"] == "/desk/activate/second-factor"
    enrol = page(client.get(answer["Location"]))
    secret = text_of(enrol.select("p.code")[0])
    page(client.post(answer["Location"], {"code": "000000"}), 422)
    secret = text_of(page(client.get(answer["Location"])).select("p.code")[0])
    done = client.post(answer["Location"], {"code": pyotp.TOTP(secret).at(at)})
    assert done["Location"] == "/desk/sign-in/"
    assert client.get("/desk/").status_code == 302


def test_an_account_ends_with_a_reason(world: World, browser: Browser) -> None:
    admin = browser(world.at(OFFICE, "system_admin"))
    officer = staff.account_by_username(f"{CENTRE}.support")
    assert officer is not None
    page(admin.post(f"/desk/accounts/{officer.id}", {"step": "close", "reason": " "}), 422)
    assert (
        admin.post(f"/desk/accounts/{officer.id}", {"step": "close", "reason": "nghỉ hưu"}).status_code == 302
    )
    me = staff.account_by_username(f"{OFFICE}.system_admin")
    assert me is not None
    page(admin.post(f"/desk/accounts/{me.id}", {"step": "close", "reason": "x"}), 422)


CLOSED = (
    ("/desk/receive", {"solver", "reviewer", "signer", "clerk", "leader", "controller", "system_admin"}),
    ("/desk/at-once", {"solver", "reviewer", "clerk", "controller", "system_admin", "support"}),
    ("/desk/tickets", {"solver", "signer", "clerk", "leader", "controller", "system_admin"}),
    ("/desk/handovers", {"reviewer", "signer", "leader", "controller", "system_admin"}),
    ("/desk/reports", {"solver", "clerk", "support", "system_admin"}),
    ("/desk/reports/behind", {"solver", "clerk", "support", "system_admin"}),
    ("/desk/reports/book", {"solver", "clerk", "support", "system_admin"}),
    ("/desk/absences", {"reception", "solver", "clerk", "support", "controller"}),
    ("/desk/catalogue", {"reception", "solver", "signer", "leader", "system_admin", "support"}),
    ("/desk/catalogue/quarantine", {"reception", "solver", "signer", "system_admin"}),
    ("/desk/accounts", {"reception", "desk_lead", "solver", "signer", "leader", "controller", "clerk"}),
    ("/desk/accounts/import", {"reception", "desk_lead", "solver", "signer", "leader", "controller"}),
)


@pytest.mark.parametrize(("path", "roles"), CLOSED)
def test_what_a_role_may_not_open_it_does_not(
    world: World, browser: Browser, path: str, roles: set[str]
) -> None:
    posts = {role: actor for (_agency, role), actor in world.officers.items()}
    for role in sorted(roles):
        answer = browser(posts[role]).get(path)
        assert answer.status_code == 403, (path, role)
        assert "Không thuộc việc của bạn" in answer.content.decode()


def test_no_page_opens_without_signing_in(world: World, client: Client) -> None:
    filed = receive(world)
    names = {"dossier_id": filed.dossier_id, "name": "accept", "kind": "slip", "code": CERTIFY}
    for pattern in urlpatterns:
        if pattern.name in ("sign_in", "code", "activate", "second_factor"):
            continue
        wanted = pattern.pattern.converters
        path = pattern.pattern
        given = {key: names.get(key, filed.dossier_id) for key in wanted}
        answer = client.get(reverse(f"desk:{pattern.name}", kwargs=given))
        assert answer.status_code in (302, 405), (path, answer.status_code)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/desk/sign-in/"), path
