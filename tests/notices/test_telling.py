"""Who is told what: every step of a dossier once, in order, on the channels they chose, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.dossiers import api as dossiers
from motcua.ledger import api as ledger
from motcua.notices import api as notices
from motcua.notices.data import ChannelId, Choice, MessageState
from motcua.notices.models import Message
from motcua.people import api as people
from tests.dossiers.factories import COMMITTEE, MORNING, World, receive, resolve, take_in, to_step
from tests.notices.factories import Wire, deliver, plan, states

pytestmark = pytest.mark.django_db
Wires = dict[ChannelId, Wire]


def test_each_step_is_told_once_on_every_channel(world: World, wires: Wires) -> None:
    filed = take_in(world)
    plan(filed.dossier_id, at=MORNING)
    deliver(at=MORNING)
    later = MORNING + timedelta(minutes=30)
    dossiers.accept(by=world.reception, at=later, dossier_id=filed.dossier_id)
    plan(filed.dossier_id, at=later)
    deliver(at=later)
    resolve(world, filed.dossier_id, at=later + timedelta(hours=1))
    plan(filed.dossier_id, at=later + timedelta(hours=2))
    deliver(at=later + timedelta(hours=2))
    told = [one.body for one in wires[ChannelId.SMS].calls]
    assert len(told) == 3
    assert filed.code in told[0]
    assert "Hen tra ket qua: " in told[1]
    assert "da co ket qua" in told[2]
    assert [one.to for one in wires[ChannelId.MAIL].calls] == ["hoa@example.com"] * 3
    assert len(wires[ChannelId.INBOX].calls) == 3
    for call in [*wires[ChannelId.SMS].calls, *wires[ChannelId.MAIL].calls]:
        assert "Hoa" not in call.body + call.subject
        assert "040190000112" not in call.body + call.subject
        assert "xác nhận" not in call.body + call.subject  # not even what it is about


@pytest.mark.parametrize(
    ("happens", "occasion"),
    [
        ("supplement", "supplement_needed"),
        ("fee", "fee_due"),
        ("refuse", "refused"),
        ("extend", "apology"),
        ("stop", "stopped"),
    ],
)
def test_what_else_may_happen(world: World, wires: Wires, happens: str, occasion: str) -> None:
    early = {"refuse"}
    filed = take_in(world) if happens in early else receive(world)
    at = MORNING + timedelta(hours=1)
    common: dict[str, Any] = {"at": at, "dossier_id": filed.dossier_id}
    if happens not in early:
        to_step(world, filed.dossier_id, dossiers.Step.SOLVING, at=MORNING + timedelta(minutes=5))
    if happens == "supplement":
        dossiers.request_supplement(by=world.solver, what="thiếu giấy chứng sinh của con", **common)
    elif happens == "fee":
        dossiers.request_payment(by=world.solver, **common)
    elif happens == "refuse":
        dossiers.refuse(by=world.reception, reason="không đúng thẩm quyền", **common)
    elif happens == "extend":
        due = dossiers.get_for(by=SYSTEM, at=at, dossier_id=filed.dossier_id).card.due_at
        assert due is not None
        dossiers.apologise_and_extend(
            by=world.at(COMMITTEE, "leader"), to=due + timedelta(days=3), reason="chờ xác minh", **common
        )
    else:
        dossiers.stop(by=world.at(COMMITTEE, "leader"), reason="không đủ điều kiện", **common)
    plan(filed.dossier_id, at=at)
    deliver(at=at)
    assert (occasion, "sms", "sent") in states()
    said = wires[ChannelId.SMS].calls[-1].body
    assert "chứng sinh" not in said
    assert "thẩm quyền" not in said


@given(plans=st.lists(st.integers(0, 3), min_size=1, max_size=8), sends=st.integers(1, 3))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_never_twice_however_often_entries_are_delivered(
    world: World, wires: Wires, plans: list[int], sends: int
) -> None:
    """The consumer may see any part of the history again, in any portions; sending runs in between."""
    for wire in wires.values():
        wire.calls.clear()
        wire.kept.clear()
    filed = receive(world)
    to_step(world, filed.dossier_id, dossiers.Step.SOLVING, at=MORNING + timedelta(minutes=5))
    dossiers.request_supplement(
        by=world.solver, at=MORNING + timedelta(minutes=30), dossier_id=filed.dossier_id, what="thiếu giấy"
    )
    entries = ledger.entries(ledger.Subject(kind="dossier", id=str(filed.dossier_id)))
    at = MORNING + timedelta(hours=1)
    for start in [0, *plans, 0]:
        notices.plan_entries(entries[start:], at=at)
        for _ in range(sends):
            deliver(at=at)
    mine = [call for call in wires[ChannelId.SMS].calls if filed.code in call.body]
    assert len(mine) == len({call.key for call in mine}) == len({call.body for call in mine})
    causes = Message.objects.filter(dossier_id=filed.dossier_id).values_list("cause", "recipient", "channel")
    assert len(causes) == len(set(causes))


def test_what_was_overtaken_in_the_night_is_not_told_in_the_morning(world: World, wires: Wires) -> None:
    night = MORNING.replace(hour=22)
    filed = take_in(world, at=night)
    plan(filed.dossier_id, at=night)
    deliver(at=night)
    assert [call.to for call in wires[ChannelId.INBOX].calls] == [str(world.mother)]
    assert not wires[ChannelId.SMS].calls
    dossiers.accept(by=world.reception, at=night + timedelta(minutes=5), dossier_id=filed.dossier_id)
    plan(filed.dossier_id, at=night + timedelta(minutes=6))
    deliver(at=night + timedelta(hours=9, minutes=1))
    assert len(wires[ChannelId.SMS].calls) == 1
    assert "duoc tiep nhan" in wires[ChannelId.SMS].calls[0].body
    assert ("received", "sms", "superseded") in states()
    assert len(wires[ChannelId.INBOX].calls) == 2


def test_an_earlier_message_is_never_overtaken_while_it_is_being_sent(world: World, wires: Wires) -> None:
    filed = take_in(world)
    plan(filed.dossier_id, at=MORNING)
    Message.objects.filter(channel="sms").update(
        state=MessageState.SENDING, leased_until=MORNING + timedelta(minutes=3)
    )
    dossiers.accept(by=world.reception, at=MORNING + timedelta(minutes=1), dossier_id=filed.dossier_id)
    plan(filed.dossier_id, at=MORNING + timedelta(minutes=1))
    deliver(at=MORNING + timedelta(minutes=2), only=[ChannelId.SMS])
    assert not wires[ChannelId.SMS].calls  # the first is still on its way, the second waits for it
    deliver(at=MORNING + timedelta(minutes=4), only=[ChannelId.SMS])
    assert ["da nhan" in c.body for c in wires[ChannelId.SMS].calls] == [True, False]


def test_people_are_told_as_they_chose(world: World, wires: Wires) -> None:
    choice = Choice(language="en", mail=True, sms=False)
    notices.choose(by=world.citizen, at=MORNING, person_id=world.mother, choice=choice)
    assert notices.choice_of(world.mother) == choice
    filed = receive(world)
    plan(filed.dossier_id, at=MORNING)
    deliver(at=MORNING)
    assert not wires[ChannelId.SMS].calls
    assert wires[ChannelId.MAIL].calls[0].subject == f"Dossier {filed.code} is accepted"
    with pytest.raises(notices.NotYourChoice):
        notices.choose(by=world.outsider, at=MORNING, person_id=world.mother, choice=choice)
    with pytest.raises(notices.UnknownLanguage):
        notices.choose(by=world.citizen, at=MORNING, person_id=world.mother, choice=Choice(language="xx"))


def test_who_filed_for_another_and_the_other_are_both_told(world: World, wires: Wires) -> None:
    stranger = people.get(world.stranger)
    applicant = world.party(name=stranger.full_name, person_id=stranger.id, personal_number="040085000114")
    filed = receive(world, applicant=applicant, submitter=world.party())
    plan(filed.dossier_id, at=MORNING)
    deliver(at=MORNING)
    assert {c.to for c in wires[ChannelId.INBOX].calls} == {str(world.mother), str(world.stranger)}


def test_somebody_whom_the_base_does_not_know_is_told_where_they_wrote(world: World, wires: Wires) -> None:
    party = world.party(name="Khách Lạ", person_id=None, personal_number="", phone="0987654321")
    filed = receive(world, applicant=party)
    plan(filed.dossier_id, at=MORNING)
    deliver(at=MORNING)
    assert [c.to for c in wires[ChannelId.SMS].calls] == ["0987654321"]
    assert not wires[ChannelId.INBOX].calls
    silent = receive(
        world, applicant=world.party(name="Không Liên Lạc", person_id=None, personal_number="", phone="")
    )
    plan(silent.dossier_id, at=MORNING)
    assert not Message.objects.filter(dossier_id=silent.dossier_id).exists()


def test_a_person_without_telephone_and_mailbox_finds_it_in_the_inbox(world: World, wires: Wires) -> None:
    stranger = people.get(world.stranger)
    party = world.party(name=stranger.full_name, person_id=stranger.id, personal_number="040085000114")
    filed = receive(world, applicant=party)
    plan(filed.dossier_id, at=MORNING)
    deliver(at=MORNING)
    assert states(dossier_id=filed.dossier_id) == [
        ("accepted", "inbox", "delivered"),
        ("accepted", "mail", "no_address"),
        ("accepted", "sms", "no_address"),
    ]
    box = notices.inbox(by=world.outsider)
    assert (len(box.items), box.unread) == (1, 1)
    assert filed.code in box.items[0].subject


def test_an_erased_entry_tells_nobody_anything(world: World, wires: Wires) -> None:
    filed = receive(world)
    entries = ledger.entries(ledger.Subject(kind="dossier", id=str(filed.dossier_id)))
    notices.plan_entries([replace(one, payload=None) for one in entries], at=MORNING)
    assert not Message.objects.exists()


def test_who_is_forgotten_is_not_written_to_any_more(world: World, wires: Wires) -> None:
    filed = receive(world)
    plan(filed.dossier_id, at=MORNING)
    deliver(at=MORNING, only=[ChannelId.INBOX])
    forget = ledger.forgetters.get("notices")  # what `motcua ledger forget` calls before it destroys the key
    assert forget(by=SYSTEM, at=MORNING, person_id=world.mother) == 3
    deliver(at=MORNING)
    assert not wires[ChannelId.SMS].calls
    assert not wires[ChannelId.MAIL].calls
    assert notices.inbox(by=world.citizen).items == ()
    assert all(row.facts == {} for row in Message.objects.all())
    with pytest.raises(notices.NotYourChoice):
        notices.forget(by=world.citizen, at=MORNING, person_id=world.mother)


def test_old_news_goes_to_the_inbox_only(world: World, wires: Wires) -> None:
    filed = receive(world)
    plan(filed.dossier_id, at=MORNING + timedelta(days=30))
    deliver(at=MORNING + timedelta(days=30))
    assert states() == [("accepted", "inbox", "delivered")]


def test_officer_and_lead_hear_the_working_day_before(world: World, wires: Wires) -> None:
    filed = receive(world)
    to_step(world, filed.dossier_id, dossiers.Step.SOLVING, at=MORNING + timedelta(minutes=5))
    due = dossiers.get_for(by=SYSTEM, at=MORNING, dossier_id=filed.dossier_id).card.due_at
    assert due is not None
    due_day = due.astimezone(VN)
    assert due_day.weekday() == 0  # five working days from a Monday: the next Monday
    friday = (due_day - timedelta(days=3)).replace(hour=7, minute=30)
    for day in range(4, 0, -1):
        notices.remind(at=friday - timedelta(days=day))
    assert not Message.objects.exists()
    assert notices.remind(at=friday) == 4  # solver and head of division, each by inbox and mail
    assert notices.remind(at=friday + timedelta(hours=1)) == 0
    assert notices.remind(at=friday + timedelta(days=1)) == 0  # Saturday
    deliver(at=friday)
    assert {c.to for c in wires[ChannelId.INBOX].calls} == {world.solver.ref, world.reviewer.ref}
    box = notices.inbox(by=world.solver)
    assert box.unread == 1
    notices.mark_read(by=world.solver, at=friday, message_id=box.items[0].id)
    assert notices.inbox(by=world.solver).unread == 0
    with pytest.raises(notices.NotYourMessage):
        notices.mark_read(by=world.reception, at=friday, message_id=box.items[0].id)
    with pytest.raises(notices.NotYourMessage):
        notices.mark_read(by=SYSTEM, at=friday, message_id=UUID(int=1))


def test_an_inbox_is_searched_without_accents_and_is_its_owners(world: World) -> None:
    for number in range(25):
        filed = receive(world, at=MORNING + timedelta(minutes=number))
        plan(filed.dossier_id, at=MORNING + timedelta(minutes=number))
    deliver(at=MORNING + timedelta(hours=1))
    first = notices.inbox(by=world.citizen)
    assert (len(first.items), first.unread, first.more) == (20, 25, True)
    second = notices.inbox(by=world.citizen, page=2)
    assert (len(second.items), second.more) == (5, False)
    assert len(notices.inbox(by=world.citizen, text=filed.code).items) == 1
    assert len(notices.inbox(by=world.citizen, text="xac nhan").items) == 20
    assert notices.inbox(by=world.citizen, text="không có chữ này").items == ()
    assert notices.inbox(by=world.outsider).items == ()
    assert notices.inbox(by=SYSTEM).items == ()
    assert notices.message(by=world.outsider, message_id=first.items[0].id) is None
    assert notices.message(by=world.citizen, message_id=first.items[0].id) is not None
