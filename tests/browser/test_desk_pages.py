"""The desk's pages in a real browser: axe in four ways, the keyboard, the list of a leader on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from motcua.base.data import Actor
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.documents.data import SIGNERS
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, Step
from tests.browser.conftest import Open, check_page, picture
from tests.desk.factories import CARD, page, sign_in
from tests.desk.test_reception import begin, given
from tests.dossiers.factories import (
    CERTIFY,
    COMMITTEE,
    MORNING,
    OFFICE,
    OTHER_CENTRE,
    RubberStamp,
    World,
    build_world,
    enlist,
    receive,
    take_in,
    to_step,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
WAYS = [(width, scheme) for width in ("phone", "wide") for scheme in ("light", "dark")]
AT = MORNING + timedelta(hours=4)


@pytest.fixture
def desk(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """The dossiers' world with work in every list, and a stand-in signer."""
    monkeypatch.setattr(SIGNERS, "_plugins", {"stamp": RubberStamp()})
    world = build_world()
    enlist(world, [(OFFICE, "catalogue_admin")])
    take_in(world, at=MORNING - timedelta(days=3))
    take_in(world)
    receive(world)
    for _ in range(2):
        to_step(world, receive(world).dossier_id, Step.SIGNING, at=MORNING)
    return world


def cookies_of(officer: Actor) -> dict[str, str]:
    """The cookies of a browser in which the officer is signed in."""
    client = sign_in(Client(), officer, at=AT)
    return {"sessionid": client.cookies["sessionid"].value, TIME_COOKIE: f'"{sign_time(AT)}"'}


def client_of(cookies: dict[str, str]) -> Client:
    """A test client in the same session, to prepare pages."""
    client = Client()
    for name, value in cookies.items():
        client.cookies[name] = value.strip('"')
    return client


def look(visit: Open, officer: Actor, pages: dict[str, str], width: str, scheme: str, **more: object) -> None:
    """Open each page and let axe look at it."""
    cookies = more.pop("cookies", None) or cookies_of(officer)
    tab = visit("/desk/", width=width, scheme=scheme, cookies=cookies)
    root = tab.url.removesuffix("/desk/")
    for name, path in pages.items():
        tab.goto(root + path)
        assert "Không có trang nào" not in tab.content(), path
        assert "trục trặc" not in tab.title(), path
        check_page(tab)
        picture(tab, f"desk-{name}-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_pages_of_reception(visit: Open, desk: World, width: str, scheme: str) -> None:
    filed = receive(desk)
    cookies = cookies_of(desk.reception)
    client = client_of(cookies)
    form = begin(client)
    wrong = begin(client)
    client.post(wrong, given(purpose=""))
    done = client.post(begin(client), given())["Location"]
    client.post("/desk/tickets/take", {"lane": "A"})
    client.post("/desk/tickets/take", {"lane": "B"})
    client.post("/desk/tickets", {"counter": "2"})
    sent = client.post("/desk/handovers/new", {"to": OTHER_CENTRE, "codes": filed.code})["Location"]
    pages = {
        "home": "/desk/",
        "home-return": "/desk/?q=return",
        "search": f"/desk/search?text={filed.code[:6]}",
        "dossier": f"/desk/dossiers/{filed.dossier_id}",
        "supplement": f"/desk/dossiers/{filed.dossier_id}/do/{Action.REQUEST_SUPPLEMENT.value}",
        "correct": f"/desk/dossiers/{filed.dossier_id}/do/{Action.CORRECT.value}",
        "receive": "/desk/receive",
        "procedure": form.replace("/form", "/procedure?q=xac+nhan"),
        "form": form,
        "received": done,
        "at-once": "/desk/at-once",
        "tickets": "/desk/tickets",
        "board": "/desk/tickets/board",
        "handovers": "/desk/handovers",
        "handover": sent,
        "handover-new": "/desk/handovers/new",
        "reports": "/desk/reports?kind=year&year=2026&by=field",
        "positions": "/desk/positions",
        "not-for-you": "/desk/accounts",
    }
    look(visit, desk.reception, pages, width, scheme, cookies=cookies)


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_pages_of_the_others(visit: Open, desk: World, width: str, scheme: str) -> None:
    admin = cookies_of(desk.at(OFFICE, "catalogue_admin"))
    client = client_of(admin)
    draft = client.post(f"/desk/catalogue/code/{CERTIFY}", {})["Location"]
    client.post(draft.removesuffix("/edit"), {"step": "check"})
    pages = {
        "catalogue": "/desk/catalogue",
        "quarantine": "/desk/catalogue/quarantine",
        "versions": f"/desk/catalogue/code/{CERTIFY}",
        "version": draft.removesuffix("/edit"),
        "edit": draft,
    }
    look(visit, desk.at(OFFICE, "catalogue_admin"), pages, width, scheme, cookies=admin)
    look(visit, desk.at(COMMITTEE, "leader"), {"absences": "/desk/absences"}, width, scheme)
    system = desk.at(OFFICE, "system_admin")
    pages = {
        "accounts": "/desk/accounts?agency=ubnd-xa-16681",
        "account": f"/desk/accounts/{desk.reception.ref}",
        "import": "/desk/accounts/import",
    }
    look(visit, system, pages, width, scheme)
    tab = visit("/desk/sign-in/", width=width, scheme=scheme)
    check_page(tab)
    tab.goto(tab.url.replace("/sign-in/", "/activate"))
    check_page(tab)


def test_a_leader_signs_everything_on_a_phone(visit: Open, desk: World) -> None:
    tab = visit("/desk/?q=sign", width="phone", cookies=cookies_of(desk.signer))
    tab.locator("details summary").first.click()
    tab.get_by_text("đủ điều kiện").first.wait_for()
    tab.get_by_label("Chọn tất cả trong trang").check()
    assert tab.locator("input[name=chosen]:checked").count() == 2
    picture(tab, "desk-signing-phone")
    tab.get_by_role("button", name="Ký kết quả các hồ sơ đã chọn").click()
    tab.get_by_text("Xong 2 hồ sơ").wait_for()


def test_the_keyboard_opens_and_decides(visit: Open, desk: World) -> None:
    tab = visit("/desk/?q=accept", cookies=cookies_of(desk.reception))
    tab.keyboard.press("j")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/dossiers/*")
    assert "Chờ tiếp nhận" in tab.locator(".bench-grid aside").first.inner_text()
    tab.keyboard.press("n")
    tab.get_by_text("Đã ghi nhận: Tiếp nhận hồ sơ").wait_for()
    tab.keyboard.press("?")
    assert tab.locator("dialog[data-help]").is_visible()
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    tab.wait_for_url("**/desk/**")


def test_reception_without_a_script(visit: Open, desk: World) -> None:
    tab = visit("/desk/receive", cookies=cookies_of(desk.reception), javascript=False)
    tab.fill("#text", CARD)
    tab.get_by_role("button", name="Tìm").click()
    tab.fill("#q", CERTIFY)
    tab.locator("form.search button").click()
    tab.locator("button[name=code]").first.click()
    tab.fill("#f-purpose", "vay vốn")
    tab.locator("select[name='how.TP-01']").select_option("paper")
    tab.locator("div.decisions button.primary").click()
    assert "Đã tiếp nhận" in tab.content()
    (found,) = dossiers.search(by=desk.reception, at=AT, text=tab.locator("h1").inner_text())
    assert found.applicant_name == "Nguyễn Thị Hoa"
    assert page(client_of(cookies_of(desk.reception)).get(f"/desk/dossiers/{found.id}"))
