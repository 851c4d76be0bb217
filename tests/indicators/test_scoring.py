"""Points from counts: the published formulas, their edges, and sums that stay unknown when a member is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.base.data import Certainty
from motcua.indicators.data import Basis, Indicator, Level, Scheme, Scored, Tallied
from motcua.indicators.rules.schemes import (
    BadScheme,
    UnknownScheme,
    read_scheme,
    scheme,
    scheme_ids,
    scheme_on,
)
from motcua.indicators.rules.scoring import group_score, score, total_score

NOW = scheme("qd766-2026")
FIRST = scheme("qd766-2022")
OLD = scheme("tt01-2018")


def of(which: Scheme, code: str) -> Indicator:
    return next(i for i in which.indicators if i.code == code)


def points(
    code: str,
    n: str | None,
    d: str | None,
    which: Scheme = NOW,
    on: date = date(2026, 8, 1),
    level: Level | None = None,
    given_score: str | None = None,
) -> Scored:
    counts = Tallied(
        numerator=None if n is None else Decimal(n), denominator=None if d is None else Decimal(d)
    )
    handed = None if given_score is None else Decimal(given_score)
    return score(of(which, code), counts, scheme=which, on=on, level=level, given=handed)


@pytest.mark.parametrize(
    ("code", "n", "d", "expected"),
    [
        ("PUBLISH_ON_TIME", "9", "10", "5.40"),
        ("PUBLIC_UPDATE_ON_TIME", "1", "3", "1.33"),
        ("PUBLIC_CONTENT_FULL", "2", "3", "1.33"),
        ("DOSSIER_SYNC", "995", "1000", "5.97"),
        ("TDGQ_ON_TIME", "892", "1000", "17.84"),
        ("ORIGINAL_RESULT_AVAILABLE", "1", "3", "2.00"),
        ("SO_HOA_GIAY_TO_GIAI_QUYET", "80", "100", "3.20"),
        ("REUSED_DIGITIZED_DATA", "40", "100", "1.00"),
        ("REUSED_DIGITIZED_DATA", "80", "100", "2.00"),
        ("REUSED_DIGITIZED_DATA", "99", "100", "2.00"),
        ("SYNCED_WITH_DVCQG_PERSONAL_STORAGE", "0", "100", "0.00"),
        ("CITIZEN_DATA_CONNECTED_DOSSIER", "150", "100", "2.00"),
        ("ELECTRONIC_CERTIFIED_COPY", "1", "8", "0.25"),
        ("PETITION_PROCESSING_ON_TIME", "0", "0", "6.00"),
        ("PETITION_HANDLING_SATISFACTION", "0", "0", "6.00"),
        ("PETITION_HANDLING_SATISFACTION", "5", "6", "5.00"),
        ("DOSSIER_RECEIVING_SATISFACTION", "0", "0", "0.00"),
        ("DOSSIER_RECEIVING_SATISFACTION", "89", "100", "5.93"),
        ("DOSSIER_RECEIVING_SATISFACTION", "90", "100", "6.00"),
        ("PAY_A", "30", "100", "1.80"),
        ("PAY_B", "30", "100", "0.75"),
        ("PAY_B", "90", "100", "2.00"),
        ("PAY_C", "30", "100", "0.75"),
        ("PAY_A", "0", "0", "0.00"),
        ("ONLINE_FULL", "1", "2", "6.00"),
    ],
)
def test_published_formulas(code: str, n: str, d: str, expected: str) -> None:
    assert str(points(code, n, d).score) == expected


def test_half_goes_up_as_the_portal_shows_it() -> None:
    assert str(points("PUBLISH_ON_TIME", "1", "1200").score) == "0.01"  # exactly 0.005


def test_the_first_document_has_its_own_thresholds() -> None:
    before, after = date(2025, 3, 1), date(2026, 3, 1)
    assert points("PAY_A", "30", "100", FIRST, before).score == 6
    assert points("PAY_A", "15", "100", FIRST, before).score == 3
    assert points("PAY_A", "30", "100", FIRST, after).score == Decimal("1.80")
    assert points("SO_HOA_GIAY_TO_GIAI_QUYET", "80", "100", FIRST, before).score == 4
    assert points("PAY_C", "90", "100", FIRST, before).score == 2
    assert points("ONLINE_FILED", "50", "100", FIRST, before).score == 6


def test_an_open_formula_says_that_it_went_over_the_maximum() -> None:
    found = points("PAY_C", "9", "10")
    assert found.score == Decimal("2.25")
    assert "vượt tối đa" in found.reason


@pytest.mark.parametrize(("n", "d"), [(None, "10"), ("3", None), (None, None)])
def test_unknown_is_not_zero(n: str | None, d: str | None) -> None:
    found = points("TDGQ_ON_TIME", n, d)
    assert found.score is None
    assert found.basis is Basis.NONE
    assert "chưa biết" in found.reason


def test_a_given_score_stands_only_where_none_can_be_computed() -> None:
    assert points("PAY_A", None, "10", given_score="4.2").score == Decimal("4.2")
    computed = points("PAY_A", "5", "10", given_score="4.2")
    assert (computed.score, computed.basis) == (3, Basis.COMPUTED)
    assert "khác điểm được cho sẵn 4.2" in computed.reason
    assert points("PAY_A", "5", "10", given_score="3.01").reason == ""


def test_information_lines_have_no_points() -> None:
    assert points("PETITION_CLASSIFICATION_STAFF", "1", "2").score is None
    assert "thông tin" in points("ONLINE_PROVIDED", "1", "2").reason


def test_a_commune_gets_the_maximum_where_an_indicator_does_not_apply() -> None:
    found = points("ONLINE_FULL", "1", "2", level=Level.COMMUNE)
    assert (found.score, found.basis) == (12, Basis.FULL)
    assert points("ONLINE_FULL", "1", "2", level=Level.PROVINCE).score == 6


def test_nghe_an_of_october_2026_adds_up() -> None:
    shown = {
        "GROUP_CKMB": "10.19",
        "GROUP_TDGQ": "17.84",
        "GROUP_ONLINE": "7.01",
        "GROUP_TTTT": "6.32",
        "GROUP_MDSH": "9.02",
        "GROUP_MDHL": "11.22",
    }
    groups = {k: Scored(score=Decimal(v), basis=Basis.GIVEN) for k, v in shown.items()}
    total = total_score(NOW, groups).scored.score
    assert total == Decimal("61.60")
    assert NOW.band(total).key == "average"


def test_a_sum_with_an_unknown_member_is_unknown_and_names_it() -> None:
    group = next(g for g in NOW.groups if g.code == "GROUP_TTTT")
    found = group_score(
        group, {"PAY_A": points("PAY_A", "1", "2"), "PAY_B": points("PAY_B", None, "2")}, scheme=NOW
    )
    assert found.scored.score is None
    assert "PAY_B (chưa biết tử số)" in found.scored.reason
    assert "PAY_C (không có số liệu)" in found.scored.reason
    assert (found.known, found.known_maximum) == (3, 6)


@given(
    st.sampled_from([i for i in NOW.indicators if i.scored and i.variants[0].rule.cap]),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
)
def test_points_stay_between_nothing_and_the_maximum(indicator: Indicator, n: int, d: int) -> None:
    found = score(
        indicator, Tallied(numerator=Decimal(n), denominator=Decimal(d)), scheme=NOW, on=date(2026, 1, 1)
    )
    assert found.score is not None
    assert 0 <= found.score <= indicator.maximum


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_one_more_never_costs_points(a: int, b: int, d: int) -> None:
    low, high = sorted((a, b))
    fewer, more = points("PAY_B", str(low), str(d)).score, points("PAY_B", str(high), str(d)).score
    assert fewer is not None
    assert more is not None
    assert fewer <= more


def test_every_definition_file_reads_and_adds_up() -> None:
    assert scheme_ids() == ("qd766-2022", "qd766-2026", "tt01-2018")
    for name in scheme_ids():
        found = scheme(name)
        assert sum(i.maximum for i in found.indicators) == found.total_maximum
        for indicator in found.indicators:
            assert indicator.variant_on(None).source.certainty in Certainty


def test_what_is_not_verified_says_so() -> None:
    assert of(FIRST, "ONLINE_USED").variant_on(date(2025, 1, 1)).source.certainty is Certainty.CONFLICT
    assert of(NOW, "PAY_A").variant_on(date(2026, 5, 1)).source.certainty is Certainty.CONFLICT


def test_the_date_chooses_the_scheme() -> None:
    assert scheme_on(date(2025, 12, 31)).id == "qd766-2022"
    assert scheme_on(date(2026, 1, 1)).id == "qd766-2026"
    with pytest.raises(UnknownScheme):
        scheme("qd766-1999")


def test_a_definition_that_does_not_add_up_is_refused() -> None:
    raw = {
        "scheme": "x",
        "name_vi": "x",
        "name_en": "x",
        "validity": {},
        "source": {"text": "x", "certainty": "own"},
        "decimals": 2,
        "not_applicable": "full",
        "bands": [],
        "total": {"code": "TOTAL", "maximum": 5},
        "groups": [],
    }
    with pytest.raises(BadScheme, match="add up"):
        read_scheme(raw)
    with pytest.raises(BadScheme, match="unknown"):
        read_scheme({**raw, "surprise": 1})


@pytest.mark.parametrize(
    ("code", "n", "d", "expected"),
    [
        ("TT01_1", "150", "100", "1.5"),
        ("TT01_3", "199", "100", "2.0"),
        ("TT01_6", "1", "2", "1.0"),
        ("TT01_8", "100", "100", "2.0"),
        ("TT01_8", "90", "100", "1.0"),
        ("TT01_8", "89", "100", "0.0"),
    ],
)
def test_the_nine_indices_of_2018(code: str, n: str, d: str, expected: str) -> None:
    assert str(points(code, n, d, OLD).score) == expected


def test_thresholds_of_the_whole_process_at_the_desk_go_by_level() -> None:
    assert points("TT01_5", "20", "100", OLD, level=Level.PROVINCE).score == 2
    assert points("TT01_5", "99", "100", OLD, level=Level.COMMUNE).score is None
    assert points("TT01_9", "99", "100", OLD).score is None
    assert OLD.band(Decimal("15.0")).key == "excellent"
    assert OLD.band(Decimal("11.9")).key == "fair"
