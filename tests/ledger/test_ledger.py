"""The ledger keeps every change in order, proves it, and can forget a person."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction

from motcua.base.data import SYSTEM, Actor, ActorKind
from motcua.base.db import NotInTransaction
from motcua.ledger import api as ledger
from tests.ledger.settling import sequence_all

OFFICER = Actor(kind=ActorKind.OFFICER, ref="acc-1", unit="ttpvhcc-xa-16681", role="reception")


class TestSealer:
    """A sealer with a key of its own."""

    __test__ = False
    key_id = "test-1"

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def check(self, *, message: bytes, signature: bytes, key_id: str) -> bool:
        try:
            self._key.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return key_id == self.key_id


def subject() -> ledger.Subject:
    return ledger.Subject(kind="dossier", id=str(uuid.uuid4()))


def add(about: ledger.Subject, at: datetime, kind: str = "dossier.accepted", **more: Any) -> ledger.Entry:
    return ledger.append(kind=kind, subject=about, by=OFFICER, at=at, payload=more.pop("payload", {}), **more)


@pytest.fixture
def sequencer(database_urls: dict[str, str]) -> Iterator[psycopg.Connection[Any]]:
    """The sequencer's own connection."""
    with psycopg.connect(database_urls["sequencer"], autocommit=True) as own:
        yield own


@pytest.fixture
def owner(database_urls: dict[str, str]) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection: what an intruder with the owner's password could do."""
    with psycopg.connect(database_urls["owner"], autocommit=True) as own:
        yield own


@pytest.mark.django_db
def test_an_entry_outside_a_transaction_is_refused(at: datetime) -> None:
    connection.in_atomic_block = False
    try:
        with pytest.raises(NotInTransaction):
            add(subject(), at)
    finally:
        connection.in_atomic_block = True


@pytest.mark.django_db
def test_each_subject_counts_its_own_entries(at: datetime) -> None:
    one, two = subject(), subject()
    numbers = [add(about, at).subject_seq for about in (one, two, one, one, two)]
    assert numbers == [1, 1, 2, 3, 2]


@pytest.mark.django_db
def test_a_moment_without_zone_is_refused(at: datetime) -> None:
    with pytest.raises(ValueError, match="zone"):
        add(subject(), at.replace(tzinfo=None))


@pytest.mark.django_db
def test_a_payload_is_read_back_and_lies_encrypted(at: datetime) -> None:
    about, person = subject(), uuid.uuid4()
    add(about, at, payload={"họ tên": "NGUYỄN THỊ HOA"}, person=person)
    [view] = ledger.entries(about)
    assert view.payload == {"họ tên": "NGUYỄN THỊ HOA"}
    assert (view.actor.ref, view.unit) == ("acc-1", "ttpvhcc-xa-16681")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM ledger_payload WHERE person = %s", [person])
        stored = bytes(cursor.fetchone()[0])
    assert "NGUYỄN".encode() not in stored


@pytest.mark.django_db(transaction=True)
def test_positions_are_gap_free_and_follow_each_subject(
    at: datetime, sequencer: psycopg.Connection[Any]
) -> None:
    subjects = [subject() for _ in range(5)]
    for number in range(60):
        with transaction.atomic():
            add(subjects[number % 5], at)
    start = ledger.last_position()
    assert sequence_all(sequencer) == 60
    views = ledger.after(start, limit=100)
    assert [view.position for view in views] == list(range(start + 1, start + 61))
    for one in subjects:
        assert [v.subject_seq for v in views if v.subject == one] == list(range(1, 13))


@pytest.mark.django_db(transaction=True)
def test_an_older_open_transaction_holds_the_horizon(
    at: datetime, sequencer: psycopg.Connection[Any], database_urls: dict[str, str]
) -> None:
    with psycopg.connect(database_urls["app"]) as older:
        older.execute("SELECT pg_current_xact_id()")
        with transaction.atomic():
            add(subject(), at)
        assert ledger.sequence(sequencer) == 0
        assert ledger.horizon_age() > 0
        older.rollback()
    assert sequence_all(sequencer) == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_entry_and_no_gap(
    at: datetime, sequencer: psycopg.Connection[Any]
) -> None:
    about = subject()
    with pytest.raises(RuntimeError), transaction.atomic():
        add(about, at)
        raise RuntimeError("the change failed")
    with transaction.atomic():
        assert add(about, at).subject_seq == 1
    start = ledger.last_position()
    sequence_all(sequencer)
    assert ledger.last_position() == start + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["UPDATE ledger_entry SET kind = 'x'", "DELETE FROM ledger_entry"])
