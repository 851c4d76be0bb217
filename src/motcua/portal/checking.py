"""Check your answers: everything that will be sent, what is still wrong, what it costs; and the sending itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from motcua.base import clock
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Channel, Filed, Party, PartyKind
from motcua.fees import api as fees
from motcua.people import api as people
from motcua.portal.lang import either, language
from motcua.portal.papers import given_components, missing_papers, paper_rows
from motcua.portal.sheet import Sheet
from motcua.procedures.data import ChannelKind, DoorKind
from motcua.ui.api import MoneyRow
from motcua.ui.eforms import summary
from motcua.units import api as units


@dataclass(frozen=True, kw_only=True)
class Section:
    """A page of the form as it was answered, what is wrong on it, and the way back to it."""

    title: str
    href: str
    lines: tuple[tuple[str, str], ...]
    errors: tuple[str, ...]


def check_page(sheet: Sheet) -> dict[str, Any]:
    """What the page "Xem lại và nộp" shows."""
    errors = sheet.validated.errors
    ink = sheet.ink()
    sections = []
    for group, fields in sheet.groups:
        keys = {one.key for one in fields}
        wrong = tuple(
            str(getattr(message, language()))
            for path, message in errors.items()
            if path.split(".")[0] in keys
        )
        sections.append(
            Section(
                title=either(group.title_vi, group.title_en),
                href=reverse("portal:group", args=[sheet.draft.id, group.key]),
                lines=summary(fields, sheet.draft.answers, ink),
                errors=wrong,
            )
        )
    missing = missing_papers(sheet)
    due = fees.fee_due(sheet.content, ChannelKind.ONLINE, at=clock.now())
    agency = units.agency(sheet.notes.agency)
    return {
        "sheet": sheet,
        "pages": sheet.pages,
        "number": len(sheet.pages),
        "sections": sections,
        "papers": [row for row in paper_rows(sheet) if row.required or row.settled or row.begun],
        "provided": {one.code: one.how for one in given_components(sheet)},
        "missing": list(missing.values()),
        "papers_href": reverse("portal:papers", args=[sheet.draft.id]),
        "fees": [
            MoneyRow(what=line.name, amount=line.amount, why=line.why(language())) for line in due.lines
        ],
        "fee_total": due.total,
        "unknown_fees": due.unknown,
        "agency": agency.name,
        "acting": sheet.notes.acting,
        "ready": not missing and not errors,
        "back": sheet.before("check"),
    }


def file_dossier(sheet: Sheet, *, at: datetime) -> Filed:
    """Send the draft. The draft's own id is the key of the request: sent again, it is the same dossier."""
    notes = sheet.notes
    acting = notes.acting
    me = people.get(sheet.citizen.id)
    myself = person_party(me)
    applicant = myself
    if acting.organisation is not None:
        applicant = _organisation_party(people.get_organisation(acting.organisation))
    elif acting.person is not None and acting.person != me.id:
        applicant = person_party(people.get(acting.person))
    return dossiers.submit(
        by=sheet.citizen.actor,
        at=at,
        idempotency_key=str(sheet.draft.id),
        procedure_code=sheet.draft.procedure_code,
        receiving_agency=notes.agency,
        applicant=applicant,
        submitter=myself if applicant is not myself else None,
        acting_as=acting.kind,
        answers=sheet.draft.answers,
        components=given_components(sheet),
        door=DoorKind.PROVINCIAL_EFORM,
        channel=Channel.ONLINE,
        version_id=sheet.info.id,
        identity_proven=True,
    )


def person_party(person: people.PersonView) -> Party:
    """A person as written on the dossier today, reached where they said they can be reached."""
    reach = people.contact(person.id)
    return Party(
        kind=PartyKind.CITIZEN,
        name=person.full_name,
        person_id=person.id,
        personal_number=person.personal_number or "",
        phone=reach.phone,
        email=reach.email,
        address=person.permanent_address,
    )


def _organisation_party(organisation: people.OrganisationView) -> Party:
    return Party(
        kind=PartyKind.ORGANISATION,
        name=organisation.name,
        organisation_id=organisation.id,
        tax_code=organisation.tax_code,
        phone=organisation.phone,
        email=organisation.email,
        address=organisation.address,
    )
