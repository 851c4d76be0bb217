"""Officers' sign-in: password, then a code that works once; guessing is slowed and told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.ledger.api import Subject, entries
from motcua.staff import api
from motcua.staff.models import Account
from motcua.staff.rules.secrets import lock_time, matching_step

AT = datetime(2026, 3, 2, 8, 0, tzinfo=VN)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "hoa sen trắng 2026"


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    """Slow hashes protect passwords, not tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def officer(db: None) -> UUID:
    """An officer with a password and an authenticator."""
    row = Account.objects.create_user("Hoa.NT", PASSWORD, full_name="Nguyễn Thị Hoa")
    enrolment = api.begin_second_factor(by=SYSTEM, at=AT - timedelta(days=1), account_id=row.id)
    code = pyotp.TOTP(enrolment.secret).at(AT - timedelta(days=1))
    api.confirm_second_factor(by=SYSTEM, at=AT - timedelta(days=1), account_id=row.id, code=code)
    Account.objects.filter(pk=row.id).update(activation_hash="")
    _secrets[row.id] = enrolment
    return row.id


_secrets: dict[UUID, api.Enrolment] = {}


def code_of(officer: UUID, at: datetime) -> str:
    return pyotp.TOTP(_secrets[officer].secret).at(at)


def credentials(
    password: str = PASSWORD, *, username: str = "hoa.nt", place: str = "10.0.0.1", at: datetime = AT
) -> api.AccountView:
    return api.check_credentials(username=username, password=password, place=place, at=at)


def kinds(officer: UUID) -> list[str]:
    return [entry.kind for entry in entries(Subject(kind="account", id=str(officer)))]


def test_password_then_code(officer: UUID) -> None:
    account = credentials(username=" HOA.nt ")
    assert account.id == officer
    assert account.has_second_factor
    signed = api.confirm_code(account_id=officer, code=code_of(officer, AT), place="p", at=AT)
    assert signed.full_name == "Nguyễn Thị Hoa"
    assert kinds(officer)[-1] == "account.signed_in"


def test_a_code_works_once_even_within_its_half_minute(officer: UUID) -> None:
    code = code_of(officer, AT)
    api.confirm_code(account_id=officer, code=code, place="p", at=AT)
    with pytest.raises(api.WrongCode):
        api.confirm_code(account_id=officer, code=code, place="p", at=AT + timedelta(seconds=5))
    older = code_of(officer, AT - timedelta(seconds=30))
    with pytest.raises(api.WrongCode):
        api.confirm_code(account_id=officer, code=older, place="p", at=AT)
    later = AT + timedelta(seconds=30)
    api.confirm_code(account_id=officer, code=code_of(officer, later), place="p", at=later)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345"])
def test_what_is_no_code_is_refused(officer: UUID, code: str) -> None:
    with pytest.raises(api.WrongCode):
        api.confirm_code(account_id=officer, code=code, place="p", at=AT)


def test_codes_of_neighbouring_half_minutes_fit_and_no_others() -> None:
    totp = pyotp.TOTP(SECRET)
    for shift, fits in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        found = matching_step(SECRET, totp.at(AT + timedelta(seconds=shift)), at=AT, last_step=0)
        assert (found is not None) is fits


def test_wrong_names_and_wrong_passwords_look_the_same(officer: UUID) -> None:
    with pytest.raises(api.WrongCredentials) as unknown:
        credentials(username="nobody")
    with pytest.raises(api.WrongCredentials) as wrong:
        credentials("wrong")
    assert unknown.value.public() == wrong.value.public()
    api.close_account(by=SYSTEM, at=AT, account_id=officer, reason="Nghỉ hưu")
    with pytest.raises(api.WrongCredentials):
        credentials()


def test_guessing_locks_the_account_for_longer_and_longer(officer: UUID) -> None:
    for _ in range(5):
        with pytest.raises(api.WrongCredentials):
            credentials("wrong")
    with pytest.raises(api.AccountLocked) as error:
        credentials()
    assert "08:01" in error.value.public()
    after = AT + timedelta(minutes=1)
    with pytest.raises(api.WrongCredentials):
        credentials("wrong", at=after)
    with pytest.raises(api.AccountLocked):
        credentials(at=after + timedelta(seconds=90))
    late = after + timedelta(minutes=3)
    api.confirm_code(account_id=credentials(at=late).id, code=code_of(officer, late), place="p", at=late)
    assert Account.objects.get(pk=officer).failed_attempts == 0
    assert kinds(officer).count("account.sign_in_failed") == 6


