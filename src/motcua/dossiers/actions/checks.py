"""What a filing must satisfy: answers of the e-form, papers, the deciding agency, the limit that will count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from motcua.base.clock import VN
from motcua.base.data import Json
from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold
from motcua.deadlines.data import TimeLimit
from motcua.dossiers import policies
from motcua.dossiers.data import Channel, ComponentGiven, Party
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries.access import agency_of
from motcua.people import api as people
from motcua.procedures import api as procedures
from motcua.procedures.data import (
    AgencyPart,
    AgencyRule,
    ChannelKind,
    ComponentKind,
    DoorKind,
    ProcedureContent,
)
from motcua.units import api as units
from motcua.units.data import AgencyInfo


class PapersMissing(DomainError):
    """These papers are still missing: {names}."""

    message_vi = "Còn thiếu giấy tờ: {names}."

    def __init__(self, codes: tuple[str, ...], names: str) -> None:
        self.codes = codes
        super().__init__(f"missing: {codes}", names=names)


class UnknownPaper(DomainError):
    """“{code}” is not one of this procedure's papers."""

    message_vi = "“{code}” không thuộc thành phần hồ sơ của thủ tục này."


class SignsNoTextHas(DomainError):
    """The text holds signs that cannot be kept (for example a zero byte). Type it again instead of pasting it."""

    message_vi = "Nội dung có ký tự không lưu được (ví dụ byte 0). Hãy gõ lại thay vì dán."


class UnknownHandler(DomainError):
    """It is not clear which agency decides this dossier; name it."""

    message_vi = "Chưa xác định được cơ quan giải quyết hồ sơ; hãy chọn cơ quan giải quyết."


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A filing on its way in: what the caller handed over, before any check."""

    procedure_code: str
    version_id: UUID | None
    door: DoorKind
    channel: Channel
    receiving_agency: str
    handling_agency: str = ""
    applicant: Party
    submitter: Party | None = None
    answers: Mapping[str, Json] = field(default_factory=dict)
    components: Sequence[ComponentGiven] = ()
    key: str = ""
    outside: tuple[str, str] = ("", "")
    quantity: int = 1
    return_agency: str = ""
    return_by: str = "counter"
    parent: Dossier | None = None
    part_code: str = ""
    check_answers: bool = True
    check_papers: bool = True
    check_door: bool = True
    identity_proven: bool = False
    acting_as: str = ""
    proposal: Mapping[str, Json] = field(default_factory=dict)


def check_storable(*values: object) -> None:
    """Raise `SignsNoTextHas` where a text, however deep, holds a zero byte: no database keeps one."""
    for value in values:
        if isinstance(value, str):
            if "\x00" in value:
                raise SignsNoTextHas
        elif isinstance(value, Mapping):
            check_storable(*value.keys(), *value.values())
        elif isinstance(value, list | tuple):
            check_storable(*value)


def checked_answers(content: ProcedureContent, filing: Filing, day: date) -> dict[str, Any]:
    """The answers as the form's rules clean them; raises `AnswersInvalid`."""
    if content.form is None or not filing.check_answers:
        return dict(filing.answers)
    result = procedures.validate(content.form, filing.answers, today=day)
    if not result.ok:
        raise policies.AnswersInvalid(dict(result.errors))
    return dict(result.values)


def checked_papers(
    content: ProcedureContent, filing: Filing, answers: Mapping[str, Any], day: date
) -> list[tuple[ComponentGiven, str]]:
    """The papers with their names; raises `UnknownPaper`, `PapersMissing`."""
    names = {component.code: component.name for component in content.components}
    given = {one.code for one in filing.components}
    if names and (unknown := given - set(names)):
        raise UnknownPaper(code=", ".join(sorted(unknown)))
    if filing.check_papers:
        missing = [
            component
            for component in content.components
            if component.required
            and component.kind is ComponentKind.SUBMIT
            and not component.case
            and component.code not in given
            and (component.condition is None or procedures.holds(component.condition, answers, today=day))
        ]
        if missing:
            raise PapersMissing(tuple(c.code for c in missing), "; ".join(c.name for c in missing))
    return [(one, one.name or names.get(one.code, one.code)) for one in filing.components]


