"""Shows the trial's accounts on the officers' sign-in page, with the code that each one's authenticator has now."""

from __future__ import annotations

from collections.abc import Sequence

import pyotp
from django.conf import settings
from django.utils.translation import get_language

from motcua.base import clock
from motcua.base.data import Validity
from motcua.demo.officers import PASSWORD, REFORM, totp_secret
from motcua.demo.population import generate
from motcua.desk.data import TrialAccount, sign_in_hints
from motcua.staff.api import ROLE_NAMES, Role
from motcua.units.api import Level, units

# One commune and the province: an account of every role, in the order in which a dossier meets them.
COMMUNE: tuple[tuple[str, Role], ...] = (
    ("tiepnhan", Role.RECEPTION),
    ("phutrach", Role.DESK_LEAD),
    ("hotich", Role.SOLVER),
    ("lanhdaophong", Role.REVIEWER),
    ("lanhdao", Role.SIGNER),
    ("vanthu", Role.CLERK),
)
PROVINCE: tuple[tuple[str, Role], ...] = (
    ("tiepnhan.tinh", Role.RECEPTION),
    ("giaiquyet.so-tu-phap", Role.SOLVER),
    ("lanhdaophong.so-tu-phap", Role.REVIEWER),
    ("lanhdao.so-tu-phap", Role.SIGNER),
    ("vanthu.so-tu-phap", Role.CLERK),
    ("kiemsoat.tinh", Role.CONTROLLER),
    ("danhmuc.tinh", Role.CATALOGUE_ADMIN),
    ("quantri.tinh", Role.SYSTEM_ADMIN),
    ("dieuhanh.tinh", Role.LEADER),
    ("buudien.tinh", Role.SUPPORT),
)


class DemoAccounts:
    """The invented officers; nobody's where the demo is off."""

    def accounts(self) -> Sequence[TrialAccount]:
        """One account of every role, with its present code."""
        if not settings.MOTCUA_DEMO:
            return ()
        today = clock.today()
        first = units(on=today, level=Level.COMMUNE)[0]
        place = first.code if today >= REFORM else f"{first.code}-cu"
        here = [(f"{post}.{place}", role, first.name) for post, role in COMMUNE]
        at_work = {
            officer.username
            for officer in generate().officers
            if Validity(start=officer.valid_from, end=officer.valid_to).contains(today)
        }
        return [
            TrialAccount(
                username=name,
                what=f"{ROLE_NAMES[role][get_language() == 'en']}{f', {where}' if where else ''}",
                password=PASSWORD,
                code=pyotp.TOTP(totp_secret(name)).at(clock.now()),
            )
            for name, role, where in [*here, *((name, role, "") for name, role in PROVINCE)]
            if name in at_work
        ]


sign_in_hints.add("demo", DemoAccounts())
