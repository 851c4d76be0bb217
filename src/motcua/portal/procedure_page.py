"""Turns a version of a procedure into what its page says: the eight parts, the doors of the day, how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.deadlines.data import TimeLimit
from motcua.portal.doors import DoorWords, describe
from motcua.portal.lang import either
from motcua.procedures import api as procedures
from motcua.procedures.data import (
    DATA_SOURCES,
    AgencyPart,
    ChannelKind,
    Component,
    Fee,
    Flag,
    ProcedureContent,
)
from motcua.ui.api import Action, EmptyState, MoneyRow, certainty_words, day, limit_words


@dataclass(frozen=True, kw_only=True)
class FeeWords:
    """A fee: a row of money when the amount is known, else the words of the source."""

    row: MoneyRow | None
    words: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A required paper, how many of it, and where the state already has it."""

    name: str
    required: bool
    copies: str
    case: str
    replaced: str


@dataclass(frozen=True, kw_only=True)
class CasedStep:
    """One step of the procedure and the case it is for."""

    text: str
    case: str


@dataclass(frozen=True, kw_only=True)
class ProcedurePage:
    """Everything the page shows, in the reader's language where it was written in both."""

    code: str
    name: str
    field: str
    warnings: tuple[str, ...]
    doors: tuple[DoorWords, ...]
    no_door: EmptyState
    has_form: bool
    limit: str
    channel_limits: tuple[str, ...]
    legal_maximum: str
    fees: tuple[FeeWords, ...]
    components: tuple[Paper, ...]
    dossier_count: int
    results: tuple[str, ...]
    steps: tuple[CasedStep, ...]
    subjects: tuple[str, ...]
    agencies: tuple[str, ...]
    conditions: tuple[str, ...]
    legal_basis: tuple[str, ...]
    provenance: str


def procedure_page(info: procedures.VersionInfo, on: date) -> ProcedurePage:
    """The page of `info` as it stands on the day `on`."""
    content = info.content
    open_doors = procedures.open_doors(info, on)
    return ProcedurePage(
        code=info.code,
        name=either(content.name, content.name_en),
        field=content.field,
        warnings=tuple(_warnings(content.flags)),
        doors=describe((door.kind, door.system, door.since, door.source) for door in open_doors),
        no_door=EmptyState(
            title=_("Chưa rõ thủ tục này nộp ở đâu"),
            text=_("Dữ liệu chưa ghi nơi nộp đang mở. Hãy hỏi Bộ phận Một cửa gần nhất."),
            action=Action(label=_("Tìm thủ tục khác"), href=reverse("portal:home")),
        ),
        has_form=content.form is not None,
        limit=_limit(content.limit, at_once=content.at_once),
        channel_limits=tuple(_channel_limits(content)),
        legal_maximum=_legal_maximum(content),
        fees=tuple(_fee(fee) for fee in content.fees),
        components=tuple(_paper(component) for component in content.components),
        dossier_count=content.dossier_count,
        results=tuple(either(result.name, result.name_en) for result in content.results),
        steps=tuple(CasedStep(text=step.text, case=step.case) for step in content.steps),
        subjects=content.subjects,
        agencies=tuple(f"{_agency_part(rule.part)}: {rule.name}" for rule in content.agencies),
        conditions=tuple(either(condition.text, condition.text_en) for condition in content.conditions),
        legal_basis=tuple(
            _("%(basis)s (%(certainty)s)")
            % {
                "basis": ", ".join(part for part in (basis.number, basis.title, basis.articles) if part),
                "certainty": certainty_words(basis.certainty.value),
            }
            for basis in content.legal_basis
        ),
        provenance=_provenance(info),
    )


def _warnings(flags: Iterable[Flag]) -> Iterable[str]:
    said = {
        Flag.HOUSEHOLD_BOOK: _(
            "Nguồn vẫn đòi sổ hộ khẩu hoặc giấy xác nhận cư trú. Từ 01/01/2023 không ai phải nộp giấy này; "
            "cơ quan tự tra cứu nơi cư trú của bạn (NĐ 104/2022/NĐ-CP)."
        ),
        Flag.LIMIT_UNKNOWN: _("Nguồn không ghi rõ thời hạn giải quyết."),
        Flag.TEXT_SHUFFLED: _("Câu chữ của nguồn bị đảo; hãy hỏi lại Bộ phận Một cửa trước khi làm theo."),
        Flag.FEE_UNSURE: _("Số tiền nguồn ghi có vẻ thiếu; hãy hỏi lại trước khi nộp."),
    }
    return (said[flag] for flag in flags)


