"""Turns ledger entries and coming due times into messages, each once for its cause, its person and its channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Json
from motcua.deadlines import api as deadlines
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Party
from motcua.dossiers.data.telling import Concerned
from motcua.ledger.api import EntryView
from motcua.notices.data import ChannelId, Choice, Facts, MessageState, Occasion, RecipientKind
from motcua.notices.models import DayDone, Message
from motcua.notices.queries import choices_of, texts_in_force
from motcua.notices.rules import timing
from motcua.notices.rules.occasions import (
    CITIZEN_CHANNELS,
    NEWS,
    OFFICER_CHANNELS,
    SUBJECT,
    as_json,
    facts_of,
)
from motcua.notices.rules.texts import pick, quiet_hours, urgent
from motcua.staff import api as staff
from motcua.staff.data import Role
from motcua.units import api as units

REMIND_AT = time(7, 15)
LOOK_AHEAD = timedelta(days=16)  # the longest run of days off, Tết, with its neighbours
LEADS = (Role.REVIEWER, Role.LEADER)  # the head of the division; where there is none, the agency's leader
AT_RETURN = frozenset({Occasion.RESULT_READY})
AT_HANDLER = frozenset({Occasion.APOLOGY, Occasion.STOPPED})


@dataclass(frozen=True, kw_only=True)
class _To:
    """A recipient, how they want to be told, and by which channels they can be told at all."""

    kind: RecipientKind
    ref: str
    choice: Choice
    channels: tuple[ChannelId, ...]


def plan_entries(batch: Sequence[EntryView], *, at: datetime) -> None:
    """The handler of the ledger's consumer: messages for what is news. Call inside its transaction.

    An entry whose payload was erased says nothing any more: nobody is told. News older than two days goes to the
    inbox only: a phone that rings for it would only worry.
    """
    news = [e for e in batch if e.kind in NEWS and e.subject.kind == SUBJECT and e.payload is not None]
    if not news:
        return
    known = dossiers.concerned({UUID(e.subject.id) for e in news})
    choices = choices_of(
        {party.person_id for one in known.values() for party in _parties(one) if party.person_id}
    )
    rows: list[Message] = []
    for entry in news:
        one = known.get(UUID(entry.subject.id))
        if one is None or entry.payload is None:
            continue
        occasion = NEWS[entry.kind]
        rows += _messages(
            occasion,
            cause=f"entry:{entry.id}",
            order=entry.position or entry.id,
            dossier_id=one.dossier_id,
            facts=facts_of(entry.payload, procedure=one.procedure_name, agency=_agency(occasion, one)),
            to=_recipients(one, choices),
            at=at,
            inbox_only=at - entry.at > timing.FRESH_FOR,
        )
    keep(rows)


def _messages(
    occasion: Occasion,
    *,
    cause: str,
    order: int,
    dossier_id: UUID,
    facts: Facts,
    to: Iterable[_To],
    at: datetime,
    inbox_only: bool = False,
) -> list[Message]:
    texts, today = texts_in_force(at), at.astimezone(VN).date()
    made = []
    for one in to:
        for channel in one.channels:
            if inbox_only and channel is not ChannelId.INBOX:
                continue
            text = pick(texts, occasion=occasion, channel=channel, language=one.choice.language, on=today)
            if text is None:
                continue
            made.append(
                Message(
                    cause=cause,
                    occasion=occasion,
                    recipient_kind=one.kind,
                    recipient=one.ref,
                    dossier_id=dossier_id,
                    channel=channel,
                    language=text.language,
                    facts=as_json(facts),
                    order=order,
                    made_at=at,
                    not_before=timing.may_leave(
                        at, channel=channel, urgent=occasion in urgent(), hours=quiet_hours()
                    ),
                )
            )
    return made


def keep(rows: Sequence[Message]) -> int:
    """Store messages that are not there yet; what they overtake need not leave any more. Returns how many are new."""
    if not rows:
        return 0
    before = set(
        Message.objects.filter(cause__in={row.cause for row in rows}).values_list(
            "cause", "recipient_kind", "recipient", "channel"
        )
    )
    fresh = {(r.cause, r.recipient_kind, r.recipient, r.channel): r for r in rows}
    new = [row for key, row in fresh.items() if tuple(map(str, key)) not in before]
    Message.objects.bulk_create(new, ignore_conflicts=True)
    _supersede(new)
    return len(new)


def _supersede(rows: Sequence[Message]) -> None:
    """A message that still waits is pointless once a later one about the same dossier waits behind it.

    What is just being handed over is left alone; the later one leaves after it. The inbox keeps everything.
    """
    latest: dict[tuple[str, str, UUID], int] = {}
    for row in rows:
        if row.channel != ChannelId.INBOX and row.dossier_id is not None:
            thread = (row.recipient, str(row.channel), row.dossier_id)
            latest[thread] = max(latest.get(thread, 0), row.order)
    if not latest:
        return
    waiting = (
        Message.objects.select_for_update(skip_locked=True)
        .filter(state=MessageState.QUEUED, dossier_id__in={thread[2] for thread in latest})
        .exclude(channel=ChannelId.INBOX)
    )
    old = [
        row.id
        for row in waiting
        if row.dossier_id and row.order < latest.get((row.recipient, row.channel, row.dossier_id), 0)
    ]
    if old:
        Message.objects.filter(id__in=old).update(state=MessageState.SUPERSEDED, facts={})


def _parties(one: Concerned) -> list[Party]:
    return [one.applicant] if one.submitter is None else [one.submitter, one.applicant]


def _recipients(one: Concerned, choices: Mapping[UUID, Choice]) -> list[_To]:
    """Who filed and who it is for, each once; somebody whom the base does not know is told where they wrote."""
    found: dict[tuple[RecipientKind, str], _To] = {}
    names = ("applicant",) if one.submitter is None else ("submitter", "applicant")
    for name, party in zip(names, _parties(one), strict=True):
        if party.person_id is not None:
            choice = choices.get(party.person_id, Choice())
            wanted = {ChannelId.INBOX: True, ChannelId.MAIL: choice.mail, ChannelId.SMS: choice.sms}
            channels = tuple(channel for channel in CITIZEN_CHANNELS if wanted[channel])
            to = _To(kind=RecipientKind.PERSON, ref=str(party.person_id), choice=choice, channels=channels)
        else:
            reach = {ChannelId.MAIL: party.email, ChannelId.SMS: party.phone}
            channels = tuple(channel for channel, address in reach.items() if address)
            to = _To(
                kind=RecipientKind.PARTY,
                ref=f"{one.dossier_id}:{name}",
                choice=Choice(),
                channels=channels,
            )
        found.setdefault((to.kind, to.ref), to)
    return list(found.values())


def _agency(occasion: Occasion, one: Concerned) -> str:
    if occasion in AT_RETURN:
        key = one.return_agency
    else:
        key = one.handling_agency if occasion in AT_HANDLER else one.desk_agency
    try:
        return units.agency(key).name
    except units.UnknownAgency:
        return key


def remind(*, at: datetime) -> int:
    """Once a day: tell officers and their leads what is due on the next working day. Returns how many messages.

    "The next working day" is by the calendar of the agency that decides; on its days off nobody is reminded.
    """
    with transaction.atomic():
        row, _made = DayDone.objects.get_or_create(name="remind", defaults={"day": date.min})
        row = DayDone.objects.select_for_update().get(name="remind")
        today = at.astimezone(VN).date()
        if row.day >= today:
            return 0
        row.day = today
        row.save(update_fields=["day"])
        start = datetime.combine(today + timedelta(days=1), time.min, VN)
        messages: list[Message] = []
        tomorrow: dict[str, date | None] = {}
        leads: dict[str, list[str]] = {}
        for one in dossiers.due_between(start, start + LOOK_AHEAD):
            key = one.handling_agency
            if key not in tomorrow:
                tomorrow[key] = _next_working_day(key, today, at)
            if one.due_at is None or one.due_at.astimezone(VN).date() != tomorrow[key]:
                continue
            if key not in leads:
                leads[key] = _leads(key, today)
            messages += _reminder(one, leads[key], at=at)
        return keep(messages)


def _next_working_day(agency: str, today: date, at: datetime) -> date | None:
    calendar = deadlines.calendar_for(agency, known_at=at)
    if not calendar.is_working(today):
        return None
    return deadlines.add_working_days(today, 1, calendar)


def _leads(agency: str, today: date) -> list[str]:
    for role in LEADS:
        found = [str(held.account_id) for held in staff.officers(agency, role, on=today)]
        if found:
            return sorted(set(found))
    return []


def _reminder(one: Concerned, leads: Sequence[str], *, at: datetime) -> list[Message]:
    assert one.due_at is not None
    payload: dict[str, Json] = {"code": one.code, "due_at": one.due_at.isoformat()}
    told = dict.fromkeys([one.assignee, *leads] if one.assignee else leads)
    return _messages(
        Occasion.DUE_NEXT_DAY,
        cause=f"due:{one.dossier_id}:{one.due_at.astimezone(VN):%Y-%m-%dT%H:%M}",
        order=int(at.timestamp()),
        dossier_id=one.dossier_id,
        facts=facts_of(payload, procedure=one.procedure_name, agency=_agency(Occasion.STOPPED, one)),
        to=[
            _To(kind=RecipientKind.OFFICER, ref=ref, choice=Choice(), channels=OFFICER_CHANNELS)
            for ref in told
        ],
        at=at,
    )
