"""Reductions and exemptions as dated law: never negative, never above the full sum, the best for the citizen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.base.clock import VN
from motcua.base.data import Certainty, Source, Validity
from motcua.fees.data import BaseSalary, Entitlement, FeeLaw, FeeLine, Origin, Reduction, TariffLine
from motcua.fees.rules import law as law_files
from motcua.fees.rules.pricing import pays, price, reduced
from motcua.procedures.actions.loading import read_catalogue
from motcua.procedures.data import ChannelKind, FeeKind, ProcedureContent, decode

LAW = law_files.load()
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=VN)
ONLINE, DIRECT, POST = ChannelKind.ONLINE, ChannelKind.DIRECT, ChannelKind.POST
DIGITAL = Entitlement.DIGITAL_CITIZEN
SOURCE = Source(text="Nghị quyết thử", certainty=Certainty.OWN)


def on(year: int, month: int, day: int, hour: int = 9) -> datetime:
    """A moment in Việt Nam."""
    return datetime(year, month, day, hour, tzinfo=VN)


def procedure(code: str, amount: int | None = None) -> ProcedureContent:
    """A procedure of that code; its own text gives one fee, or none."""
    raw = {
        "code": code,
        "name": "Thủ tục",
        "field": "Lĩnh vực",
        "levels": ["commune"],
        "channels": [{"kind": "direct"}, {"kind": "online", "degree": "full"}, {"kind": "post"}],
        "fees": [] if amount is None else [{"name": "Phí", "amount": amount}],
    }
    found: ProcedureContent = decode(ProcedureContent, raw)
    return found


def total(
    code: str, channel: ChannelKind, at: datetime, *facts: Entitlement, amount: int | None = None
) -> int:
    """The sum by the law that ships with the system."""
    return price(procedure(code, amount), channel, at=at, law=LAW, facts=facts).total


class TestNgheAn:
    """What is known of the province's resolutions, day by day."""

    @pytest.mark.parametrize(
        ("day", "online", "direct"),
        [
            (on(2023, 10, 26), 15000, 15000),  # before NQ 14/2023
            (on(2023, 10, 27), 9000, 15000),
            (on(2025, 7, 20, 23), 9000, 15000),  # its last day
            (on(2025, 7, 21, 0), 0, 15000),  # NQ 09/2025
            (NOW, 0, 15000),
        ],
    )
    def test_marital_status(self, day: datetime, online: int, direct: int) -> None:
        """40 % off online, then nothing online; the counter pays in full throughout."""
        assert total("1.004873", ONLINE, day) == online
        assert total("1.004873", DIRECT, day) == direct
        assert total("1.004873", POST, day) == direct

    def test_national_fees_are_not_touched(self) -> None:
        """A council cannot waive what a ministry set."""
        assert total("3.000333", ONLINE, NOW, amount=200_000) == 200_000
        assert total("1.004222", ONLINE, NOW, amount=10_000) == 10_000

    def test_a_sum_known_only_in_words(self) -> None:
        """Of a fee whose amount nobody wrote down nothing is left online; at the desk an officer must say it."""
        assert price(procedure("1.012783"), ONLINE, at=NOW, law=LAW).unknown == ()
        assert price(procedure("1.012783"), ONLINE, at=NOW, law=LAW).total == 0
        assert price(procedure("1.012783"), DIRECT, at=NOW, law=LAW).unknown != ()
        # forty per cent off something unknown is unknown
        assert price(procedure("1.012783"), ONLINE, at=on(2024, 5, 6), law=LAW).unknown != ()

    def test_the_code_of_the_province_is_the_same_procedure(self) -> None:
        """1.004873.000.00.00.H41 is 1.004873."""
        assert total("1.004873.000.00.00.H41", ONLINE, NOW) == 0


