"""Records who may act for whom, with the paper that says so, and ends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind, Json, Validity, require_aware
from motcua.base.errors import DomainError
from motcua.ledger.api import Subject, append
from motcua.people.data import AuthorityKind
from motcua.people.models import Authority
from motcua.people.queries.persons import get, get_organisation
from motcua.people.rules.persons import is_minor

RECORDED = (AuthorityKind.PROXY, AuthorityKind.GUARDIAN, AuthorityKind.REPRESENTATIVE)


class WrongAuthority(DomainError):
    """An authority needs one principal other than the agent, a paper, and for a proxy an end date."""

    message_vi: ClassVar[str] = (
        "Uỷ quyền phải có một người (hoặc tổ chức) được đại diện, khác người đại diện; có văn bản; "
        "uỷ quyền của cá nhân phải có ngày hết hạn."
    )


class AgentIsMinor(DomainError):
    """Somebody under 18 cannot act for another."""

    message_vi: ClassVar[str] = "Người chưa đủ 18 tuổi không thể đại diện cho người khác."


class AuthorityEnded(DomainError):
    """This authority ended already."""

    message_vi: ClassVar[str] = "Việc đại diện này đã chấm dứt trước đó."


class NotYourAuthority(DomainError):
    """Only the principal, the agent or an officer may end this authority."""

    message_vi: ClassVar[str] = (
        "Chỉ người uỷ quyền, người được uỷ quyền hoặc cán bộ mới được chấm dứt việc này."
    )


def record_authority(
    *,
    by: Actor,
    at: datetime,
    kind: AuthorityKind,
    agent_id: UUID,
    validity: Validity,
    evidence: str,
    principal_person_id: UUID | None = None,
    principal_organisation_id: UUID | None = None,
    procedures: Sequence[str] = (),
) -> UUID:
    """Keep that `agent` may act for the principal; empty `procedures` means for every procedure.

    Ledger: `person.authority_recorded` on the agent. Raises `WrongAuthority`, `AgentIsMinor`, `PersonNotFound`,
    `OrganisationNotFound`.
    """
    require_aware(at)
    _check(
        kind=kind,
        agent_id=agent_id,
        validity=validity,
        evidence=evidence,
        principal_person_id=principal_person_id,
        principal_organisation_id=principal_organisation_id,
        at=at,
    )
    payload: dict[str, Json] = {
        "kind": kind.value,
        "principal_person": str(principal_person_id) if principal_person_id else None,
        "principal_organisation": str(principal_organisation_id) if principal_organisation_id else None,
        "from": validity.start.isoformat(),
        "to": validity.end.isoformat() if validity.end else None,
        "evidence": evidence[:300],
        "procedures": list(procedures),
    }
    with transaction.atomic():
        row = Authority.objects.create(
            agent_id=agent_id,
            principal_person_id=principal_person_id,
            principal_organisation_id=principal_organisation_id,
            kind=kind.value,
            procedures=list(procedures),
            valid=DateRange(validity.start, validity.end),
            evidence=evidence[:300],
            recorded_by=by.ref,
            recorded_at=at,
        )
        append(
            kind="person.authority_recorded",
            subject=Subject(kind="person", id=str(agent_id)),
            by=by,
            at=at,
            person=agent_id,
            payload={**payload, "authority": str(row.id)},
        )
    return row.id


def _check(
    *,
    kind: AuthorityKind,
    agent_id: UUID,
    validity: Validity,
    evidence: str,
    principal_person_id: UUID | None,
    principal_organisation_id: UUID | None,
    at: datetime,
) -> None:
    one_principal = (principal_person_id is None) != (principal_organisation_id is None)
    endless_proxy = kind is AuthorityKind.PROXY and validity.end is None
    if kind not in RECORDED or not one_principal or principal_person_id == agent_id:
        raise WrongAuthority
    if not evidence.strip() or endless_proxy:
        raise WrongAuthority
    agent = get(agent_id)
    if is_minor(agent.dob, at.astimezone(VN).date()):
        raise AgentIsMinor
    if principal_person_id is not None:
        get(principal_person_id)
    if principal_organisation_id is not None:
        get_organisation(principal_organisation_id)


def end_authority(*, by: Actor, at: datetime, authority_id: UUID, reason: str) -> None:
    """End an authority from now on. Raises `AuthorityEnded`, `NotYourAuthority`."""
    require_aware(at)
    with transaction.atomic():
        row = Authority.objects.select_for_update().filter(pk=authority_id, ended_at__isnull=True).first()
        if row is None:
            raise AuthorityEnded(str(authority_id))
        parties = {str(row.agent_id), str(row.principal_person_id)}
        if by.kind is ActorKind.CITIZEN and by.ref not in parties:
            raise NotYourAuthority
        row.ended_by, row.ended_at, row.end_reason = by.ref, at, reason[:300]
        row.save()
        append(
            kind="person.authority_ended",
            subject=Subject(kind="person", id=str(row.agent_id)),
            by=by,
            at=at,
            person=row.agent_id,
            payload={"authority": str(row.id), "reason": reason[:300]},
        )