class NotTheDecider(DomainError):
    """“{agency}” does not decide this procedure on this day."""

    message_vi = "Cơ quan “{agency}” không giải quyết thủ tục này vào ngày này."


def check_decides(content: ProcedureContent, key: str, at: datetime) -> None:
    """Raise `NotTheDecider` unless the agency that another system names exists on the day and the procedure's
    rules let an agency of its key, or of its kind and level, solve or decide."""
    day = at.astimezone(VN).date()
    agency = agency_of(key)
    if agency is None or not agency.validity.contains(day):
        raise NotTheDecider(agency=key)
    rules = [rule for rule in content.agencies if rule.part in (AgencyPart.SOLVES, AgencyPart.DECIDES)]
    named = [rule for rule in rules if rule.key or (rule.kind and rule.level is not None)]
    if named and not any(_fits(rule, agency) for rule in named):
        raise NotTheDecider(agency=agency.name)


def _fits(rule: AgencyRule, agency: AgencyInfo) -> bool:
    if rule.key:
        return rule.key == agency.key
    same_level = rule.level is not None and rule.level.value == agency.level.value
    return same_level and rule.kind == agency.kind.value


def handler_of(
    content: ProcedureContent, receiving_agency: str, at: datetime, *, applicant: Party | None = None
) -> str:
    """The agency that decides: by the procedure's rule, where it was received, and the day.

    A rule names the agency by key, or by kind and level: the one of that kind in the receiver's own unit, or
    the province's one of that name. A commune's procedure received above the communes (NĐ 118/2025: any centre
    receives) goes to the commune where the applicant lives, as far as the population base says where that is.
    Raises `UnknownHandler` when no rule leads to exactly one: then the desk says.
    """
    day = at.astimezone(VN).date()
    here = agency_of(receiving_agency)
    deciding = [a for a in content.agencies if a.part in (AgencyPart.SOLVES, AgencyPart.DECIDES)]
    for rule in deciding:
        found = rule.key or _by_rule(rule, here, day, applicant)
        if found:
            return found
    if not deciding and here is not None and here.parent_key:
        return here.parent_key
    raise UnknownHandler(receiving_agency)


def _by_rule(rule: AgencyRule, here: AgencyInfo | None, day: date, applicant: Party | None) -> str:
    if not rule.kind or rule.level is None:
        return ""
    if rule.level.value != "province":
        if here is not None and here.level.value == rule.level.value:
            return _only(units.agencies(on=day, kind=rule.kind, unit_key=here.unit_key))
        home = _home_of(applicant, day) if rule.level.value == "commune" else ""
        return _only(units.agencies(on=day, kind=rule.kind, unit_key=home)) if home else ""
    name = fold(rule.name)
    named = [
        a
        for a in units.agencies(on=day, kind=rule.kind, level="province")
        if name in fold(a.name) or name == fold(a.short_name)
    ]
    return _only(named)


def _only(found: Sequence[AgencyInfo]) -> str:
    return found[0].key if len(found) == 1 else ""


def _home_of(applicant: Party | None, day: date) -> str:
    """The commune, as it is on the day, where the applicant is registered; "" where that is not certain."""
    if applicant is None or applicant.person_id is None or applicant.organisation_id is not None:
        return ""
    try:
        registered = people.get(applicant.person_id).permanent_unit
        return units.successor_on(registered, day).key if registered else ""
    except (people.PersonNotFound, units.UnknownUnit, units.WrongVintage, units.NoSingleSuccessor):
        return ""


def limit_for(content: ProcedureContent, channel: Channel) -> TimeLimit | None:
    """The limit that the pinned version gives to this way of filing; given at once counts as the same day."""
    kind = ChannelKind(channel.value)
    limit = content.limit_for(kind)
    own = content.channel(kind)
    if limit is None and (content.at_once or (own is not None and own.at_once)):
        return TimeLimit.same_day()
    return limit


def pin_limit(row: Dossier, limit: TimeLimit | None) -> None:
    """Write the limit on the row."""
    row.limit_amount = limit.amount if limit else None
    row.limit_unit = limit.unit.value if limit else ""
