"""What the approved internal process of a procedure says about the steps of work (TT 01/2018/TT-VPCP Đ.8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from motcua.dossiers.data import Step
from motcua.procedures.data import ProcessAction, ProcessStep

_STEP_ACTIONS: dict[Step, tuple[ProcessAction, ...]] = {
    Step.UNASSIGNED: (ProcessAction.ASSIGN,),
    Step.ASSIGNED: (ProcessAction.SOLVE,),
    Step.SOLVING: (ProcessAction.SOLVE,),
    Step.CONSULTING: (ProcessAction.CONSULT,),
    Step.REVIEWING: (ProcessAction.REVIEW,),
    Step.SIGNING: (ProcessAction.SIGN,),
    Step.STAMPING: (ProcessAction.STAMP,),
}


def has_review(process: Sequence[ProcessStep]) -> bool:
    """Does a proposal pass a head of division before it is signed? Where no process is known: yes."""
    return not process or any(step.action is ProcessAction.REVIEW for step in process)


def hours_of(step: Step, process: Sequence[ProcessStep]) -> Decimal | None:
    """Working hours that the process gives to a step of work; None when it says nothing about it."""
    actions = _STEP_ACTIONS.get(step, ())
    given = [one.hours for one in process if one.action in actions]
    return sum(given, Decimal(0)) if given else None
