"""What time the law gives the desk itself: to look at a filing, and for an opinion where nobody named one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import yaml

from motcua.base.data import Source, Validity
from motcua.base.errors import DomainError
from motcua.deadlines.data import TimeLimit


class NoReceptionRule(DomainError):
    """No rule for the desk is known for {day}."""

    message_vi = "Chưa có quy định thời gian tiếp nhận cho ngày {day}."


@dataclass(frozen=True, kw_only=True)
class ReceptionRule:
    """The desk's own limits during `validity`."""

    id: str
    validity: Validity
    answer_within: TimeLimit
    consult_within: TimeLimit
    source: Source


@cache
def reception_rules() -> tuple[ReceptionRule, ...]:
    """Every dated rule, from the data file."""
    text = resources.files("motcua.dossiers").joinpath("law/reception.yaml").read_text("utf-8")
    return tuple(
        ReceptionRule(
            id=str(one["id"]),
            validity=Validity(start=one["valid_from"], end=one.get("valid_to")),
            answer_within=TimeLimit.parse(str(one["answer_within"])),
            consult_within=TimeLimit.parse(str(one["consult_within"])),
            source=Source.from_mapping(one["source"]),
        )
        for one in yaml.safe_load(text)["reception"]
    )


def reception_rule_on(day: date) -> ReceptionRule:
    """The rule in force on `day`; raises `NoReceptionRule`."""
    for rule in reception_rules():
        if rule.validity.contains(day):
            return rule
    raise NoReceptionRule(day=f"{day:%d/%m/%Y}")
