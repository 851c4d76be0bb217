"""The result: signed by who decides, then by the agency, then handed out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Actor, Json
from motcua.base.errors import DomainError
from motcua.documents import api as documents
from motcua.documents.data import Capacity, SignerRef
from motcua.dossiers.actions import linked
from motcua.dossiers.actions.core import begin, finish, stamp_of
from motcua.dossiers.actions.reception import accept
from motcua.dossiers.data import Action, Done, Outcome, State
from motcua.dossiers.models import Dossier, ResultLink
from motcua.dossiers.queries.access import agency_of
from motcua.procedures import api as procedures
from motcua.procedures.data import DoorKind, ProcedureContent, Result, SignerRule
from motcua.staff import api as staff
from motcua.units import api as units
from motcua.units.data import AgencyKind

GENERIC = "result_generic"
PROVINCE = "Nghệ An"


class NothingProposed(DomainError):
    """There is no proposal to sign."""

    message_vi = "Hồ sơ chưa có tờ trình kết quả để ký."


class NothingSigned(DomainError):
    """There is no signed result to stamp."""

    message_vi = "Hồ sơ chưa có kết quả đã ký để đóng dấu."


def sign_result(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    data: Mapping[str, Json] | None = None,
    draft: documents.Draft | None = None,
    expected_seq: int | None = None,
) -> Done:
    """Lay out, number and sign the result in the signer's own capacity (NĐ 30/2020 Đ.5, Đ.13).

    The paper follows from the procedure's version, the answers and the proposal; `data` adds to what the
    template prints, `draft` replaces it all. Raises what `documents` raises when nothing can be signed: then
    no number is used and the dossier stands where it stood.
    """
    with transaction.atomic():
        move = begin(
            action=Action.SIGN_RESULT, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq
        )
        row = move.row
        if not row.proposal:
            raise NothingProposed(row.code)
        paper = draft or draft_for(row, by=by, at=at, data=data or {})
        prepared = documents.prepare_result(by=by, at=at, draft=paper)
        signed = documents.sign_result(by=by, at=at, result_id=prepared.id)
        ResultLink.objects.create(
            dossier=row,
            result_id=signed.id,
            title=signed.title[:500],
            full_number=signed.full_number,
            signed_at=at,
            signed_by=by.ref,
        )
        return finish(
            move,
            {
                "result": str(signed.id),
                "title": signed.title,
                "full_number": signed.full_number,
                "result_code": signed.result_code,
                "outcome": str(row.proposal.get("outcome", "")),
            },
        )


def draft_for(row: Dossier, *, by: Actor, at: datetime, data: Mapping[str, Json]) -> documents.Draft:
    """What is to be printed and signed: by the pinned version, or a notice where the proposal rejects."""
    content = procedures.version(row.procedure_version_id).content
    agency = agency_of(row.handling_agency)
    committee = (
        agency is not None and agency.kind is AgencyKind.PEOPLE_COMMITTEE
    )  # stands under nobody's name
    parent = agency_of(agency.parent_key) if agency and agency.parent_key and not committee else None
    rejected = row.proposal.get("outcome") == Outcome.REJECTED
    result = None if rejected or not content.results else content.results[0]
    values = (
        _values(row, content, result, agency.name if agency else "", at) | _given_at_once(row) | dict(data)
    )
    template = result.template if result and result.template else GENERIC
    return documents.Draft(
        template=template,
        data={
            "values": values,
            "fields": _lines(row, template, values, rejected=rejected),
            # what the officer proposed to the signer is not the citizen's business; why not granted is
            "body": f"Lý do: {row.proposal.get('opinion', '')}" if rejected else "",
        },
        symbol=_symbol(result, at.astimezone(VN).year) if result else "TB",
        book=(result.register_book if result else "") or ("thong-bao" if rejected else row.procedure_code),
        signer=signer_of(result, by=by, at=at),
        agency_key=row.handling_agency,
        agency_name=agency.name if agency else row.handling_agency,
        agency_parent=parent.name if parent else "",
        place=_place(agency),
        owner=row.applicant_person_id,
        organisation=row.applicant_organisation_id,
        title="" if result and result.template else _title(result, content, rejected),
        dossier_ref=row.code,
        procedure_code=row.procedure_code,
        result_code=result.code if result else "",
        owner_number=row.applicant_number,
        copied=() if rejected else _copied(row),
    )


def _given_at_once(row: Dossier) -> dict[str, Json]:
    """What the desk's batch screen wrote down of a paper, under the keys that a certificate prints."""
    if row.door != DoorKind.AT_ONCE:
        return {}
    return {
        "document_title": row.answers.get("title", ""),
        "pages": str(row.answers.get("pages", "")),
        "copies": str(row.quantity),
        "requester": row.applicant_name,
        **row.answers.get("data", {}),
    }


