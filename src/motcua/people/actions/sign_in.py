"""Ties a proven sign-in to the one person it is about, and refuses when the number points at somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.base.clock import VN
from motcua.base.data import Actor, Json, require_aware
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.base.vietnamese import same_name
from motcua.ledger.api import Subject, append
from motcua.people.actions.mirror import PersonalNumberReused
from motcua.people.data import (
    AuthorityKind,
    ClaimState,
    DatePrecision,
    PersonView,
    SourcePerson,
    VerifiedClaims,
)
from motcua.people.models import Authority, Claim, IdentityLink, Organisation, Person
from motcua.people.queries.facts import SIGN_IN_SOURCE
from motcua.people.queries.persons import OrganisationNotFound, view
from motcua.people.rules.merge import check_record, merge
from motcua.people.rules.persons import InvalidEmail, InvalidPhone, check_email, check_phone, dob_iso
from motcua.people.rules.tokens import IncompleteIdentity


class AccountOfAnother(DomainError):
    """This VNeID account was tied to another personal number before. Come to the desk with your identity card."""

    message_vi: ClassVar[str] = (
        "Tài khoản VNeID này từng gắn với một số định danh khác. Hãy mang thẻ căn cước đến Bộ phận Một cửa."
    )


class PersonDeceased(DomainError):
    """The person of this account is recorded as deceased. If this is wrong, come to the desk."""

    message_vi: ClassVar[str] = (
        "Dữ liệu dân cư ghi nhận chủ tài khoản đã mất. Nếu không đúng, hãy đến Bộ phận Một cửa hoặc công an xã."
    )


def sign_in_with_vneid(*, claims: VerifiedClaims, by: Actor, at: datetime) -> PersonView:
    """Tie verified claims to a person, making one from what was asserted when the number is new.

    Another account of the same person takes the place of the former one (lost account). Where name or birth date
    (not both) differ from the mirror, the mirror stays and the difference is kept as a claim. An organisation's
    account must be of one that we hold; its holder may act for it from then on. Ledger: one `person.signed_in`.
    Raises `PersonalNumberReused`, `AccountOfAnother`, `PersonDeceased`, `IncompleteIdentity`,
    `OrganisationNotFound`.
    """
    require_aware(at)
    if not claims.personal_number:
        raise IncompleteIdentity
    with transaction.atomic():
        advisory_lock("people", "number", claims.personal_number)
        person, created = _person(claims, at)
        differences = [] if created else _differences(person, claims, by, at)
        relinked = _link(person, claims, at)
        organisation = _organisation(person, claims, by, at) if claims.tax_code else None
        if claims.level > person.identity_level:
            person.identity_level = int(claims.level)
            person.save(update_fields=["identity_level"])
        payload: dict[str, Json] = {
            "issuer": claims.issuer,
            "level": int(claims.level),
            "created": created,
            "relinked": relinked,
            "differences": list(differences),
            "organisation": str(organisation) if organisation else None,
        }
        append(
            kind="person.signed_in",
            subject=Subject(kind="person", id=str(person.id)),
            by=by,
            at=at,
            person=person.id,
            payload=payload,
        )
    return view(person)


def _person(claims: VerifiedClaims, at: datetime) -> tuple[Person, bool]:
    person = Person.objects.select_for_update().filter(personal_number=claims.personal_number).first()
    if person is None:
        advisory_lock("people", "mirror")  # a source may be bringing this very person in
        person = Person.objects.select_for_update().filter(personal_number=claims.personal_number).first()
    if person is None:
        return _new_person(claims, at), True
    same_birth = person.dob is not None and person.dob == claims.dob
    if not (same_birth or same_name(person.full_name, claims.full_name)):
        raise PersonalNumberReused
    if not person.alive:
        raise PersonDeceased
    return person, False


def _new_person(claims: VerifiedClaims, at: datetime) -> Person:
    record = SourcePerson(
        ref=claims.subject,
        as_of=at,
        personal_number=claims.personal_number,
        full_name=claims.full_name,
        dob=claims.dob,
        dob_precision=claims.dob_precision,
        sex=claims.sex,
        phone=_or_none(claims.phone, phone=True),
        email=_or_none(claims.email, phone=False),
    )
    values, provenance = merge(
        {}, {}, check_record(record, on=at.astimezone(VN).date()), source=SIGN_IN_SOURCE
    )
    return Person.objects.create(provenance=provenance, **values)


def _or_none(value: str, *, phone: bool) -> str | None:
    """A contact that the provider spells in a way we cannot use is left out: it does not say who somebody is."""
    if not value:
        return None
    try:
        return check_phone(value) if phone else check_email(value)
    except (InvalidPhone, InvalidEmail):
        return None


def _differences(person: Person, claims: VerifiedClaims, by: Actor, at: datetime) -> list[str]:
    """Keep, as claims, the name or birth date that the provider spells otherwise than the mirror."""
    pairs: list[tuple[str, Json, Json]] = []
    if not same_name(person.full_name, claims.full_name):
        pairs.append(("person.full_name", person.full_name, claims.full_name))
    if claims.dob is not None and person.dob != claims.dob:
        mirrored = dob_iso(person.dob, DatePrecision(person.dob_precision))
        pairs.append(("person.dob", mirrored, dob_iso(claims.dob, claims.dob_precision)))
    for key, held, said in pairs:
        Claim.objects.get_or_create(
            person=person,
            key=key,
            state=ClaimState.OPEN.value,
            defaults={
                "mirrored": held,
                "said": said,
                "reason": SIGN_IN_SOURCE,
                "said_by": by.ref,
                "said_at": at,
            },
        )
    return [key for key, _, _ in pairs]


def _link(person: Person, claims: VerifiedClaims, at: datetime) -> bool:
    """Tie the account; True when it took the place of an older one."""
    mine = IdentityLink.objects.filter(issuer=claims.issuer, subject=claims.subject).first()
    if mine is not None and mine.person_id != person.id:
        raise AccountOfAnother
    others = IdentityLink.objects.filter(
        person=person, issuer=claims.issuer, tax_code=claims.tax_code, ended_at__isnull=True
    ).exclude(subject=claims.subject)
    relinked = others.update(ended_at=at) > 0
    if mine is None:
        IdentityLink.objects.create(
            person=person,
            issuer=claims.issuer,
            subject=claims.subject,
            tax_code=claims.tax_code,
            linked_at=at,
            last_sign_in=at,
        )
    else:
        IdentityLink.objects.filter(pk=mine.pk).update(last_sign_in=at, ended_at=None)
    return relinked


def _organisation(person: Person, claims: VerifiedClaims, by: Actor, at: datetime) -> UUID:
    """The organisation of the account; its holder's power to act is recorded unless it is known already."""
    row = Organisation.objects.filter(tax_code=claims.tax_code, active=True).first()
    if row is None:
        raise OrganisationNotFound(claims.tax_code)
    known = Authority.objects.filter(agent=person, principal_organisation=row, ended_at__isnull=True).exists()
    if row.representative_id != person.id and not known:
        Authority.objects.create(
            agent=person,
            principal_organisation=row,
            kind=AuthorityKind.REPRESENTATIVE.value,
            valid=DateRange(at.astimezone(VN).date(), None),
            evidence=f"Tài khoản định danh điện tử của tổ chức {row.tax_code} (NĐ 69/2024/NĐ-CP)",
            recorded_by=by.ref,
            recorded_at=at,
        )
    return row.id
