"""The whole way of a filing without JavaScript: from the first question to the acknowledgement."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.dossiers import api as dossiers
from motcua.people import api as people
from tests.portal import factories
from tests.portal.conftest import World
from tests.portal.factories import BIRTH, HOME

pytestmark = pytest.mark.usefixtures("march")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489".replace(" ", "")
    + "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def read(answer: Any, status: int = 200) -> BeautifulSoup:
    assert answer.status_code == status, (answer.status_code, answer.get("Location"))
    return BeautifulSoup(answer.content, "html.parser")


def typed(page: BeautifulSoup) -> dict[str, Any]:
    """What a browser would send of the page's main form: no button, no file."""
    form = page.select_one("main form")
    assert form is not None
    sent: dict[str, Any] = {}
    for box in form.select("input[name], select[name], textarea[name]"):
        kind, name = box.get("type", ""), str(box["name"])
        if kind == "file" or (kind in ("radio", "checkbox") and not box.has_attr("checked")):
            continue
        if box.name == "select":
            chosen = box.select_one("option[selected]")
            value = chosen["value"] if isinstance(chosen, Tag) else ""
        else:
            value = box.get("value", "") if box.name == "input" else box.get_text()
        sent.setdefault(name, []).append(str(value))
    return sent


def begin(client: Client) -> str:
    """Start a filing for oneself; the address of the draft."""
    page = read(client.get(f"/file/{BIRTH}"))
    answer = client.post(f"/file/{BIRTH}", typed(page) | {"go": "1"})
    assert answer.status_code == 302, read(answer, answer.status_code).get_text(" ")
    return str(answer["Location"])


def fill(client: Client, address: str, **answers: Any) -> Any:
    """Fill one page and press Continue."""
    sent = typed(read(client.get(address)))
    return client.post(address, sent | answers | {"action": "next"})


PAGES: dict[str, dict[str, Any]] = {
    "who": {"relation": "mother"},
    "applicant": {"phone": "0912 345 678"},
    "child": {
        "child_name": "Trần Gia Hân",
        "child_dob": "10/03/2025",
        "child_sex": "female",
        "child_ethnicity": "01",
        "child_nationality": "VN",
        "hometown": HOME,
        "hometown.q": "",
    },
    "birth_place": {
        "born_at_facility": "true",
        "facility_name": "Bệnh viện Sản Nhi Nghệ An",
        "birth_notice_number": "12/2025",
    },
    "mother": {
        "mother.full_name": "Nguyễn Thị Hoa",
        "mother.dob": "1990",
        "mother.ethnicity": "01",
        "mother.nationality": "VN",
        "mother_residence.unit": HOME,
        "mother_residence.detail": "Số 1",
    },
    "father": {"parents_married": "false"},
    "finish": {},
}


def unit_box(page: BeautifulSoup, sent: dict[str, Any]) -> dict[str, Any]:
    """Where a key of a place is chosen, its box holds the place's name."""
    from motcua.units import api as units

    for name, value in list(sent.items()):
        if isinstance(value, str) and "@" in value:
            sent[f"{name}.q"] = units.unit(value).name
    return sent


def fill_all(client: Client, draft: str, *, with_notice: bool = True) -> str:
    """Answer every page; the address of the check."""
    for key, answers in PAGES.items():
        address = f"{draft}/step/{key}"
        page = read(client.get(address))
        sent = typed(page) | unit_box(page, dict(answers)) | {"action": "next"}
        answer = client.post(address, sent)
        if answer.status_code != 302:  # new questions appeared: answer them too
            page = read(answer, answer.status_code)
            answer = client.post(address, typed(page) | unit_box(page, dict(answers)) | {"action": "next"})
        assert answer.status_code == 302, (key, read(answer, answer.status_code).main.get_text(" ")[:900])  # type: ignore[union-attr]
    if not with_notice:
        return f"{draft}/check"
    photo = SimpleUploadedFile("giay chung sinh.png", PNG, content_type="image/png")
    address = f"{draft}/step/birth_place"
    sent = typed(read(client.get(address)))
    read(client.post(address, sent | {"birth_notice_file.new": photo, "upload": "birth_notice_file"}))
    answer = client.post(f"{draft}/papers", {"action": "next"})
    assert answer.status_code == 302, read(answer, answer.status_code).main.get_text(" ")[:900]  # type: ignore[union-attr]
    return f"{draft}/check"


