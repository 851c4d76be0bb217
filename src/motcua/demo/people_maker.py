"""Invents citizens in families: names, numbers, ages, homes, all from one seed, none of them real."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from motcua.base.clock import VN
from motcua.base.vietnamese import fold
from motcua.people.api import (
    DatePrecision,
    IdentifierKind,
    MaritalStatus,
    RelationKind,
    Sex,
    SourcePerson,
    SourceRelation,
)
from motcua.units.api import UnitInfo, UnitKind

HOME_CODE = "040"  # Nghệ An in personal numbers
ELSEWHERE = ("038", "042", "001", "079", "036")
E_MAIL_DOMAIN = "cong-dan.example"  # a domain that cannot exist (RFC 2606)
ELDER, ADULT, CARD_AGE = 60, 18, 14
# Mirrors Vietnam's law on marriage only loosely: brides from 19, grooms from 21.
FIRST_BRIDE, FIRST_GROOM = 19, 21


@dataclass
class Invented:
    """A person while the family around them is being made."""

    ref: str
    name: str
    sex: Sex
    dob: date
    ethnicity: str
    number: str | None = None
    marital: MaritalStatus = MaritalStatus.SINGLE
    died_on: date | None = None
    relations: list[SourceRelation] = field(default_factory=list)

    def relate(self, kind: RelationKind, other: Invented) -> None:
        """Note that `other` is this person's father, mother, spouse or household head."""
        self.relations.append(
            SourceRelation(kind=kind, full_name=other.name, personal_number=other.number, ref=other.ref)
        )


@lru_cache(maxsize=1)
def name_parts() -> Mapping[str, Any]:
    """The parts that names are made of."""
    loaded: Mapping[str, Any] = yaml.safe_load(
        files("motcua.demo").joinpath("names.yaml").read_text(encoding="utf-8")
    )
    return loaded


def ethnic_shares(unit: UnitInfo) -> dict[str, float]:
    """Rough shares of ethnic groups by where a commune lies (own approximation: the west is Thái, Mông, Khơ Mú)."""
    lon, lat = unit.lon or 105.6, unit.lat or 18.9
    if lon < 104.35:
        return {"Mông": 0.38, "Khơ Mú": 0.32, "Thái": 0.26, "Kinh": 0.04}
    if lon < 104.85:
        return {"Thái": 0.72, "Khơ Mú": 0.10, "Mông": 0.06, "Kinh": 0.12}
    if lon < 105.2 and lat > 19.2:
        return {"Thái": 0.62, "Thổ": 0.12, "Kinh": 0.26}
    if lon < 105.15:
        return {"Kinh": 0.70, "Thái": 0.30}
    if lon < 105.5 and lat > 19.1:
        return {"Kinh": 0.76, "Thổ": 0.14, "Thái": 0.10}
    return {"Kinh": 0.99, "Thái": 0.01}