class TestDigitalCitizens:
    """NQ 66.22/2026/NQ-CP: conditions, dates, caps."""

    @pytest.mark.parametrize(
        ("day", "facts", "sum_"),
        [
            (on(2026, 8, 14), (DIGITAL,), 200_000),
            (on(2026, 8, 15), (DIGITAL,), 0),
            (on(2026, 8, 15), (), 200_000),
            (on(2027, 2, 28), (DIGITAL,), 0),
            (on(2027, 3, 1), (DIGITAL,), 200_000),
            (on(2027, 3, 1), (Entitlement.STUDENT,), 100_000),
            (NOW, (DIGITAL, Entitlement.STUDENT), 0),  # the most favourable (Đ.5.2)
        ],
    )
    def test_judicial_record(self, day: datetime, facts: tuple[Entitlement, ...], sum_: int) -> None:
        """From its first day to its last, for who shows it, filed online."""
        assert total("3.000333", ONLINE, day, *facts, amount=200_000) == sum_

    def test_only_online(self) -> None:
        """At the counter the incentive does not reach."""
        assert total("3.000333", DIRECT, NOW, DIGITAL, amount=200_000) == 200_000

    @pytest.mark.parametrize(("tax", "left"), [(1_000_000, 900_000), (500_000_000, 488_300_000)])
    def test_ten_per_cent_of_the_tax_up_to_five_salaries(self, tax: int, left: int) -> None:
        """The officer's sum from the tax notice is reduced too, at most by 5 × 2.340.000 đ, once a year."""
        line = FeeLine(
            name="Lệ phí trước bạ", code="", kind="charge", unit_amount=tax, quantity=1, cap=None, amount=tax
        )
        facts = [DIGITAL, Entitlement.FIRST_THIS_YEAR]
        (paid,) = reduced([line], procedure="1.007277", channel=ONLINE, at=NOW, law=LAW, facts=facts)
        assert (paid.amount, paid.rule) == (left, "nq66.22-2026-registration-tax-land")
        (again,) = reduced([line], procedure="1.007277", channel=ONLINE, at=NOW, law=LAW, facts=[DIGITAL])
        assert again.amount == tax

    def test_half_of_an_odd_sum(self) -> None:
        """12.500 đ halved and an odd đồng: rounded down, in the citizen's favour."""
        assert total("1.011440", ONLINE, NOW, DIGITAL, amount=12_501) == 6_250


class TestExempt:
    """Who is exempt pays nothing, by fact shown, never by guess."""

    @pytest.mark.parametrize(
        "who",
        [Entitlement.POOR_HOUSEHOLD, Entitlement.MINORITY_MOUNTAIN, Entitlement.DISABLED, Entitlement.MERIT],
    )
    def test_at_the_counter(self, who: Entitlement) -> None:
        """A building permit of a poor household."""
        assert total("1.013225", DIRECT, NOW) == 75_000
        assert total("1.013225", DIRECT, NOW, who) == 0

    def test_it_is_told_not_applied(self) -> None:
        """Without proof the full sum, and what proof would change, with its law and how sure that is."""
        due = price(procedure("1.013225"), DIRECT, at=NOW, law=LAW)
        assert due.total == 75_000
        assert [(one.rule, one.total) for one in due.chances] == [("fees-law-exempt", 0)]
        assert due.chances[0].certainty is Certainty.MEMORY
        assert Entitlement.POOR_HOUSEHOLD in due.chances[0].needs


class TestWhy:
    """The screen says why it costs what it costs."""

    def test_both_languages(self) -> None:
        """Full amount, reduction, law."""
        (line,) = price(procedure("1.004873"), ONLINE, at=on(2024, 3, 1), law=LAW).lines
        assert line.why_vi == (
            "Mức thu 15.000 đ/hồ sơ; nộp trực tuyến được giảm 40% theo NQ 14/2023/NQ-HĐND: còn 9.000 đ"
        )
        assert line.why("en").startswith("Tariff 15.000 đ per dossier; 40% off when filed online")
        assert (line.base, line.amount, line.certainty) == (15_000, 9_000, "M")
        assert line.as_json()["rule"] == "nghe-an-nq14-2023-online"

    def test_per_page_with_a_maximum(self) -> None:
        """The count and the cap are said."""
        content: ProcedureContent = decode(
            ProcedureContent,
            {
                "code": "2.000815", "name": "Chứng thực", "field": "Chứng thực", "levels": ["commune"],
                "channels": [{"kind": "direct"}],
                "fees": [{"name": "Phí", "amount": 2000, "per": "trang", "max_amount": 200_000}],
            },
        )  # fmt: skip
        (line,) = price(content, DIRECT, at=NOW, law=LAW, quantity=150).lines
        assert line.why_vi == "Mức thu 2.000 đ/trang × 150, tối đa 200.000 đ"


