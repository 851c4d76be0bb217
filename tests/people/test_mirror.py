"""The mirror: only sources write it, newer wins, numbers belong to one person, families are linked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.ledger.api import Subject, entries
from motcua.people import api
from motcua.people.actions import mirror as mirror_module
from motcua.people.models import Person
from tests.people.factories import (
    AT,
    OTHER_SOURCE,
    SOURCE,
    child,
    man,
    mirror,
    organisation,
    record,
    tie,
)

pytestmark = pytest.mark.django_db


def upsert(*records: api.SourcePerson, source: str = SOURCE) -> api.UpsertReport:
    return api.upsert_from_source(by=SYSTEM, at=AT, source=source, people=records)


def test_a_person_comes_in_with_the_source_of_each_field() -> None:
    (hoa,) = mirror(record())
    assert hoa.full_name == "Nguyễn Thị Hoa"
    assert hoa.phone == "+84912345678"
    assert hoa.provenance["dob"].source == SOURCE
    assert hoa.provenance["dob"].as_of == datetime(2026, 1, 5, 8, 0, tzinfo=VN)
    assert "marital_status" not in hoa.provenance


def test_a_second_run_changes_nothing() -> None:
    family = (record(), man(), child())
    assert upsert(*family).created == 3
    again = upsert(*family)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 3)
    assert len(api.family(again.ids[child().ref])) == 2


def test_only_a_registered_source_may_write() -> None:
    with pytest.raises(api.UnknownPopulationSource):
        upsert(record(), source="civil-status-register")


def test_newer_facts_win_field_by_field() -> None:
    mirror(record())
    newer = record(as_of=AT, phone="0911111111", permanent_address=None)
    older = record(as_of=AT - timedelta(days=900), phone="0922222222", full_name="Nguyễn Thị Hoà")
    assert upsert(newer).changed == 1
    assert upsert(older, source=OTHER_SOURCE).changed == 0
    hoa = api.by_personal_number("040190 000 112")
    assert hoa is not None
    assert (hoa.full_name, hoa.phone) == ("Nguyễn Thị Hoa", "+84911111111")
    assert hoa.permanent_address.startswith("Số 1")
    assert hoa.provenance["phone"].as_of == AT
    assert hoa.provenance["permanent_address"].as_of < AT


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"personal_number": "04019000011"}, "12 chữ số"),
        ({"sex": api.Sex.MALE}, "giới tính"),
        ({"dob": date(1991, 5, 20)}, "năm sinh"),
        ({"dob": date(2030, 1, 1), "personal_number": None}, "tương lai"),
        ({"full_name": "NguyÔn ThÞ Hoa"}, "bảng mã cũ"),
        ({"phone": "12"}, "điện thoại"),
        ({"identifiers": ((api.IdentifierKind.CMND, "12345678"),)}, "9 chữ số"),
        ({"permanent_address": "x" * 301}, "permanent_address"),
        ({"ethnicity": "Kinh\x00"}, "ethnicity"),
        ({"relations": (api.SourceRelation(kind=api.RelationKind.FATHER, full_name=""),)}, "người thân"),
        ({"relations": (tie(api.RelationKind.SPOUSE, record()),)}, "người thân"),
    ],
)
def test_a_faulty_record_is_refused_and_the_others_are_taken(changes: dict[str, Any], says: str) -> None:
    report = upsert(record(**changes), man())
    assert report.created == 1
    assert len(report.refused) == 1
    assert says in report.refused[0].reason_vi
    assert "{" not in report.refused[0].reason_en


def test_a_number_of_somebody_else_is_refused() -> None:
    mirror(record())
    thief = record(ref="other", full_name="Lê Thị Lan", dob=date(1990, 8, 8))
    report = upsert(thief)
    assert "người khác" in report.refused[0].reason_vi
    assert Person.objects.count() == 1


def test_the_same_number_twice_in_one_batch_is_refused_too() -> None:
    report = upsert(record(), record(ref="b", full_name="Lê Thị Lan", dob=date(1990, 8, 8)))
    assert (report.created, len(report.refused)) == (1, 1)


def test_a_corrected_name_or_birth_date_keeps_the_person() -> None:
    (before,) = mirror(record())
    (after,) = mirror(record(full_name="Nguyễn Thị Hoài Hoa", as_of=AT))
    assert after.id == before.id
    assert after.full_name == "Nguyễn Thị Hoài Hoa"


def test_a_source_reference_cannot_jump_to_another_person() -> None:
    mirror(record(), man())
    report = upsert(record(ref=man().ref, as_of=AT))
    assert len(report.refused) == 1


def test_a_newborn_gets_the_number_later_and_stays_the_same_person() -> None:
    baby = child(ref="born-1", personal_number=None)
    (before,) = mirror(baby)
    (after,) = mirror(replace(baby, personal_number="040218000333", as_of=AT))
    assert before.id == after.id
    assert after.personal_number == "040218000333"


def test_families_are_linked_whatever_the_order_of_arrival() -> None:
    (an,) = mirror(child())
    assert all(relation.person is None for relation in api.family(an.id))
    hoa, _ = mirror(record(relations=(tie(api.RelationKind.SPOUSE, man()),)), man())
    parents = {relation.kind: relation.person for relation in api.family(an.id)}
    assert parents[api.RelationKind.MOTHER] is not None
    kinds = {(relation.kind, relation.full_name) for relation in api.family(hoa.id)}
    assert kinds == {(api.RelationKind.SPOUSE, "Trần Văn Nam"), (api.RelationKind.CHILD, "Trần Bảo An")}


def test_a_new_spouse_takes_the_place_of_the_former_one() -> None:
    (hoa,) = mirror(record(relations=(tie(api.RelationKind.SPOUSE, man()),)))
    other = man(ref="x", personal_number="040083000444", full_name="Lê Văn Bình", dob=date(1983, 1, 1))
    mirror(record(relations=(tie(api.RelationKind.SPOUSE, other),), as_of=AT))
    assert [relation.full_name for relation in api.family(hoa.id)] == ["Lê Văn Bình"]


def test_a_family_takes_two_queries(django_assert_num_queries: Any) -> None:
    hoa, _, _ = mirror(record(), man(), child())
    with django_assert_num_queries(2):
        api.family(hoa.id)


def test_old_numbers_may_be_shared() -> None:
    old = ((api.IdentifierKind.CMND, "186543210"),)
    mirror(record(identifiers=old), man(identifiers=old))
    assert len(api.by_old_id_number("186 543 210")) == 2
    assert len(api.find("186543210")) == 2


def test_search_by_name_without_accents() -> None:
    mirror(record(), man())
    assert [one.full_name for one in api.find("nguyen thi")] == ["Nguyễn Thị Hoa"]
    assert api.find("n") == []
    assert [one.full_name for one in api.find("tran", dob=date(1985, 2, 3))] == ["Trần Văn Nam"]


def test_one_batch_is_one_entry_and_a_failed_entry_takes_the_batch_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mirror(record())
    told = entries(Subject(kind="population_source", id=SOURCE))
    assert [entry.kind for entry in told] == ["people.mirrored"]

    def broken(**_: object) -> None:
        raise RuntimeError("ledger")

    monkeypatch.setattr(mirror_module, "append", broken)
    with pytest.raises(RuntimeError):
        upsert(man())
    assert api.by_personal_number("040085000221") is None


def test_the_dead_are_dead_in_the_database_too() -> None:
    (hoa,) = mirror(record(died_on=date(2026, 2, 1)))
    assert not hoa.alive
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=hoa.id).update(alive=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=hoa.id).update(personal_number="12")


def test_organisations_by_tax_code() -> None:
    (nam,) = mirror(man())
    key = organisation(representative_number=nam.personal_number)
    found = api.organisation_by_tax_code("2999000002")
    assert found is not None
    assert (found.id, found.representative_id) == (key, nam.id)
    assert organisation() == key  # same day again
    wrong = api.SourceOrganisation(tax_code="2999000003", name="Sai", as_of=AT)
    report = api.upsert_organisations(by=SYSTEM, at=AT, source=SOURCE, organisations=[wrong])
    assert "Mã số thuế" in report.refused[0].reason_vi


def test_two_mothers_in_one_record_do_not_sink_the_batch() -> None:
    other = record(personal_number="040190000777", full_name="Lê Thị Hạnh")
    twice = (tie(api.RelationKind.MOTHER, other), tie(api.RelationKind.MOTHER, record()))
    an, _ = mirror(child(relations=twice), man())
    assert [relation.full_name for relation in api.family(an.id)] == ["Nguyễn Thị Hoa"]


def test_a_name_search_uses_the_index() -> None:
    mirror(record(), man())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Person.objects.filter(name_key__startswith="nguyen th").order_by().explain()
    assert "person_name_dob" in plan
