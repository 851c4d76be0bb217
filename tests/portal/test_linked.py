"""The linked pair: one filing, one receipt, several dossiers, each with its own clock on the owner's page."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from motcua.dossiers import api as dossiers
from tests.dossiers.factories import RubberStamp
from tests.portal import factories
from tests.portal.conftest import World
from tests.portal.factories import HOME, MARCH
from tests.portal.test_dossier import later
from tests.portal.test_filing import PNG, factories_actor, read, typed

pytestmark = pytest.mark.usefixtures("march")
PAIR, PARTS = "2.000986", ("1.001193", "1.004222", "1.001939")


def _of_march(value: Any) -> Any:
    """The sample's answers on 14 March 2025: its places and days of that time."""
    if isinstance(value, dict):
        return {key: _of_march(one) for key, one in value.items()}
    if isinstance(value, str) and "@" in value and value[:5].isdecimal():
        return HOME
    return "2025-03-10" if value == "2026-10-28" else value


@pytest.fixture
def filed(hoa: Client, world: World) -> str:
    """The mother files the pair; where the answer leads."""
    for code in PARTS[1:]:
        factories.publish_reviewed(code)
    factories.publish_reviewed(PAIR)
    answer = hoa.post(f"/file/{PAIR}", typed(read(hoa.get(f"/file/{PAIR}"))) | {"go": "1"})
    draft_url = str(answer["Location"])
    by = factories_actor(world.mother)
    (draft,) = dossiers.drafts_of(by=by)
    dossiers.save_draft(
        by=by,
        at=MARCH,
        draft_id=draft.id,
        procedure_code=PAIR,
        version_id=draft.version_id,
        title=draft.title,
        answers=_of_march(factories.sample_answers(PAIR)),
        context=draft.context,
    )
    address = f"{draft_url}/step/birth_place"
    photo = SimpleUploadedFile("giay chung sinh.png", PNG)
    sent = typed(read(hoa.get(address))) | {"birth_notice_file.new": photo, "upload": "birth_notice_file"}
    read(hoa.post(address, sent))
    done = hoa.post(f"{draft_url}/check")
    assert done.status_code == 302, read(done, 422).select_one("main").get_text(" ")[:1500]  # type: ignore[union-attr]
    return str(done["Location"])


def test_one_filing_one_receipt_and_a_clock_for_each_part(
    hoa: Client, world: World, filed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = read(hoa.get(filed)).get_text(" ")
    assert "Đăng ký thường trú" in told
    address = filed.removesuffix("/sent")
    by = factories_actor(world.mother)
    cards = {one.procedure_code: one for one in dossiers.of_person(by=by, at=MARCH)}
    assert set(cards) == {PAIR, *PARTS}
    dossiers.accept(by=world.officers["reception"], at=later(hoa, minutes=10), dossier_id=cards[PAIR].id)
    later(hoa, minutes=20)
    page = read(hoa.get(address))
    rows = page.select("section[aria-labelledby=linked] li")
    assert [row.select_one(".code").get_text() for row in rows] == [cards[code].code for code in PARTS]  # type: ignore[union-attr]
    words = [row.get_text(" ") for row in rows]
    assert "Còn" in words[0] or "Hôm nay" in words[0]
    assert "Bắt đầu ngay khi có kết quả" in words[1]
    assert "Bắt đầu ngay khi có kết quả" in words[2]
    part = read(hoa.get(f"/dossier/{cards[PARTS[0]].id}"))
    assert part.select_one(f"a[href='{address}']")
    assert hoa.get(f"/dossier/{cards[PARTS[0]].id}/receipt.pdf")["Location"] == f"{address}/receipt.pdf"
    receipt = PdfReader(io.BytesIO(hoa.get(f"{address}/receipt.pdf").content))
    text = " ".join(" ".join(page.extract_text() for page in receipt.pages).split())
    for code in (PAIR, *PARTS):
        assert cards[code].code in text
    _birth_is_done(world, cards[PARTS[0]].id, hoa, monkeypatch)
    later(hoa, minutes=60)
    rows = read(hoa.get(address)).select("section[aria-labelledby=linked] li")
    words = [row.get_text(" ") for row in rows]
    assert "Còn" in words[1]
    assert "Còn" in words[2]
    views = {one.procedure_code: one for one in dossiers.of_person(by=by, at=MARCH + timedelta(hours=1))}
    assert len({views[code].due_at for code in PARTS}) == 3


def _birth_is_done(world: World, dossier: Any, hoa: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from motcua.documents import api as documents

    monkeypatch.setattr(documents.SIGNERS, "_plugins", {"stamp": RubberStamp()})
    by = world.officers
    dossiers.assign(by=by["leader"], at=later(hoa, minutes=31), dossier_id=dossier, assignee=by["solver"].ref)
    dossiers.take_up(by=by["solver"], at=later(hoa, minutes=32), dossier_id=dossier)
    data = {"values": {"full_name": "Trần Gia Hân"}}
    done = dossiers.propose(
        by=by["solver"], at=later(hoa, minutes=33), dossier_id=dossier, opinion="đủ điều kiện", data=data
    )
    if done.step is dossiers.Step.REVIEWING:
        dossiers.approve(by=by["reviewer"], at=later(hoa, minutes=34), dossier_id=dossier)
    dossiers.sign_result(by=by["signer"], at=later(hoa, minutes=35), dossier_id=dossier)
    dossiers.stamp(by=by["clerk"], at=later(hoa, minutes=36), dossier_id=dossier)
