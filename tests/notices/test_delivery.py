"""Handing over: retries, what is given up, reports, a process that dies, two that work at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from motcua.ledger import api as ledger
from motcua.notices import api as notices
from motcua.notices.data import ChannelId, Report, TryLater, Undeliverable
from motcua.notices.models import Message
from motcua.notices.rules import timing
from tests.dossiers.factories import MORNING, OFFICE, World, receive
from tests.notices.factories import Wire, deliver, plan, states
from tests.notices.test_texts import GOOD

Wires = dict[ChannelId, Wire]
SMS = ChannelId.SMS


class PowerCut(BaseException):
    """The process ends here."""


@pytest.fixture
def told(world: World) -> World:
    """One accepted dossier, its messages waiting."""
    plan(receive(world).dossier_id, at=MORNING)
    return world


@pytest.mark.django_db
def test_a_provider_that_is_down_is_asked_again_later_and_later(told: World, wires: Wires) -> None:
    wires[SMS].fails = [TryLater("quá tải") for _ in range(3)]
    at, tries = MORNING, []
    for _minute in range(60):
        deliver(at=at, only=[SMS])
        tries.append(len(wires[SMS].calls))
        at += timedelta(minutes=1)
    assert tries[-1] == 4
    assert (tries[0], tries[1], tries[2]) == (1, 2, 2)
    assert len(wires[SMS].kept) == 1
    assert ("accepted", "sms", "sent") in states()


@pytest.mark.django_db
def test_what_never_arrives_is_put_before_a_person_who_may_send_it_again(told: World, wires: Wires) -> None:
    wires[SMS].fails = [Undeliverable("550 hoa@example.com, 0912 345 678: không có thuê bao")]
    deliver(at=MORNING)
    (dead,) = notices.dead_letters()
    assert dead.channel is SMS
    assert "không có thuê bao" in dead.why
    assert "0912" not in dead.why
    assert "@example" not in dead.why
    entries = ledger.entries(ledger.Subject(kind="notice", id=str(dead.id)))
    assert [e.kind for e in entries] == ["notice.gave_up"]
    with pytest.raises(notices.MayNotResend):
        notices.send_again(by=told.citizen, at=MORNING, message_id=dead.id)
    officer = told.at(OFFICE, "system_admin")
    notices.send_again(by=officer, at=MORNING, message_id=dead.id)
    with pytest.raises(notices.NotADeadLetter):
        notices.send_again(by=officer, at=MORNING, message_id=dead.id)
    deliver(at=MORNING)
    assert not notices.dead_letters()
    assert len(wires[SMS].kept) == 1


@pytest.mark.django_db
def test_it_is_given_up_in_the_end(told: World, wires: Wires) -> None:
    wires[SMS].fails = [TryLater("ngừng") for _ in range(100)]
    at = MORNING
    for _ in range(timing.MOST_TRIES + 3):
        deliver(at=at, only=[SMS])
        at += timing.LONGEST_PAUSE
    assert len(wires[SMS].calls) == timing.MOST_TRIES
    assert ("accepted", "sms", "dead") in states()


@pytest.mark.django_db
@pytest.mark.parametrize("delivered", [True, False])
def test_the_first_report_stands(told: World, wires: Wires, delivered: bool) -> None:
    deliver(at=MORNING)
    (row,) = Message.objects.filter(channel=SMS)
    for report_says in (delivered, not delivered, delivered):
        report = Report(key=str(row.id), delivered=report_says, at=MORNING)
        assert notices.take_report(SMS, report, at=MORNING)
    state = Message.objects.get(id=row.id).state
    assert state == ("delivered" if delivered else "dead")
    for strange in ("x", "", "00000000-0000-4000-8000-000000000000"):
        assert not notices.take_report(SMS, Report(key=strange, delivered=True, at=MORNING), at=MORNING)
    assert not notices.take_report(
        ChannelId.MAIL, Report(key=str(row.id), delivered=True, at=MORNING), at=MORNING
    )


@pytest.mark.django_db
def test_a_report_of_what_was_never_sent_changes_nothing(told: World, wires: Wires) -> None:
    (row,) = Message.objects.filter(channel=SMS)
    assert not notices.take_report(SMS, Report(key=str(row.id), delivered=True, at=MORNING), at=MORNING)
    assert Message.objects.get(id=row.id).state == "queued"


@pytest.mark.django_db
def test_reports_that_do_not_come_are_asked_for_and_not_for_ever(told: World, wires: Wires) -> None:
    deliver(at=MORNING)
    (row,) = Message.objects.filter(channel=SMS)
    asked = []
    at = MORNING
    wires[SMS].report = lambda keys, at: asked.append(keys) or ()  # type: ignore[assignment,func-returns-value,method-assign] # a spy
    for _ in range(5 * 24 * 4):
        at += timedelta(minutes=15)
        notices.ask_reports(SMS, at=at)
    assert 5 < len(asked) < 30
    assert Message.objects.get(id=row.id).ask_at is None


@pytest.mark.django_db
def test_asking_finds_the_report(told: World, wires: Wires) -> None:
    deliver(at=MORNING)
    (row,) = Message.objects.filter(channel=SMS)
    wires[SMS].reports = [Report(key=str(row.id), delivered=False, why="thuê bao khóa", at=MORNING)]
    assert notices.ask_reports(SMS, at=MORNING + timedelta(minutes=1)) == 1
    assert [d.why for d in notices.dead_letters()] == ["thuê bao khóa"]


@pytest.mark.django_db
def test_who_dies_after_handing_over_tells_the_citizen_once(told: World, wires: Wires) -> None:
    """The provider's idempotency key makes two sendings one message."""
    wires[SMS].dies = [PowerCut()]
    with pytest.raises(PowerCut):
        notices.send_due(SMS, at=MORNING)
    assert ("accepted", "sms", "sending") in states()
    deliver(at=MORNING + timedelta(minutes=1), only=[SMS])
    assert len(wires[SMS].calls) == 1  # its lease runs
    deliver(at=MORNING + timing.LEASE, only=[SMS])
    assert len(wires[SMS].calls) == 2
    assert len(wires[SMS].kept) == 1
    assert ("accepted", "sms", "sent") in states()


