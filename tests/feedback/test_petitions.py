"""Petitions: one agency at a time, four limits in working days, and who may do what."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.deadlines import api as deadlines
from motcua.feedback import api
from motcua.feedback.api import About, PetitionState, PetitionView
from motcua.feedback.data import PetitionTimes
from motcua.feedback.models import Petition
from motcua.feedback.rules.limits import judge
from motcua.indicators import api as indicators
from motcua.ledger.api import Subject, entries
from motcua.units.api import UnknownAgency
from tests.dossiers.factories import COMMITTEE, MORNING, OTHER_COMMITTEE, World, receive

pytestmark = pytest.mark.django_db

ANYBODY = Actor(kind=ActorKind.ANONYMOUS, ref="portal")
WEDNESDAY = datetime(2026, 3, 4, 9, 0, tzinfo=VN)


def send(content: str = "Cán bộ hẹn ba lần.", **changes: object) -> PetitionView:
    values: dict[str, object] = {
        "by": ANYBODY,
        "at": MORNING,
        "about": About.OFFICE,
        "agency_key": COMMITTEE,
        "content": content,
        "sender_contact": "0912345678",
    }
    return api.send_petition(**{**values, **changes})  # type: ignore[arg-type]


def test_a_petition_lives_from_sending_to_the_published_answer(world: World) -> None:
    leader = world.at(COMMITTEE, "leader")
    sent = send()
    api.ask_more(by=leader, at=MORNING + timedelta(days=1), petition_id=sent.id, what="Ngày nào?")
    api.supply_more(by=ANYBODY, at=MORNING + timedelta(days=2), petition_id=sent.id, content="Thứ hai.")
    api.resolve(by=leader, at=MORNING + timedelta(days=3), petition_id=sent.id, answer="Đã nhắc nhở.")
    done = api.publish(by=leader, at=MORNING + timedelta(days=4), petition_id=sent.id)
    assert done.state is PetitionState.PUBLISHED
    assert api.judge_answer(by=ANYBODY, at=MORNING + timedelta(days=5), petition_id=sent.id, satisfied=False)
    kinds = [e.kind for e in entries(Subject(kind="petition", id=str(sent.id)))]
    assert kinds == [
        "petition.sent", "petition.asked", "petition.supplied", "petition.resolved", "petition.published",
        "petition.judged",
    ]  # fmt: skip
    (fact,) = api.petition_facts(
        start=MORNING - timedelta(days=1), end=MORNING + timedelta(days=1), at=WEDNESDAY
    )
    assert (fact.in_time, fact.satisfied) == (True, False)


def times(**moments: datetime) -> PetitionTimes:
    return PetitionTimes(since=MORNING, **moments)


def on(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, 0, tzinfo=VN)


@pytest.mark.parametrize(
    ("moments", "in_time"),
    [
        ({"refused_at": on(4, 16)}, True),
        ({"refused_at": on(5, 8)}, False),
        ({"asked_at": on(9, 8)}, True),
        ({"asked_at": on(10, 8)}, False),
        ({"resolved_at": on(23, 8), "published_at": on(25, 8)}, True),
        ({"resolved_at": on(24, 8), "published_at": on(24, 9)}, False),
        ({"resolved_at": on(23, 8), "published_at": on(26, 8)}, False),
    ],
)
def test_two_five_fifteen_and_two_working_days(
    world: World, moments: dict[str, datetime], in_time: bool
) -> None:
    calendar = deadlines.calendar_for(COMMITTEE, known_at=MORNING)
    found = judge(times(**moments), at=datetime(2026, 4, 10, 9, 0, tzinfo=VN), calendar=calendar)
    assert found.in_time is in_time
    assert "ngày làm việc" in found.why_vi


def test_the_same_words_go_to_one_agency(world: World) -> None:
    sent = send()
    with pytest.raises(api.SentToAnother) as refused:
        send("  cán bộ HẸN ba lần. ", agency_key=OTHER_COMMITTEE)
    assert "đang được" in refused.value.public()
    api.refuse(by=world.at(COMMITTEE, "leader"), at=MORNING, petition_id=sent.id, reason="Không rõ")
    again = send(agency_key=OTHER_COMMITTEE, at=MORNING + timedelta(hours=1))
    assert again.same_as == sent.id


def test_what_is_refused(world: World) -> None:
    for bad in ("", "   ", "\x00", "x" * 10_001):
        with pytest.raises(api.NothingSaid):
            send(bad)
    with pytest.raises(UnknownAgency):
        send(agency_key="no-such-agency")
    with pytest.raises(api.NoSuchDossier):
        send(dossier_id=uuid4())
    assert not Petition.objects.exists()


def test_only_its_agency_handles_it_and_only_once(world: World) -> None:
    sent = send()
    stranger = world.at(OTHER_COMMITTEE, "signer")
    with pytest.raises(api.MayNotHandle):
        api.resolve(by=stranger, at=WEDNESDAY, petition_id=sent.id, answer="x")
    with pytest.raises(api.MayNotHandle):
        api.petition(by=world.at(COMMITTEE, "solver"), petition_id=sent.id)
    leader = world.at(COMMITTEE, "leader")
    api.resolve(by=leader, at=WEDNESDAY, petition_id=sent.id, answer="Đã xử lý")
    with pytest.raises(api.NotPossibleNow):
        api.refuse(by=leader, at=WEDNESDAY, petition_id=sent.id, reason="x")
    with pytest.raises(api.StaffDoNotRate):
        api.judge_answer(by=leader, at=WEDNESDAY, petition_id=sent.id, satisfied=True)
    with pytest.raises(api.NoSuchPetition):
        api.petition(by=leader, petition_id=uuid4())


def test_a_transfer_counts_anew(world: World) -> None:
    sent = send()
    moved = api.transfer(
        by=world.at(COMMITTEE, "leader"), at=WEDNESDAY, petition_id=sent.id, agency_key=OTHER_COMMITTEE
    )
    assert (moved.agency_key, moved.times.since) == (OTHER_COMMITTEE, WEDNESDAY)
    assert moved.sent_at == MORNING


def test_petitions_move_the_index(world: World) -> None:
    filed = receive(world)
    send("Chậm", at=MORNING + timedelta(hours=1), dossier_id=filed.dossier_id)
    indicators.refresh([filed.dossier_id], at=WEDNESDAY)
    march = indicators.period_of(MORNING.date(), indicators.Grain.MONTH)
    later = datetime(2026, 4, 15, 9, 0, tzinfo=VN)
    unit = indicators.unit_score(COMMITTEE, march, at=later)
    assert unit.one("PETITION_PROCESSING_ON_TIME").scored.score == 0
    assert unit.one("DOSSIER_RECEIVING_SATISFACTION").scored.score == 0


@pytest.fixture
def march(client: Client) -> Client:
    client.cookies[TIME_COOKIE] = sign_time(MORNING)
    return client


def test_the_page_without_an_account(world: World, march: Client) -> None:
    assert march.get("/petition").status_code == 200
    form = {
        "about": "office",
        "agency": COMMITTEE,
        "content": "Chờ lâu <b>quá</b>",
        "name": "A",
        "contact": "b",
    }
    sent = march.post("/petition", form)
    assert sent.status_code == 302
    page = march.get(sent["Location"]).content.decode()
    assert "Chờ lâu &lt;b&gt;quá&lt;/b&gt;" in page
    (row,) = Petition.objects.all()
    api.resolve(by=world.at(COMMITTEE, "leader"), at=MORNING, petition_id=UUID(str(row.id)), answer="Xin lỗi")
    assert "Xin lỗi" in march.get(sent["Location"]).content.decode()
    march.post(sent["Location"], {"satisfied": "no"})
    assert Petition.objects.get().satisfied is False


def test_a_spoilt_form_keeps_what_was_typed(world: World, march: Client) -> None:
    for form in (
        {},
        {"about": "x", "content": "giữ lại"},
        {"about": "office", "agency": "x", "content": "giữ lại"},
    ):
        answer = march.post("/petition", form)
        assert answer.status_code == 422
        if form:
            assert "giữ lại" in answer.content.decode()
    assert march.get("/petition/forged").status_code == 404
