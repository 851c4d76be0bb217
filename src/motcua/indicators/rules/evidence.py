"""Decides for one dossier which predicates hold, and says why in a sentence a leader understands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from motcua.base.clock import VN
from motcua.documents.data import ResultFile, ResultState
from motcua.dossiers.data import Channel, HowProvided, State
from motcua.fees.data import PaymentMethod, PaymentState
from motcua.indicators.data import Counted, Holds, Indicator, Inputs, Line, Progress, Scheme, Sign, Subject
from motcua.indicators.rules.progress import progress

_WITH_FILE = (HowProvided.FILE, HowProvided.DIGITISED, HowProvided.WALLET)
_GOOD_RESULT = (ResultState.ISSUED, ResultState.REPLACED)
_READY_WITHIN = timedelta(minutes=30)
_WAITED_BEFORE = timedelta(days=2)
_POPULATION = ("population", "residence", "identity")


def judge(known: Inputs, *, at: datetime) -> Counted:
    """The evidence of one dossier as it stands at `at`."""
    facts = known.facts
    found = progress(facts, latest=known.latest, at=at)
    received = facts.accepted_at is not None
    return Counted(
        dossier_id=facts.id,
        code=facts.code,
        seq=facts.seq,
        agency=facts.handling_agency,
        receiving_agency=facts.receiving_agency,
        procedure_code=facts.procedure_code,
        received_day=_day(facts.accepted_at),
        start_day=_day(found.start) if found else None,
        end_day=_day(found.end) if found else None,
        late_day=_day(found.late_from) if found else None,
        in_time=found.in_time if found else None,
        holds=_holds(known, found) if received else Holds(0),
        can=_can(known, found) if received else Holds(0),
        sync_known=known.synchronised is not None,
        signs=_signs(known),
        points_time=_points_time(known, found),
        points_contacts=max(0, 2 - len(facts.waits)),
        points_attitude=0 if known.complained else _points_time(known, found),
        step=facts.step.value,
        check_at=found.check_at if found else None,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(VN).date() if moment is not None else None


def _holds(known: Inputs, found: Progress | None) -> Holds:
    tests: dict[Holds, Callable[[], bool]] = {
        Holds.SYNCHRONISED: lambda: bool(known.synchronised),
        Holds.FIT_FOR_FULL: lambda: known.procedure.full_online,
        Holds.ONLINE_FULL: lambda: known.procedure.full_online and _online(known),
        Holds.FILED_ONLINE: lambda: _online(known),
        Holds.MUST_PAY: lambda: must_pay(known),
        Holds.PAID_ONLINE: lambda: must_pay(known) and paid_online(known),
        Holds.WITH_PAPER: lambda: known.procedure.paper_result,
        Holds.ELECTRONIC_RESULT: lambda: known.procedure.paper_result and electronic_result(known),
        Holds.DIGITISED: lambda: digitised(known),
        Holds.REUSED: lambda: any(p.how.reused for p in known.facts.papers),
        Holds.SHARED: lambda: shared(known),
        Holds.POPULATION_USED: lambda: population_used(known),
        Holds.CERTIFIES: lambda: known.procedure.certifies,
        Holds.CERTIFIED_COPY: lambda: known.procedure.certifies and electronic_result(known),
        Holds.CONTENT: lambda: not known.complained and (found is None or found.in_time),
    }
    holds = Holds.RECEIVED
    for name, test in tests.items():
        if test():
            holds |= name
    return holds


_PERFECT = ResultFile(state=ResultState.ISSUED, size=1, in_wallet=True, shared_by=0)
_NEVER = (State.REFUSED, State.WITHDRAWN, State.STOPPED)  # no result will come any more


def _can(known: Inputs, found: Progress | None) -> Holds:
    """What would hold if everything that can still be done were done, and does not hold yet."""
    papers = tuple(
        replace(p, how=HowProvided.DIGITISED, file_id=known.facts.id) if p.how is HowProvided.PAPER else p
        for p in known.facts.papers
    )
    payments = tuple(
        replace(p, state=PaymentState.PAID, method=PaymentMethod.NATIONAL_PLATFORM)
        if p.state is PaymentState.DUE
        else p
        for p in known.payments
    )
    files = known.files if known.facts.state in _NEVER else (*known.files, _PERFECT)
    done = replace(
        known,
        facts=replace(known.facts, papers=papers),
        payments=payments,
        files=files,
        synchronised=None if known.synchronised is None else True,
    )
    return _holds(done, found) & ~_holds(known, found)


def electronic_result(known: Inputs) -> bool:
    """Is there a result with a file of its own? An empty file, or one shared with other dossiers, is none."""
    return any(f.size > 0 and not f.shared_by and f.state in _GOOD_RESULT for f in known.files)


def _online(known: Inputs) -> bool:
    online = known.facts.channel is Channel.ONLINE
    return online and (not known.procedure.paper_result or electronic_result(known))


def must_pay(known: Inputs) -> bool:
    """Is there money to pay: a demand above 0, or a tariff above 0 where none was made?"""
    standing = [p for p in known.payments if p.state is not PaymentState.CANCELLED]
    if known.payments:
        return any(p.amount > 0 for p in standing)
    return known.facts.channel.value in known.procedure.fee_by_channel


def paid_online(known: Inputs) -> bool:
    """Was it paid over the national platform or the provincial gateway?"""
    return any(p.state is PaymentState.PAID and p.amount > 0 and p.method.online for p in known.payments)


def digitised(known: Inputs) -> bool:
    """A file among the papers, and one as result where the procedure gives a paper."""
    papers = any(p.how in _WITH_FILE and p.file_id is not None for p in known.facts.papers) or any(
        p.how is HowProvided.WALLET for p in known.facts.papers
    )
    return papers and (not known.procedure.paper_result or electronic_result(known))


def shared(known: Inputs) -> bool:
    """A paper taken from a wallet, or the result put into one."""
    wallet = any(p.how is HowProvided.WALLET for p in known.facts.papers)
    return wallet or any(f.in_wallet and f.size > 0 for f in known.files)


def population_used(known: Inputs) -> bool:
    """Identity proven by e-ID, or a fact of the population base in place of a paper."""
    return known.facts.identity_proven or any(
        p.how is HowProvided.REGISTRY and p.source.startswith(_POPULATION) for p in known.facts.papers
    )


def _signs(known: Inputs) -> Sign:
    facts, signs = known.facts, Sign(0)
    if len(facts.waits) > 1:
        signs |= Sign.ASKED_TWICE
    if any(f.shared_by for f in known.files):
        signs |= Sign.SAME_FILE
    if any(f.size == 0 for f in known.files):
        signs |= Sign.EMPTY_FILE
    if facts.moved:
        signs |= Sign.DUE_MOVED
    if known.crowd:
        signs |= Sign.CROWD
    start, end = facts.accepted_at, facts.ended_at
    if start is not None and end is not None:
        if end < start:
            signs |= Sign.BACKDATED
        elif end - start < _READY_WITHIN and start - facts.submitted_at > _WAITED_BEFORE:
            signs |= Sign.LATE_RECEIPT
    return signs


def _points_time(known: Inputs, found: Progress | None) -> int:
    """TT 01/2018 Đ.14: shorter than the time given 2, equal 1, longer 0."""
    if found is None or found.end is None or not found.in_time:
        return 0
    due = known.facts.promised_due
    early = due is None or found.end.astimezone(VN).date() < due.astimezone(VN).date()
    return 2 if early else 1


_WHY: dict[str, tuple[str, str]] = {
    "synchronised": ("Cổng quốc gia đã nhận", "Cổng quốc gia chưa nhận"),
    "online_full": (
        "nộp trực tuyến toàn trình, có kết quả điện tử",
        "không nộp trực tuyến hoặc chưa có kết quả điện tử",
    ),
    "filed_online": (
        "nộp trực tuyến, có kết quả điện tử nếu thủ tục trả giấy tờ",
        "nộp trực tiếp, bưu chính, hoặc chưa có kết quả điện tử",
    ),
    "paid_online": ("đã trả phí, lệ phí trực tuyến", "phí, lệ phí chưa trả hoặc trả ngoài cổng thanh toán"),
    "electronic_result": ("có tệp kết quả riêng", "chưa có tệp kết quả riêng của hồ sơ"),
    "certified_copy": ("có bản sao chứng thực điện tử", "chưa có bản sao chứng thực điện tử"),
    "digitised": ("có tệp thành phần và tệp kết quả", "thiếu tệp thành phần hoặc tệp kết quả"),
    "reused": ("có thành phần lấy từ kho hay cơ sở dữ liệu", "mọi thành phần đều do người dân nộp lại"),
    "shared": ("giấy tờ lấy từ kho hoặc kết quả đã vào kho", "kết quả chưa vào kho dữ liệu của người dân"),
    "population_used": ("đã xác thực hoặc lấy dữ liệu dân cư", "chưa dùng dữ liệu dân cư"),
}
_NOT_COUNTED = {
    "fit_for_full": "thủ tục không cung cấp toàn trình",
    "must_pay": "không phải trả phí, lệ phí",
    "with_paper": "thủ tục không trả kết quả bằng giấy tờ",
    "certifies": "không phải thủ tục chứng thực bản sao",
    "received": "chưa được tiếp nhận",
}


def lines(known: Inputs, scheme: Scheme, *, at: datetime) -> tuple[Line, ...]:
    """The dossier's line under each indicator that counts dossiers."""
    counted = judge(known, at=at)
    found = progress(known.facts, latest=known.latest, at=at)
    return tuple(
        _line(i, known, counted, found)
        for i in scheme.indicators
        if i.subject is Subject.DOSSIER and i.scored
    )


