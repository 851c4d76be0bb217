"""The demo's invented register fills every heap that its screens show, once and only once."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.dossiers.factories import MORNING

from motcua.base.data import SYSTEM
from motcua.deadlines import api as deadlines
from motcua.demo import cleaning, population
from motcua.people import api as people
from motcua.quality import api
from motcua.quality.api import Heap
from motcua.units import api as units


@pytest.mark.django_db
def test_the_invented_register_has_something_in_its_heaps() -> None:
    units.load_reference_data(by=SYSTEM, at=MORNING)
    deadlines.load_reference_data(by=SYSTEM, at=datetime(2024, 12, 1, 8, tzinfo=MORNING.tzinfo))
    everybody = population.generate(citizens=260)
    people.upsert_from_source(by=SYSTEM, at=MORNING, source=population.SOURCE, people=everybody.people)
    assert cleaning.seed(adults=everybody.adults(), at=MORNING)
    assert not cleaning.seed(adults=everybody.adults(), at=MORNING)
    assert api.link_next(at=MORNING) == 1
    (made,) = api.imports(by=SYSTEM)
    assert made.counts[Heap.MATCHED] > 60, made.counts
    assert made.counts[Heap.REVIEW] > 0, made.counts
    assert made.counts[Heap.NONE] > 0
    assert made.counts[Heap.BROKEN] == 2
    words = {one.field: one for one in api.measures(made.id)}
    assert words["dob"].fabricated > 0
    assert words["record"].clean < words["record"].total
