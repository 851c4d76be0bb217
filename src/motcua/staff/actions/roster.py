"""Officers and their positions in bulk (a sheet, the demo) and one by one; who stands in for whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.base.data import Actor, Validity, require_aware
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.ledger.api import Subject, append
from motcua.staff.actions.keeping import lock
from motcua.staff.data import ImportReport, NewOfficer, RowError
from motcua.staff.models import Account, Position, Substitution
from motcua.staff.permissions import check_may_keep_roster, check_may_substitute
from motcua.staff.queries.officers import AccountNotFound, PositionNotFound
from motcua.staff.rules.sheet import SheetRow, read_sheet

TOUCH = ("full_name", "email", "phone")


class WrongSubstitution(DomainError):
    """An officer cannot stand in for themselves, twice at once, or outside the time the position is held."""

    message_vi: ClassVar[str] = (
        "Không thể phân công thay thế: trùng người, trùng thời gian, hoặc ngoài thời gian giữ vị trí."
    )


def import_officers(
    *, by: Actor, at: datetime, content: bytes, known_agencies: Collection[str], dry_run: bool = False
) -> ImportReport:
    """Take an Excel or CSV sheet of officers: one row, one officer in one position.

    Rows with errors are left out and told; the others are taken. Existing user names are brought up to date and
    get the position if it is new. New accounts have no password: give each an activation code. `dry_run` only
    checks. Ledger: one `staff.imported`. Raises `UnreadableSheet`, `MissingColumns`, `SheetTooLarge`.
    """
    require_aware(at)
    check_may_keep_roster(by)
    rows = read_sheet(content)
    errors = [error for row in rows for error in row.errors]
    good = [row for row in rows if row.officer is not None]
    good, more = _check_against(good, frozenset(known_agencies))
    errors = sorted(errors + more, key=lambda error: (error.row, error.column))
    officers = [row.officer for row in good if row.officer is not None]
    if dry_run:
        return ImportReport(rows=len(rows), created=0, changed=0, unchanged=0, errors=tuple(errors))
    done = enlist(by=by, at=at, officers=officers, refused=len(errors), rows=len(rows))
    return ImportReport(
        rows=len(rows),
        created=done.created,
        changed=done.changed,
        unchanged=done.unchanged,
        errors=tuple(errors),
    )


def _check_against(rows: list[SheetRow], agencies: frozenset[str]) -> tuple[list[SheetRow], list[RowError]]:
    """Faults that one row alone does not show: unknown agencies, one name for two people, one post twice."""
    good: list[SheetRow] = []
    errors: list[RowError] = []
    names: dict[str, str] = {}
    posts: dict[tuple[str, str, str], list[tuple[int, NewOfficer]]] = {}
    for row in rows:
        officer = row.officer
        assert officer is not None
        if officer.agency_key not in agencies:
            errors.append(_error(row, "Mã cơ quan", "Không có cơ quan mã này.", "No agency has this key."))
            continue
        if names.setdefault(officer.username, officer.full_name) != officer.full_name:
            errors.append(
                _error(
                    row,
                    "Tên đăng nhập",
                    "Tên đăng nhập này đã dùng cho người khác trong bảng.",
                    "This user name stands for somebody else in the sheet.",
                )
            )
            continue
        post = (officer.username, officer.agency_key, officer.title)
        if any(_overlap(officer, other) for _, other in posts.get(post, [])):
            errors.append(
                _error(
                    row,
                    "Chức vụ",
                    "Trùng vị trí với một dòng trước trong cùng thời gian.",
                    "The same position as an earlier row at the same time.",
                )
            )
            continue
        posts.setdefault(post, []).append((row.number, officer))
        good.append(row)
    return good, errors


def _overlap(one: NewOfficer, other: NewOfficer) -> bool:
    starts_before = other.valid_to is None or one.valid_from < other.valid_to
    return starts_before and (one.valid_to is None or other.valid_from < one.valid_to)


def _error(row: SheetRow, column: str, vi: str, en: str) -> RowError:
    return RowError(row=row.number, column=column, message_vi=vi, message_en=en)


def enlist(
    *,
    by: Actor,
    at: datetime,
    officers: Sequence[NewOfficer],
    password_hash: str = "",
    second_factors: Mapping[str, str] | None = None,
    refused: int = 0,
    rows: int | None = None,
) -> ImportReport:
    """Make or update accounts and add positions in bulk, each user name and post checked before.

    New accounts get `password_hash` (Django's encoding) or no working password, and the authenticator secret that
    `second_factors` has for their user name. A position that overlaps one
    already held in the same agency and title is left as it is. Ledger: one `staff.imported`.
    """
    require_aware(at)
    check_may_keep_roster(by)
    with transaction.atomic():
        advisory_lock("staff", "roster")
        created, changed = _accounts(officers, password_hash, second_factors or {})
        ids = dict(
            Account.objects.filter(username__in={o.username for o in officers}).values_list("username", "id")
        )
        added = _positions(officers, ids)
        touched = {officer.username for officer in officers}
        grown = {name for name in touched if ids[name] in added}
        report = ImportReport(
            rows=len(officers) if rows is None else rows,
            created=len(created),
            changed=len((changed | grown) - created),
            unchanged=len(touched - created - changed - grown),
            errors=(),
        )
        append(
            kind="staff.imported",
            subject=Subject(kind="roster", id="staff"),
            by=by,
            at=at,
            payload={
                "rows": report.rows,
                "created": report.created,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "refused": refused,
                "positions": sum(added.values()),
            },
        )
    return report


def _accounts(
    officers: Sequence[NewOfficer], password_hash: str, second_factors: Mapping[str, str]
) -> tuple[set[str], set[str]]:
    """Make and update accounts; the user names of those made and of those changed."""
    told = {officer.username: officer for officer in officers}
    held = {row.username: row for row in Account.objects.filter(username__in=told)}
    new: list[Account] = []
    changed: list[Account] = []
    for username, officer in told.items():
        row = held.get(username)
        if row is None:
            secret = second_factors.get(username)
            row = Account(
                username=username,
                password=password_hash or "!",
                totp_secret=lock(secret) if secret else None,
                **{name: getattr(officer, name) for name in TOUCH},
            )
            new.append(row)
        elif any(getattr(row, name) != getattr(officer, name) for name in TOUCH):
            for name in TOUCH:
                setattr(row, name, getattr(officer, name))
            changed.append(row)
    Account.objects.bulk_create(new, batch_size=1000)
    Account.objects.bulk_update(changed, list(TOUCH), batch_size=500)
    return {row.username for row in new}, {row.username for row in changed}


def _positions(officers: Sequence[NewOfficer], ids: dict[str, UUID]) -> dict[UUID, int]:
    """Add the positions that are new; how many for each account."""
    spans: dict[tuple[UUID, str, str], list[Validity]] = {}
    for row in Position.objects.filter(account_id__in=ids.values()):
        key = (row.account_id, row.agency_key, row.title)
        spans.setdefault(key, []).append(Validity(start=row.valid.lower, end=row.valid.upper))
    new: list[Position] = []
    added: dict[UUID, int] = {}
    for officer in officers:
        account_id = ids[officer.username]
        key = (account_id, officer.agency_key, officer.title)
        span = Validity(start=officer.valid_from, end=officer.valid_to)
        if any(_meet(span, other) for other in spans.get(key, [])):
            continue
        spans.setdefault(key, []).append(span)
        added[account_id] = added.get(account_id, 0) + 1
        new.append(_position_row(account_id, officer))
    Position.objects.bulk_create(new, batch_size=1000)
    return added


def _position_row(account_id: UUID, officer: NewOfficer) -> Position:
    return Position(
        account_id=account_id,
        agency_key=officer.agency_key,
        title=officer.title,
        roles=[role.value for role in officer.roles],
        capacity=officer.capacity.value if officer.capacity else "",
        valid=DateRange(officer.valid_from, officer.valid_to),
    )


def _meet(one: Validity, other: Validity) -> bool:
    return (other.end is None or one.start < other.end) and (one.end is None or other.start < one.end)


def substitute(
    *, by: Actor, at: datetime, position_id: UUID, substitute_id: UUID, validity: Validity, reason: str
) -> UUID:
    """While a post's holder is absent, another officer acts in it for a time that has an end.

    Ledger: `staff.substitution_recorded`. Raises `MayNotSubstitute`, `WrongSubstitution`, `PositionNotFound`,
    `AccountNotFound`.
    """
    require_aware(at)
    if validity.end is None or not reason.strip():
        raise WrongSubstitution
    try:
        with transaction.atomic():
            held = Position.objects.filter(pk=position_id).first()
            if held is None:
                raise PositionNotFound(str(position_id))
            check_may_substitute(by, held.agency_key)
            if not Account.objects.filter(pk=substitute_id, is_active=True).exists():
                raise AccountNotFound(str(substitute_id))
            if held.account_id == substitute_id or not held.valid.lower <= validity.start:
                raise WrongSubstitution
            row = Substitution.objects.create(
                position=held,
                substitute_id=substitute_id,
                valid=DateRange(validity.start, validity.end),
                reason=reason[:300],
                recorded_by=by.ref,
                recorded_at=at,
            )
            append(
                kind="staff.substitution_recorded",
                subject=Subject(kind="position", id=str(position_id)),
                by=by,
                at=at,
                payload={
                    "substitute": str(substitute_id),
                    "from": validity.start.isoformat(),
                    "to": validity.end.isoformat(),
                    "reason": reason[:300],
                },
            )
    except IntegrityError as error:
        raise WrongSubstitution(str(error)) from error
    return row.id


def end_position(*, by: Actor, at: datetime, position_id: UUID, last: date) -> None:
    """The position is held until `last`, that day included (an officer moved or left). Raises `PositionNotFound`."""
    require_aware(at)
    check_may_keep_roster(by)
    end = last + timedelta(days=1)
    with transaction.atomic():
        row = Position.objects.select_for_update().filter(pk=position_id).first()
        if row is None or end <= row.valid.lower:
            raise PositionNotFound(str(position_id))
        row.valid = DateRange(row.valid.lower, end)
        row.save()
        append(
            kind="staff.position_ended",
            subject=Subject(kind="position", id=str(position_id)),
            by=by,
            at=at,
            payload={"to": end.isoformat(), "account": str(row.account_id)},
        )
