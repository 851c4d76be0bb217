"""Province → unit → indicator → dossiers: each number opens what is behind it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.base import clock
from motcua.dossiers.api import Step
from motcua.indicators import api as indicators
from motcua.indicators.api import Level, Period, UnitScore
from motcua.ioc import drawing, sheets, showing
from motcua.ioc.permissions import check_may_open, may_open, own_unit, watches_province
from motcua.ioc.reader import for_leaders
from motcua.procedures import api as procedures
from motcua.staff.api import ROLE_NAMES, PositionView
from motcua.ui.api import certainty_words

_PAGE = 50


def _period(request: HttpRequest) -> Period:
    return showing.read(request.GET.get("period", ""), clock.today())


@require_GET
@for_leaders
def home(request: HttpRequest, position: PositionView) -> HttpResponse:
    """The morning page: the province's score, what is worth doing, all units ranked; `?level=&period=&as=`."""
    period, now = _period(request), clock.now()
    level = Level.DEPARTMENT if request.GET.get("level") == "department" else Level.COMMUNE
    if not watches_province(position) and "all" not in request.GET:
        return HttpResponseRedirect(showing.unit_url(own_unit(position, now.date()), period))
    province, scores = indicators.with_province(period, level=level, at=now)
    rows = [showing.unit_row(s, period, openable=may_open(position, s.unit.key, now.date())) for s in scores]
    title = _("Chỉ số phục vụ: các đơn vị, %(period)s") % {"period": showing.period_words(period)}
    if (kind := request.GET.get("as", "")) in ("xlsx", "pdf"):
        return _send_units(kind, title, province, rows)
    watching = watches_province(position)
    context = {
        **_frame(period, province),
        "title": title,
        "province": province,
        "missing": showing.missing(province),
        "own_url": showing.unit_url(indicators.PROVINCE.key, period) if watching else "",
        "groups_svg": drawing.bars(showing.group_bars(province, period), title=_("Điểm theo nhóm")),
        "groups": [(showing.group_name(g), s, g.maximum) for g, s in province.groups],
        "fixes": indicators.best_fixes(province, period, at=now) if watching else [],
        "last_day": period.end - timedelta(days=1),
        "alerts": indicators.alerts(indicators.PROVINCE.key, at=now) if watching else [],
        "rows": rows,
        "level": level.value,
        "map_svg": drawing.unit_map(showing.dots(scores, rows), title=_("Bản đồ các xã theo mức điểm"))
        if level is Level.COMMUNE
        else "",
        "bands": [(key, colour) for key, colour in drawing.BANDS.items()],
        "query": f"period={period.key}&level={level.value}",
    }
    return render(request, "ioc/home.html", context)


def _frame(period: Period, score: UnitScore) -> dict[str, object]:
    """What every page carries: the period, up to when, by which definitions and how sure they are."""
    scheme = score.scheme
    return {
        "period": period,
        "period_words": showing.period_words(period),
        "choices": showing.choices(period, clock.today()),
        "as_of": showing.as_of(score, clock.now()),
        "scheme": scheme,
        "scheme_name": scheme.name_en if showing.in_english() else scheme.name_vi,
        "scheme_certainty": certainty_words(scheme.source.certainty),
    }


def _send_units(kind: str, title: str, province: UnitScore, rows: list[showing.UnitRow]) -> HttpResponse:
    head = [
        _("Hạng"),
        _("Đơn vị"),
        _("Điểm đã biết"),
        _("Trên"),
        _("Trên 100"),
        _("Xếp loại"),
        *(showing.group_name(g) for g, _s in province.groups),
    ]
    table = [[r.rank, r.name, r.known, r.known_maximum, r.share, r.band, *r.groups] for r in rows]
    return sheets.send(
        kind,
        name="chi-so-don-vi",
        title=title,
        head=head,
        rows=table,
        at=showing.as_of(province, clock.now()),
    )


def _score_among(position: PositionView, key: str, period: Period) -> tuple[UnitScore, list[UnitScore]]:
    """A unit's score and those that it is ranked among; the province stands alone."""
    now = clock.now()
    check_may_open(position, key, now.date())
    try:
        level = indicators.unit_named(key, clock.today()).level
    except indicators.UnknownUnit:
        raise Http404(key) from None
    peers = indicators.unit_scores(period, level=level, at=now)
    score = next(s for s in peers if s.unit.key == key)
    return score, [] if level is Level.PROVINCE else peers


@require_GET
@for_leaders
def unit(request: HttpRequest, position: PositionView, key: str) -> HttpResponse:
    """One unit: every indicator, what it lost and where, the cheapest way up (`?target=`), signs of gaming."""
    period, now = _period(request), clock.now()
    score, peers = _score_among(position, key, period)
    rows = [showing.indicator_row(line, key, period) for line in score.indicators]
    title = f"{score.unit.name}, {showing.period_words(period)}"
    if (kind := request.GET.get("as", "")) in ("xlsx", "pdf"):
        head = [_("Mã"), _("Chỉ tiêu"), _("Tử số"), _("Mẫu số"), _("Điểm"), _("Tối đa"), _("Ghi chú")]
        table = [[r.number, r.name, r.numerator, r.denominator, r.score, r.maximum, r.why] for r in rows]
        return sheets.send(
            kind, name=f"chi-so-{key}", title=title, head=head, rows=table, at=showing.as_of(score, now)
        )
    past = [period]
    while len(past) < 6:
        past.append(past[-1].before())
    series = [
        drawing.Point(when=p.key, value=float(s.share))
        for p, s in indicators.history(key, past[::-1], at=now)
        if s.handled
    ]
    context = {
        **_frame(period, score),
        "title": title,
        "score": score,
        "band": score.band.name_en if showing.in_english() else score.band.name_vi,
        "rows": rows,
        "groups_svg": drawing.bars(showing.group_bars(score, period), title=_("Điểm theo nhóm")),
        "history_svg": drawing.line(series, title=_("Sáu kỳ gần nhất")) if len(series) > 1 else "",
        "series": series,
        "fixes": indicators.best_fixes(score, period, at=now, among=peers),
        "last_day": period.end - timedelta(days=1),
        "alerts": indicators.alerts(key, at=now),
        "losses": _losses(score, period),
        "signs": [
            (words[1] if showing.in_english() else words[0], number)
            for sign, number in indicators.signs(key, period, at=now).items()
            for words in (indicators.SIGN_NAMES[sign],)
        ],
        "plan": _plan(request, key, period),
        "target": request.GET.get("target", "")[:8],
        "query": f"period={period.key}",
    }
    return render(request, "ioc/unit.html", context)