def test_the_whole_way_without_a_script(hoa: Client, world: World) -> None:
    draft = begin(hoa)
    check = fill_all(hoa, draft)
    shown = read(hoa.get(check))
    text = shown.get_text(" ")
    assert "Trần Gia Hân" in text
    assert "10/03/2025" in text
    assert not shown.select("button[disabled]"), text
    sent = hoa.post(check)
    assert sent.status_code == 302
    arrived = read(hoa.get(sent["Location"]))
    code = arrived.select_one("strong.code").get_text()  # type: ignore[union-attr]
    assert "Đã nộp hồ sơ" in arrived.get_text(" ")
    dossier = UUID(sent["Location"].split("/")[2])
    pdf = hoa.get(f"/dossier/{dossier}/acknowledgement.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert hoa.get(f"/dossier/{dossier}/receipt.pdf").status_code == 404  # no receipt before the acceptance
    own = read(hoa.get(f"/dossier/{dossier}")).get_text(" ")
    assert code in own
    assert "Chờ tiếp nhận" in own
    tracked = read(Client().post("/track", {"code": code})).get_text(" ")
    assert "Đã gửi, chờ tiếp nhận" in tracked
    assert "Hoa" not in tracked


def test_a_required_paper_whose_field_was_left_empty_is_asked_with_the_papers(hoa: Client) -> None:
    draft = begin(hoa)
    fill_all(hoa, draft, with_notice=False)
    page = read(hoa.post(f"{draft}/papers", {"action": "next"}), 422)
    assert "Giấy chứng sinh" in page.select_one("[data-errors]").get_text()  # type: ignore[union-attr]
    check = read(hoa.get(f"{draft}/check"))
    assert check.select("button.primary[disabled]")
    photo = SimpleUploadedFile("giay chung sinh.png", PNG, content_type="image/png")
    read(hoa.post(f"{draft}/papers", {"1.001193-TP02.new": photo, "upload": "1.001193-TP02"}))
    assert hoa.post(f"{draft}/papers", {"action": "next"}).status_code == 302
    assert hoa.post(f"{draft}/check").status_code == 302


def test_a_double_click_and_a_resend_are_one_dossier(hoa: Client, world: World) -> None:
    check = fill_all(hoa, begin(hoa))
    first, second = hoa.post(check), hoa.post(check)
    third = hoa.get(check)
    assert first["Location"] == second["Location"] == third["Location"]
    me = people.get(world.mother)
    mine = dossiers.of_person(by=factories_actor(me.id), at=factories.MARCH)
    assert len(mine) == 1


def test_any_device_finds_the_dossier_that_a_draft_became(hoa: Client, world: World) -> None:
    draft = begin(hoa)
    sent = hoa.post(fill_all(hoa, draft))["Location"]
    other = Client()
    other.cookies["motcua_time"] = hoa.cookies["motcua_time"].value
    factories.sign_in(other, world.mother, "Nguyễn Thị Hoa")
    for path in ("", "/step/child", "/papers", "/check"):
        assert other.get(f"{draft}{path}")["Location"] == sent, path
    factories.sign_in(other, world.stranger, "Lê Văn Lạ")
    assert other.get(draft).status_code == 404


def factories_actor(person: UUID) -> Any:
    from motcua.base.data import Actor, ActorKind

    return Actor(kind=ActorKind.CITIZEN, ref=str(person))


def test_what_the_state_knows_is_shown_and_not_asked(hoa: Client, world: World) -> None:
    page = read(hoa.get(f"{begin(hoa)}/step/applicant"))
    card = page.select_one(".known")
    assert card is not None
    assert "Nguyễn Thị Hoa" in card.get_text()
    assert "12/03/2025" in card.get_text()
    assert "040190000112" not in page.get_text()
    assert not page.select("input[name='applicant.full_name']")


def test_who_files_as_the_mother_is_found_on_the_mother_s_page(hoa: Client, world: World) -> None:
    draft = begin(hoa)
    assert read(hoa.get(f"{draft}/step/mother")).select("input[name='mother.full_name']")
    fill(hoa, f"{draft}/step/who", relation="mother")
    page = read(hoa.get(f"{draft}/step/mother"))
    assert not page.select("input[name='mother.full_name']")
    cards = " ".join(card.get_text(" ") for card in page.select(".known"))
    assert "Nguyễn Thị Hoa" in cards
    assert "Kinh" in cards  # the base says a name, the form holds a code
    assert "khối 2" in cards
    fill(hoa, f"{draft}/step/who", relation="grandparent")
    page = read(hoa.get(f"{draft}/step/mother"))
    assert page.select_one("input[name='mother.full_name']")["value"] == ""  # type: ignore[index]


def test_what_the_citizen_wrote_stays_when_the_state_would_know_another(hoa: Client, world: World) -> None:
    draft = begin(hoa)
    address = f"{draft}/step/mother"
    sent = typed(read(hoa.get(address))) | {"mother.full_name": "Lê Thị Viết", "action": "redraw"}
    hoa.post(address, sent)
    fill(hoa, f"{draft}/step/who", relation="mother")
    page = read(hoa.get(address))
    assert page.select_one("input[name='mother.full_name']")["value"] == "Lê Thị Viết"  # type: ignore[index]


def test_not_right_is_told_and_then_asked(hoa: Client, world: World) -> None:
    draft = begin(hoa)
    link = read(hoa.get(f"{draft}/step/applicant")).select_one(".known a")
    assert link is not None
    read(hoa.get(str(link["href"])))
    answer = hoa.post(str(link["href"]), {"said": "Nguyễn Thị Hòa"})
    assert answer.status_code == 302
    assert [claim.said for claim in people.claims_of(world.mother)] == ["Nguyễn Thị Hòa"]
    page = read(hoa.get(answer["Location"]))
    assert page.select_one("input[name='applicant.full_name']")["value"] == "Nguyễn Thị Hoa"  # type: ignore[index]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("child_dob", "31/12/2031", "chưa tới"),
        ("child_dob", "30/02/2025", "Không có ngày"),
        ("child_name", "TrÇn Gia H©n", "bảng mã cũ"),
        ("child_name", "R2D2 <b>", "bằng chữ"),
        ("child_name", "", "Hãy điền"),
    ],
)
def test_a_wrong_answer_is_explained_beside_what_was_typed(
    hoa: Client, field: str, value: str, says: str
) -> None:
    address = f"{begin(hoa)}/step/child"
    page = read(fill(hoa, address, **{field: value}), 422)
    summary = page.select_one("[data-errors]")
    assert summary is not None
    box = page.select_one(f"[name='{field}']")
    assert box is not None
    assert box["value"] == value
    assert box["aria-invalid"] == "true"
    links = {a["href"] for a in summary.select("a")}
    assert f"#{box['id']}" in links
    assert all(page.select_one(str(link)) for link in links)
    assert says in page.select_one(f"#{box['id']}-error").get_text()  # type: ignore[union-attr]
    assert read(hoa.get(address)).select_one(f"[name='{field}']")["value"] == value  # type: ignore[index]


