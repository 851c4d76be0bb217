"""The one table between our states and the portal's TrangThaiHoSo: ten to ten, none rewritten, none skipped."""

from __future__ import annotations

from motcua.dossiers.data import State

# Seen alike in three independent clients of the portal; written out so that a change of either side shows here.
TO_PORTAL: dict[State, str] = {
    State.REGISTERED: "1",
    State.ACCEPTED: "2",
    State.REFUSED: "3",
    State.IN_PROGRESS: "4",
    State.SUPPLEMENT: "5",
    State.PAYMENT_DUE: "6",
    State.WITHDRAWN: "7",
    State.STOPPED: "8",
    State.RESOLVED: "9",
    State.RETURNED: "10",
}
# The portal takes a record in these states only with the day of acceptance.
NEEDS_ACCEPTANCE = frozenset(
    {
        State.ACCEPTED,
        State.IN_PROGRESS,
        State.SUPPLEMENT,
        State.PAYMENT_DUE,
        State.STOPPED,
        State.RESOLVED,
        State.RETURNED,
    }
)


def to_portal(state: State) -> str:
    """The portal's code of a state."""
    return TO_PORTAL[state]