def _dated(start: date, known: datetime, end: date | None = None) -> dict[str, object]:
    return {"validity": Validity(start=start, end=end), "known_from": known, "source": SOURCE}


days = st.dates(date(2023, 1, 1), date(2028, 1, 1))
moments = st.integers(0, 5 * 365 * 24).map(lambda hours: on(2023, 1, 1) + timedelta(hours=hours))
facts_given = st.sets(st.sampled_from(list(Entitlement)))
channels = st.sampled_from(list(ChannelKind))


@st.composite
def reductions(draw: st.DrawFn, number: int = 0) -> Reduction:
    """Any reduction that could be written down."""
    percent = draw(st.none() | st.integers(0, 100))
    return Reduction(
        **_dated(draw(days), draw(moments)),  # type: ignore[arg-type]
        id=f"r{number}-{draw(st.integers(0, 10**6))}",
        name_vi="Giảm",
        name_en="Less",
        procedures=frozenset({"9.900001"}),
        channels=frozenset(draw(st.sets(channels))),
        needs=frozenset(draw(facts_given)),
        pays_percent=percent,
        pays_amount=None if percent is not None else draw(st.integers(0, 10**7)),
        most_off_salaries=draw(st.none() | st.integers(0, 9)),
    )


@st.composite
def tariffs(draw: st.DrawFn) -> TariffLine:
    """Any tariff of the one procedure."""
    return TariffLine(
        **_dated(draw(days), draw(moments)),  # type: ignore[arg-type]
        procedure="9.900001",
        name="Phí",
        kind=FeeKind.FEE,
        amount=draw(st.none() | st.integers(0, 10**9)),
        per=draw(st.sampled_from(["hồ sơ", "trang"])),
        max_amount=draw(st.none() | st.integers(0, 10**9)),
        channel=draw(st.none() | channels),
        origin=draw(st.sampled_from(list(Origin))),
    )


laws = st.builds(
    FeeLaw,
    tariffs=st.lists(tariffs(), max_size=4).map(tuple),
    reductions=st.lists(reductions(), max_size=5).map(tuple),
    salaries=st.just(
        (BaseSalary(**_dated(date(2023, 1, 1), on(2023, 1, 1)), amount=2_340_000),)  # type: ignore[arg-type]
    ),
)


@settings(max_examples=60, deadline=None)
@given(law=laws, at=moments, channel=channels, facts=facts_given, quantity=st.integers(1, 500))
def test_between_nothing_and_the_full_sum(
    law: FeeLaw, at: datetime, channel: ChannelKind, facts: set[Entitlement], quantity: int
) -> None:
    """Whole đồng, never negative, never above the base, the total the sum of its lines."""
    due = price(procedure("9.900001", 12_345), channel, at=at, law=law, quantity=quantity, facts=facts)
    for line in due.lines:
        assert type(line.amount) is int
        assert 0 <= line.amount <= (line.base or 0)
    assert due.total == sum(line.amount for line in due.lines)
    assert all(0 <= one.total < due.total for one in due.chances)


@settings(max_examples=60, deadline=None)
@given(law=laws, at=moments, channel=channels, facts=facts_given)
def test_the_best_of_all_that_fit(
    law: FeeLaw, at: datetime, channel: ChannelKind, facts: set[Entitlement]
) -> None:
    """No single fitting rule, alone, would have left less; and more facts never cost more."""
    content = procedure("9.900001", 12_345)
    due = price(content, channel, at=at, law=law, facts=facts)
    for rule in law.reductions:
        if not rule.holds(at) or (rule.channels and channel not in rule.channels) or not rule.needs <= facts:
            continue
        for line in due.lines:
            assert line.amount <= pays(rule, line.base or 0, at=at, law=law)
    everything = price(content, channel, at=at, law=law, facts=list(Entitlement))
    if not due.unknown:
        assert everything.total <= due.total