def test_an_answer_opens_more_questions_without_a_script(hoa: Client) -> None:
    address = f"{begin(hoa)}/step/birth_place"
    assert not read(hoa.get(address)).select("[name='facility_name']")
    page = read(fill(hoa, address, born_at_facility="true"))
    assert page.select("[name='facility_name']")
    assert "mở thêm câu hỏi" in page.get_text()


def test_rows_come_and_go_without_a_script(hoa: Client) -> None:
    address = f"{begin(hoa)}/step/birth_place"
    page = read(
        hoa.post(address, typed(read(hoa.get(address))) | {"born_at_facility": "false", "action": "redraw"})
    )
    page = read(hoa.post(address, typed(page) | {"add": "witnesses"}))
    sent = typed(page) | {"witnesses.0.name": "Lê Văn Ba", "add": "witnesses"}
    page = read(hoa.post(address, sent))
    assert page.select_one("[name='witnesses.0.name']")["value"] == "Lê Văn Ba"  # type: ignore[index]
    page = read(hoa.post(address, typed(page) | {"remove": "witnesses.0"}))
    assert not page.select("[name='witnesses.0.name'][value='Lê Văn Ba']")


def test_places_are_found_by_words_and_never_guessed(hoa: Client) -> None:
    address = f"{begin(hoa)}/step/child"
    page = read(
        hoa.post(address, typed(read(hoa.get(address))) | {"hometown.q": "nghi van", "look": "hometown"})
    )
    offered = [label.get_text() for label in page.select("input[name=hometown] + label")]
    assert any("Nghi Văn" in one for one in offered)
    assert any("Nghi Vạn" in one for one in offered)
    assert not page.select("input[name=hometown][checked]")


