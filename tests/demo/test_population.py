"""The invented province: the same every time, consistent in itself, and findable mark by mark."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from motcua.base import clock
from motcua.base.clock import VN
from motcua.base.data import SYSTEM, ActorKind
from motcua.demo.officers import PASSWORD, totp_secret, username
from motcua.demo.population import (
    CITIZENS,
    REFERENCE_DAY,
    SOURCE,
    generate,
    load,
    marks_of,
    write_identity_accounts,
)
from motcua.demo.trial import DemoAccounts
from motcua.people import api as people
from motcua.staff import api as staff
from motcua.units.api import Level, agency, units

AT = datetime(2026, 11, 2, 7, 0, tzinfo=VN)


def test_the_same_seed_gives_the_same_people() -> None:
    first = generate()
    generate.cache_clear()
    assert first == generate()
    assert generate(seed=1).people[:50] != first.people[:50]


def test_as_many_as_were_asked_for_and_in_every_commune() -> None:
    population = generate()
    assert CITIZENS <= len(population.people) <= CITIZENS + 10
    assert len(population.organisations) == 200
    spread = Counter(person.permanent_unit for person in population.people)
    communes = units(on=REFERENCE_DAY, level=Level.COMMUNE)
    assert set(spread) == {unit.key for unit in communes}
    assert len(communes) == 130
    largest = max(communes, key=lambda unit: unit.population or 0)
    assert spread[largest.key] > 2 * spread[min(communes, key=lambda unit: unit.population or 0).key]


def test_everybody_is_consistent() -> None:
    population = generate()
    numbers = [person.personal_number for person in population.people if person.personal_number]
    assert len(numbers) == len(set(numbers))
    assert sum(person.personal_number is None for person in population.people) >= 5  # newborns
    by_ref = {person.ref: person for person in population.people}
    for person in population.people:
        assert person.dob is not None
        assert person.dob <= REFERENCE_DAY
        if person.personal_number:
            people.check_personal_number(
                person.personal_number, sex=person.sex, dob=person.dob, on=REFERENCE_DAY
            )
        for relation in person.relations:
            other = by_ref[relation.ref]
            assert (relation.full_name, relation.personal_number) == (other.full_name, other.personal_number)
            assert other.dob is not None
            if relation.kind in (people.RelationKind.FATHER, people.RelationKind.MOTHER):
                assert 17 <= people.age_on(other.dob, person.dob) <= 60
            if relation.kind is people.RelationKind.HOUSEHOLD_HEAD:
                assert other.alive
                assert other.permanent_address == person.permanent_address


def test_families_and_peoples_of_the_province() -> None:
    population = generate()
    peoples = Counter(person.ethnicity for person in population.people)
    assert set(peoples) == {"Kinh", "Thái", "Mông", "Khơ Mú", "Thổ"}
    assert peoples["Kinh"] > 0.7 * len(population.people)
    kinds = Counter(relation.kind for person in population.people for relation in person.relations)
    assert min(kinds[kind] for kind in (people.RelationKind.FATHER, people.RelationKind.SPOUSE)) > 1000
    children = sum(people.is_minor(person.dob, REFERENCE_DAY) for person in population.people)
    assert 0.12 < children / len(population.people) < 0.4
    families = Counter(person.full_name.split()[0] for person in population.people)
    assert families.most_common(1)[0][0] == "Nguyễn"


def test_nobody_real_can_be_reached() -> None:
    for person in generate().people:
        assert not person.email or person.email.endswith(".example")
        assert not person.phone or person.phone.startswith("+84592")


def test_marks_belong_to_one_person_or_one_household() -> None:
    population = generate()
    for person in population.people:
        assert list(marks_of(person))
    for mark, refs in population.canaries.items():
        if "/" not in mark:
            assert len(refs) == 1, mark
    first = next(person for person in population.people if person.phone and person.email)
    local = "0" + str(first.phone)[3:]
    for text in (f"<td>{first.personal_number}</td>", f"gọi {local},", first.phone, f"thư: {first.email}."):
        assert population.whose(str(text)) == {first.ref}
    assert first.ref in population.whose(f"Nơi ở: {first.permanent_address}")
    masked = (
        f"{people.mask_number(first.personal_number)} {people.mask_phone(str(first.phone))} {first.full_name}"
    )
    assert population.whose(masked) == frozenset()


def test_officers_of_every_role_where_they_are_needed() -> None:
    officers = generate().officers
    assert len({officer.username for officer in officers}) == len(officers)
    assert {role for officer in officers for role in officer.roles} == set(staff.Role)
    now = [officer for officer in officers if officer.valid_to is None]
    for unit in units(on=REFERENCE_DAY, level=Level.COMMUNE):
        roles = {
            role
            for officer in now
            if officer.agency_key in (f"ubnd-xa-{unit.code}", f"ttpvhcc-xa-{unit.code}")
            for role in officer.roles
        }
        needed = {"reception", "desk_lead", "solver", "reviewer", "signer", "clerk"}
        assert needed <= {role.value for role in roles}, unit.name
    for officer in officers:
        held = agency(officer.agency_key).validity
        assert held.start <= officer.valid_from
        assert officer.valid_to == held.end
    assert username("tiepnhan", "ttpvhcc-xa-16681") == "tiepnhan.16681"
    assert username("tiepnhan", "ttpvhcc-xa-16681") in {officer.username for officer in officers}


def test_the_identity_providers_file(tmp_path: Path) -> None:
    path = tmp_path / "sandbox" / "citizens.json"
    count = write_identity_accounts(path)
    accounts = json.loads(path.read_text(encoding="utf-8"))
    assert len(accounts) == count
    assert count > 3000
    known = {"personal_number", "full_name", "dob", "sex", "level", "phone", "email", "address"}
    assert {key for account in accounts for key in account} == known | {"tax_code", "organisation"}
    assert all(len(account["dob"].split("-")) == 3 for account in accounts)
    assert sum("tax_code" in account for account in accounts) == 200
    assert {account["level"] for account in accounts} == {1, 2}


@pytest.mark.slow
@pytest.mark.django_db
def test_loading_is_quick_complete_and_repeatable() -> None:
    population = generate()
    started = time.process_time()
    report, ids = load(by=SYSTEM, at=AT)
    assert time.process_time() - started < 15  # about 4 s; the wall clock depends on who else is at work
    assert report.created == len(population.people) + 200 + len(population.officers)
    assert len(ids) == len(population.people)

    child = next(
        p for p in population.people if any(r.kind is people.RelationKind.FATHER for r in p.relations)
    )
    family = {relation.kind for relation in people.family(ids[child.ref])}
    assert {people.RelationKind.FATHER, people.RelationKind.MOTHER} <= family
    company = people.organisation_by_tax_code(population.organisations[0].tax_code)
    assert company is not None
    assert company.representative_id is not None

    account = staff.check_credentials(username="tiepnhan.16681", password=PASSWORD, place="p", at=AT)
    code = pyotp.TOTP(totp_secret("tiepnhan.16681")).at(AT)
    assert staff.confirm_code(account_id=account.id, code=code, place="p", at=AT)
    (position,) = staff.positions(account.id, on=AT.date())
    assert staff.actor_for(account, position).kind is ActorKind.OFFICER

    again, _ = load(by=SYSTEM, at=AT + timedelta(minutes=1))
    assert (again.created, again.changed) == (0, 0)


def test_the_source_knows_its_people_only_with_a_second_fact() -> None:
    source = people.population_sources.get(SOURCE)
    person: Any = generate().people[0]
    found = source.look_up(personal_number=person.personal_number, full_name=person.full_name, dob=None)
    assert [one.ref for one in found] == [person.ref]
    assert not source.look_up(personal_number=person.personal_number, full_name="Ai Đó", dob=None)
    assert source.label("vi") != source.label("en")


def test_trial_accounts_exist_have_their_role_and_vanish_with_the_demo(settings: Any) -> None:
    settings.MOTCUA_DEMO = True
    with clock.override(AT):
        shown = DemoAccounts().accounts()
    with clock.override(datetime(2025, 3, 14, 8, 0, tzinfo=VN)):
        before = [one.username for one in DemoAccounts().accounts()]
    officers = {officer.username: officer for officer in generate().officers}
    assert any(name.endswith("-cu") for name in before)
    assert not any(officers[name].valid_from > date(2025, 3, 14) for name in before)
    assert {role for one in shown for role in officers[one.username].roles} == set(staff.Role)
    assert shown[0].code == pyotp.TOTP(totp_secret(shown[0].username)).at(AT)
    settings.MOTCUA_DEMO = False
    assert not DemoAccounts().accounts()
