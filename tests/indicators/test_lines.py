"""Each dossier's line under each indicator: counted or not, met or not, and the sentence why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.documents.data import ResultState
from motcua.dossiers.data import Channel, HowProvided, PaperFact, State
from motcua.fees.data import PaymentMethod, PaymentState, PaymentView
from motcua.indicators.data import Holds, Inputs, Line, Sign
from motcua.indicators.rules.evidence import judge, lines
from motcua.indicators.rules.schemes import scheme
from motcua.indicators.rules.tallies import differences

from .factories import DUE, START, a_file, ended, facts, inputs, wait

NOW = scheme("qd766-2026")
AT = DUE + timedelta(days=1)


def line(code: str, known: Inputs) -> Line:
    return next(x for x in lines(known, NOW, at=AT) if x.code == code)


def paid(method: PaymentMethod, amount: int = 8000, state: PaymentState = PaymentState.PAID) -> PaymentView:
    values: dict[str, Any] = dict.fromkeys(PaymentView.__dataclass_fields__)
    values.update(
        id=uuid4(), subject_kind="dossier", subject_id="", agency_key="", amount=amount, lines=(), state=state,
        method=method, receipt_number="", asked_at=START, paid_at=START,
    )  # fmt: skip
    return PaymentView(**values)


PAPER = PaperFact(how=HowProvided.DIGITISED, file_id=uuid4(), source="")


def test_an_electronic_result_is_a_file_of_its_own() -> None:
    done = ended(DUE)
    assert line("ORIGINAL_RESULT_AVAILABLE", inputs(done, files=(a_file(),))).met
    assert line("ORIGINAL_RESULT_AVAILABLE", inputs(done)).met is False
    empty = line("ORIGINAL_RESULT_AVAILABLE", inputs(done, files=(a_file(size=0),)))
    assert (empty.met, empty.why_vi) == (False, "tệp kết quả rỗng: không tính")
    same = inputs(done, files=(a_file(shared_by=99),))
    assert (
        line("ORIGINAL_RESULT_AVAILABLE", same).why_vi
        == "tệp kết quả dùng chung với 99 hồ sơ khác: không tính"
    )
    assert Sign.SAME_FILE in judge(same, at=AT).signs
    revoked = inputs(done, files=(a_file(state=ResultState.REVOKED),))
    assert line("ORIGINAL_RESULT_AVAILABLE", revoked).met is False


def test_digitised_needs_papers_and_result() -> None:
    done = ended(DUE, papers=(PAPER,))
    assert line("SO_HOA_GIAY_TO_GIAI_QUYET", inputs(done, files=(a_file(),))).met
    assert line("SO_HOA_GIAY_TO_GIAI_QUYET", inputs(done)).met is False
    assert line("SO_HOA_GIAY_TO_GIAI_QUYET", inputs(ended(DUE), files=(a_file(),))).met is False


def test_paying() -> None:
    cash = inputs(payments=(paid(PaymentMethod.CASH),))
    online = inputs(payments=(paid(PaymentMethod.NATIONAL_PLATFORM),))
    free = inputs(payments=(paid(PaymentMethod.CASH, 0),))
    refunded = inputs(payments=(paid(PaymentMethod.PROVINCIAL_GATEWAY, state=PaymentState.REFUNDED),))
    assert [line("PAY_A", k).met for k in (cash, online, refunded)] == [False, True, False]
    assert line("PAY_A", free).counted is False
    assert line("PAY_A", inputs()).counted  # a tariff at the desk, and no demand made yet
    assert line("PAY_A", inputs(facts(channel=Channel.ONLINE))).counted is False


def test_synchronised_is_unknown_without_a_witness() -> None:
    assert line("DOSSIER_SYNC", inputs()).met is None
    assert line("DOSSIER_SYNC", inputs(synchronised=False)).met is False
    assert line("DOSSIER_SYNC", inputs(synchronised=True)).met


def test_reuse_sharing_and_population_data() -> None:
    wallet = PaperFact(how=HowProvided.WALLET, file_id=None, source="")
    fact = PaperFact(how=HowProvided.REGISTRY, file_id=None, source="population-demo")
    assert line("REUSED_DIGITIZED_DATA", inputs(facts(papers=(wallet,)))).met
    assert line("SYNCED_WITH_DVCQG_PERSONAL_STORAGE", inputs(facts(papers=(wallet,)))).met
    assert line("CITIZEN_DATA_CONNECTED_DOSSIER", inputs(facts(papers=(fact,)))).met
    assert line("CITIZEN_DATA_CONNECTED_DOSSIER", inputs(facts(identity_proven=True))).met
    assert line("REUSED_DIGITIZED_DATA", inputs(facts(papers=(PAPER,)))).met is False


def test_content_is_in_time_and_without_complaint() -> None:
    assert line("DOSSIER_RECEIVING_SATISFACTION", inputs(ended(DUE))).met
    unhappy = line("DOSSIER_RECEIVING_SATISFACTION", inputs(ended(DUE), complained=True))
    assert (unhappy.met, unhappy.why_vi) == (False, "có phản ánh hoặc đánh giá không hài lòng")
    assert line("DOSSIER_RECEIVING_SATISFACTION", inputs(ended(AT))).met is False


def test_signs_of_gaming_are_shown() -> None:
    kept = ended(START + timedelta(minutes=10), submitted_at=START - timedelta(days=5))
    assert Sign.LATE_RECEIPT in judge(inputs(kept), at=AT).signs
    assert Sign.BACKDATED in judge(inputs(ended(START - timedelta(hours=1))), at=AT).signs
    twice = (wait(START, 1), wait(START + timedelta(days=2), 1))
    assert Sign.ASKED_TWICE in judge(inputs(facts(waits=twice)), at=AT).signs
    assert Sign.CROWD in judge(inputs(crowd=True), at=AT).signs
    assert Sign.DUE_MOVED in judge(inputs(facts(moved=True)), at=AT).signs
    assert Sign.EMPTY_FILE in judge(inputs(files=(a_file(size=0),)), at=AT).signs
    assert not judge(inputs(files=(a_file(),)), at=AT).signs
    assert judge(inputs(ended(DUE)), at=AT).signs == Sign(0)


def test_nothing_is_counted_before_the_receipt() -> None:
    new = inputs(facts(state=State.REGISTERED, accepted_at=None, promised_due=None))
    assert {x.counted for x in lines(new, NOW, at=AT)} == {False}
    assert judge(new, at=AT).holds == Holds(0)


def test_points_of_2018() -> None:
    early = judge(inputs(ended(DUE - timedelta(days=1))), at=AT)
    same_day = judge(inputs(ended(DUE)), at=AT)
    late = judge(inputs(ended(AT)), at=AT)
    assert [x.points_time for x in (early, same_day, late)] == [2, 1, 0]
    assert judge(inputs(ended(DUE - timedelta(days=1)), complained=True), at=AT).points_attitude == 0
    assert judge(inputs(facts(waits=(wait(START, 1),))), at=AT).points_contacts == 1


@pytest.mark.parametrize("code", [i.code for i in NOW.indicators if i.subject == "dossier" and i.scored])
def test_every_line_says_why(code: str) -> None:
    for known in (inputs(), inputs(ended(DUE), files=(a_file(),), synchronised=True)):
        assert line(code, known).why_vi


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=12), st.randoms())
def test_differences_do_not_depend_on_the_order(hours: list[int], random: Any) -> None:
    before = [judge(inputs(), at=START) for _ in hours]
    after = [judge(inputs(ended(DUE + timedelta(hours=h), state=State.RESOLVED)), at=AT) for h in hours]
    whole = differences(before, after)
    shuffled = list(zip(before, after, strict=True))
    random.shuffle(shuffled)
    days: dict[Any, Any] = {}
    for old, new in shuffled:
        for key, vector in differences([old], [new]).days.items():
            days.setdefault(key, type(vector)()).update(vector)
            days[key] = days[key]
    plain = {k: {c: n for c, n in v.items() if n} for k, v in days.items()}
    assert {k: v for k, v in plain.items() if v} == {
        k: {c: n for c, n in v.items() if n} for k, v in whole.days.items()
    }