def test_the_serving_role_cannot_rewrite(at: datetime, statement: str) -> None:
    with transaction.atomic():
        add(subject(), at)
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_consumer_sees_each_entry_once_and_keeps_its_place(
    at: datetime, sequencer: psycopg.Connection[Any]
) -> None:
    name, seen = f"test-{uuid.uuid4()}", []
    with transaction.atomic():
        mine = [add(subject(), at).id for _ in range(25)]
    sequence_all(sequencer)

    def keep(batch: Any) -> None:
        if len(seen) == 10 and not keep.failed:  # type: ignore[attr-defined] # a flag on the function
            keep.failed = True  # type: ignore[attr-defined] # as above
            raise ConnectionError("the receiver went away")
        seen.extend(view.id for view in batch)

    keep.failed = False  # type: ignore[attr-defined] # as above
    assert ledger.consume(name=name, handler=keep, at=at, limit=10) == 10
    with pytest.raises(ConnectionError):
        ledger.consume(name=name, handler=keep, at=at, limit=10)
    while ledger.consume(name=name, handler=keep, at=at, limit=10):
        pass
    assert seen == mine


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        ("UPDATE ledger_entry SET kind = 'dossier.refused' WHERE id = %s", "changed"),
        ("UPDATE ledger_entry SET at = at - interval '1 day' WHERE id = %s", "back-dated"),
        ("DELETE FROM ledger_entry WHERE id = %s", "removed"),
        ("DELETE FROM ledger_position WHERE log = 'entry' AND entry_id = %s", "removed"),
    ],
)
@pytest.mark.parametrize("sealed", [True, False])
def test_verify_names_the_first_entry_that_was_touched(
    at: datetime,
    sequencer: psycopg.Connection[Any],
    owner: psycopg.Connection[Any],
    tamper: str,
    problem: str,
    sealed: bool,
) -> None:
    sealer = TestSealer()
    with transaction.atomic():
        ids = [add(subject(), at).id for _ in range(12)]
    sequence_all(sequencer)
    while sealed and ledger.seal(sequencer, sealer, log="entry", at=at, span=5):
        pass
    assert ledger.verify(sequencer, sealer, log="entry").finding is None
    with owner.transaction():
        owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        owner.execute(tamper, [ids[6]])
        owner.execute(tamper, [ids[9]])
        owner.execute("ALTER TABLE ledger_entry ENABLE TRIGGER USER")
    finding = ledger.verify(sequencer, sealer, log="entry").finding
    assert finding is not None
    assert finding.position == 7
    assert problem in finding.problem


@pytest.mark.django_db(transaction=True)
def test_a_replaced_leaf_does_not_hide_a_change(
    at: datetime, sequencer: psycopg.Connection[Any], owner: psycopg.Connection[Any]
) -> None:
    sealer = TestSealer()
    with transaction.atomic():
        ids = [add(subject(), at).id for _ in range(4)]
    sequence_all(sequencer)
    ledger.seal(sequencer, sealer, log="entry", at=at)
    owner.execute("UPDATE ledger_position SET entry_id = %s WHERE log = 'entry' AND position = 2", [ids[0]])
    finding = ledger.verify(sequencer, sealer, log="entry").finding
    assert finding is not None
    assert finding.position == 2


@pytest.mark.django_db(transaction=True)
def test_forgetting_a_person_leaves_the_proof_standing(
    at: datetime, sequencer: psycopg.Connection[Any], owner: psycopg.Connection[Any]
) -> None:
    sealer, about, person = TestSealer(), subject(), uuid.uuid4()
    with transaction.atomic():
        add(about, at, payload={"name": "TRẦN VĂN BÌNH"}, person=person)
    sequence_all(sequencer)
    ledger.seal(sequencer, sealer, log="entry", at=at)
    assert ledger.erase_person(owner, person) == 1
    assert ledger.entries(about)[0].payload is None
    assert ledger.verify(sequencer, sealer, log="entry").finding is None


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_the_old_cluster_s_transaction_ids_mean_nothing(
    at: datetime, sequencer: psycopg.Connection[Any]
) -> None:
    with transaction.atomic():
        add(subject(), at)
    sequencer.execute("UPDATE ledger_pending SET xid = '9000000000000000000'")
    assert ledger.sequence(sequencer) == 0
    ledger.forget_transactions(sequencer)
    assert sequence_all(sequencer) == 1


@pytest.mark.django_db(transaction=True)
def test_readings_of_personal_data_are_kept_and_sealed(
    at: datetime, sequencer: psycopg.Connection[Any]
) -> None:
    sealer, about = TestSealer(), ledger.Subject(kind="person", id=str(uuid.uuid4()))
    ledger.record_access(by=OFFICER, at=at, subject=about, purpose="tiếp nhận hồ sơ", fields=["dob", "phone"])
    assert sequence_all(sequencer, "access") == 1
    assert ledger.seal(sequencer, sealer, log="access", at=at) == 1
    [reading] = ledger.readings_of(about)
    assert (reading.actor.ref, reading.fields, reading.purpose) == (
        "acc-1",
        ("dob", "phone"),
        "tiếp nhận hồ sơ",
    )
    assert ledger.verify(sequencer, sealer, log="access").finding is None


@pytest.mark.django_db
def test_a_request_is_carried_out_once_and_a_reused_key_refused(at: datetime) -> None:
    claim = ledger.idempotent(scope="submit", key="k1", request_hash="a" * 64)
    assert not claim.done
    claim.keep({"code": "H41.12-250314-0001"}, at=at + timedelta(seconds=1))
    again = ledger.idempotent(scope="submit", key="k1", request_hash="a" * 64)
    assert again.done
    assert again.result == {"code": "H41.12-250314-0001"}
    with pytest.raises(ledger.KeyReused):
        ledger.idempotent(scope="submit", key="k1", request_hash="b" * 64)


@pytest.mark.django_db
def test_the_system_itself_can_act(at: datetime) -> None:
    about = subject()
    ledger.append(kind="dossier.re_dated", subject=about, by=SYSTEM, at=at, payload={"why": "lịch mới"})
    assert ledger.entries(about)[0].actor.kind == ActorKind.SYSTEM
