"""Second factors and one-time codes of officers: made, compared, never kept in the clear."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import ClassVar

import pyotp

from motcua.base.errors import DomainError

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a phone's clock may be half a minute off
RECOVERY_CODES = 10
SHORTEST_PASSWORD = 12
FREE_FAILURES = 5  # tries before an account is locked for a while
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
PLACE_WINDOW = timedelta(minutes=15)
PLACE_FAILURES = 50  # failures from one place in that window, whatever the account
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letters that look like digits


class WeakPassword(DomainError):
    """A password needs at least 12 characters, not all alike, and must not contain the user name."""

    message_vi: ClassVar[str] = (
        "Mật khẩu cần ít nhất 12 ký tự, không lặp một ký tự, không chứa tên đăng nhập. Nên dùng một câu dễ nhớ."
    )


def matching_step(secret: str, code: str, *, at: datetime, last_step: int) -> int | None:
    """The time step that `code` is of, or None when it is wrong, too old, or not newer than `last_step`."""
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    now = int(at.timestamp()) // STEP_SECONDS
    found = None
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        # No early way out: how long the comparison takes says nothing about which step fits.
        if hmac.compare_digest(totp.at(step * STEP_SECONDS), code) and step > last_step:
            found = step
    return found


def new_secret() -> str:
    """A fresh secret for an authenticator (160 bits)."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, *, username: str, issuer: str) -> str:
    """The `otpauth:` address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=username, issuer_name=issuer)


def new_codes(count: int = RECOVERY_CODES) -> tuple[str, ...]:
    """Fresh one-time codes such as k7wq3-m9ehp, 49 bits each."""
    return tuple(
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(count)
    )


def code_hash(code: str, *, pepper: str) -> str:
    """What is kept of a one-time code: a keyed hash, so that a copy of the table is of no use."""
    tidy = "".join(letter for letter in code.lower() if letter.isalnum())
    return hmac.new(pepper.encode(), tidy.encode(), hashlib.sha256).hexdigest()


def lock_time(failures: int) -> timedelta | None:
    """How long an account rests after so many failures in a row: one minute, doubling, at most an hour."""
    if failures < FREE_FAILURES:
        return None
    # The exponent is capped so that a long attack cannot make the shift itself a burden.
    return min(FIRST_LOCK * (1 << min(failures - FREE_FAILURES, 10)), LONGEST_LOCK)


def check_password_strength(password: str, *, username: str) -> str:
    """Return the password, or raise `WeakPassword`."""
    too_plain = len(set(password)) < 4
    if len(password) < SHORTEST_PASSWORD or too_plain or username.lower() in password.lower():
        raise WeakPassword
    return password
