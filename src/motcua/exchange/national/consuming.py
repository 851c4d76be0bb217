"""Takes up the ledger's entries about dossiers: what the portal must be told, in each dossier's own order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from motcua.base.clock import VN
from motcua.base.data import Json
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, State
from motcua.exchange.models import Line, Track
from motcua.exchange.national.record import NATIONAL
from motcua.ledger import api as ledger
from motcua.ledger.data import EntryView

CONSUMER = "exchange.national"
PORTION = 1000
# Entries that the portal's timeline shows although the state stays: a new date, another agency.
ALSO_TOLD = frozenset({Action.EXTEND, Action.FORWARD, Action.TRANSFER})


class OutOfOrder(RuntimeError):
    """The ledger gave an entry before the one that it follows: nothing of this portion is taken up."""


def take_up(*, at: datetime, limit: int = PORTION) -> int:
    """Turn the next entries into work for the portal; returns how many entries were read."""

    def handle(entries: Sequence[EntryView]) -> None:
        _handle(entries, at=at)

    return ledger.consume(name=CONSUMER, handler=handle, at=at, limit=limit)


def take_up_again(ids: Sequence[UUID], *, at: datetime) -> None:
    """Read these dossiers' own histories: entries that were taken up before change nothing.

    Call inside a transaction. For dossiers whose entries the cursor passed without a trace (a restore).
    """
    behind = dossiers.last_entries(ids)
    known = dict(Track.objects.filter(dossier__in=list(ids)).values_list("dossier", "want_seq"))
    for key, last in behind.items():
        if known.get(key, 0) < last:
            _handle(ledger.entries(ledger.Subject(kind="dossier", id=str(key))), at=at)


def _handle(entries: Sequence[EntryView], *, at: datetime) -> None:
    by_dossier: dict[UUID, list[EntryView]] = defaultdict(list)
    for entry in entries:
        if entry.subject.kind == "dossier":
            by_dossier[UUID(entry.subject.id)].append(entry)
    if not by_dossier:
        return
    known = Track.objects.select_for_update().filter(dossier__in=by_dossier).order_by("dossier")
    tracks = {row.dossier: row for row in known}
    heads = dossiers.heads_of([key for key in by_dossier if key not in tracks])
    lines: list[Line] = []
    new: list[Track] = []
    for key, told in by_dossier.items():
        track = tracks.get(key)
        if track is None:
            head = heads.get(key)
            if head is None:
                continue  # an entry whose dossier is gone: a restore of another day's tables; reconciliation names it
            track = _begin(head, told[0], at)
            new.append(track)
            tracks[key] = track
        lines += _lines(track, told, at)
    Track.objects.bulk_create(new)
    Line.objects.bulk_create(lines)
    fresh = {row.dossier for row in new}
    Track.objects.bulk_update(
        [tracks[key] for key in by_dossier if key in tracks and key not in fresh],
        ["want_seq", "last_state", "lines_waiting", "todo", "next_try_at", "blocked", "trouble", "troubled_at",
         "error_code", "errors"],
        batch_size=500,
    )  # fmt: skip


def _begin(head: dossiers.OutsideHead, entry: EntryView, at: datetime) -> Track:
    from_portal = head.outside_system == NATIONAL
    return Track(
        dossier=head.id,
        code=head.outside_code if from_portal else head.code,
        agency=head.receiving_agency,
        day=head.submitted_at.astimezone(VN).date(),
        known=from_portal,  # the portal holds what was filed there, in state 1
        last_state=_state(entry) or State.REGISTERED,
        want_seq=0,
        next_try_at=at,
    )


def _lines(track: Track, entries: Sequence[EntryView], at: datetime) -> list[Line]:
    found = []
    for entry in entries:
        if entry.subject_seq <= track.want_seq:
            continue
        first = track.want_seq == 0
        if entry.subject_seq != track.want_seq + 1 and not first:
            raise OutOfOrder(f"{track.code}: entry {entry.subject_seq} after {track.want_seq}")
        track.want_seq = entry.subject_seq
        state = _state(entry)
        if state is None:
            _erased(track, at)
            continue
        if first or state != track.last_state or _action(entry) in ALSO_TOLD:
            line = _line(track, entry, state, first=first)
            if first and track.known:
                line.sent_at = at
            else:
                track.lines_waiting += 1
            found.append(line)
        track.last_state = state
        track.todo = True
        if track.trouble in ("data", "clash"):  # the dossier changed: what was wrong may be right now
            track.blocked, track.trouble, track.troubled_at = False, "", None
            track.error_code, track.errors = "", []
            track.next_try_at = at
    return found


def _erased(track: Track, at: datetime) -> None:
    """A step whose payload was erased cannot be told; that is said, not guessed."""
    track.trouble, track.troubled_at, track.blocked = "data", at, True
    track.error_code, track.errors, track.todo = "erased", [], True


def _line(track: Track, entry: EntryView, state: State, *, first: bool) -> Line:
    payload: Mapping[str, Json] = entry.payload or {}
    due = payload.get("promised_due")
    return Line(
        dossier=track.dossier,
        seq=entry.subject_seq,
        first=first,
        state=state,
        action=str(payload.get("action") or "")[:40],
        at=entry.at,
        due_at=datetime.fromisoformat(due) if isinstance(due, str) else None,
        actor_kind=entry.actor.kind.value,
        actor_ref=entry.actor.ref,
        unit=entry.unit or "",
        recorded_at=entry.recorded_at,
    )


def _state(entry: EntryView) -> State | None:
    raw = (entry.payload or {}).get("state")
    return State(raw) if isinstance(raw, int) else None


def _action(entry: EntryView) -> Action | None:
    raw = (entry.payload or {}).get("action")
    try:
        return Action(str(raw))
    except ValueError:
        return None


def lag(*, at: datetime) -> timedelta:
    """How long the oldest line that is not blocked has been waiting; zero when nothing waits."""
    waiting = Track.objects.filter(blocked=False, todo=True).values("dossier")
    first = (
        Line.objects.filter(sent_at__isnull=True, dossier__in=waiting)
        .order_by("recorded_at")
        .values_list("recorded_at", flat=True)
        .first()
    )
    return max(timedelta(0), at - first) if first else timedelta(0)
