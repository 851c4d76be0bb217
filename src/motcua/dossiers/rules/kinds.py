"""What ledger entries of dossiers are called: consumers match on these words, so they never change."""

from __future__ import annotations

from motcua.dossiers.data import Action

SUBJECT = "dossier"
HANDOVER_SUBJECT = "handover"

KINDS: dict[Action, str] = {
    Action.SUBMIT: "dossier.submitted",
    Action.RECEIVE_AT_DESK: "dossier.received_at_desk",
    Action.TAKE_IN: "dossier.taken_in",
    Action.AT_ONCE: "dossier.given_at_once",
    Action.BRING_TO_SIGN: "dossier.brought_to_sign",
    Action.IMPORT: "dossier.imported",
    Action.ACCEPT: "dossier.accepted",
    Action.REFUSE: "dossier.refused",
    Action.REQUEST_SUPPLEMENT: "dossier.supplement_requested",
    Action.SUPPLY: "dossier.supplied",
    Action.ASSIGN: "dossier.assigned",
    Action.TAKE_UP: "dossier.taken_up",
    Action.FORWARD: "dossier.forwarded",
    Action.CONSULT: "dossier.consulted",
    Action.ANSWER_CONSULTATION: "dossier.consultation_answered",
    Action.RETURN_STEP: "dossier.step_returned",
    Action.PROPOSE: "dossier.proposed",
    Action.APPROVE: "dossier.approved",
    Action.SIGN_RESULT: "dossier.signed",
    Action.STAMP: "dossier.resolved",
    Action.RETURN_RESULT: "dossier.returned",
    Action.WITHDRAW: "dossier.withdrawn",
    Action.STOP: "dossier.stopped",
    Action.REOPEN: "dossier.reopened",
    Action.EXTEND: "dossier.extended",
    Action.CORRECT: "dossier.corrected",
    Action.REQUEST_PAYMENT: "dossier.payment_requested",
    Action.RECORD_PAYMENT: "dossier.payment_recorded",
    Action.MOVE_PAPER: "dossier.paper_moved",
    Action.RE_DATE: "dossier.redated",
    Action.TRANSFER: "dossier.transferred",
    Action.HAND_OVER: "dossier.handed_over",
    Action.MIRROR: "dossier.mirrored",
    Action.CONCLUDE: "dossier.concluded",
}