def _copied(row: Dossier) -> tuple[UUID, ...]:
    """The scans that the paper certifies, as they were handed in at the desk."""
    scans = row.answers.get("scans", ()) if row.door == DoorKind.AT_ONCE else ()
    return tuple(UUID(one) for one in scans)


def _values(
    row: Dossier, content: ProcedureContent, result: Result | None, agency: str, at: datetime
) -> dict[str, Json]:
    """What the layout prints: the answers and the officer's part, in words, under the layout's keys."""
    decided = dict(row.proposal.get("data") or {})
    raw = {**_flat(row.answers), **_flat(decided)}
    if result is None or not result.template:
        return raw
    day = at.astimezone(VN).strftime("%d/%m/%Y")
    words: dict[str, Json] = {
        **procedures.result_values(
            result.template,
            content.form,
            row.answers,
            decided,
            unit_name=_unit_in_full,
            system={"register.date": day, "agency.name": agency},
        )
    }
    if content.form is not None and procedures.shown_by(result.template):
        return words
    return {**raw, "registered_on": day, "registered_at": agency, **words}


def _lines(row: Dossier, template: str, values: Mapping[str, Json], *, rejected: bool) -> list[Json]:
    """What a result without a layout of its own prints: who, which dossier, and what the catalogue names."""
    party = row.applicant
    number = str(party.get("personal_number") or party.get("tax_code") or "")
    lines = [
        ("Cấp cho" if not rejected else "Người nộp hồ sơ", row.applicant_name),
        ("Số định danh" if party.get("personal_number") else "Mã số thuế", number),
        ("Địa chỉ", str(party.get("address") or "")),
        ("Mã hồ sơ", row.code),
        ("Thủ tục", row.procedure_name),
    ]
    if not rejected:
        lines += procedures.result_lines(template, {key: str(value) for key, value in values.items()})
    return [[label, value] for label, value in lines if value]


def _unit_in_full(key: str) -> str:
    """ "phường Thành Vinh, tỉnh Nghệ An": with every unit above it, as papers name a place."""
    names = []
    unit = units.unit(key)
    while True:
        names.append(unit.name[:1].lower() + unit.name[1:])
        if unit.parent_key is None:
            return ", ".join(names)
        unit = units.unit(unit.parent_key)


def _place(agency: units.AgencyInfo | None) -> str:
    """The place before the date: the commune's own name on its papers, else the province's (NĐ 30/2020, PL I)."""
    if agency is None:
        return PROVINCE
    unit = units.unit(agency.unit_key)
    return unit.short_name


def _title(result: Result | None, content: ProcedureContent, rejected: bool) -> str:
    if rejected:
        return "Thông báo từ chối giải quyết hồ sơ"
    return result.name if result else f"Kết quả: {content.name}"[:200]


def _symbol(result: Result, year: int) -> str:
    """What stands behind the number: "{number}/{year}/GKS" → "2026/GKS"."""
    bare = result.symbol.replace("{number}", "").replace("{year}", str(year)).strip("/ -")
    return bare or "KQ"


def _flat(answers: Mapping[str, Json], prefix: str = "") -> dict[str, Json]:
    """Answers with the parts of persons and addresses beside them: person → person_full_name."""
    out: dict[str, Json] = {}
    for key, value in answers.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            out.update(_flat(value, f"{name}_"))
        else:
            out[name] = value
    return out