def test_autosave_answers_with_words_and_the_draft_outlives_the_sign_out(hoa: Client, world: World) -> None:
    draft = begin(hoa)
    address = f"{draft}/step/child"
    sent = typed(read(hoa.get(address))) | {"child_name": "Trần Gia", "action": "autosave"}
    assert "đã lưu" in hoa.post(address, sent).json()["words"]
    hoa.post("/sign-out")
    assert hoa.get(address).status_code == 302
    factories.sign_in(hoa, world.mother, "Nguyễn Thị Hoa")
    assert read(hoa.get(address)).select_one("[name=child_name]")["value"] == "Trần Gia"  # type: ignore[index]


def test_two_windows_lose_nothing(hoa: Client) -> None:
    draft = begin(hoa)
    old_page = typed(read(hoa.get(f"{draft}/step/child")))
    fill(hoa, f"{draft}/step/who", relation="father")
    page = read(hoa.post(f"{draft}/step/child", old_page | {"child_name": "Trần Gia Hân", "action": "next"}))
    assert "cửa sổ khác" in page.get_text()
    assert page.select_one("[name=child_name]")["value"] == "Trần Gia Hân"  # type: ignore[index]
    assert read(hoa.get(f"{draft}/step/who")).select_one("[value=father][checked]")


def test_somebody_else_s_draft_does_not_exist(hoa: Client, world: World) -> None:
    draft = begin(hoa)
    other = Client()
    other.cookies["motcua_time"] = hoa.cookies["motcua_time"].value
    factories.sign_in(other, world.stranger, "Lê Văn Lạ")
    for path in ("", "/step/child", "/papers", "/check", "/wrong/applicant", f"/file/{uuid4()}"):
        assert other.get(f"{draft}{path}").status_code == 404, path
    assert other.post(f"{draft}/delete").status_code == 404


def test_a_file_of_somebody_else_cannot_be_named_into_a_draft(hoa: Client) -> None:
    draft = begin(hoa)
    address = f"{draft}/step/birth_place"
    planted = str(uuid4())
    sent = typed(read(hoa.get(address))) | {
        "born_at_facility": "true",
        "birth_notice_file": planted,
        "action": "redraw",
    }
    assert planted not in str(read(hoa.post(address, sent)))
    assert hoa.get(f"{draft}/file/{planted}").status_code == 404


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("giay.pdf", b"not a pdf"),
        ("virus.pdf", EICAR),
        ("empty.pdf", b""),
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("../../etc/passwd", b"root:x:0:0"),
    ],
)
def test_a_bad_file_is_refused_and_the_answers_stay(hoa: Client, name: str, content: bytes) -> None:
    address = f"{begin(hoa)}/step/birth_place"
    sent = typed(read(hoa.get(address))) | {
        "born_at_facility": "true",
        "facility_name": "Trạm y tế",
        "action": "redraw",
    }
    hoa.post(address, sent)
    upload = SimpleUploadedFile(name, content)
    sent = typed(read(hoa.get(address))) | {"birth_notice_file.new": upload, "upload": "birth_notice_file"}
    page = read(hoa.post(address, sent), 422)
    assert page.select_one("[name=facility_name]")["value"] == "Trạm y tế"  # type: ignore[index]
    assert not page.select(".tile")


