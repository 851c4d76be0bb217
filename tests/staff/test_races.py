"""Two browsers at the same instant: a code, a recovery code and a first sign-in count once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pyotp
import pytest
from django.db import connections

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.base.errors import DomainError
from motcua.people import api as people
from motcua.people.models import Person
from motcua.staff import api
from motcua.staff.actions.keeping import lock
from motcua.staff.models import Account

AT = datetime(2026, 3, 2, 8, 0, tzinfo=VN)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TOGETHER = 4


def at_once(act: Callable[[], Any]) -> list[str]:
    """Do the same thing in several threads at once; "done" or the error's name for each."""
    gate, results = threading.Barrier(TOGETHER), []

    def one() -> None:
        gate.wait()
        try:
            act()
            results.append("done")
        except DomainError as error:
            results.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@pytest.mark.django_db(transaction=True)
def test_a_code_sent_by_four_browsers_signs_in_one() -> None:
    row = Account.objects.create(username="hoa", full_name="Hoa", password="!", totp_secret=lock(SECRET))
    code = pyotp.TOTP(SECRET).at(AT)
    results = at_once(lambda: api.confirm_code(account_id=row.id, code=code, place="p", at=AT))
    assert results == ["WrongCode"] * (TOGETHER - 1) + ["done"]


@pytest.mark.django_db(transaction=True)
def test_a_first_sign_in_seen_twice_makes_one_person() -> None:
    claims = people.VerifiedClaims(
        issuer="i",
        subject="s",
        level=people.IdentityLevel.LEVEL_2,
        personal_number="040190000112",
        full_name="Nguyễn Thị Hoa",
        dob=date(1990, 5, 20),
        dob_precision=people.DatePrecision.DAY,
        sex=people.Sex.FEMALE,
        phone="",
        email="",
    )
    results = at_once(lambda: people.sign_in_with_vneid(claims=claims, by=SYSTEM, at=AT))
    assert results == ["done"] * TOGETHER
    assert Person.objects.count() == 1