def _limit(limit: TimeLimit | None, *, at_once: bool = False) -> str:
    if limit is not None:
        return limit_words(limit.amount, limit.unit.value)
    return _("Lấy ngay trong lúc chờ.") if at_once else ""


def channel_words(kind: ChannelKind) -> str:
    """How a dossier is filed, in words."""
    return {
        ChannelKind.DIRECT: _("Trực tiếp"),
        ChannelKind.ONLINE: _("Trực tuyến"),
        ChannelKind.POST: _("Bưu chính"),
    }[kind]


def _channel_limits(content: ProcedureContent) -> Iterable[str]:
    for channel in content.channels:
        said = _limit(channel.limit, at_once=channel.at_once)
        parts = [part for part in (said, channel.note, channel.partial_reason) if part]
        if parts:
            yield f"{channel_words(channel.kind)}: {'; '.join(parts)}"


def _legal_maximum(content: ProcedureContent) -> str:
    law = content.legal_maximum
    if law is None:
        return ""
    return _("Luật cho tối đa %(limit)s (%(law)s, %(certainty)s).") % {
        "limit": _limit(law.limit, at_once=law.at_once),
        "law": " ".join(part for part in (law.source.text, law.source.article) if part),
        "certainty": certainty_words(law.source.certainty.value),
    }


def _fee(fee: Fee) -> FeeWords:
    why = [fee.case] if fee.case else []
    if fee.source is not None:
        why.append(f"{fee.source.text} ({certainty_words(fee.source.certainty.value)})")
    if fee.amount is None:
        return FeeWords(row=None, words="; ".join([fee.name, *why]))
    name = f"{fee.name} / {fee.per}" if fee.per else fee.name
    return FeeWords(row=MoneyRow(what=name, amount=fee.amount, why="; ".join(why)), words="")


def _paper(component: Component) -> Paper:
    copies = [_("%(n)d bản chính") % {"n": component.originals}] if component.originals else []
    copies += [_("%(n)d bản sao") % {"n": component.copies}] if component.copies else []
    if component.form_name:
        copies.append(component.form_name)
    return Paper(
        name=either(component.name, component.name_en),
        required=component.required,
        copies=", ".join(copies) or _("một bản"),
        case=component.case,
        replaced=replaced_words(component),
    )


def replaced_words(component: Component) -> str:
    """Where the state already has a paper, so that it need not be brought; "" when it has not."""
    if component.once_only_note:
        return component.once_only_note
    names = [DATA_SOURCES[key.partition(":")[0]] for key in component.replaced_by]
    if not names:
        return ""
    return _("Không phải nộp nếu đã có trong: %(sources)s.") % {"sources": ", ".join(dict.fromkeys(names))}


def _agency_part(part: AgencyPart) -> str:
    return {
        AgencyPart.RECEIVES: _("Nơi nhận"),
        AgencyPart.SOLVES: _("Nơi giải quyết"),
        AgencyPart.DECIDES: _("Nơi quyết định"),
        AgencyPart.COOPERATES: _("Nơi phối hợp"),
        AgencyPart.DELEGATED: _("Nơi được ủy quyền"),
    }[part]


def _provenance(info: procedures.VersionInfo) -> str:
    source = " ".join(part for part in (info.source.text, info.source.article) if part)
    reviewed = _("cán bộ đã rà soát") if info.reviewed else _("lấy nguyên từ nguồn, chưa ai rà soát")
    return _("Nguồn: %(source)s. Có hiệu lực từ %(since)s; %(reviewed)s; %(certainty)s.") % {
        "source": source,
        "since": day(info.validity.start),
        "reviewed": reviewed,
        "certainty": certainty_words(info.source.certainty.value),
    }
