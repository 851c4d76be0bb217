"""Officers' sign-in: password, then a time-based code; guessing is slowed, no code works twice.

Failures are kept and told to the ledger in a transaction of their own, which ends before the error is raised.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from motcua.base.data import SYSTEM, Actor, ActorKind, require_aware
from motcua.base.errors import DomainError
from motcua.ledger.api import Subject, append
from motcua.staff.actions.keeping import pepper, unlock
from motcua.staff.data import AccountView
from motcua.staff.models import Account, SignInAttempt
from motcua.staff.queries.officers import account_view
from motcua.staff.rules.secrets import (
    PLACE_FAILURES,
    PLACE_WINDOW,
    code_hash,
    lock_time,
    matching_step,
)

KEEP_ATTEMPTS = timedelta(days=1)


class WrongCredentials(DomainError):
    """The user name or the password is wrong."""

    message_vi: ClassVar[str] = "Tên đăng nhập hoặc mật khẩu chưa đúng."


class WrongCode(DomainError):
    """The code is wrong, too old or was used already. Wait for the next one."""

    message_vi: ClassVar[str] = "Mã xác thực chưa đúng, đã cũ hoặc đã dùng. Hãy đợi mã tiếp theo."


class AccountLocked(DomainError):
    """Too many wrong tries. This account rests until {until}."""

    message_vi: ClassVar[str] = "Nhập sai quá nhiều lần. Tài khoản tạm khoá đến {until}."


class TooManyFailures(DomainError):
    """Too many wrong tries from this place. Wait a quarter of an hour."""

    message_vi: ClassVar[str] = "Nơi này nhập sai quá nhiều lần. Hãy đợi 15 phút."


class NoSecondFactor(DomainError):
    """This account has no authenticator yet; set one up first."""

    message_vi: ClassVar[str] = "Tài khoản chưa đặt mã xác thực hai lớp. Hãy đặt trước khi dùng."


def check_credentials(*, username: str, password: str, place: str, at: datetime) -> AccountView:
    """First step: the account whose password this is.

    `place` says where the try comes from (an IP address). This alone signs nobody in: ask for a code next, or
    let an account without second factor set one up. Raises `WrongCredentials`, `AccountLocked`,
    `TooManyFailures`.
    """
    require_aware(at)
    _check_place(place, at)
    row = Account.objects.filter(username=Account.objects.normalise(username)).first()
    if row is None or not row.is_active:
        make_password(password)  # as long as a real comparison: answers do not tell which names exist
        _failed(None, place, at)
        raise WrongCredentials
    _check_lock(row, at)
    if not check_password(password, row.password):
        _failed(row, place, at, "password")
        raise WrongCredentials
    return account_view(row)


def confirm_code(*, account_id: UUID, code: str, place: str, at: datetime) -> AccountView:
    """Second step: the authenticator's code, once. Resets the count of failures; ledger: `account.signed_in`.

    Raises `WrongCode`, `NoSecondFactor`, `AccountLocked`, `TooManyFailures`.
    """
    require_aware(at)
    _check_place(place, at)
    with transaction.atomic():
        row = Account.objects.select_for_update().filter(pk=account_id, is_active=True).first()
        if row is None or row.totp_secret is None:
            raise NoSecondFactor
        _check_lock(row, at)
        tidy = "".join(code.split())
        step = matching_step(unlock(row.totp_secret), tidy, at=at, last_step=row.totp_last_step)
        if step is not None:
            row.totp_last_step = step
            _signed_in(row, at, "totp")
    if step is None:
        _failed(row, place, at, "code")
        raise WrongCode
    return account_view(row)


def use_recovery_code(*, account_id: UUID, code: str, place: str, at: datetime) -> AccountView:
    """Second step without the authenticator: one of the recovery codes, which is then used up.

    Raises `WrongCode`, `AccountLocked`, `TooManyFailures`.
    """
    require_aware(at)
    _check_place(place, at)
    hashed = code_hash(code, pepper=pepper())
    with transaction.atomic():
        row = Account.objects.select_for_update().filter(pk=account_id, is_active=True).first()
        if row is None:
            raise WrongCode
        _check_lock(row, at)
        fits = hashed in row.recovery_hashes
        if fits:
            row.recovery_hashes = [kept for kept in row.recovery_hashes if kept != hashed]
            _signed_in(row, at, "recovery")
    if not fits:
        _failed(row, place, at, "recovery")
        raise WrongCode
    return account_view(row)


def _signed_in(row: Account, at: datetime, means: str) -> None:
    row.failed_attempts, row.locked_until, row.last_login = 0, None, at
    row.save()
    append(
        kind="account.signed_in",
        subject=Subject(kind="account", id=str(row.id)),
        by=Actor(kind=ActorKind.OFFICER, ref=str(row.id)),
        at=at,
        payload={"means": means, "recovery_left": len(row.recovery_hashes)},
    )


def _failed(row: Account | None, place: str, at: datetime, step: str = "name") -> None:
    with transaction.atomic():
        SignInAttempt.objects.filter(at__lt=at - KEEP_ATTEMPTS).delete()
        SignInAttempt.objects.create(place_hash=_place_hash(place), at=at)
        if row is None:
            return
        fresh = Account.objects.select_for_update().get(pk=row.pk)
        fresh.failed_attempts += 1
        rest = lock_time(fresh.failed_attempts)
        if rest is not None:
            fresh.locked_until = at + rest
        fresh.save(update_fields=["failed_attempts", "locked_until"])
        append(
            kind="account.sign_in_failed",
            subject=Subject(kind="account", id=str(row.pk)),
            by=SYSTEM,
            at=at,
            payload={"step": step, "failures": fresh.failed_attempts, "locked": rest is not None},
        )


def _check_lock(row: Account, at: datetime) -> None:
    if row.locked_until is not None and at < row.locked_until:
        raise AccountLocked(until=row.locked_until.astimezone(at.tzinfo).strftime("%H:%M %d/%m/%Y"))


def _check_place(place: str, at: datetime) -> None:
    recent = SignInAttempt.objects.filter(place_hash=_place_hash(place), at__gt=at - PLACE_WINDOW, at__lte=at)
    if recent.count() >= PLACE_FAILURES:
        raise TooManyFailures


def _place_hash(place: str) -> str:
    """Places are kept as keyed hashes: enough to count, nothing to read."""
    return hashlib.sha256(f"{pepper()}\x1f{place}".encode()).hexdigest()