class Maker:
    """Makes households of one province, deterministically from its seed."""

    def __init__(self, *, seed: int, on: date) -> None:
        self.random = random.Random(seed)
        self.on = on
        self.count = 0
        self.households = 0
        self._numbers: set[str] = set()
        self._cards: set[str] = set()

    def household(self, unit: UnitInfo) -> list[SourcePerson]:
        """One family under one roof in the commune, its head first."""
        ethnicity = self._pick(ethnic_shares(unit))
        shape = self._pick({"family": 58, "three": 20, "elders": 10, "alone": 7, "one_parent": 5})
        if shape == "alone":
            members = [self.person(ethnicity, self._either(), self._born(22, 85))]
        elif shape == "elders":
            members = self._couple(ethnicity, self._born(ELDER, 88))
        elif shape == "one_parent":
            mother = self.person(ethnicity, Sex.FEMALE, self._born(24, 55))
            mother.marital = self._pick(
                {MaritalStatus.DIVORCED: 5, MaritalStatus.SINGLE: 3, MaritalStatus.WIDOWED: 2}
            )
            members = [mother, *self._children(None, mother)]
        else:
            couple = self._couple(ethnicity, self._born(24, 58))
            members = [*couple, *self._children(couple[0], couple[1])]
            if shape == "three":
                members += self._grandparents(couple[0])
        head = next(one for one in members if one.died_on is None)
        for member in members:
            if member is not head:
                member.relate(RelationKind.HOUSEHOLD_HEAD, head)
        self.households += 1
        return [self._record(member, unit) for member in members]

    def person(self, ethnicity: str, sex: Sex, dob: date, *, family_name: str = "") -> Invented:
        """Somebody with a name of their people and generation, and a number that fits."""
        self.count += 1
        made = Invented(
            ref=f"NA-{self.count:06d}",
            name=self.name(ethnicity, sex, dob, family_name=family_name),
            sex=sex,
            dob=dob,
            ethnicity=ethnicity,
        )
        # Newborns of the last days have no number yet: it comes with the registration of birth.
        if (self.on - dob).days > 20:
            made.number = self._number(sex, dob)
        return made

    def name(self, ethnicity: str, sex: Sex, dob: date, *, family_name: str = "") -> str:
        """Family, middle and given name."""
        parts = name_parts()[ethnicity]
        who = "men" if sex is Sex.MALE else "women"
        generation = "old" if dob.year < 1970 else ("middle" if dob.year < 2000 else "young")
        family = family_name or self._pick(parts["families"])
        return f"{family} {self._pick(parts[who + '_middle'])} {self.random.choice(parts[who][generation])}"

    def _couple(self, ethnicity: str, born: date) -> list[Invented]:
        husband = self.person(ethnicity, Sex.MALE, born)
        hers = min(born + timedelta(days=self.random.randint(-900, 2600)), self._latest(FIRST_BRIDE))
        wife = self.person(ethnicity, Sex.FEMALE, hers)
        for one, other in ((husband, wife), (wife, husband)):
            one.marital = MaritalStatus.MARRIED
            one.relate(RelationKind.SPOUSE, other)
        if self._age(husband) > 68 and self.random.random() < 0.3:
            husband.died_on = self.on - timedelta(days=self.random.randint(20, 700))
            wife.marital = MaritalStatus.WIDOWED
        return [husband, wife]

    def _children(self, father: Invented | None, mother: Invented) -> list[Invented]:
        first = mother.dob + timedelta(days=self.random.randint(20 * 365, 27 * 365))
        born = self.on - timedelta(days=self.random.randint(1, 19)) if self.random.random() < 0.02 else first
        children: list[Invented] = []
        for _ in range(self._pick({0: 1, 1: 4, 2: 7, 3: 3, 4: 1})):
            if born > self.on or mother.dob.year + 48 < born.year:
                break
            family_name = (father or mother).name.split()[0]
            child = self.person(mother.ethnicity, self._either(), born, family_name=family_name)
            if self._age(child) <= 27:  # older children have left home
                if father is not None:
                    child.relate(RelationKind.FATHER, father)
                child.relate(RelationKind.MOTHER, mother)
                children.append(child)
            born += timedelta(days=self.random.randint(500, 1900))
        return children

    def _grandparents(self, father: Invented) -> list[Invented]:
        born = father.dob - timedelta(days=self.random.randint(27 * 365, 33 * 365))
        couple = self._couple(father.ethnicity, born)
        grandfather = couple[0]
        family = father.name.split()[0]
        grandfather.name = " ".join([family, *grandfather.name.split()[1:]])
        couple[1].relations = []
        couple[1].relate(RelationKind.SPOUSE, grandfather)
        father.relate(RelationKind.FATHER, grandfather)
        father.relate(RelationKind.MOTHER, couple[1])
        return couple

    def _record(self, one: Invented, unit: UnitInfo) -> SourcePerson:
        """The record as the population source gives it; it carries marks that can be found again anywhere."""
        age = self._age(one)
        year_only = one.dob.year < 1965 and self.random.random() < 0.12
        adult = age >= ADULT
        made = datetime.combine(self.on, time(6, 0), VN) - timedelta(days=self.random.randint(30, 900))
        serial = int(one.ref.removeprefix("NA-"))
        quarter = "khối" if unit.kind is UnitKind.WARD else "xóm"
        address = (
            f"Số {self.households % 40 + 1}/{1001 + self.households}, {quarter} {self.households % 11 + 1}, "
            f"{unit.name[0].lower()}{unit.name[1:]}, tỉnh Nghệ An"
        )
        record = SourcePerson(
            ref=one.ref,
            as_of=max(made, datetime.combine(one.dob, time(6, 0), VN)),
            personal_number=one.number,
            full_name=one.name,
            dob=date(one.dob.year, 1, 1) if year_only else one.dob,
            dob_precision=DatePrecision.YEAR if year_only else DatePrecision.DAY,
            sex=one.sex,
            ethnicity=one.ethnicity,
            nationality="Việt Nam",
            marital_status=one.marital,
            permanent_unit=unit.key,
            permanent_address=address,
            phone=f"+84592{100000 + serial}" if adult and self.random.random() < 0.95 else "",
            email=self._email(one, serial) if adult and self.random.random() < 0.7 else "",
            alive=one.died_on is None,
            died_on=one.died_on,
            relations=tuple(one.relations),
        )
        if one.dob.year < 2003 and self.random.random() < 0.6:
            record = replace(record, identifiers=((IdentifierKind.CMND, self._card()),))
        return record

    def _email(self, one: Invented, serial: int) -> str:
        words = fold(one.name).split()
        return f"{words[-1]}.{words[0]}{serial * 7919 % 1000003:06d}@{E_MAIL_DOMAIN}"

    def _number(self, sex: Sex, dob: date) -> str:
        place = HOME_CODE if self.random.random() < 0.96 else self.random.choice(ELSEWHERE)
        mark = (dob.year - 1900) // 100 * 2 + (1 if sex is Sex.FEMALE else 0)
        while True:
            number = f"{place}{mark}{dob.year % 100:02d}{self.random.randint(0, 999999):06d}"
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def _card(self) -> str:
        while True:
            card = f"18{self.random.randint(0, 9999999):07d}"
            if card not in self._cards:
                self._cards.add(card)
                return card

    def _born(self, youngest: int, oldest: int) -> date:
        return self.on - timedelta(days=self.random.randint(youngest * 366, oldest * 365))

    def _latest(self, age: int) -> date:
        return self.on - timedelta(days=age * 366)

    def _age(self, one: Invented) -> int:
        end = one.died_on or self.on
        return (end - one.dob).days * 100 // 36525

    def _either(self) -> Sex:
        return self.random.choice((Sex.MALE, Sex.FEMALE))

    def _pick(self, weights: Mapping[Any, float]) -> Any:
        keys: Sequence[Any] = list(weights)
        return self.random.choices(keys, weights=[weights[key] for key in keys])[0]
