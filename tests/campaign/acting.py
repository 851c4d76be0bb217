"""The driver: files dossiers and takes random lawful actions, whatever happens to the database meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from motcua.base.errors import DomainError
from motcua.dossiers import api as dossiers
from tests.dossiers.factories import (
    CENTRE,
    CERTIFY,
    COMMITTEE,
    COPIES,
    OTHER_CENTRE,
    QUICK,
    World,
    receive,
    take_in,
    to_step,
)

BAD_PHONE = 0.03
NO_NUMBER = 0.15


@dataclass
class Driver:
    """A seed's own random sequence of filings and actions."""

    world: World
    rng: random.Random
    at: datetime
    filed: list[UUID] = field(default_factory=list)
    actions: int = 0

    def file(self) -> None:
        """One new dossier: at the desk, from outside, or given at once; some without a number, some with a fault."""
        key, roll = str(uuid4()), self.rng.random()
        self.at += timedelta(seconds=self.rng.randint(1, 90))
        changes: dict[str, Any] = {}
        if self.rng.random() < NO_NUMBER:
            changes |= {"personal_number": "", "person_id": None}
        if self.rng.random() < BAD_PHONE:
            changes |= {"phone": "gọi sau"}
        party = self.world.party(**changes)
        other = self.rng.random() < 0.3
        procedure = self.rng.choice((CERTIFY, QUICK))

        def make() -> Any:
            if roll < 0.15:
                return dossiers.at_once(
                    by=self.world.reception, at=self.at, idempotency_key=key,
                    items=[dossiers.AtOnceItem(procedure_code=COPIES, applicant=party, pages=1, title="Bằng")],
                )[0]  # fmt: skip
            if roll < 0.35:
                return take_in(self.world, at=self.at, applicant=party, outside_code=f"X-{key}"[:60])
            by = self.world.at(OTHER_CENTRE, "reception") if other else self.world.reception
            return receive(
                self.world, at=self.at, by=by, receiving_agency=OTHER_CENTRE if other else CENTRE,
                applicant=party, idempotency_key=key, procedure_code=procedure,
            )  # fmt: skip

        done = self._insist(make)
        if done is not None:
            self.filed.append(done.dossier_id)

    def begin(self) -> None:
        """Lives that every run must hold, whatever the dice say: what each planted defect spoils is met in them."""
        at = self.at
        for changes in ({"personal_number": "", "person_id": None}, {"phone": "gọi sau"}, {}, {}):
            done = receive(self.world, at=at, applicant=self.world.party(**changes))
            self.filed.append(done.dossier_id)
        asked, worked = self.filed[-2:]
        self._supplement(asked)
        self.at += timedelta(minutes=1)
        self._supply(asked)
        to_step(self.world, worked, dossiers.Step.SOLVING, at=at)
        self.at += timedelta(minutes=10)
        self._stop(worked)

    def act(self) -> None:
        """One random action on a random dossier; what is not possible now is simply not done."""
        if not self.filed:
            return
        key = self.rng.choice(self.filed)
        self.at += timedelta(seconds=self.rng.randint(1, 90))
        chosen = self.rng.choices(
            ("accept", "work", "supplement", "supply", "withdraw", "stop", "refuse", "return", "correct"),
            (6, 6, 4, 5, 1, 1, 1, 4, 1),
        )[0]
        self._insist(lambda: getattr(self, f"_{chosen}")(key), once=True)
        self.actions += 1

    def _by(self, key: UUID, role: str) -> Any:
        agency = dossiers.heads_of([key])[key].receiving_agency
        return self.world.at(agency, role)

    def _accept(self, key: UUID) -> None:
        dossiers.accept(by=self._by(key, "reception"), at=self.at, dossier_id=key)

    def _work(self, key: UUID) -> None:
        step = self.rng.choices(
            (dossiers.Step.SOLVING, dossiers.Step.SIGNING, dossiers.Step.STAMPING), (5, 4, 1)
        )[0]  # a result is a PDF: dear, and the same for the portal each time
        done = to_step(self.world, key, step, at=self.at)
        self.at += timedelta(minutes=6)
        if done.step is dossiers.Step.STAMPING:
            dossiers.stamp(by=self.world.clerk, at=self.at, dossier_id=key)

    def _supplement(self, key: UUID) -> None:
        dossiers.request_supplement(
            by=self._by(key, "desk_lead"), at=self.at, dossier_id=key, what="Giấy tờ khác"
        )

    def _supply(self, key: UUID) -> None:
        dossiers.supply(by=self._by(key, "reception"), at=self.at, dossier_id=key)

    def _withdraw(self, key: UUID) -> None:
        dossiers.withdraw(by=self.world.portal, at=self.at, dossier_id=key)

    def _stop(self, key: UUID) -> None:
        dossiers.stop(by=self.world.at(COMMITTEE, "leader"), at=self.at, dossier_id=key, reason="thử")

    def _refuse(self, key: UUID) -> None:
        dossiers.refuse(by=self._by(key, "reception"), at=self.at, dossier_id=key, reason="không đủ")

    def _return(self, key: UUID) -> None:
        dossiers.return_result(by=self._by(key, "reception"), at=self.at, dossier_id=key)

    def _correct(self, key: UUID) -> None:
        dossiers.correct(
            by=self._by(key, "desk_lead"), at=self.at, dossier_id=key, reason="số điện thoại",
            changes={"applicant": self.world.party()},
        )  # fmt: skip

    def _insist(self, make: Callable[[], Any], *, once: bool = False) -> Any:
        """Do it; when the database goes away, do it again with the same key (an action: leave it)."""
        for _ in range(200):
            try:
                return make()
            except (OperationalError, InterfaceError):
                connection.close()
                close_old_connections()
                if once:
                    return None
            except (DomainError, KeyError):
                return None
        raise RuntimeError("the database does not come back")