@pytest.mark.parametrize(
    "junk", ["\x00", "x" * 100_000, "\u202eevil", "<img src=x onerror=alert(1)>", "😀" * 50]
)
def test_hostile_text_is_kept_as_text_or_refused_in_words(hoa: Client, junk: str) -> None:
    address = f"{begin(hoa)}/step/child"
    answer = fill(hoa, address, child_name=junk)
    assert answer.status_code in (200, 302, 422)
    assert b"<img src=x" not in answer.content


def test_names_that_the_form_does_not_have_change_nothing(hoa: Client) -> None:
    address = f"{begin(hoa)}/step/who"
    answer = fill(
        hoa, address, relation="mother", drawn=["relation", "__class__", "agency"], agency="x", add="nothing"
    )
    assert answer.status_code == 200  # `add` redraws the page
    assert hoa.post(address, {"remove": "witnesses.999999999999"}).status_code == 200
    assert hoa.post(address, {"drop": "...."}).status_code == 200
    assert hoa.post(address, {"revision": "9" * 400, "action": "redraw"}).status_code == 200


def test_the_check_page_does_not_send_what_is_not_whole(hoa: Client, world: World) -> None:
    draft = begin(hoa)
    page = read(hoa.get(f"{draft}/check"))
    assert page.select("button.primary[disabled]")
    read(hoa.post(f"{draft}/check"), 422)
    assert dossiers.of_person(by=factories_actor(world.mother), at=factories.MARCH) == ()


def test_for_whom_one_may_file_is_offered_and_nobody_else(hoa: Client, world: World) -> None:
    page = read(hoa.get(f"/file/{BIRTH}"))
    offered = page.select_one("fieldset").get_text(" ")  # type: ignore[union-attr]
    assert "Nguyễn Thị Hoa" in offered
    assert "Trần Văn An" in offered
    assert "Lê Văn Lạ" not in offered
    answer = hoa.post(f"/file/{BIRTH}", typed(page) | {"principal": "99", "go": "1"})
    assert answer.status_code == 302


def test_a_place_without_a_centre_is_refused_with_the_page_kept(hoa: Client) -> None:
    page = read(hoa.get(f"/file/{BIRTH}"))
    answer = hoa.post(f"/file/{BIRTH}", typed(page) | {"place": "", "place.q": "Hà Nội", "go": "1"})
    assert "Hà Nội" in str(read(answer, 422).select_one("input[name='place.q']"))


def test_a_closed_door_says_where_to_go(hoa: Client, world: World) -> None:
    del hoa.cookies["motcua_time"]
    page = read(hoa.get(f"/file/{BIRTH}"))
    assert page.select_one("a[href='https://dichvucong.gov.vn']")
    assert hoa.post(f"/file/{BIRTH}", {"go": "1"}).status_code == 200
    assert dossiers.drafts_of(by=factories_actor(world.mother)) == []


def test_a_draft_of_yesterday_s_law_says_so_when_the_door_is_closed(hoa: Client, world: World) -> None:
    check = fill_all(hoa, begin(hoa))
    del hoa.cookies["motcua_time"]
    hoa.get(check)
    page = read(hoa.post(check), 422)
    assert "Mọi điều bạn đã điền" in page.get_text()


def test_a_part_of_a_person_can_be_called_wrong(hoa: Client, world: World) -> None:
    address = f"{begin(hoa)}/wrong/applicant"
    page = read(hoa.get(address))
    assert {box["value"] for box in page.select("[name=fact]")} >= {"person.full_name", "person.dob"}
    assert hoa.post(address, {"fact": "person.dob", "said": "21/05/1990"}).status_code == 302
    assert [claim.key for claim in people.claims_of(world.mother)] == ["person.dob"]
    page = read(hoa.post(address, {"fact": "person.__class__", "said": "x"}), 422)
    assert page.select_one("#said")["value"] == "x"  # type: ignore[index]
