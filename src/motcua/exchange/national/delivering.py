"""Carries claimed dossiers to the portal: the record, each state in order, then the record as it stands now."""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from motcua.dossiers.api import OutsideFacts
from motcua.dossiers.data import State
from motcua.exchange.models import Line
from motcua.exchange.national import client
from motcua.exchange.national.codes import Meaning, words
from motcua.exchange.national.gathering import Gathered, line_item, unit_code
from motcua.exchange.national.leasing import PORTION, Work, claim, keep
from motcua.exchange.national.record import AsOf, Item, digest_of, evidence_of, record_of, stamp
from motcua.exchange.national.status import to_portal

logger = logging.getLogger(__name__)
THREADS = 6
PORTIONS_A_RUN = 60
POSTPONED = 0.5  # seconds: the consumer is about to bring the rest of this dossier's entries


def deliver(*, at: datetime, threads: int = THREADS) -> int:
    """Send what waits; several portions at once when there is more than one. Returns how many dossiers were moved."""
    began = time.monotonic()

    def now() -> datetime:
        return at + timedelta(seconds=time.monotonic() - began)

    works = claim(at=now())
    if not works:
        return 0
    moved = _portion(works, now())
    if len(works) < PORTION or moved == 0:
        return moved

    def turn(_number: int) -> int:
        try:
            done = 0
            for _ in range(PORTIONS_A_RUN // threads):
                more = claim(at=now())
                if not more:
                    break
                done += _portion(more, now())
            return done
        finally:
            connection.close()

    with ThreadPoolExecutor(threads, thread_name_prefix="national") as pool:
        return moved + sum(pool.map(turn, range(threads)))


def _portion(works: Sequence[Work], at: datetime) -> int:
    """One claimed portion from beginning to end; returns how many of it got further."""
    delivery = Delivery(works, at)
    delivery.run()
    keep(works, at=at + timedelta(seconds=delivery.spent))
    return sum(
        bool(work.sent) or work.recorded_seq != work.track.recorded_seq or bool(work.trouble)
        for work in works
    )


class Delivery:
    """The way of one portion of dossiers. After a call without an answer the rest of the portion waits."""

    def __init__(self, works: Sequence[Work], at: datetime) -> None:
        self.works = list(works)
        self._at = at
        self._began = time.monotonic()
        self._broken: client.PortalFailed | None = None
        self.gathered = Gathered(works)

    @property
    def spent(self) -> float:
        """Seconds since the portion was begun."""
        return time.monotonic() - self._began

    @property
    def at(self) -> datetime:
        """The present moment, from the moment of the run."""
        return self._at + timedelta(seconds=self.spent)

    def run(self) -> None:
        """Everything that can be told now, in each dossier's order."""
        for work in self.works:
            if work.track.dossier not in self.gathered.facts:
                self._refuse(work, "gone", ())
        self._check_doubtful()
        self._add()
        self._tell_lines()
        self._record()
        for work in self.works:
            self._conclude(work)

    # --- what may have arrived before -----------------------------------------------------------------------

    def _check_doubtful(self) -> None:
        for work in self._live():
            if work.in_doubt and work.known and work.lines and self._may_call():
                self._look(work)

    def _look(self, work: Work, *, compare: bool = False) -> None:
        """Ask what the portal holds, and take over the lines that it has already."""
        try:
            held = client.look_up(work.track.code, self._unit(work), at=self.at)
        except client.PortalFailed as error:
            self._fail([work], error)
            return
        if held is None:
            self._refuse(work, "2", ())
            return
        facts = self.gathered.facts[work.track.dossier]
        if compare and not same_dossier(held, facts):
            self._refuse(work, "other_dossier", ())
            return
        work.known = True
        if compare:
            self._first_is_told(work)
        for line in told_already(held, work.lines, earlier=self._earlier(work)):
            self._told(work, line)
        work.in_doubt = False

    def _earlier(self, work: Work) -> list[Line]:
        if not work.lines:
            return []
        return list(
            Line.objects.filter(
                dossier=work.track.dossier, seq__lt=work.lines[0].seq, first=False, sent_at__isnull=False
            )
        )

    # --- the record, for the first time ---------------------------------------------------------------------

    def _add(self) -> None:
        by_unit: dict[str, list[tuple[Work, Item]]] = defaultdict(list)
        for work in self._live():
            if work.known:
                continue
            unit, item = self._unit(work), self._first_record(work)
            if not unit:
                self._refuse(work, "-3", ({"field": "madonvi", "code": "-3"},))
            elif item is not None:
                by_unit[unit].append((work, item))
        for unit, pairs in by_unit.items():
            for some in _parts(pairs, client.MOST_RECORDS):
                self._send("dossier/add", unit, some, self._added)

    def _first_record(self, work: Work) -> Item | None:
        first = next((line for line in work.lines if line.first), None)
        if first is None:
            raise RuntimeError(f"{work.track.code}: unknown to the portal, yet its first line was told")
        then = AsOf(state=State(first.state), at=first.at, due_at=first.due_at)
        return self._built(work, then)

    def _built(self, work: Work, then: AsOf) -> Item | None:
        facts = self.gathered.facts[work.track.dossier]
        around = self.gathered.around[work.track.dossier]
        if not around.field_code:
            self._refuse(work, "no_field", ({"field": "MaLinhVuc", "code": "4"},))
            return None
        return record_of(facts, around, then)

    def _added(self, work: Work, item: Item, answer: client.ItemAnswer) -> None:
        meaning = words(answer.code).meaning
        if meaning is Meaning.OK:
            work.known, work.in_doubt = True, False
            self._first_is_told(work)
            first = next((line for line in work.sent if line.first), None)
            if first is not None and first.seq == work.track.want_seq:
                work.recorded_seq, work.evidence = first.seq, evidence_of(item)
                work.record_digest = digest_of(item)
        elif meaning is Meaning.THERE:
            self._look(work, compare=True)
        else:
            self._refuse(work, answer.code, answer.errors)

    def _first_is_told(self, work: Work) -> None:
        for line in list(work.lines):
            if line.first:
                self._told(work, line)

    # --- each state, in order -------------------------------------------------------------------------------

    def _tell_lines(self) -> None:
        while True:
            ready = [(work, work.lines[0]) for work in self._live() if work.known and work.lines]
            if not ready or not self._may_call():
                return
            by_unit: dict[str, list[tuple[Work, Item]]] = defaultdict(list)
            for work, line in ready:
                by_unit[self._unit(work)].append(
                    (work, line_item(work.track.code, line, self.gathered.names))
                )
            for unit, pairs in _together(by_unit, client.MOST_LINES):
                self._send("dossier/progress", unit, pairs, self._line_told)

    def _line_told(self, work: Work, _item: Item, answer: client.ItemAnswer) -> None:
        if words(answer.code).meaning is Meaning.OK:
            self._told(work, work.lines[0])
        else:
            self._refuse(work, answer.code, answer.errors)

    @staticmethod
    def _told(work: Work, line: Line) -> None:
        work.lines.remove(line)
        work.sent.append(line)

    # --- the record as it stands ----------------------------------------------------------------------------

    def _record(self) -> None:
        by_unit: dict[str, list[tuple[Work, Item]]] = defaultdict(list)
        for work in self._live():
            if not work.known or work.lines or work.recorded_seq >= work.track.want_seq:
                continue
            facts = self.gathered.facts[work.track.dossier]
            if facts.seq != work.track.want_seq:
                work.again_in = POSTPONED
                continue
            item = self._built(work, AsOf(state=facts.state, at=self._far(facts), due_at=facts.promised_due))
            if work.goes_on and item is None:  # told by lines; the portal takes a record once it is accepted
                work.recorded_seq = facts.seq
            elif item is not None and work.recorded_seq and digest_of(item) == work.record_digest:
                work.recorded_seq = (
                    facts.seq
                )  # an entry that the record does not show: the portal has it as it is
            elif item is not None:
                by_unit[self._unit(work)].append((work, item))
        for unit, pairs in by_unit.items():
            for some in _parts(pairs, client.MOST_RECORDS):
                self._send("dossier/update", unit, some, self._recorded)

    def _far(self, facts: OutsideFacts) -> datetime:
        """Now, or later when an entry is dated ahead of this clock (the demo pretends days)."""
        times = [t for t in (facts.accepted_at, facts.ended_at, facts.returned_at, facts.submitted_at) if t]
        times += [one.provided_at for one in facts.papers] + [one.asked_at for one in facts.supplements]
        return max([self.at, *times])

    def _recorded(self, work: Work, item: Item, answer: client.ItemAnswer) -> None:
        if words(answer.code).meaning is Meaning.OK:
            work.recorded_seq, work.evidence = work.track.want_seq, evidence_of(item)
            work.record_digest = digest_of(item)
        else:
            self._refuse(work, answer.code, answer.errors)

    # --- calls and their failures ---------------------------------------------------------------------------

    def _send(self, path: str, unit: str, pairs: Sequence[tuple[Work, Item]], then: Any) -> None:
        if not self._may_call():
            return
        try:
            until = time.monotonic() + self._room()
            answers = client.send_items(path, unit, [item for _, item in pairs], at=self.at, until=until)
        except client.PortalFailed as error:
            self._fail([work for work, _ in pairs], error)
            return
        for (work, item), answer in zip(pairs, answers, strict=True):
            then(work, item, answer)

    def _may_call(self) -> bool:
        """False once the portal failed, or when the lease could run out before an answer comes."""
        return self._broken is None and self._room() > 0

    def _room(self) -> float:
        """Seconds left in which a call may begin: a record that left later could undo another's newer one."""
        until = min((work.leased_until for work in self.works), default=self.at)
        return (until - self.at).total_seconds() - client.TIMEOUT - 1.0

    def _fail(self, works: Iterable[Work], error: client.PortalFailed) -> None:
        self._broken = error
        for work in works:
            work.trouble, work.error_code = "retry", error.code
            work.in_doubt = bool(work.lines) and (work.in_doubt or error.in_doubt)
            work.record_digest = ""  # what the portal has now is not known

    def _refuse(self, work: Work, code: str, errors: Sequence[Mapping[str, str]]) -> None:
        meaning = words(code).meaning
        work.error_code, work.errors = code, [dict(one) for one in errors]
        if meaning is Meaning.MISSING:
            work.start_over = True
        elif meaning in (Meaning.DATA, Meaning.MAPPING, Meaning.CLASH):
            work.trouble = meaning.value
        else:
            work.trouble = "retry"

    def _conclude(self, work: Work) -> None:
        """What was not reached keeps its turn; a doubt that nobody looked into stays."""
        unfinished = work.lines or not work.known or work.recorded_seq < work.track.want_seq
        if self._broken is not None and work.goes_on and unfinished:
            work.again_in = 1.0

    def _live(self) -> list[Work]:
        return [work for work in self.works if work.goes_on]

    def _unit(self, work: Work) -> str:
        return unit_code(work.track.agency, work.track.day)


def _parts(pairs: Sequence[tuple[Work, Item]], size: int) -> list[Sequence[tuple[Work, Item]]]:
    return [pairs[start : start + size] for start in range(0, len(pairs), size)]


def _together(
    by_unit: Mapping[str, Sequence[tuple[Work, Item]]], size: int
) -> list[tuple[str, Sequence[tuple[Work, Item]]]]:
    """Lines of many units in few calls: the province speaks for all of its units."""
    province = {unit.split(".")[0] for unit in by_unit}
    found: list[tuple[str, Sequence[tuple[Work, Item]]]] = []
    for head in sorted(province):
        pairs = [pair for unit, some in by_unit.items() if unit.split(".")[0] == head for pair in some]
        found += [(head, part) for part in _parts(pairs, size)]
    return found


def same_dossier(held: Mapping[str, Any], facts: OutsideFacts) -> bool:
    """Is what the portal holds under our code our dossier? Compared by procedure and moment of filing."""
    filed = str(held.get("NgayNopHoSo") or "")
    return str(held.get("MaTTHC") or "").startswith(facts.procedure_code) and filed in (
        "",
        stamp(facts.submitted_at),
    )


def told_already(held: Mapping[str, Any], waiting: Sequence[Line], *, earlier: Sequence[Line]) -> list[Line]:
    """Which of the waiting lines the portal has; from the first on, without a gap.

    Lines are alike when moment and state are; alike ones are counted, those told earlier first.
    """
    rows = held.get("TienTrinh")
    has = Counter(
        (str(one.get("ThoiDiemXuLy")), str(one.get("TrangThai")))
        for one in (rows if isinstance(rows, list) else [])
        if isinstance(one, dict)
    )
    for line in earlier:
        has[_likeness(line)] -= 1
    found = []
    for line in waiting:
        if has[_likeness(line)] <= 0:
            break
        has[_likeness(line)] -= 1
        found.append(line)
    return found


def _likeness(line: Line) -> tuple[str, str]:
    return str(stamp(line.at)), to_portal(State(line.state))