def signer_of(result: Result | None, *, by: Actor, at: datetime) -> SignerRef:
    """How the signature block reads: by the signer's position and the capacity the procedure allows."""
    day = at.astimezone(VN).date()
    name, title, capacity = by.name, "", ""
    for position in staff.usable_positions(UUID(by.ref), on=day):
        if position.agency_key == by.unit and {"signer", "leader"} & {r.value for r in position.roles}:
            title = position.title
            capacity = (
                "" if position.capacity is None or position.capacity == "head" else f"{position.capacity}."
            )
            break
    rule = _rule(result, capacity)
    return SignerRef(
        ref=by.ref,
        name=name or staff.account(UUID(by.ref)).full_name,
        title=title or (rule.title if rule else ""),
        capacity=Capacity(rule.capacity.value if rule else capacity),
        on_behalf_of=_behalf(result, rule, capacity),
    )


def _rule(result: Result | None, capacity: str) -> SignerRule | None:
    """The rule of the signer's own capacity; a capacity that the procedure does not name is the head's."""
    if result is None or not result.signers:
        return None
    fitting = [rule for rule in result.signers if rule.capacity.value == capacity]
    return (fitting or list(result.signers))[0]


def _behalf(result: Result | None, rule: SignerRule | None, capacity: str) -> str:
    """The lines above the title; who signs for the head of a collective names both (NĐ 30/2020 Đ.13, PL I)."""
    if rule is None or result is None:
        return ""
    own = f"{rule.capacity.value} {rule.on_behalf_of}".strip()
    head = result.signers[0]
    if not own and capacity == Capacity.DEPUTY:  # the procedure names no deputy, and one signs
        return f"{capacity} {head.title}"
    if rule.capacity.value == Capacity.DEPUTY and head.capacity.value == Capacity.ON_BEHALF:
        return f"{head.capacity.value} {head.on_behalf_of}\n{own}"
    return own


def stamp(*, by: Actor, at: datetime, dossier_id: UUID, expected_seq: int | None = None) -> Done:
    """Put the agency's signature on the signed result: state 9, the clock ends, the result stands.

    It lies in the owner's wallet from now on. Linked dossiers that waited for this one start.
    """
    with transaction.atomic():
        move = begin(action=Action.STAMP, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        links = list(
            ResultLink.objects.filter(dossier=row, withdrawn_at__isnull=True, stamped_at__isnull=True)
        )
        if not links:
            raise NothingSigned(row.code)
        for link in links:
            documents.stamp_result(by=by, at=at, result_id=link.result_id)
            link.stamped_at, link.stamped_by = at, by.ref
            link.save(update_fields=["stamped_at", "stamped_by"])
        row.outcome = Outcome(str(row.proposal.get("outcome") or Outcome.GRANTED))
        on_time = None if row.due_at is None else at <= row.due_at
        done = finish(
            move,
            {
                "results": [str(link.result_id) for link in links],
                "outcome": str(row.outcome),
                "on_time": on_time,
                "ended_at": stamp_of(at),
            },
        )
        start_waiting_parts(row, at=at)
        linked.part_ended(row, at=at)
        return done


def start_waiting_parts(row: Dossier, *, at: datetime) -> None:
    """Accept the linked dossiers that waited for this one's result; each its own entry and clock."""
    if not linked.granted(row):
        return
    parent = row.parent or row
    content = procedures.version(parent.filed_version_id).content
    waiting = {part.code for part in content.linked if part.after == row.procedure_code}
    if not waiting:
        return
    for child in parent.children.filter(part_code__in=waiting, state=State.REGISTERED).order_by("code"):
        accept(by=SYSTEM, at=at, dossier_id=child.id)


def return_result(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    how: str = "counter",
    received_by: str = "",
    note: str = "",
    expected_seq: int | None = None,
) -> Done:
    """Hand the result out: state 10. `how`: counter, post, online or wallet; at any centre of the province."""
    with transaction.atomic():
        move = begin(
            action=Action.RETURN_RESULT, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq
        )
        return finish(
            move, {"how": how, "received_by": received_by, "note": note, "returned_at_agency": by.unit}
        )
