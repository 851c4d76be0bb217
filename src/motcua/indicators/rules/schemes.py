"""Reads the definitions of indices from the shipped YAML files, strictly: an unknown key is an error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from motcua.base.data import Source, Validity
from motcua.base.errors import DomainError
from motcua.indicators.data import (
    Band,
    Group,
    Indicator,
    Level,
    Rule,
    RuleKind,
    Scheme,
    Subject,
    Variant,
    WhenZero,
)

_EARLIEST = date(1900, 1, 1)


class UnknownScheme(DomainError):
    """There is no scheme {scheme}; known are: {known}."""

    message_vi = "Không có bộ chỉ số {scheme}; đang có: {known}."


class BadScheme(ValueError):
    """A definition file says something that cannot be used; the text says where."""


def scheme_ids() -> tuple[str, ...]:
    """The names of the shipped schemes."""
    folder = files("motcua.indicators") / "schemes"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


@cache
def scheme(name: str) -> Scheme:
    """The scheme called `name`. Raises `UnknownScheme`."""
    if name not in scheme_ids():
        raise UnknownScheme(scheme=name, known=", ".join(scheme_ids()))
    text = (files("motcua.indicators") / "schemes" / f"{name}.yaml").read_text(encoding="utf-8")
    return read_scheme(yaml.safe_load(text))


def scheme_on(day: date) -> Scheme:
    """The QĐ 766 scheme in force on `day` (the earliest one before its start)."""
    found = [scheme(i) for i in scheme_ids() if i.startswith("qd766")]
    return next((s for s in found if s.validity.contains(day)), found[0])


def _keys(raw: Mapping[str, Any], required: str, optional: str = "") -> None:
    missing = set(required.split()) - set(raw)
    unknown = set(raw) - set(required.split()) - set(optional.split())
    if missing or unknown:
        raise BadScheme(f"missing {sorted(missing)}, unknown {sorted(unknown)} in {dict(raw)!r:.200}")


def read_scheme(raw: Mapping[str, Any]) -> Scheme:
    """A scheme from its mapping. Raises `BadScheme` when maxima do not add up or a code is used twice."""
    _keys(
        raw,
        "scheme name_vi name_en validity source decimals not_applicable bands total groups",
    )
    groups = tuple(_group(g) for g in raw["groups"])
    total = Decimal(str(raw["total"]["maximum"]))
    codes = [i.code for g in groups for i in g.indicators] + [g.code for g in groups]
    if len(codes) != len(set(codes)):
        raise BadScheme(f"{raw['scheme']}: a code is used twice")
    if sum(g.maximum for g in groups) != total:
        raise BadScheme(f"{raw['scheme']}: the groups' maxima do not add up to {total}")
    return Scheme(
        id=str(raw["scheme"]),
        name_vi=str(raw["name_vi"]),
        name_en=str(raw["name_en"]),
        validity=_validity(raw["validity"]),
        source=Source.from_mapping(raw["source"]),
        decimals=int(raw["decimals"]),
        not_applicable_full=raw["not_applicable"] == "full",
        bands=tuple(
            Band(start=Decimal(str(b["from"])), key=b["key"], name_vi=b["name_vi"], name_en=b["name_en"])
            for b in raw["bands"]
        ),
        total_code=str(raw["total"]["code"]),
        total_maximum=total,
        groups=groups,
    )


def _validity(raw: Mapping[str, Any]) -> Validity:
    return Validity(start=raw.get("start") or _EARLIEST, end=raw.get("end"))


def _group(raw: Mapping[str, Any]) -> Group:
    _keys(raw, "code name_vi name_en maximum indicators")
    group = Group(
        code=str(raw["code"]),
        name_vi=str(raw["name_vi"]),
        name_en=str(raw["name_en"]),
        maximum=Decimal(str(raw["maximum"])),
        indicators=tuple(_indicator(i) for i in raw["indicators"]),
    )
    if sum(i.maximum for i in group.indicators) != group.maximum:
        raise BadScheme(f"{group.code}: the indicators' maxima do not add up to {group.maximum}")
    return group


def _indicator(raw: Mapping[str, Any]) -> Indicator:
    _keys(
        raw,
        "code number name_vi name_en maximum subject numerator denominator levels variants",
        "zero how_vi how_en",
    )
    return Indicator(
        code=str(raw["code"]),
        number=str(raw["number"]),
        name_vi=str(raw["name_vi"]),
        name_en=str(raw["name_en"]),
        maximum=Decimal(str(raw["maximum"])),
        subject=Subject(raw["subject"]),
        numerator=str(raw["numerator"]),
        denominator=str(raw["denominator"]),
        levels=frozenset(Level(v) for v in raw["levels"]),
        when_zero=WhenZero(raw.get("zero", "zero")),
        how_vi=str(raw.get("how_vi", "")),
        how_en=str(raw.get("how_en", "")),
        variants=_variants(raw["variants"]),
    )


def _variants(raw: list[Mapping[str, Any]]) -> tuple[Variant, ...]:
    found = []
    for one in raw:
        _keys(one, "id rule source", "chosen start end")
        found.append(
            Variant(
                id=str(one["id"]),
                rule=_rule(one["rule"]),
                source=Source.from_mapping(one["source"]),
                validity=_validity(one),
                chosen=bool(one.get("chosen", True)),
            )
        )
    if not any(v.chosen for v in found):
        raise BadScheme(f"none of the variants {[v.id for v in found]} is chosen")
    return tuple(found)


def _rule(raw: Mapping[str, Any]) -> Rule:
    _keys(raw, "kind", "target cap steps otherwise levels")
    otherwise = raw.get("otherwise")
    rule = Rule(
        kind=RuleKind(raw["kind"]),
        target=Decimal(str(raw.get("target", "1"))),
        cap=bool(raw.get("cap", True)),
        steps=tuple((Decimal(str(a)), Decimal(str(b))) for a, b in raw.get("steps", ())),
        otherwise=None if otherwise in (None, "unknown") else Decimal(str(otherwise)),
        levels=tuple((Level(k), Decimal(str(v))) for k, v in raw.get("levels", {}).items()),
    )
    if rule.target <= 0:
        raise BadScheme(f"target {rule.target} is not a share")
    return rule