@settings(max_examples=60, deadline=None)
@given(law=laws, at=moments, channel=channels, facts=facts_given, late=tariffs(), rule=reductions(number=9))
def test_what_is_learnt_later_never_reaches_back(
    law: FeeLaw,
    at: datetime,
    channel: ChannelKind,
    facts: set[Entitlement],
    late: TariffLine,
    rule: Reduction,
) -> None:
    """A tariff or reduction known after the dossier was received, whatever day it claims, changes nothing."""
    known = at + timedelta(seconds=1)
    later = FeeLaw(
        tariffs=(*law.tariffs, TariffLine(**{**vars(late), "known_from": known})),
        reductions=(*law.reductions, Reduction(**{**vars(rule), "known_from": known})),
        salaries=law.salaries,
    )
    content = procedure("9.900001", 12_345)
    before = price(content, channel, at=at, law=law, facts=facts)
    assert price(content, channel, at=at, law=later, facts=facts) == before


class TestFiles:
    """Law files are read strictly: what is wrong is named, nothing is guessed."""

    GOOD = """
tariffs:
  - {procedure: "9.900001", name: Phí, kind: fee, amount: AMOUNT, origin: council, valid_from: 2026-01-01,
     known_from: "2026-01-01T00:00:00+07:00", source: {text: NQ, certainty: own}}
"""

    @pytest.mark.parametrize("amount", ["-1", "1.5", '"8000"', "true", "1e3"])
    def test_amounts_that_are_none(self, tmp_path: Path, amount: str) -> None:
        """Negative, with decimals, as text, as a truth value."""
        (tmp_path / "own.yaml").write_text(self.GOOD.replace("AMOUNT", amount), encoding="utf-8")
        with pytest.raises(law_files.BadFeeLaw, match=r"own.yaml, tariffs 1: amount"):
            law_files.load(tmp_path)

    def test_the_provinces_own_file(self, tmp_path: Path) -> None:
        """A new resolution is a file in a folder."""
        (tmp_path / "own.yaml").write_text(self.GOOD.replace("AMOUNT", "7000"), encoding="utf-8")
        law = law_files.load(tmp_path)
        assert price(procedure("9.900001", 5), DIRECT, at=NOW, law=law).total == 7000
        assert price(procedure("9.900001", 5), DIRECT, at=on(2025, 12, 31), law=law).total == 5

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ('known_from: "2026-01-01T00:00:00+07:00"', "zone"),
            ("kind: fee", "unknown keys"),
            ("kind: fee", "FeeKind"),
            ("tariffs:", "unknown parts"),
        ],
    )
    def test_unreadable(self, tmp_path: Path, change: str, said: str) -> None:
        """A moment without zone, a key nobody knows, a kind nobody knows, a part nobody knows."""
        better = {
            "zone": 'known_from: "2026-01-01T00:00:00"',
            "unknown keys": "kind: fee, discount: 5",
            "FeeKind": "kind: tax",
            "unknown parts": "tarifs:",
        }[said]
        text = self.GOOD.replace("AMOUNT", "7000").replace(change, better)
        (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(law_files.BadFeeLaw, match=said):
            law_files.load(tmp_path)

    def test_a_rule_must_say_one_thing(self) -> None:
        """Both a percentage and a sum, neither, or a reach of nothing."""
        dated = _dated(date(2026, 1, 1), on(2026, 1, 1))
        for more in ({}, {"pays_percent": 5, "pays_amount": 5}, {"pays_percent": 101}, {"pays_amount": -1}):
            with pytest.raises(ValueError, match="pays"):
                Reduction(id="x", name_vi="", name_en="", groups=frozenset("g"), **dated, **more)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="nothing"):
            Reduction(id="x", name_vi="", name_en="", pays_percent=0, **dated)  # type: ignore[arg-type]


def test_tariff_and_catalogue_agree() -> None:
    """What the procedure's page says and what is asked are one sum, today, on every channel, without any proof."""
    catalogue = read_catalogue()
    for code in sorted({line.procedure for line in LAW.tariffs}):
        (content,) = [one.content for one in catalogue[code] if one.dated.validity.contains(NOW.date())]
        for channel in ChannelKind:
            told = [fee.amount for fee in content.fees_for(channel)]
            if told and None not in told:
                asked = price(content, channel, at=NOW, law=LAW)
                assert asked.total == sum(amount or 0 for amount in told), (code, channel)
