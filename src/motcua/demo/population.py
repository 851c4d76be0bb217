"""A province of invented people: 5,000 citizens in families, 200 organisations, officers of every role.

The same seed gives the same people. Everybody carries marks (personal number, phone, e-mail, house number) that
occur once in the province, so that a page which shows somebody it must not show can be caught by its text alone.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from pathlib import Path
from uuid import UUID

from django.contrib.auth.hashers import make_password

from motcua.base.clock import VN
from motcua.base.data import Actor, LoadReport
from motcua.demo.officers import PASSWORD, all_officers, totp_secret
from motcua.demo.people_maker import ADULT, CARD_AGE, E_MAIL_DOMAIN, Maker, name_parts
from motcua.people.api import (
    SourceOrganisation,
    SourcePerson,
    age_on,
    population_sources,
    tax_code_for,
    upsert_from_source,
    upsert_organisations,
)
from motcua.staff.api import NewOfficer, enlist
from motcua.units.api import Level, UnitInfo, units

SEED = 20250701
REFERENCE_DAY = date(2026, 11, 1)  # ages are of this day
CITIZENS, ORGANISATIONS = 5000, 200
SOURCE = "demo-population"
LEAST = 12  # citizens in the smallest commune


@dataclass(frozen=True)
class Population:
    """Everybody who was invented; `communes` are those that have citizens."""

    people: tuple[SourcePerson, ...]
    organisations: tuple[SourceOrganisation, ...]
    officers: tuple[NewOfficer, ...]
    communes: tuple[UnitInfo, ...]
    on: date

    @cached_property
    def canaries(self) -> Mapping[str, frozenset[str]]:
        """Each mark that occurs once in the province, and the references of the people who carry it.

        Numbers, phones and e-mail addresses are one person's; a house number is its household's.
        """
        marks: dict[str, set[str]] = {}
        for person in self.people:
            for mark in marks_of(person):
                marks.setdefault(mark, set()).add(person.ref)
        return {mark: frozenset(refs) for mark, refs in marks.items()}

    def whose(self, text: str) -> frozenset[str]:
        """References of everybody whose marks occur in `text` (a page, an export, the text of a PDF)."""
        found: set[str] = set()
        for token in _MARK.findall(text):
            found |= self.canaries.get(_local(token), frozenset())
        return frozenset(found)

    def of_commune(self, unit_key: str) -> tuple[SourcePerson, ...]:
        """The citizens who live in the commune."""
        return tuple(person for person in self.people if person.permanent_unit == unit_key)

    def adults(self) -> tuple[SourcePerson, ...]:
        """Living citizens of 18 and older who have a personal number."""
        return tuple(
            p
            for p in self.people
            if p.alive and p.personal_number and p.dob and age_on(p.dob, self.on) >= ADULT
        )


_MARK = re.compile(
    rf"\d{{12}}|(?:\+84|0)\d{{9}}|[\w.]+@{re.escape(E_MAIL_DOMAIN)}|\b\d{{1,2}}/\d{{4}}(?=, (?:xóm|khối) )"
)


def marks_of(person: SourcePerson) -> Iterator[str]:
    """The marks that a person carries."""
    yield from (mark for mark in (person.personal_number, person.email) if mark)
    if person.phone:
        yield _local(person.phone)
    if person.permanent_address:
        yield person.permanent_address.removeprefix("Số ").split(",", 1)[0]


def _local(mark: str) -> str:
    """Phones are written with +84 or with 0; here always with 0."""
    return "0" + mark[3:] if mark.startswith("+84") else mark


@lru_cache(maxsize=4)
def generate(*, seed: int = SEED, citizens: int = CITIZENS, on: date = REFERENCE_DAY) -> Population:
    """Invent the population; the same arguments give the same people."""
    communes = units(on=on, level=Level.COMMUNE)
    maker = Maker(seed=seed, on=on)
    people: list[SourcePerson] = []
    wanted = 0
    for unit, share in zip(communes, _spread(communes, citizens), strict=True):
        wanted += share  # a family too many here is one fewer in the next commune
        while len(people) < wanted:
            people.extend(maker.household(unit))
    officers = all_officers(seed=seed, on=on)
    population = Population(
        people=tuple(people), organisations=(), officers=tuple(officers), communes=communes, on=on
    )
    companies = _organisations(population, seed=seed)
    return Population(
        people=population.people,
        organisations=tuple(companies),
        officers=population.officers,
        communes=communes,
        on=on,
    )


def _spread(communes: Sequence[UnitInfo], citizens: int) -> list[int]:
    """How many citizens each commune gets: by its real population, a few at least."""
    least = min(LEAST, citizens // len(communes))
    rest = citizens - least * len(communes)
    total = sum(unit.population or 0 for unit in communes) or 1
    shares = [least + rest * (unit.population or 0) // total for unit in communes]
    shares[0] += citizens - sum(shares)
    return shares


def _organisations(population: Population, *, seed: int) -> list[SourceOrganisation]:
    chance = random.Random(seed + 3)
    parts = name_parts()["organisations"]
    heads = chance.sample(population.adults(), min(ORGANISATIONS, len(population.adults())))
    made: list[SourceOrganisation] = []
    serial = 0
    names: set[str] = set()
    for head in heads:
        code = None
        while code is None:  # 2999…: within the province's range, far from codes that are given out
            code, serial = tax_code_for(f"2999{serial:05d}"), serial + 1
        kind = chance.choices(list(parts["kinds"]), weights=list(parts["kinds"].values()))[0]
        name = f"{kind} {chance.choice(parts['trades'])} {chance.choice(parts['words'])}"
        name = name if name not in names else f"{name} {serial}"
        names.add(name)
        made.append(
            SourceOrganisation(
                tax_code=code,
                name=name,
                as_of=datetime.combine(population.on, time(6, 0), VN),
                kind=kind,
                unit_key=head.permanent_unit or "",
                address=head.permanent_address or "",
                phone=f"+84594{100000 + serial}",
                email=f"lien-he.{code}@doanh-nghiep.example",
                representative_number=head.personal_number,
                representative_name=head.full_name,
            )
        )
    return made


def load(
    *, by: Actor, at: datetime, population: Population | None = None
) -> tuple[LoadReport, dict[str, UUID]]:
    """Bring the population into people and staff, in bulk; (what was done, our ids by the citizens' references).

    A second run changes nothing. Every officer has the demo's password and a computable second factor.
    """
    everybody = population or generate()
    people = upsert_from_source(by=by, at=at, source=SOURCE, people=everybody.people)
    companies = upsert_organisations(by=by, at=at, source=SOURCE, organisations=everybody.organisations)
    officers = enlist(
        by=by,
        at=at,
        officers=everybody.officers,
        password_hash=make_password(PASSWORD),
        second_factors={officer.username: totp_secret(officer.username) for officer in everybody.officers},
    )
    report = LoadReport(
        created=people.created + companies.created + officers.created,
        changed=people.changed + companies.changed + officers.changed,
        unchanged=people.unchanged + companies.unchanged + officers.unchanged,
    )
    return report, dict(people.ids)


def write_identity_accounts(path: Path, population: Population | None = None) -> int:
    """Write the JSON that the simulated identity provider reads; how many accounts it has.

    Living citizens from 14 with a personal number (one in ten at level 1 only), and one account for each
    organisation, held by its representative.
    """
    everybody = population or generate()
    accounts = [
        _account(person, everybody.on)
        for person in everybody.people
        if person.alive
        and person.personal_number
        and person.dob
        and age_on(person.dob, everybody.on) >= CARD_AGE
    ]
    by_number = {account["personal_number"]: account for account in accounts}
    accounts += [
        {
            **by_number[company.representative_number],
            "tax_code": company.tax_code,
            "organisation": company.name,
        }
        for company in everybody.organisations
        if company.representative_number in by_number
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(accounts, ensure_ascii=False, indent=0), encoding="utf-8")
    return len(accounts)


def _account(person: SourcePerson, on: date) -> dict[str, str | int]:
    return {
        "personal_number": person.personal_number or "",
        "full_name": person.full_name,
        "dob": (person.dob or on).isoformat(),
        "sex": person.sex.value if person.sex else "",
        "level": 1 if int(person.ref.removeprefix("NA-")) % 10 == 0 else 2,
        "phone": person.phone or "",
        "email": person.email or "",
        "address": person.permanent_address or "",
    }


@population_sources.register(SOURCE)
class DemoPopulation:
    """The invented province as a population source."""

    def label(self, language: str) -> str:
        """What to call the source on a screen."""
        return "Dữ liệu dân cư mô phỏng" if language == "vi" else "Simulated population base"

    def look_up(self, *, personal_number: str, full_name: str, dob: date | None) -> Sequence[SourcePerson]:
        """The person with that number when the name or the birth date agrees."""
        return [
            person
            for person in generate().people
            if person.personal_number == personal_number
            and (person.full_name == full_name or (dob is not None and person.dob == dob))
        ]
