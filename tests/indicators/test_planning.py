"""The cheapest way up: as few dossiers as brute force finds, and it does reach the target when carried out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.dossiers.data import HowProvided, PaperFact
from motcua.indicators import api
from motcua.indicators.actions.counting import recount
from motcua.indicators.actions.evidence import of_row, store
from motcua.indicators.api import Basis, Grain, Holds, Level, Scored, UnitRef, UnitScore, period_of
from motcua.indicators.models import Evidence
from motcua.indicators.queries.fixing import ranks_gained
from motcua.indicators.rules.evidence import judge
from motcua.indicators.rules.planning import Curve, cheapest, score_with
from tests.dossiers.factories import World

from .factories import DUE, a_file, ended, inputs

CODES = ("R", "D", "S")
AT = DUE + timedelta(days=5)


def curve(code: str, maximum: int, target: str, n: int, d: int) -> Curve:
    return Curve(
        code=code, maximum=Decimal(maximum), target=Decimal(target), cap=True, numerator=n, denominator=d
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Curve], dict[frozenset[str], int], Decimal]:
    curves = []
    for code in CODES:
        d = draw(st.integers(1, 12))
        curves.append(
            curve(
                code,
                draw(st.sampled_from([2, 4, 6])),
                draw(st.sampled_from(["0.8", "1"])),
                draw(st.integers(0, d)),
                d,
            )
        )
    kinds = draw(
        st.dictionaries(
            st.frozensets(st.sampled_from(CODES), min_size=1), st.integers(1, 4), min_size=1, max_size=4
        )
    )
    return curves, kinds, Decimal(draw(st.integers(0, 1400))) / 100


def brute_force(curves: list[Curve], kinds: dict[frozenset[str], int], target: Decimal) -> int | None:
    best = None
    for numbers in product(*(range(n + 1) for n in kinds.values())):
        extra = {c: sum(n for k, n in zip(kinds, numbers, strict=True) if c in k) for c in CODES}
        if score_with(curves, Decimal(0), extra) >= target and (best is None or sum(numbers) < best):
            best = sum(numbers)
    return best


@settings(max_examples=250, deadline=None)
@given(questions())
def test_as_few_as_brute_force(question: tuple[list[Curve], dict[frozenset[str], int], Decimal]) -> None:
    curves, kinds, target = question
    expected = brute_force(curves, kinds, target)
    found = cheapest(curves, Decimal(0), kinds, target)
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert found.proven
    assert found.total == expected
    extra = {c: sum(n for k, n in found.counts.items() if c in k) for c in CODES}
    assert score_with(curves, Decimal(0), extra) == found.reached >= target


def test_thousands_of_dossiers_are_planned_at_once() -> None:
    curves = [curve("R", 6, "1", 2000, 9000), curve("D", 4, "1", 500, 9000), curve("S", 6, "1", 8000, 9000)]
    kinds = {frozenset("R"): 3000, frozenset("RD"): 2500, frozenset("S"): 900, frozenset("RDS"): 40}
    found = cheapest(curves, Decimal(40), kinds, Decimal("48.50"))
    assert found is not None
    assert found.reached >= Decimal("48.50")
    assert found.total < 2200


@pytest.mark.django_db
def test_carried_out_on_a_copy_it_reaches_the_target(world: World) -> None:
    march = period_of(date(2026, 3, 2), Grain.MONTH)
    paper = PaperFact(how=HowProvided.PAPER, file_id=None, source="")
    some = [inputs(ended(DUE, papers=(paper,)), synchronised=i % 3 == 0) for i in range(12)]
    some += [inputs(ended(DUE, papers=(paper,)), files=(a_file(in_wallet=i % 2 == 0),)) for i in range(5)]
    store([judge(one, at=AT) for one in some], fresh=True)
    recount()
    before = api.unit_score("ubnd-xa-16681", march, at=AT)
    target = before.known + Decimal("3.10")
    plan = api.plan("ubnd-xa-16681", march, target, at=AT)
    assert plan.possible
    for dossier_id, _ in plan.picks:
        row = Evidence.objects.get(dossier_id=dossier_id)
        row.holds = int(Holds(row.holds) | Holds(row.can))
        row.save()
    recount()
    after = api.unit_score("ubnd-xa-16681", march, at=AT)
    assert after.known == plan.reached >= target
    assert len(plan.picks) < 12


@pytest.mark.django_db
def test_what_cannot_be_reached_says_so_and_what_is_lost(world: World) -> None:
    march = period_of(date(2026, 3, 2), Grain.MONTH)
    store([judge(inputs(ended(DUE + timedelta(days=1))), at=AT)], fresh=True)
    recount()
    plan = api.plan("ubnd-xa-16681", march, Decimal(99), at=AT)
    assert not plan.possible
    assert plan.reached < 99
    assert any("trước hạn, đúng hạn: 1 hồ sơ" in line for line in plan.impossible)


@pytest.mark.django_db
def test_losses_fixes_alerts_and_the_dossiers_behind(world: World) -> None:
    march = period_of(date(2026, 3, 2), Grain.MONTH)
    late = ended(DUE + timedelta(days=1), procedure_code="9.000009")
    store([judge(i, at=AT) for i in (inputs(late), inputs(ended(DUE)), inputs())], fresh=True)
    recount()
    unit = api.unit_score("ubnd-xa-16681", march, at=AT)
    where = api.losses(unit, march, at=AT)
    lost = [x for x in where["procedure_code"] if x.indicator == "TDGQ_ON_TIME"]
    assert sum(x.points for x in lost) == unit.one("TDGQ_ON_TIME").lost
    assert {x.key for x in lost} == {"9.000001", "9.000009"}
    assert {x.key for x in where["role"]} == {"reception", "solver"}
    assert {x.key for x in where["step"]} == {"", "solving"}
    for code in {x.indicator for x in where["step"]}:
        assert sum(x.points for x in where["step"] if x.indicator == code) == unit.one(code).lost
    best = api.best_fixes(unit, march, at=AT)[0]
    assert best.what_vi == "bổ sung tệp kết quả điện tử"
    assert best.dossiers == 3
    assert best.points == 10  # 6 for results, 4 for what lies in wallets
    warned = {(a.indicator, a.dossiers) for a in api.alerts("ubnd-xa-16681", at=AT)}
    assert ("ORIGINAL_RESULT_AVAILABLE", 2) in warned
    assert ("TDGQ_ON_TIME", 1) in warned
    indicator = unit.one("TDGQ_ON_TIME").indicator
    rows, total = api.behind("ubnd-xa-16681", march, indicator, scheme=unit.scheme, at=AT, met=False)
    assert total == 2
    counted = unit.one("TDGQ_ON_TIME").tallied
    for met in (None, True, False):  # the numbers say how many there are, as counting them does
        known = {"scheme": unit.scheme, "at": AT, "met": met}
        assert (
            api.behind("ubnd-xa-16681", march, indicator, counted=counted, **known)[1]
            == api.behind("ubnd-xa-16681", march, indicator, **known)[1]
        )
    assert rows == []  # their dossiers are not in this world: nothing is invented for them


@pytest.mark.django_db
def test_rows_come_back_as_they_went(world: World) -> None:
    one = judge(inputs(ended(DUE)), at=AT)
    store([one], fresh=True)
    assert of_row(Evidence.objects.get()) == one


def test_ranks_are_the_units_that_are_passed() -> None:
    def standing(key: str, rank: int, known: str) -> UnitScore:
        return UnitScore(
            unit=UnitRef(key=key, name=key, level=Level.COMMUNE),
            period="2026-03",
            scheme=api.scheme("qd766-2026"),
            indicators=(),
            groups=(),
            total=Scored(score=None, basis=Basis.NONE),
            known=Decimal(known),
            known_maximum=Decimal(50),
            handled=1,
            as_of=None,
            rank=rank,
        )

    those = [standing("a", 1, "40"), standing("b", 2, "30"), standing("c", 3, "25"), standing("d", 4, "20")]
    assert ranks_gained(those[3], Decimal("4.9"), those) == 0
    assert ranks_gained(those[3], Decimal(5), those) == 1  # beside the third is third
    assert ranks_gained(those[3], Decimal(12), those) == 2
    assert ranks_gained(those[0], Decimal(9), those) == 0
    assert ranks_gained(replace(those[3], rank=None), Decimal(9), those) == 0
