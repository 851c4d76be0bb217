"""The portal takes and refuses each field of its messages: one case of either kind for every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from motcua_sandbox.fields import Nested
from motcua_sandbox.national import messages
from motcua_sandbox.national.messages import wrong_in_dossier, wrong_in_progress
from tests.sandbox.asking import Portal
from tests.sandbox.national_cases import DOSSIER, DOSSIER_FIELDS, LISTS, PROGRESS, PROGRESS_FIELDS


def cases() -> Iterator[Any]:
    for name, pair in DOSSIER_FIELDS.items():
        yield pytest.param("dossier", name, "", *pair, id=name)
    for name, pair in PROGRESS_FIELDS.items():
        yield pytest.param("progress", name, "", *pair, id=f"progress-{name}")
    for listed, (_, fields) in LISTS.items():
        for name, pair in fields.items():
            yield pytest.param("dossier", name, listed, *pair, id=f"{listed}-{name}")


def item(kind: str, name: str, listed: str, value: object) -> dict[str, Any]:
    if kind == "progress":
        return PROGRESS | {"NgayBatDau": "20261101080000"} | {name: value}
    if not listed:
        return DOSSIER | {name: value}
    return DOSSIER | {listed: [LISTS[listed][0] | {name: value}]}


@pytest.mark.parametrize(("kind", "name", "listed", "taken", "refused"), list(cases()))
def test_each_field_is_taken_and_refused(
    kind: str, name: str, listed: str, taken: object, refused: object
) -> None:
    look = wrong_in_dossier if kind == "dossier" else wrong_in_progress
    assert look(item(kind, name, listed, taken)) == []
    wrongs = look(item(kind, name, listed, refused))
    assert wrongs
    where = f"{listed}[0].{name}" if listed else name
    assert all(wrong.field.startswith(where) and wrong.code == "3" for wrong in wrongs)


def named(rules: Nested) -> set[str]:
    return {rule.name for rule in rules.fields}


def test_no_field_is_without_a_case() -> None:
    assert named(messages.DOSSIER) == set(DOSSIER_FIELDS)
    assert named(messages.PROGRESS) == set(PROGRESS_FIELDS)
    for rule in messages.DOSSIER.fields:
        if isinstance(rule, Nested):
            assert named(rule) == set(LISTS[rule.name][1]), rule.name


@pytest.mark.parametrize("name", [f.name for f in messages.DOSSIER.fields if f.required] + ["NgayTiepNhan"])
def test_what_must_be_there(name: str) -> None:
    for absent in (None, ""):
        assert [wrong.field for wrong in wrong_in_dossier(DOSSIER | {name: absent})] == [name]


def test_a_registered_dossier_has_no_day_of_receipt() -> None:
    assert wrong_in_dossier(DOSSIER | {"TrangThaiHoSo": "1", "NgayTiepNhan": None}) == []


@pytest.mark.parametrize("hostile", [None, [], "x", 7, {"MaHoSo": {"$ne": ""}}, {"Lạ": "x" * 10_000}])
def test_hostile_items_are_refused_one_by_one(portal: Portal, hostile: object) -> None:
    answer = portal.post("dossier/add", data=[hostile, DOSSIER | {"MaHoSo": "H41.50.07-261123-9001"}])
    assert [one["error_code"] for one in answer["data"]] in (["3", "0"], ["3", "1"])


def test_over_the_line_an_unknown_field_is_named(portal: Portal) -> None:
    answer = portal.post("dossier/add", data=[DOSSIER | {"TrangThai": "2"}])
    assert answer["error_code"] == "3"
    assert answer["data"][0]["errors"][0]["field"] == "TrangThai"
