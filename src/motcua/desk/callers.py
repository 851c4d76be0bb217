"""Who stands at the counter: from the identity card's QR text, a search, or written down by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.base.data import Actor
from motcua.base.vietnamese import same_name
from motcua.desk.typed import clean
from motcua.dossiers.data import Party, PartyKind
from motcua.people import api as people
from motcua.ui.api import PersonLine, day


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whose dossier it is, and what the officer should know about it (a card that differs from the base)."""

    party: Party
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A person or an organisation that was found; `name` and `value` are what its button posts."""

    name: str
    value: str
    line: PersonLine


def search_people(text: str, *, by: Actor, at: datetime) -> tuple[list[Candidate], Caller | None]:
    """Candidates for a name or number, or the caller when a scanned card or a number leaves no doubt.

    Every person shown is written to the access log. Raises the errors of a card or number that cannot be.
    """
    text = clean(text).strip()
    if "|" in text:
        return [], from_card(people.read_card(text), by=by, at=at)
    if people.is_tax_code(text) and not people.is_personal_number(text):
        organisation = people.organisation_by_tax_code(text)
        return ([_organisation(organisation)] if organisation else []), None
    if len(text) < 3:
        return [], None
    found = people.look_up(by=by, at=at, purpose=_("tiếp nhận hồ sơ tại quầy"), text=text, limit=10)
    if len(found) == 1 and found[0].personal_number == people.tidy_number(text):
        return [], Caller(party=party_of(found[0]))
    return [_candidate(person) for person in found], None


def from_card(card: people.CardReading, *, by: Actor, at: datetime) -> Caller:
    """The person of a scanned card, as the population base has them where it does."""
    found = people.look_up(
        by=by, at=at, purpose=_("tiếp nhận hồ sơ tại quầy"), text=card.personal_number, limit=1
    )
    if not found:
        party = Party(name=card.full_name, personal_number=card.personal_number, address=card.address)
        return Caller(party=party, note=_("Chưa có trong CSDL dân cư; thông tin lấy từ thẻ căn cước."))
    person = found[0]
    differs = not same_name(person.full_name, card.full_name) or person.dob != card.dob
    note = _("Thẻ căn cước khác với CSDL dân cư: hãy đối chiếu trước khi nhận.") if differs else ""
    return Caller(party=party_of(person), note=note)


def chosen_person(post: Mapping[str, str], *, by: Actor, at: datetime) -> Caller:
    """The candidate whose button was pressed. Raises `PersonNotFound`, `OrganisationNotFound`."""
    if post.get("organisation"):
        try:
            found = people.get_organisation(UUID(post["organisation"]))
        except ValueError:
            raise people.OrganisationNotFound(post["organisation"][:60]) from None
        return Caller(
            party=Party(
                kind=PartyKind.ORGANISATION,
                name=found.name,
                organisation_id=found.id,
                person_id=found.representative_id,
                tax_code=found.tax_code,
                phone=found.phone,
                email=found.email,
                address=found.address,
            )
        )
    try:
        person_id = UUID(post.get("person", ""))
    except ValueError:
        raise people.PersonNotFound(post.get("person", "")[:60]) from None
    purpose = _("tiếp nhận hồ sơ tại quầy")
    return Caller(party=party_of(people.read_person(by=by, at=at, purpose=purpose, person_id=person_id)))


def by_hand(post: Mapping[str, str]) -> Caller:
    """Somebody whom no base knows, as the officer writes it down. Raises the rules' own errors."""
    number = people.tidy_number(clean(post.get("number", "")))
    phone = clean(post.get("phone", "")).strip()
    if number:
        people.check_personal_number(number)
    party = Party(
        name=people.check_name(clean(post.get("name", ""))),
        personal_number=number,
        phone=people.check_phone(phone) if phone else "",
        address=clean(post.get("address", "")).strip()[:300],
    )
    return Caller(party=party, note=_("Chưa đối chiếu với CSDL dân cư."))


def party_of(person: people.PersonView) -> Party:
    """A person as written on the dossier today, reached where they said they can be reached."""
    reach = people.contact(person.id)
    return Party(
        name=person.full_name,
        person_id=person.id,
        personal_number=person.personal_number or "",
        phone=reach.phone,
        email=reach.email,
        address=person.permanent_address,
    )


def _candidate(person: people.PersonView) -> Candidate:
    line = PersonLine(
        name=person.full_name,
        number=person.personal_number or "",
        born=day(person.dob) if person.dob else "",
        place=person.permanent_address,
    )
    return Candidate(name="person", value=str(person.id), line=line)


def _organisation(found: people.OrganisationView) -> Candidate:
    line = PersonLine(name=found.name, number=found.tax_code, place=found.address)
    return Candidate(name="organisation", value=str(found.id), line=line)