def test_codes_cannot_be_guessed_either(officer: UUID) -> None:
    for _ in range(5):
        with pytest.raises(api.WrongCode):
            api.confirm_code(account_id=officer, code="000000", place="p", at=AT)
    with pytest.raises(api.AccountLocked):
        api.confirm_code(account_id=officer, code=code_of(officer, AT), place="p", at=AT)


def test_one_place_cannot_try_many_names(db: None) -> None:
    for number in range(50):
        with pytest.raises(api.WrongCredentials):
            credentials(username=f"user{number}", place="10.9.9.9")
    with pytest.raises(api.TooManyFailures):
        credentials(username="another", place="10.9.9.9")
    with pytest.raises(api.WrongCredentials):
        credentials(username="another", place="10.0.0.2")
    with pytest.raises(api.WrongCredentials):
        credentials(username="another", place="10.9.9.9", at=AT + timedelta(minutes=16))


def test_locks_grow_to_an_hour() -> None:
    assert lock_time(4) is None
    assert lock_time(5) == timedelta(minutes=1)
    assert lock_time(7) == timedelta(minutes=4)
    assert lock_time(10**6) == timedelta(hours=1)


def test_recovery_codes_work_once(officer: UUID) -> None:
    code = _secrets[officer].recovery_codes[0]
    api.use_recovery_code(account_id=officer, code=code.upper().replace("-", " "), place="p", at=AT)
    with pytest.raises(api.WrongCode):
        api.use_recovery_code(account_id=officer, code=code, place="p", at=AT)
    assert len(Account.objects.get(pk=officer).recovery_hashes) == 9


def test_nothing_secret_lies_in_the_clear(officer: UUID) -> None:
    row = Account.objects.get(pk=officer)
    kept = bytes(row.totp_secret or b"") + str(row.recovery_hashes).encode() + row.password.encode()
    enrolment = _secrets[officer]
    for secret in (enrolment.secret, PASSWORD, *enrolment.recovery_codes):
        assert secret.encode() not in kept
    told = str([entry.payload for entry in entries(Subject(kind="account", id=str(officer)))])
    assert enrolment.secret not in told


def test_a_key_that_was_changed_still_opens_what_it_locked(officer: UUID, settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key" * 6, [settings.SECRET_KEY]
    assert api.confirm_code(account_id=officer, code=code_of(officer, AT), place="p", at=AT)


def test_an_account_without_authenticator_is_told_so(db: None) -> None:
    row = Account.objects.create_user("moi", PASSWORD, full_name="Mới Vào")
    assert not credentials(username="moi").has_second_factor
    with pytest.raises(api.NoSecondFactor):
        api.confirm_code(account_id=row.id, code="123456", place="p", at=AT)
    with pytest.raises(api.WrongCode):
        api.confirm_second_factor(by=SYSTEM, at=AT, account_id=row.id, code="123456")


def test_activation_sets_a_password_once(officer: UUID) -> None:
    code = api.issue_activation(by=SYSTEM, at=AT, account_id=officer)
    for wrong in ("aaaaa-bbbbb", ""):
        with pytest.raises(api.ActivationRefused):
            api.activate(by=SYSTEM, at=AT, username="hoa.nt", code=wrong, password=PASSWORD)
    with pytest.raises(api.ActivationRefused):
        api.activate(by=SYSTEM, at=AT + timedelta(days=7), username="hoa.nt", code=code, password=PASSWORD)
    for weak in ("short", "a" * 20, "xin chào hoa.nt nhé"):
        with pytest.raises(api.WeakPassword):
            api.activate(by=SYSTEM, at=AT, username="hoa.nt", code=code, password=weak)
    done = api.activate(by=SYSTEM, at=AT, username="HOA.NT", code=code, password="một câu khác dài hơn")
    assert not done.has_second_factor
    assert credentials("một câu khác dài hơn").id == officer
    with pytest.raises(api.ActivationRefused):
        api.activate(by=SYSTEM, at=AT, username="hoa.nt", code=code, password=PASSWORD)
