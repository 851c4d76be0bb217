"""Versions in the database: draft, check, publish, withdraw, replay as known, constraints, ledger."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.base.data import SYSTEM, Actor, ActorKind
from motcua.ledger.api import Subject, entries
from motcua.procedures import api
from motcua.procedures.actions import versions
from motcua.procedures.models import ProcedureVersion

from .factories import AT, DAY, SOURCE, content

pytestmark = pytest.mark.django_db
ADMIN = Actor(kind=ActorKind.OFFICER, ref="admin", unit="so-tu-phap", role="catalogue_admin")
DECISION = api.DecisionRef(number="01/QĐ-UBND", agency="UBND tỉnh Nghệ An", signed_on=DAY)


def draft(at: datetime = AT, **changes: Any) -> api.VersionInfo:
    return api.create_draft(by=ADMIN, at=at, content=content(**changes), valid_from=DAY, source=SOURCE)


def published(
    start: date = DAY, at: datetime = AT, end: date | None = None, **changes: Any
) -> api.VersionInfo:
    made = draft(at, **changes)
    assert not [p for p in api.check(by=ADMIN, at=at, version_id=made.id) if p.blocking]
    return api.publish(by=ADMIN, at=at, version_id=made.id, decision=DECISION, valid_from=start, valid_to=end)


def kinds(version_id: Any) -> list[str]:
    row = ProcedureVersion.objects.get(pk=version_id)
    return [e.kind for e in entries(Subject(kind="procedure", id=str(row.procedure_id)))]


def test_from_draft_to_force_and_back() -> None:
    made = draft()
    assert made.status is api.VersionStatus.DRAFT
    with pytest.raises(api.NoVersionInForce):
        api.version_on("9.000001", DAY)
    assert api.check(by=ADMIN, at=AT, version_id=made.id) == ()
    live = api.publish(by=ADMIN, at=AT, version_id=made.id, decision=DECISION, valid_from=DAY)
    assert api.version_on("9.000001", DAY).id == made.id
    assert live.decision == DECISION
    assert live.content == content()
    api.withdraw(by=ADMIN, at=AT, version_id=made.id, why="Công bố nhầm")
    with pytest.raises(api.NoVersionInForce) as caught:
        api.version_on("9.000001", DAY)
    assert "14/03/2025" in caught.value.public()
    assert kinds(made.id) == [
        "procedure.drafted",
        "procedure.checked",
        "procedure.published",
        "procedure.withdrawn",
    ]


def test_a_faulty_draft_stays_a_draft() -> None:
    made = draft(steps=[])
    assert any(p.blocking for p in api.check(by=ADMIN, at=AT, version_id=made.id))
    with pytest.raises(api.VersionNotChecked):
        api.publish(by=ADMIN, at=AT, version_id=made.id, decision=DECISION, valid_from=DAY)
    api.edit_draft(by=ADMIN, at=AT, version_id=made.id, content=content())
    assert api.check(by=ADMIN, at=AT, version_id=made.id) == ()


def test_an_edit_after_the_check_asks_for_a_new_check() -> None:
    made = draft()
    api.check(by=ADMIN, at=AT, version_id=made.id)
    api.edit_draft(by=ADMIN, at=AT, version_id=made.id, content=content(name="Tên khác"))
    with pytest.raises(api.VersionNotChecked):
        api.publish(by=ADMIN, at=AT, version_id=made.id, decision=DECISION, valid_from=DAY)


def test_what_is_published_is_never_edited() -> None:
    live = published()
    with pytest.raises(api.VersionNotEditable) as caught:
        api.edit_draft(by=ADMIN, at=AT, version_id=live.id, content=content(name="x"))
    assert "bản nháp mới" in caught.value.public()
    with pytest.raises(api.VersionNotEditable):
        api.check(by=ADMIN, at=AT, version_id=live.id)


def test_a_later_version_cuts_the_earlier_and_the_past_is_remembered() -> None:
    first = published()
    later, start = AT + timedelta(days=90), date(2025, 7, 1)
    second = published(start=start, at=later, name="Tên mới")
    assert second.number == 2
    assert api.version_on("9.000001", date(2025, 6, 30)).id == first.id
    assert api.version_on("9.000001", start).id == second.id
    assert api.version_on("9.000001", start, known_at=AT).id == first.id
    assert api.version_on("9.000001", start, known_at=later).id == second.id
    assert [c.title_vi for c in api.diff(first.id, second.id)] == ["Tên thủ tục"]


def test_a_withdrawn_version_is_found_by_whoever_asks_as_known_before() -> None:
    live = published()
    api.withdraw(by=ADMIN, at=AT + timedelta(days=1), version_id=live.id, why="Sai")
    assert api.version_on("9.000001", DAY, known_at=AT).id == live.id
    with pytest.raises(api.NoVersionInForce):
        api.version_on("9.000001", DAY, known_at=AT + timedelta(days=2))


def test_a_given_up_draft_was_never_in_force() -> None:
    made = draft()
    api.withdraw(by=ADMIN, at=AT + timedelta(days=1), version_id=made.id, why="Không cần")
    with pytest.raises(api.NoVersionInForce):
        api.version_on("9.000001", DAY, known_at=AT)


def test_same_day_replaces_and_a_later_start_stands_in_the_way() -> None:
    first = published()
    second = published(name="Bản sửa")
    assert api.version(first.id).status is api.VersionStatus.WITHDRAWN
    assert api.version_on("9.000001", DAY).id == second.id
    third = draft(name="Sớm hơn")
    api.check(by=ADMIN, at=AT, version_id=third.id)
    with pytest.raises(api.OverlapsLater):
        api.publish(by=ADMIN, at=AT, version_id=third.id, decision=DECISION, valid_from=date(2025, 1, 1))
    with pytest.raises(api.EndBeforeStart):
        api.publish(by=ADMIN, at=AT, version_id=third.id, decision=DECISION, valid_from=DAY, valid_to=DAY)


def test_wrong_requests_are_refused_in_words() -> None:
    with pytest.raises(api.VersionUnknown):
        api.version(uuid4())
    with pytest.raises(api.VersionUnknown):
        api.check(by=ADMIN, at=AT, version_id=uuid4())
    made = draft()
    with pytest.raises(api.CodeChanged):
        api.edit_draft(by=ADMIN, at=AT, version_id=made.id, content=content(code="9.000002"))
    with pytest.raises(api.ReasonMissing):
        api.withdraw(by=ADMIN, at=AT, version_id=made.id, why=" ")
    with pytest.raises(ValueError, match="zone"):
        api.check(by=ADMIN, at=datetime(2025, 1, 1), version_id=made.id)  # noqa: DTZ001 that is the point


def test_a_failed_ledger_entry_rolls_the_change_back() -> None:
    made = draft()
    api.check(by=ADMIN, at=AT, version_id=made.id)
    with mock.patch.object(versions, "log", side_effect=RuntimeError), pytest.raises(RuntimeError):
        api.publish(by=ADMIN, at=AT, version_id=made.id, decision=DECISION, valid_from=DAY)
    assert api.version(made.id).status is api.VersionStatus.CHECKED


def test_the_database_itself_refuses_overlap_and_half_facts() -> None:
    live = published()
    row = ProcedureVersion.objects.get(pk=live.id)
    row.pk, row.number = uuid4(), 9
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        row.save(force_insert=True)
    for change in (
        {"published_at": None},
        {"status": "withdrawn"},
        {"status": "unknown"},
        {"cut_at": AT},
        {"valid": DateRange(None, DAY)},
        {"number": 0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProcedureVersion.objects.filter(pk=live.id).update(**change)


def test_doors_by_day() -> None:
    live = published()
    before = {d.kind for d in api.open_doors(live, date(2025, 3, 14))}
    after = {d.kind for d in api.open_doors(live, date(2025, 7, 1))}
    assert before == {"desk", "provincial_eform"}
    assert after == {"desk", "national_portal"}
    assert api.open_doors(live, date(2000, 1, 1)) == ()


def test_lists(django_assert_num_queries: Any) -> None:
    published()
    published(code="9.000002")
    draft(code="9.000003")
    with django_assert_num_queries(1):
        assert [line.code for line in api.in_force(DAY)] == ["9.000001", "9.000002"]
    with django_assert_num_queries(1):
        assert len(api.list_versions(limit=2)) == 2
    assert [line.code for line in api.list_versions(status=api.VersionStatus.DRAFT)] == ["9.000003"]
    assert [line.number for line in api.versions_of("9.000001")] == [1]


def test_search_sees_a_publication_at_once() -> None:
    assert api.search("thử nghiệm", on=DAY) == []
    published()
    assert [h.code for h in api.search("thu nghiem", on=DAY)] == ["9.000001"]
    assert api.search("thử nghiệm", on=date(2020, 1, 1)) == []


def test_the_catalogue_loads_twice_with_one_effect() -> None:
    first = api.load_reference_data(by=SYSTEM, at=AT)
    assert first.created >= 80
    assert first.changed == 0
    again = api.load_reference_data(by=SYSTEM, at=AT + timedelta(hours=1))
    assert (again.created, again.changed, again.unchanged) == (0, 0, first.created)
    assert len(entries(Subject(kind="catalogue", id="catalogue"))) == 1


def test_loading_leaves_what_an_officer_published() -> None:
    mine = published(code="1.001193", name="Bản của tỉnh")
    api.load_reference_data(by=SYSTEM, at=AT)
    assert api.version_on("1.001193", DAY).id == mine.id
