"""Hands out work for the portal so that no two hold the same dossier, and writes down what became of it.

A claim is a lease, not a lock: nothing of the database is held while the portal takes its time. What a dead process
had claimed is free again when its lease is over, and is marked as in doubt, so that it is looked up before a line
is sent a second time.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from motcua.exchange.models import Line, Track

LEASE = timedelta(seconds=60)
PORTION = 50
BACKLOG = 2000
LONGEST_PAUSE = 600.0
MOST_LINES_OF_ONE = 40
AGAIN = "again"  # in place of a digest: whoever holds the dossier now leaves its record to be sent once more


@dataclass
class Work:
    """A claimed dossier on its way: what waits, and what has become of it so far."""

    track: Track
    leased_until: datetime
    lines: list[Line]
    known: bool = False
    sent: list[Line] = field(default_factory=list)
    recorded_seq: int = 0
    evidence: str = ""
    record_digest: str = ""
    in_doubt: bool = False
    trouble: str = ""
    error_code: str = ""
    errors: list[dict[str, str]] = field(default_factory=list)
    again_in: float | None = None  # seconds, when it is to be tried again
    start_over: bool = False  # the portal does not know what it knew

    @property
    def goes_on(self) -> bool:
        """Is there still something to try for it now?"""
        return not self.trouble and self.again_in is None and not self.start_over


def claim(*, at: datetime, limit: int = PORTION) -> list[Work]:
    """Lease up to `limit` dossiers that something waits for; unit by unit when there is a backlog."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (SELECT 1 FROM exchange_track
             WHERE todo AND NOT blocked AND next_try_at <= %s LIMIT %s) AS waiting
            """,
            [at, BACKLOG],
        )
        counted = cursor.fetchone()
        order = "agency, next_try_at" if counted and counted[0] >= BACKLOG else "next_try_at"
        until = at + LEASE
        cursor.execute(
            f"""
            WITH picked AS (
                SELECT dossier, in_doubt, record_digest FROM exchange_track
                 WHERE todo AND NOT blocked AND next_try_at <= %s AND (leased_until IS NULL OR leased_until <= %s)
                 ORDER BY {order} LIMIT %s FOR UPDATE SKIP LOCKED)
            UPDATE exchange_track t SET leased_until = %s, in_doubt = t.in_doubt OR t.lines_waiting > 0,
                   record_digest = ''
              FROM picked p WHERE t.dossier = p.dossier RETURNING t.dossier, p.in_doubt, p.record_digest
            """,
            [at, at, limit, until],
        )
        before: dict[UUID, tuple[bool, str]] = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    return _loaded(before, until) if before else []


def _loaded(before: dict[UUID, tuple[bool, str]], until: datetime) -> list[Work]:
    lines: dict[UUID, list[Line]] = {key: [] for key in before}
    for line in Line.objects.filter(dossier__in=list(before), sent_at__isnull=True).order_by(
        "dossier", "seq"
    ):
        lines[line.dossier].append(line)
    return [
        Work(
            track=row,
            leased_until=until,
            lines=lines[row.dossier][:MOST_LINES_OF_ONE],
            known=row.known,
            recorded_seq=row.recorded_seq,
            evidence=row.evidence,
            in_doubt=before[row.dossier][0],
            record_digest=before[row.dossier][1],
        )
        for row in Track.objects.filter(dossier__in=list(before)).order_by("agency", "dossier")
    ]


def pause_after(tries: int) -> float:
    """Seconds until the next try: doubling from one to ten minutes, with jitter."""
    return float(min(LONGEST_PAUSE, 2 ** min(tries, 12)) * (0.5 + random.random() / 2))


def keep(works: Sequence[Work], *, at: datetime) -> None:
    """Write down what became of the claimed dossiers and give them back.

    A dossier whose lease ran out and was taken by another is the other one's; but what was sent here may have
    arrived after the other's newer record, so the record is sent once more.
    """
    ordered = sorted(works, key=lambda work: work.track.dossier)
    with transaction.atomic(), connection.cursor() as cursor:
        # Lock first, then count in statements of their own: an entry taken up meanwhile must not be counted away.
        cursor.execute(
            """
            SELECT dossier, leased_until, tries FROM exchange_track
             WHERE dossier = ANY(%s) ORDER BY dossier FOR UPDATE
            """,
            [[work.track.dossier for work in ordered]],
        )
        held = {key: (until, tries) for key, until, tries in cursor.fetchall()}
        ours = [work for work in ordered if held[work.track.dossier][0] == work.leased_until]
        for work in ours:
            if work.start_over:
                Line.objects.filter(dossier=work.track.dossier).update(sent_at=None)
        pairs = [(line.dossier, line.seq) for work in ours if not work.start_over for line in work.sent]
        if pairs:
            cursor.execute(
                """
                UPDATE exchange_line l SET sent_at = %s
                  FROM unnest(%s::uuid[], %s::int[]) AS s (dossier, seq)
                 WHERE l.dossier = s.dossier AND l.seq = s.seq
                """,
                [at, [pair[0] for pair in pairs], [pair[1] for pair in pairs]],
            )
        late = [work.track.dossier for work in ordered if held[work.track.dossier][0] != work.leased_until]
        if late:
            Track.objects.filter(dossier__in=late).update(recorded_seq=0, record_digest=AGAIN, todo=True)
        if ours:
            cursor.executemany(_KEEP, [_values(work, held[work.track.dossier][1], at) for work in ours])


_KEEP = """
    UPDATE exchange_track t SET
        known = %(known)s, evidence = %(evidence)s,
        recorded_seq = CASE WHEN t.record_digest = 'again' THEN 0 ELSE %(recorded)s END,
        record_digest = CASE WHEN t.record_digest = 'again' THEN '' ELSE %(digest)s END,
        in_doubt = %(doubt)s, tries = %(tries)s, trouble = %(trouble)s, error_code = %(code)s,
        blocked = %(blocked)s AND t.want_seq = %(want)s, -- an entry that came meanwhile may have mended it
        errors = %(errors)s::jsonb, next_try_at = coalesce(%(next)s, t.next_try_at), leased_until = NULL,
        troubled_at = CASE WHEN %(trouble)s = '' THEN NULL ELSE coalesce(t.troubled_at, %(at)s) END,
        delivered_at = CASE WHEN %(moved)s THEN %(at)s ELSE t.delivered_at END,
        lines_waiting = w.n, lines_told = w.told,
        todo = w.n > 0 OR t.want_seq > %(recorded)s OR t.record_digest = 'again'
      FROM (SELECT count(*) FILTER (WHERE sent_at IS NULL) AS n,
                   count(*) FILTER (WHERE sent_at IS NOT NULL AND NOT first) AS told
              FROM exchange_line WHERE dossier = %(id)s) AS w
     WHERE t.dossier = %(id)s
"""


def _values(work: Work, tries: int, at: datetime) -> dict[str, str | int | bool | datetime | UUID | None]:
    waits = work.trouble == "retry" or work.start_over
    tries = tries + 1 if work.trouble or work.start_over else 0
    pause = work.again_in if work.again_in is not None else (pause_after(tries) if waits else 0.0)
    if work.start_over and tries <= 1:
        pause = 0.0
    return {
        "id": work.track.dossier,
        "known": work.known and not work.start_over,
        "recorded": 0 if work.start_over else work.recorded_seq,
        "evidence": "" if work.start_over else work.evidence,
        "digest": "" if work.start_over else work.record_digest,
        "want": work.track.want_seq,
        "doubt": work.in_doubt,
        "tries": tries,
        "trouble": work.trouble,
        "blocked": work.trouble in ("data", "mapping", "clash"),
        "code": work.error_code[:20],
        "errors": _json(work.errors),
        "next": at + timedelta(seconds=pause) if pause else None,
        "at": at,
        "moved": bool(work.sent) or work.recorded_seq != work.track.recorded_seq,
    }


def _json(errors: list[dict[str, str]]) -> str:
    return json.dumps(errors, ensure_ascii=False)
