"""Facts that answer a field only under a condition: strict in the file, the first that fits at run time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from motcua.procedures.data import FormDefinition, decode, encode
from motcua.procedures.data.codec import InvalidContent
from motcua.procedures.rules.forms import prefill_of

TODAY = date(2025, 3, 14)


def form(**changes: Any) -> dict[str, Any]:
    who = {"key": "relation", "label_vi": "Là ai", "type": "text"}
    mother = {
        "key": "mother",
        "label_vi": "Mẹ",
        "type": "person",
        "parts": ["full_name"],
        "prefill_when": [
            {"prefill": "person", "when": {"field": "relation", "is": "mother"}},
            {"prefill": "spouse", "when": {"field": "relation", "is": "father"}},
        ],
    }
    fields = [who, mother | changes]
    return {"key": "f", "title_vi": "F", "groups": [{"key": "g", "title_vi": "G", "fields": fields}]}


@pytest.mark.parametrize(
    ("answers", "fact"),
    [
        ({"relation": "mother"}, "person"),
        ({"relation": "father"}, "spouse"),
        ({"relation": "x"}, None),
        ({}, None),
    ],
)
def test_the_first_case_that_holds_answers(answers: dict[str, Any], fact: str | None) -> None:
    read = decode(FormDefinition, form())
    assert prefill_of(read.by_key["mother"], answers, today=TODAY) == fact
    plain = decode(FormDefinition, form(prefill="mother"))
    assert prefill_of(plain.by_key["mother"], answers, today=TODAY) == (fact or "mother")


def test_it_is_written_as_it_was_read() -> None:
    read = decode(FormDefinition, form())
    assert decode(FormDefinition, encode(read)) == read


@pytest.mark.parametrize(
    "wrong",
    [
        {"prefill_when": [{"prefill": "person"}]},
        {"prefill_when": [{"prefill": "person", "when": {"field": "nobody", "is": 1}}]},
        {"prefill_when": [{"prefill": "person", "when": {"field": "relation", "is": "x"}, "else": 1}]},
        {"prefill_when": "person"},
        {
            "type": "file",
            "parts": [],
            "prefill_when": [{"prefill": "person", "when": {"field": "relation", "is": "x"}}],
        },
    ],
)
def test_a_case_that_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidContent):
        decode(FormDefinition, form(**wrong))