def holds_name(predicate: str) -> Holds | None:
    """The bit of a definition's `dossier.…` predicate; None for those of progress and of points."""
    name = predicate.removeprefix("dossier.").upper()
    return Holds[name] if name in Holds.__members__ else None


def _line(indicator: Indicator, known: Inputs, counted: Counted, found: Progress | None) -> Line:
    if indicator.denominator == "dossier.handled":
        if found is None:
            return Line(code=indicator.code, counted=False, met=None, why_vi="chưa được tiếp nhận")
        return Line(code=indicator.code, counted=True, met=found.in_time, why_vi=found.why_vi)
    below, above = holds_name(indicator.denominator), holds_name(indicator.numerator)
    if below is None or not counted.holds & below:
        name = indicator.denominator.removeprefix("dossier.") if counted.received_day else "received"
        why = _NOT_COUNTED.get(name, "không thuộc mẫu số")
        return Line(code=indicator.code, counted=False, met=None, why_vi=why)
    if above is Holds.SYNCHRONISED and known.synchronised is None:
        why = "chưa có bằng chứng từ Cổng quốc gia"
        return Line(code=indicator.code, counted=True, met=None, why_vi=why)
    met = above is not None and bool(counted.holds & above)
    if above is Holds.CONTENT:
        why = _why_content(known, found)
    else:
        why = _WHY[indicator.numerator.removeprefix("dossier.")][0 if met else 1]
    if above is Holds.ELECTRONIC_RESULT and not met and known.files:
        why = _why_file(known)
    return Line(code=indicator.code, counted=True, met=met, why_vi=why)


def _why_content(known: Inputs, found: Progress | None) -> str:
    parts = []
    if known.complained:
        parts.append("có phản ánh hoặc đánh giá không hài lòng")
    if found is not None and not found.in_time:
        parts.append(found.why_vi)
    return "; ".join(parts) or "đúng hạn, không có phản ánh"


def _why_file(known: Inputs) -> str:
    shared_by = max(f.shared_by for f in known.files)
    if shared_by:
        return f"tệp kết quả dùng chung với {shared_by} hồ sơ khác: không tính"
    if all(f.size == 0 for f in known.files):
        return "tệp kết quả rỗng: không tính"
    return "kết quả đã bị thu hồi hoặc chưa phát hành"