@pytest.mark.django_db
def test_who_comes_back_too_late_does_not_overwrite(told: World, wires: Wires) -> None:
    class Slow(Wire):
        def send(self, message: Any, *, at: Any) -> Any:
            Message.objects.filter(id=message.key).update(leased_until=at + timedelta(hours=1))
            raise Undeliverable("zu spät")

    wires[SMS].send = Slow(final=False).send  # type: ignore[method-assign] # the other worker in the middle
    notices.send_due(SMS, at=MORNING)
    assert ("accepted", "sms", "sending") in states()


@pytest.mark.django_db
def test_a_wording_is_put_into_force_and_a_bad_one_is_not(
    world: World, wires: Wires, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    admin = world.at(OFFICE, "system_admin")
    with pytest.raises(notices.WordingForThePast):
        notices.publish(by=admin, at=MORNING, raw=GOOD)
    dated = {"texts": [{**GOOD["texts"][0], "valid_from": "2026-03-02"}]}
    for nobody in (world.citizen, world.reception):
        with pytest.raises(notices.MayNotPublish):
            notices.publish(by=nobody, at=MORNING, raw=dated)
    assert notices.publish(by=admin, at=MORNING, raw=dated) == 4
    plan(receive(world).dossier_id, at=MORNING)
    deliver(at=MORNING)
    assert "hen 1" in wires[SMS].calls[0].body
    bad = yaml.safe_dump({"texts": [{**dated["texts"][0], "channels": {"sms": {"vi": "{name}", "en": "x"}}}]})
    (tmp_path / "bad.yaml").write_text(bad, "utf-8")
    with pytest.raises(CommandError, match="name"):
        call_command("notices_publish", str(tmp_path / "bad.yaml"))
    (tmp_path / "good.yaml").write_text(
        yaml.safe_dump({"texts": [{**dated["texts"][0], "valid_from": "2090-01-01"}]}), "utf-8"
    )
    call_command("notices_publish", str(tmp_path / "good.yaml"))
    assert "4 texts" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("notices_publish", str(tmp_path / "none.yaml"))


@pytest.mark.django_db
def test_a_failed_entry_leaves_the_choice_as_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_more: Any) -> None:
        raise RuntimeError("no entry")

    monkeypatch.setattr("motcua.notices.actions.choosing.ledger.append", fail)
    with pytest.raises(RuntimeError):
        notices.choose(by=world.citizen, at=MORNING, person_id=world.mother, choice=notices.Choice(sms=False))
    assert notices.choice_of(world.mother) == notices.Choice()