def _losses(score: UnitScore, period: Period) -> list[tuple[str, list[tuple[str, str, int, str]]]]:
    """The largest losses by procedure and by role, in words."""
    now = clock.now()
    names = {i.code: i.name_en if showing.in_english() else i.name_vi for i in score.scheme.indicators}
    out = []
    lost = indicators.losses(score, period, at=now)
    for by, words in (
        ("procedure_code", _("Theo thủ tục")),
        ("step", _("Theo bước xử lý")),
        ("role", _("Theo vai trò đang giữ hồ sơ")),
    ):
        found = lost[by][:8]
        where = _where(by, [x.key for x in found])
        out.append(
            (words, [(names[x.indicator], where[x.key], x.dossiers, showing.points(x.points)) for x in found])
        )
    return out


def _where(by: str, keys: list[str]) -> dict[str, str]:
    """What procedures, steps and roles are called."""
    if by == "step":
        steps = {step.value: step.label_en if showing.in_english() else step.label_vi for step in Step}
        return {key: steps.get(key) or _("Không ở bước nào (chờ tiếp nhận, đã kết thúc)") for key in keys}
    if by == "role":
        roles = {role.value: words[1 if showing.in_english() else 0] for role, words in ROLE_NAMES.items()}
        return {key: roles.get(key, key) for key in keys}
    known = {line.code: line.name for line in procedures.in_force(clock.today(), keys)} if keys else {}
    return {key: known.get(key, key) for key in keys}


def _plan(request: HttpRequest, key: str, period: Period) -> indicators.Plan | None:
    try:
        target = Decimal(request.GET.get("target", "").replace(",", ".")[:8] or "x")
    except InvalidOperation:
        return None
    if not target.is_finite() or not 0 < target <= 100:
        return None
    return indicators.plan(key, period, target, at=clock.now())


@require_GET
@for_leaders
def indicator(request: HttpRequest, position: PositionView, key: str, code: str) -> HttpResponse:
    """One indicator of one unit: its definition, and its dossiers with the sentence why; `?met=no|yes|all&page=`."""
    period, now = _period(request), clock.now()
    score, _peers = _score_among(position, key, period)
    line = next((x for x in score.indicators if x.indicator.code == code), None)
    if line is None:
        raise Http404(code)
    wanted = request.GET.get("met", "no")
    met = {"no": False, "yes": True}.get(wanted)
    page = _page(request)
    dossiers, total = indicators.behind(
        key,
        period,
        line.indicator,
        scheme=score.scheme,
        at=now,
        met=met,
        procedure=request.GET.get("procedure", "")[:40],
        limit=_PAGE,
        offset=(page - 1) * _PAGE,
        counted=line.tallied,
    )
    codes = sorted({d.procedure_code for d in dossiers})
    names = {x.code: x.name for x in procedures.in_force(clock.today(), codes)} if codes else {}
    variant = line.indicator.variant_on(period.start)
    english = showing.in_english()
    title = f"{line.indicator.name_en if english else line.indicator.name_vi}: {score.unit.name}"
    if (kind := request.GET.get("as", "")) in ("xlsx", "pdf"):
        return _send_dossiers(kind, f"{code.lower()}-{key}", title, dossiers, score)
    context = {
        **_frame(period, score),
        "title": title,
        "score": score,
        "row": showing.indicator_row(line, key, period),
        "how": line.indicator.how_en if english else line.indicator.how_vi,
        "variant": variant,
        "certainty": certainty_words(variant.source.certainty),
        "others": [v for v in line.indicator.variants if v is not variant],
        "dossiers": [(d, names.get(d.procedure_code, "")) for d in dossiers],
        "total": total,
        "met": wanted if wanted in ("no", "yes", "all") else "no",
        "mets": [("no", _("Chưa đạt")), ("yes", _("Đạt")), ("all", _("Tất cả"))],
        "page": page,
        "more": total > page * _PAGE,
        "unit_url": showing.unit_url(key, period),
        "query": f"period={period.key}",
    }
    return render(request, "ioc/indicator.html", context)


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return min(max(1, int(typed)), 2000) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


def _send_dossiers(
    kind: str, name: str, title: str, dossiers: list[indicators.EvidenceRow], score: UnitScore
) -> HttpResponse:
    head = [_("Mã hồ sơ"), _("Thủ tục"), _("Vì sao")]
    table = [[d.code, d.procedure_code, d.line.why_vi] for d in dossiers]
    at = showing.as_of(score, clock.now())
    return sheets.send(kind, name=name, title=title, head=head, rows=table, at=at)
