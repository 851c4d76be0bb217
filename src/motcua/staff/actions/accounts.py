"""Making and closing officers' accounts, activation, passwords and second factors."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor, Json, require_aware
from motcua.base.errors import DomainError
from motcua.ledger.api import Subject, append
from motcua.staff.actions.keeping import lock, pepper, unlock
from motcua.staff.actions.sign_in import WrongCode
from motcua.staff.data import AccountView, Enrolment
from motcua.staff.models import Account
from motcua.staff.permissions import check_may_keep_roster
from motcua.staff.queries.officers import AccountNotFound, account_view
from motcua.staff.rules.secrets import (
    check_password_strength,
    code_hash,
    enrolment_uri,
    matching_step,
    new_codes,
    new_secret,
)

ISSUER = "motcua"
ACTIVATION_LASTS = timedelta(days=7)


class ActivationRefused(DomainError):
    """The activation code is wrong or has run out; ask your administrator for a new one."""

    message_vi: ClassVar[str] = "Mã kích hoạt không đúng hoặc đã hết hạn. Hãy xin quản trị cấp mã mới."


class OwnAccount(DomainError):
    """Nobody closes their own account."""

    message_vi: ClassVar[str] = "Không ai tự đóng tài khoản của mình."


def issue_activation(*, by: Actor, at: datetime, account_id: UUID) -> str:
    """A one-time code with which the officer sets their password; shown once, kept as a hash, good for 7 days.

    Also the way back for a forgotten password or a lost authenticator: it drops both when it is used.
    Raises `MayNotKeepRoster`.
    """
    require_aware(at)
    check_may_keep_roster(by)
    code = new_codes(1)[0]
    with transaction.atomic():
        row = _locked(account_id)
        row.activation_hash = code_hash(code, pepper=pepper())
        row.activation_until = at + ACTIVATION_LASTS
        row.save()
        _tell("account.activation_issued", row, by, at)
    return code


def activate(*, by: Actor, at: datetime, username: str, code: str, password: str) -> AccountView:
    """Set a first or new password with an activation code; drops the second factor, to be set up afresh.

    Raises `ActivationRefused` or `WeakPassword`.
    """
    require_aware(at)
    with transaction.atomic():
        name = Account.objects.normalise(username)
        row = Account.objects.select_for_update().filter(username=name, is_active=True).first()
        if row is None or row.activation_until is None or at >= row.activation_until:
            raise ActivationRefused
        if not hmac.compare_digest(row.activation_hash, code_hash(code, pepper=pepper())):
            raise ActivationRefused
        row.set_password(check_password_strength(password, username=row.username))
        row.activation_hash, row.activation_until = "", None
        row.totp_secret, row.totp_pending, row.recovery_hashes = None, None, []
        row.failed_attempts, row.locked_until = 0, None
        row.save()
        _tell("account.activated", row, by, at)
    return account_view(row)


def begin_second_factor(*, by: Actor, at: datetime, account_id: UUID) -> Enrolment:
    """A new authenticator secret and recovery codes, shown once; they count after `confirm_second_factor`."""
    require_aware(at)
    secret, codes = new_secret(), new_codes()
    with transaction.atomic():
        row = _locked(account_id)
        row.totp_pending = lock("\n".join((secret, *(code_hash(code, pepper=pepper()) for code in codes))))
        row.save()
        _tell("account.second_factor_begun", row, by, at)
    uri = enrolment_uri(secret, username=row.username, issuer=ISSUER)
    return Enrolment(secret=secret, uri=uri, recovery_codes=codes)


def confirm_second_factor(*, by: Actor, at: datetime, account_id: UUID, code: str) -> AccountView:
    """The authenticator works: from now on it is asked for. Raises `WrongCode`."""
    require_aware(at)
    with transaction.atomic():
        row = _locked(account_id)
        if row.totp_pending is None:
            raise WrongCode
        secret, *hashes = unlock(row.totp_pending).split("\n")
        step = matching_step(secret, "".join(code.split()), at=at, last_step=0)
        if step is None:
            raise WrongCode
        row.totp_secret, row.totp_pending, row.totp_last_step = lock(secret), None, step
        row.recovery_hashes = hashes
        row.save()
        _tell("account.second_factor_set", row, by, at)
    return account_view(row)


def close_account(*, by: Actor, at: datetime, account_id: UUID, reason: str) -> None:
    """The officer left: nobody signs in with this account any more; its history stays.

    Raises `MayNotKeepRoster`; nobody closes their own: `OwnAccount`.
    """
    require_aware(at)
    check_may_keep_roster(by)
    if by.ref == str(account_id):
        raise OwnAccount
    with transaction.atomic():
        row = _locked(account_id)
        row.is_active = False
        row.set_unusable_password()
        row.totp_secret, row.totp_pending, row.recovery_hashes = None, None, []
        row.save()
        _tell("account.closed", row, by, at, reason=reason[:300])


def _locked(account_id: UUID) -> Account:
    row = Account.objects.select_for_update().filter(pk=account_id).first()
    if row is None:
        raise AccountNotFound(str(account_id))
    return row


def _tell(kind: str, row: Account, by: Actor, at: datetime, **payload: Json) -> None:
    append(kind=kind, subject=Subject(kind="account", id=str(row.id)), by=by, at=at, payload=payload)
