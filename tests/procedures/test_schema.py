"""The schema refuses what it does not know, by path, and reads back what it wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.deadlines.data import LimitUnit
from motcua.procedures.data import (
    ChannelKind,
    InvalidContent,
    ProcedureContent,
    SignerCapacity,
    decode,
    encode,
    read_entry,
)
from motcua.procedures.rules.yaml_files import BadYaml, parse_yaml

from .factories import content, example, raw


def test_the_example_shows_every_key_and_reads_back() -> None:
    old, new = read_entry(example())
    assert [level.value for level in old.content.levels] == ["district", "commune"]
    assert old.dated.validity.end == new.dated.validity.start
    written = encode(new.content)
    assert decode(ProcedureContent, json.loads(json.dumps(written))) == new.content
    assert set(raw()) <= set(example()) | {"valid_from"}


def test_what_a_version_says() -> None:
    version = read_entry(example())[-1].content
    assert version.limit is not None
    assert version.limit.unit is LimitUnit.SAME_DAY
    direct = version.limit_for(ChannelKind.DIRECT)
    assert direct is not None
    assert direct.unit is LimitUnit.WORKING_DAY
    assert version.limit_for(ChannelKind.POST) == version.limit
    assert [f.amount for f in version.fees_for(ChannelKind.DIRECT)] == [8000]
    assert version.fees_for(ChannelKind.ONLINE) == ()
    assert version.results[0].signers[1].capacity is SignerCapacity.KT
    assert not version.at_once
    assert version.is_parent


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"colour": "red"}, "colour"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"code": "birth"}, "code"),
        ({"levels": []}, "levels"),
        ({"levels": "commune"}, "levels"),
        ({"levels": ["village"]}, "levels[0]"),
        ({"limit": "5 days"}, "limit"),
        ({"limit": "0 day"}, "limit"),
        ({"limit": "9999 month"}, "limit"),
        ({"components": [{"code": "A", "name": "x", "originals": True}]}, "components[0].originals"),
        ({"components": [{"code": "A", "name": "x", "copys": 1}]}, "components[0].copys"),
        ({"components": [{"code": "A", "name": "x"}, {"code": "A", "name": "y"}]}, "components"),
        ({"components": [{"code": "A", "name": "x", "replaced_by": ["nowhere:x"]}]}, "components[0].replaced_by"),
        ({"channels": [{"kind": "direct", "degree": "full"}]}, "channels[0].degree"),
        ({"doors": [{"kind": "desk", "validity": {"start": "2025-13-01"}, "source": {}}]}, "doors[0].validity.start"),
        ({"results": [{"code": "K", "name": "x", "signers": [{"capacity": "KT.", "title": "x"}]}]}, "signers[0]"),
        ({"fees": [{"name": "x", "amount": -1}]}, "fees[0].amount"),
        ({"internal_process": [{"order": 1, "name": "x", "action": "a", "role": "solver", "hours": 1}]}, "action"),
        ({"form": {"key": "f", "title_vi": "x", "groups": [{"key": "g", "title_vi": "x", "fields": [
            {"key": "a", "label_vi": "A", "type": "text", "condition": {"field": "b", "is": 1}}]}]}},
         "form.a.condition"),
        ({"form": {"key": "f", "title_vi": "x", "groups": [{"key": "g", "title_vi": "x", "fields": [
            {"key": "a", "label_vi": "A", "type": "choice"}]}]}}, "fields[0].a"),
    ],
)  # fmt: skip
def test_refuses_and_names_the_place(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidContent) as caught:
        content(**changes)
    assert path in caught.value.path
    assert caught.value.problem
    assert path in caught.value.public()


def test_versions_may_not_overlap_and_must_be_dated() -> None:
    entry = example()
    entry["versions"][0]["valid_to"] = None
    with pytest.raises(InvalidContent, match="chồng"):
        read_entry(entry)
    with pytest.raises(InvalidContent, match="known_from"):
        read_entry(raw(valid_from="2025-01-01", source={"text": "x", "certainty": "M"}))
    with pytest.raises(InvalidContent, match="múi giờ"):
        read_entry(
            raw(
                valid_from="2025-01-01",
                known_from="2025-01-01T00:00:00",
                source={"text": "x", "certainty": "M"},
            )
        )


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(key=st.sampled_from(sorted(raw())), value=junk)
def test_junk_anywhere_is_refused_or_reads_back(key: str, value: object) -> None:
    try:
        found = content(**{key: value})
    except InvalidContent:
        return
    assert decode(ProcedureContent, encode(found)) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\na: 2", "hai lần"),
        ("a: [1, 2", "dòng"),
        ("1: x", "phải là chữ"),
        ("a: &x [1]\nb: *x", "tham chiếu"),
        ("a: !!python/object/apply:os.system ['true']", "dòng"),
        ("[" * 200, "sâu"),
        ("a: " + "x" * 2_000_001, "tối đa"),
        ("a: 2025-99-99", "."),
        ("a: \x00", "."),
    ],
)
def test_hostile_yaml(text: str, why: str) -> None:
    with pytest.raises(BadYaml, match=why):
        parse_yaml(text)


def test_yaml_words_stay_words() -> None:
    assert parse_yaml("a: on\nb: no\nc: true") == {"a": "on", "b": "no", "c": True}
