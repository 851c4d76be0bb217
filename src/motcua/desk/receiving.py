"""Receiving at the counter: what the form page asks, how each paper is provided, and the one call that receives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.base import clock
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk.visits import Given, Visit
from motcua.desk.words import either
from motcua.documents import api as documents
from motcua.documents.data import WalletItem
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Channel, ComponentGiven, Filed, HowProvided
from motcua.fees import api as fees
from motcua.fees.data import FeeDue
from motcua.procedures import api as procedures
from motcua.procedures.data import (
    ChannelKind,
    Component,
    ComponentKind,
    DoorKind,
    Field,
    FieldType,
    FormDefinition,
    ProcedureContent,
)
from motcua.ui.api import FileTile, KnownFact, UnitOption, UnitPicker, find_units, masked
from motcua.ui.eforms import Drawn, FiledTile, Ink, deciding_fields, draw, in_words
from motcua.units import api as units

_POPULATION = ("population", "identity", "residence")
WAYS = ("", "paper", "shown", "registry")


class WrongPlace(DomainError):
    """No people's committee of this place decides; choose the commune again."""

    message_vi = "Chưa tìm thấy cơ quan giải quyết ở nơi bạn chọn. Hãy chọn lại xã, phường."


class WrongCount(DomainError):
    """The number of sets goes from 1 to 99."""

    message_vi = "Số bộ hồ sơ phải từ 1 đến 99."


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    """A required paper: how it can be provided, how it is, the files there are."""

    code: str
    name: str
    required: bool
    case: str
    options: tuple[tuple[str, str, bool], ...]
    files: tuple[FiledTile, ...]

    @property
    def dom_id(self) -> str:
        """The id of its boxes."""
        return "p-" + "".join(c if c.isalnum() else "-" for c in self.code)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A visit with the procedure that was picked, as it is in force."""

    visit: Visit
    info: procedures.VersionInfo
    today: date

    @property
    def content(self) -> ProcedureContent:
        """The procedure."""
        return self.info.content

    @property
    def title(self) -> str:
        """The procedure's name in the reader's language."""
        return either(self.content.name, self.content.name_en)

    @property
    def kind(self) -> ChannelKind:
        """The way of filing, as fees know it."""
        return ChannelKind(self.visit.channel.value)

    @cached_property
    def validated(self) -> procedures.Validated | None:
        """Clean values and errors of the e-form; None where the procedure has none."""
        if self.content.form is None:
            return None
        return procedures.validate(
            self.content.form, self.visit.answers, today=self.today, known_unit=_unit_exists
        )

    def tiles(self) -> dict[str, FileTile]:
        """The files of the visit."""
        return {
            file_id: FileTile(
                name=held.name,
                kind=held.kind,
                size=held.size,
                url=reverse("desk:receive_file", args=[self.visit.id, file_id]),
            )
            for file_id, held in self.visit.files.items()
        }

    def fee(self) -> FeeDue:
        """What is to be paid for this way of filing."""
        count = int(self.visit.quantity) if self.visit.quantity.isdigit() else 1
        return fees.fee_due(self.content, self.kind, at=clock.now(), quantity=max(1, min(count, 99)))


def _unit_exists(key: str) -> bool:
    try:
        units.unit(key)
    except units.UnknownUnit:
        return False
    return True


def open_sheet(visit: Visit, *, today: date) -> Sheet:
    """The visit with its procedure. Raises `NoVersionInForce`."""
    return Sheet(visit=visit, info=procedures.version_on(visit.code, today), today=today)


def groups(sheet: Sheet, errors: Mapping[str, Any]) -> list[tuple[str, tuple[Drawn, ...]]]:
    """The questions of the e-form by group, drawn with what was typed and what is wrong."""
    form = sheet.content.form
    if form is None:
        return []
    ink = _ink(sheet, form, errors)
    visible = procedures.visible_groups(form, sheet.visit.answers, today=sheet.today)
    return [(either(group.title_vi, group.title_en), draw(fields, ink)) for group, fields in visible]


def _ink(sheet: Sheet, form: FormDefinition, errors: Mapping[str, Any]) -> Ink:
    return Ink(
        answers=sheet.visit.answers,
        errors=errors,
        known={},
        find_units=lambda typed: find_units(typed, on=sheet.today),
        files=sheet.tiles(),
        deciding=deciding_fields(form),
    )


def _masked(one: Field, value: Any) -> Any:
    if one.type is FieldType.PERSONAL_NUMBER and value:
        return masked(str(value))
    if isinstance(value, Mapping) and value.get("personal_number"):
        return {**value, "personal_number": masked(str(value["personal_number"]))}
    return value


def known_facts(sheet: Sheet) -> list[KnownFact]:
    """What was filled in from the registers, with source and day, so that the officer can say where it is from."""
    form = sheet.content.form
    found: list[KnownFact] = []
    if form is None:
        return found
    ink = _ink(sheet, form, {})
    for key, (source, as_of) in sheet.visit.known.items():
        one = form.by_key.get(key)
        if one is not None:
            found.append(
                KnownFact(
                    label=either(one.label_vi, one.label_en),
                    value=in_words(one, _masked(one, sheet.visit.answers.get(key)), ink),
                    source=source,
                    as_of=date.fromisoformat(as_of),
                )
            )
    return found


def asked_papers(sheet: Sheet) -> list[Component]:
    """The papers to ask for: not the e-form itself, not those that a file field of the form brings."""
    form = sheet.content.form
    by_field = _file_fields(form)
    values = sheet.validated.values if sheet.validated else {}
    return [
        part
        for part in sheet.content.components
        if (part.kind is not ComponentKind.FORM or form is None)
        and part.code not in by_field
        and (part.condition is None or procedures.holds(part.condition, values, today=sheet.today))
    ]


def _file_fields(form: FormDefinition | None) -> dict[str, str]:
    if form is None:
        return {}
    return {
        one.component: one.key for one in form.by_key.values() if one.type is FieldType.FILE and one.component
    }


def paper_rows(sheet: Sheet) -> list[PaperRow]:
    """The papers with every way to provide each: what the state has is offered first."""
    tiles, items = sheet.tiles(), _wallet(sheet)
    rows = []
    for part in asked_papers(sheet):
        given = sheet.visit.papers.get(part.code) or Given(how=_first_way(sheet, part))
        rows.append(
            PaperRow(
                code=part.code,
                name=either(part.name, part.name_en),
                required=part.required and part.kind is ComponentKind.SUBMIT and not part.case,
                case=part.case,
                options=tuple(
                    (value, words, value == given.how) for value, words in _ways(sheet, part, items)
                ),
                files=tuple(FiledTile(id=one, tile=tiles[one]) for one in given.files if one in tiles),
            )
        )
    return rows


def _first_way(sheet: Sheet, part: Component) -> str:
    """The state's own data needs nobody's hand; everything else is ticked by who saw the paper."""
    return "registry" if _registry_key(part) and sheet.visit.who.person_id else ""


def _ways(sheet: Sheet, part: Component, items: list[WalletItem]) -> list[tuple[str, str]]:
    found = [("", _("chưa có"))]
    if _registry_key(part) and sheet.visit.who.person_id:
        found.append(("registry", _("Nhà nước đã có (CSDL dân cư)")))
    codes = _wallet_codes(part)
    found += [
        (f"wallet:{item.id}", _("trong ví giấy tờ: %(title)s") % {"title": item.title})
        for item in items
        if item.kind in codes
    ]
    return [*found, ("paper", _("bản giấy nộp tại quầy")), ("shown", _("chỉ xuất trình"))]


def _registry_key(part: Component) -> str:
    return next((key for key in part.replaced_by if key.partition(":")[0] in _POPULATION), "")


def _wallet_codes(part: Component) -> set[str]:
    return {key.partition(":")[2] for key in part.replaced_by if key.startswith("wallet:")}


def _wallet(sheet: Sheet) -> list[WalletItem]:
    kinds = {code for part in sheet.content.components for code in _wallet_codes(part)}
    if not kinds or sheet.visit.who.person_id is None:
        return []
    return list(documents.reusable(sheet.visit.who.person_id, kinds=kinds, on=sheet.today))


def components(sheet: Sheet, *, at: datetime) -> tuple[ComponentGiven, ...]:
    """Every paper as it is provided."""
    found: list[ComponentGiven] = []
    values = sheet.validated.values if sheet.validated else {}
    for code, key in _file_fields(sheet.content.form).items():
        for file_id in values.get(key) or ():
            found.append(ComponentGiven(code=code, how=HowProvided.FILE, file_id=UUID(str(file_id))))
    for row, part in zip(paper_rows(sheet), asked_papers(sheet), strict=True):
        how = next((value for value, _words, chosen in row.options if chosen), "")
        found += _provided(sheet, part, how, [UUID(file.id) for file in row.files], at=at)
    return tuple(found)


def _provided(
    sheet: Sheet, part: Component, how: str, files: list[UUID], *, at: datetime
) -> list[ComponentGiven]:
    original, copies = part.originals > 0, max(1, part.originals or part.copies)
    if files:
        way = HowProvided.DIGITISED if how == "paper" else HowProvided.FILE
        return [
            ComponentGiven(code=part.code, how=way, file_id=one, original=original, copies=copies)
            for one in files
        ]
    if how == "paper":
        return [ComponentGiven(code=part.code, how=HowProvided.PAPER, original=original, copies=copies)]
    if how == "shown":
        return [ComponentGiven(code=part.code, how=HowProvided.SHOWN)]
    if how.startswith("wallet:"):
        return [
            ComponentGiven(code=part.code, how=HowProvided.WALLET, wallet_ref=how.removeprefix("wallet:"))
        ]
    if how == "registry":
        fact = {
            "registry": _("CSDL quốc gia về dân cư"),
            "key": _registry_key(part),
            "value": sheet.visit.who.personal_number,
            "as_of": at.isoformat(),
        }
        return [ComponentGiven(code=part.code, how=HowProvided.REGISTRY, fact=fact)]
    return []


def picker(sheet: Sheet) -> UnitPicker:
    """Where it is decided, when that is not where it is received (any centre of the province receives)."""
    typed = sheet.visit.place
    options: tuple[UnitOption, ...] = find_units(typed, on=sheet.today) if typed else ()
    chosen = next((one for one in options if one.key == typed), None)
    return UnitPicker(
        name="place",
        label=_("Xã, phường giải quyết, nếu khác nơi tiếp nhận"),
        typed=chosen.name if chosen else typed,
        options=tuple(replace(one, selected=one.key == typed) for one in options),
        required=False,
    )


def _handler(sheet: Sheet) -> str:
    """The committee of the place that was named; "" when the procedure's own rule decides."""
    if not sheet.visit.place:
        return ""
    found = units.agencies(on=sheet.today, kind=units.AgencyKind.PEOPLE_COMMITTEE, unit_key=sheet.visit.place)
    if not found:
        raise WrongPlace
    return found[0].key


def receive(sheet: Sheet, *, by: Actor, at: datetime) -> Filed:
    """Receive and accept the dossier: the visit's id is the key, so that a second click is the same dossier."""
    visit = sheet.visit
    if not (visit.quantity.isdigit() and 1 <= int(visit.quantity[:3]) <= 99):
        raise WrongCount
    return dossiers.receive_at_desk(
        by=by,
        at=at,
        idempotency_key=str(visit.id),
        procedure_code=visit.code,
        receiving_agency=by.unit or "",
        applicant=visit.who,
        answers=dict(visit.answers),
        components=components(sheet, at=at),
        door=DoorKind.POST if visit.channel is Channel.POST else DoorKind.DESK,
        channel=visit.channel,
        version_id=sheet.info.id,
        handling_agency=_handler(sheet),
        return_by=visit.return_by,
        quantity=int(visit.quantity),
        identity_proven=visit.who.person_id is not None,
    )
