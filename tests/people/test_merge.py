"""Merging records: whatever the order they arrive in, the newest word on each field stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from motcua.base.clock import VN
from motcua.people.data import SourcePerson
from motcua.people.rules.merge import check_record, merge

START = datetime(2025, 1, 1, tzinfo=VN)
TEXTS = st.one_of(st.none(), st.sampled_from(["", "a", "b"]))


def arrive(records: list[SourcePerson]) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    state: dict[str, Any] = {}
    provenance: dict[str, dict[str, str]] = {}
    for record in records:
        checked = check_record(record, on=date(2026, 1, 1))
        columns = {"permanent_address": "", "ethnicity": "", "full_name": "", "dob_precision": "day"}
        current = {**columns, **state} if state else {}
        changes, provenance = merge(current, provenance, checked, source="s")
        state |= changes
    return {name: value for name, value in state.items() if value != ""}, provenance


@given(
    st.lists(st.tuples(st.integers(0, 500), TEXTS, TEXTS), min_size=1, max_size=6, unique_by=lambda t: t[0]),
    st.randoms(),
)
def test_order_does_not_matter(told: list[tuple[int, str | None, str | None]], shuffle: Any) -> None:
    records = [
        SourcePerson(
            ref="r",
            full_name=f"Nguyễn {'ABC'[day % 3]}an",
            as_of=START + timedelta(days=day),
            permanent_address=address,
            ethnicity=ethnicity,
        )
        for day, address, ethnicity in told
    ]
    shuffled = list(records)
    shuffle.shuffle(shuffled)
    assert arrive(records) == arrive(shuffled)


@given(st.integers(0, 500), TEXTS)
def test_the_same_record_twice_changes_nothing(day: int, address: str | None) -> None:
    record = SourcePerson(
        ref="r", full_name="Nguyễn An", as_of=START + timedelta(days=day), permanent_address=address
    )
    checked = check_record(record, on=date(2026, 12, 31))
    first, provenance = merge({}, {}, checked, source="s")
    current = {"permanent_address": "", "dob_precision": "day", **first}
    assert merge(current, provenance, checked, source="s") == ({}, provenance)
