"""Plays twelve months of dossiers through the real actions: filing, work, results, and all that goes wrong.

A story decides what happens to a dossier; the officers who have the right roles do it, in working time, until
the story ends or the present is reached. So every state comes about as it does in an office.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from motcua.base.data import SYSTEM, Actor
from motcua.base.errors import DomainError
from motcua.demo import paying, samples
from motcua.demo.plans import AT_ONCE_CODE, Plan, commune_centre, later, pause
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import (
    AtOnceItem,
    Channel,
    ComponentGiven,
    HowProvided,
    Outcome,
    Party,
    State,
    Step,
)
from motcua.people import api as people
from motcua.people.api import SourcePerson
from motcua.procedures import api as procedures
from motcua.procedures.data import DoorKind
from motcua.staff import api as staff
from motcua.staff.api import Role

PAYS_AT_RETURN = 0.15
Act = Callable[[], dossiers.Done | None]


@dataclass
class Report:
    """What came of the seeding: dossiers by state, and what the rules refused, by reason."""

    made: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


class Seeder:
    """Plays plans. `until` is the present; `sign_share` is how many of the finished get real signatures."""

    def __init__(self, *, until: datetime, ids: dict[str, UUID], seed: int) -> None:
        self.until, self.ids, self.seed = until, ids, seed
        self.report = Report()
        self.payers = paying.Payers()
        self._officers: dict[tuple[str, Role, date], Actor | None] = {}
        self._open: dict[tuple[str, date], frozenset[str]] = {}

    def play(self, plan: Plan) -> None:
        """Tell one dossier; what a rule refuses is counted with its reason, and the story ends there."""
        chance = random.Random(f"{self.seed}/{plan.number}")
        try:
            if plan.code == AT_ONCE_CODE:
                self._at_once(plan, chance)
                self.report.made["at_once"] += 1
                return
            filed, at = self._file(plan)
            final = _Work(self, plan, filed.dossier_id, at, chance).run()
            self.report.made[final.name] += 1
        except DomainError as error:
            self.report.refused[f"{plan.code} {plan.story}: {type(error).__name__} {error}"[:160]] += 1

    def officer(self, agency: str, role: Role, on: date) -> Actor | None:
        """Somebody of the agency who has the role that month."""
        key = (agency, role, on.replace(day=1))
        if key not in self._officers:
            held = staff.officers(agency, role, on=on)
            self._officers[key] = (
                staff.actor_for(staff.account(held[0].account_id), held[0], role) if held else None
            )
        return self._officers[key]

    def _party(self, person: SourcePerson) -> Party:
        return Party(
            name=person.full_name,
            person_id=self.ids[person.ref],
            personal_number=person.personal_number or "",
            phone=person.phone or "",
            email=person.email or "",
            address=person.permanent_address or "",
        )

    def _file(self, plan: Plan) -> tuple[dossiers.Filed, datetime]:
        one = samples.sample(plan.code)
        on = plan.filed_at.date()
        answers = samples.told_by(one, person=plan.person, unit=plan.commune, on=on)
        centre = commune_centre(plan)
        party = self._party(plan.person)
        papers = [ComponentGiven(code=code, how=HowProvided.PAPER, original=False) for code in one.papers]
        doors = self._doors(plan.code, on)
        if plan.channel is Channel.ONLINE and DoorKind.NATIONAL_PORTAL in doors:
            filed = dossiers.take_in_from_outside(
                by=SYSTEM,
                at=plan.filed_at,
                outside_system="dvcqg-mo-phong",
                outside_code=f"G22.99-{on:%Y%m%d}-{plan.number:07d}",
                procedure_code=plan.code,
                receiving_agency=centre,
                applicant=party,
                answers=answers,
                components=[],
                identity_proven=True,
            )
            return filed, plan.filed_at
        door, channel = (
            (DoorKind.POST, Channel.POST) if plan.channel is Channel.POST else (DoorKind.DESK, Channel.DIRECT)
        )
        filed = dossiers.receive_at_desk(
            by=self.must(centre, Role.RECEPTION, on),
            at=plan.filed_at,
            idempotency_key=f"seed-{self.seed}-{plan.number}",
            procedure_code=plan.code,
            receiving_agency=centre,
            applicant=party,
            answers=answers,
            components=papers,
            door=door,
            channel=channel,
        )
        return filed, plan.filed_at

    def _doors(self, code: str, on: date) -> frozenset[str]:
        key = (code, on.replace(day=1))
        if key not in self._open:
            version = procedures.version_on(code, on=on)
            self._open[key] = frozenset(door.kind for door in procedures.open_doors(version, on))
        return self._open[key]

    def _at_once(self, plan: Plan, chance: random.Random) -> None:
        centre = commune_centre(plan)
        on = plan.filed_at.date()
        desk = self.must(centre, Role.RECEPTION, on)
        given = dossiers.at_once(
            by=desk,
            at=plan.filed_at,
            idempotency_key=f"seed-{self.seed}-{plan.number}",
            items=[
                AtOnceItem(
                    procedure_code=plan.code,
                    applicant=self._party(plan.person),
                    quantity=1 + plan.number % 4,
                    pages=1 + plan.number % 7,
                    title="Bằng tốt nghiệp trung học phổ thông",
                )
            ],
        )
        for one in given:
            self.payers.settle(one.dossier_id, desk=desk, at=plan.filed_at, chance=chance, home=False)

    def must(self, agency: str, role: Role, on: date) -> Actor:
        """The same, or `NobodyThere`."""
        found = self.officer(agency, role, on)
        if found is None:
            raise NobodyThere(agency=agency, role=role.value)
        return found


class NobodyThere(DomainError):
    """Nobody of {agency} has the role {role}."""

    message_vi = "{agency} chưa có ai giữ vai trò {role}."


class _Work:
    """One dossier on its way, told by its story, until the present."""

    def __init__(
        self, seeder: Seeder, plan: Plan, dossier_id: UUID, at: datetime, chance: random.Random
    ) -> None:
        self.seeder, self.plan, self.id, self.at, self.chance = seeder, plan, dossier_id, at, chance
        self.money = random.Random(f"{seeder.seed}/{plan.number}/money")
        self.supplemented = self.paid = self.asked = self.consulted = False

    def run(self) -> State:
        """Act until the story or the time ends; the state in which the dossier then stands."""
        card = dossiers.get_for(by=SYSTEM, at=self.at, dossier_id=self.id).card
        for _ in range(25):
            act = self._next(card)
            if act is None:
                break
            self.at = later(self.at, pause(self.plan, self.chance), self.chance)
            if self.at > self.seeder.until:
                break
            done = act()
            if done is not None:
                card = replace(card, state=done.state, step=done.step)
        return card.state

    def _by(self, agency: str, role: Role) -> Actor:
        return self.seeder.must(agency, role, self.at.date())

    def _next(self, card: dossiers.DossierCard) -> Act | None:
        here: dict[State, Callable[[dossiers.DossierCard], Act | None]] = {
            State.REGISTERED: self._registered,
            State.ACCEPTED: self._accepted,
            State.IN_PROGRESS: self._in_progress,
            State.SUPPLEMENT: self._supplement,
            State.PAYMENT_DUE: self._payment,
            State.RESOLVED: self._resolved,
        }
        found = here.get(card.state)
        return found(card) if found else None

    def _registered(self, card: dossiers.DossierCard) -> Act:
        desk = self._by(card.receiving_agency, Role.RECEPTION)
        if self.plan.story == "refused":
            return lambda: dossiers.refuse(
                by=desk, at=self.at, dossier_id=self.id, reason="Không thuộc thẩm quyền giải quyết của xã."
            )

        def accept() -> dossiers.Done:
            done = dossiers.accept(by=desk, at=self.at, dossier_id=self.id)
            self._pay(desk)
            return done

        return accept

    def _pay(self, desk: Actor) -> None:
        """What the tariff asks: most pay at once, the others when they fetch the result."""
        if self.paid or self.money.random() < PAYS_AT_RETURN:
            return
        self.paid = True
        self.seeder.payers.settle(self.id, desk=desk, at=self.at, chance=self.money, home=True)

    def _accepted(self, card: dossiers.DossierCard) -> Act | None:
        desk = self._by(card.receiving_agency, Role.RECEPTION)
        if self.plan.story == "withdrawn":
            return self._withdraw(desk)
        if self.plan.story == "payment" and self.plan.code in paying.LAND and not self.asked:
            self.asked = True
            lines = [paying.notice(self.money)]
            return lambda: dossiers.request_payment(by=desk, at=self.at, dossier_id=self.id, lines=lines)
        boss = self._by(card.handling_agency, Role.REVIEWER)
        solver = self._by(card.handling_agency, Role.SOLVER)
        return lambda: dossiers.assign(by=boss, at=self.at, dossier_id=self.id, assignee=solver.ref)

    def _withdraw(self, desk: Actor) -> Act:
        def withdraw() -> dossiers.Done:
            done = dossiers.withdraw(
                by=desk, at=self.at, dossier_id=self.id, reason="Công dân không còn nhu cầu."
            )
            paying.give_back(self.id, desk=desk, at=self.at)
            return done

        return withdraw

    def _in_progress(self, card: dossiers.DossierCard) -> Act | None:
        if card.step in (Step.SIGNING, Step.STAMPING):
            return self._signing(card) if self.plan.signed else None
        if self.plan.story == "forgotten":
            return None
        solver = self._by(card.handling_agency, Role.SOLVER)
        if card.step is Step.ASSIGNED:
            return lambda: dossiers.take_up(by=solver, at=self.at, dossier_id=self.id)
        if card.step in (Step.SOLVING, Step.CONSULTING):
            return self._solving(card, solver)
        if card.step is Step.REVIEWING:
            boss = self._by(card.handling_agency, Role.REVIEWER)
            return lambda: dossiers.approve(by=boss, at=self.at, dossier_id=self.id)
        return None

    def _signing(self, card: dossiers.DossierCard) -> Act:
        if card.step is Step.SIGNING:
            signer = self._by(card.handling_agency, Role.SIGNER)
            return lambda: dossiers.sign_result(by=signer, at=self.at, dossier_id=self.id)
        clerk = self._by(card.handling_agency, Role.CLERK)
        return lambda: dossiers.stamp(by=clerk, at=self.at, dossier_id=self.id)

    def _solving(self, card: dossiers.DossierCard, solver: Actor) -> Act | None:
        if card.step is Step.CONSULTING:
            return None
        if self.plan.story == "supplement" and not self.supplemented:
            self.supplemented = True
            return lambda: dossiers.request_supplement(
                by=solver,
                at=self.at,
                dossier_id=self.id,
                what="Bổ sung bản chính giấy tờ đã khai để đối chiếu.",
            )
        if self.plan.story == "stopped":
            return lambda: dossiers.stop(
                by=solver, at=self.at, dossier_id=self.id, reason="Người nộp không còn giấy tờ để đối chiếu."
            )
        if self.plan.story == "consulted" and not self.consulted:
            self.consulted = True
            return lambda: dossiers.consult(
                by=solver,
                at=self.at,
                dossier_id=self.id,
                agency="cong-an-tinh",
                question="Đề nghị xác minh thông tin nhân thân.",
                answer_by=later(self.at, 16, self.chance),
            )
        rejected = self.plan.story == "rejected"
        one = samples.sample(self.plan.code)
        return lambda: dossiers.propose(
            by=solver,
            at=self.at,
            dossier_id=self.id,
            outcome=Outcome.REJECTED if rejected else Outcome.GRANTED,
            opinion="Chưa đủ điều kiện theo quy định."
            if rejected
            else "Hồ sơ đủ điều kiện, đề nghị giải quyết.",
            data=samples.moved(one.decided, one, self.at.date()),
        )

    def _supplement(self, card: dossiers.DossierCard) -> Act | None:
        if self.chance.random() < 0.25:
            return None  # the citizen has not come back
        self.at = later(self.at, 20, self.chance)
        desk = self._by(card.receiving_agency, Role.RECEPTION)
        return lambda: dossiers.supply(by=desk, at=self.at, dossier_id=self.id, note="Đã nộp bản chính.")

    def _payment(self, card: dossiers.DossierCard) -> Act | None:
        if self.chance.random() < 0.3:
            return None
        desk = self._by(card.receiving_agency, Role.RECEPTION)

        return lambda: self.seeder.payers.settle(self.id, desk=desk, at=self.at, chance=self.money, home=True)

    def _resolved(self, card: dossiers.DossierCard) -> Act | None:
        if self.chance.random() < 0.12:
            return None  # nobody has fetched it yet
        desk = self._by(card.receiving_agency, Role.RECEPTION)

        def give() -> dossiers.Done:
            if not self.paid:
                self.paid = True
                self.seeder.payers.settle(self.id, desk=desk, at=self.at, chance=self.money, home=False)
            return dossiers.return_result(by=desk, at=self.at, dossier_id=self.id)

        return give


def people_ids(refs: Sequence[SourcePerson]) -> dict[str, UUID]:
    """Our ids of invented citizens, by their references."""
    found = people.by_personal_numbers([p.personal_number for p in refs if p.personal_number])
    return {p.ref: found[p.personal_number].id for p in refs if p.personal_number in found}
