"""A sample filing retold by another citizen stays one that the form takes."""

from __future__ import annotations

from datetime import date

import pytest

from motcua.demo import samples
from motcua.demo.population import generate
from motcua.procedures.api import code_lists

BIRTH = "1.001193"
CODES = {choice.label_vi: choice.value for choice in code_lists()["ethnicity"]}


@pytest.mark.parametrize("people", ["Kinh", "Thái", "Thổ", "Khơ Mú", "Mông"])
def test_a_child_is_of_the_people_of_its_parents(people: str) -> None:
    """The base fills in the mother's people: a child told of as somebody else's would be refused."""
    mother = next(one for one in generate().adults() if one.ethnicity == people)
    told = samples.told_by(
        samples.sample(BIRTH), person=mother, unit=mother.permanent_unit or "", on=date(2025, 3, 3)
    )
    of_all = {told["child_ethnicity"], told["mother"]["ethnicity"], told["father"]["ethnicity"]}
    assert of_all == {CODES.get(people, samples.sample(BIRTH).answers["child_ethnicity"])}
