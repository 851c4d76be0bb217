"""A small province in which everything personal carries a canary, and a table of who may see which of them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from enum import IntEnum
from uuid import UUID

from django.test import Client
from pypdf import PdfWriter

from motcua.base.data import Actor, ActorKind
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.demo import population
from motcua.gateway import api as gateway
from motcua.notices import api as notices
from motcua.people.api import SourcePerson
from motcua.staff import api as staff
from tests.dossiers.factories import (
    CENTRE,
    COMMITTEE,
    JUSTICE,
    MORNING,
    OFFICE,
    OTHER_CENTRE,
    OTHER_COMMITTEE,
    PROVINCE_CENTRE,
)

NOW = MORNING.replace(hour=15)
SECRET = "only-for-tests"
CALLER, OTHER_CALLER = "cong-mot", "cong-hai"


def _blank() -> bytes:
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.write(out)
    return out.getvalue()


PDF = _blank()


class See(IntEnum):
    """How much of a dossier somebody may see."""

    NOTHING = 0
    CARD = 1  # any centre and the province's leaders: that it is there, whose it is, how far
    OWN = 2  # everything but what officers write for each other
    ALL = 3


@dataclass(kw_only=True)
class Case:
    """The dossiers of one citizen at one office, and their marks by how much one must see to read them."""

    side: str
    person: SourcePerson
    person_id: UUID
    centre: str
    committee: str
    ids: dict[str, UUID] = field(default_factory=dict)
    marks: dict[str, See] = field(default_factory=dict)
    file_id: UUID | None = None
    result_id: UUID | None = None  # handed out
    waiting_id: UUID | None = None  # waits to be fetched
    result_code: str = ""
    wallet_id: UUID | None = None
    draft_id: UUID | None = None
    handover_id: UUID | None = None
    outside_code: str = ""
    payment_id: UUID | None = None  # taken at the counter
    import_id: UUID | None = None  # a register with one record, of this citizen
    cleaning_record_id: UUID | None = None
    correction_id: UUID | None = None

    @property
    def actor(self) -> Actor:
        """The citizen."""
        return Actor(kind=ActorKind.CITIZEN, ref=str(self.person_id), name=self.person.full_name)

    def word(self, what: str, see: See) -> str:
        """A word that occurs nowhere else, remembered with what it takes to read it."""
        made = f"CHIMYEN{self.side}{what}{len(self.marks):02d}"
        self.marks[made] = see
        return made


HERE_DESK = [(CENTRE, role) for role in ("reception", "desk_lead", "support")]
HERE_WORK = [(COMMITTEE, role) for role in ("solver", "reviewer", "signer", "clerk", "leader")]
THERE_DESK = [(OTHER_CENTRE, "reception"), (OTHER_CENTRE, "desk_lead")]
THERE_WORK = [(OTHER_COMMITTEE, role) for role in ("solver", "reviewer", "signer", "clerk")]
PROVINCE_DESK = [(PROVINCE_CENTRE, "reception"), (PROVINCE_CENTRE, "support")]
DEPARTMENT = [(JUSTICE, "solver"), (JUSTICE, "leader")]
PROVINCE = [(OFFICE, role) for role in ("controller", "leader", "catalogue_admin", "system_admin")]
POSTS = [*HERE_DESK, *HERE_WORK, *THERE_DESK, *THERE_WORK, *PROVINCE_DESK, *DEPARTMENT, *PROVINCE]


def allowed() -> dict[str, tuple[See, See]]:
    """Reader → what they may see of the dossiers here, and of those there. Written by hand, on purpose.

    NĐ 118/2025 Đ.14: any centre receives and returns, so it sees the card of every dossier, and no more.
    """
    table = {
        "anonymous": (See.NOTHING, See.NOTHING),
        "citizen:here": (See.OWN, See.NOTHING),
        "citizen:there": (See.NOTHING, See.OWN),
        "citizen:stranger": (See.NOTHING, See.NOTHING),
        f"caller:{CALLER}": (See.OWN, See.NOTHING),
        f"caller:{OTHER_CALLER}": (See.NOTHING, See.NOTHING),
    }
    for posts, see in (
        (HERE_DESK, (See.ALL, See.CARD)),
        (HERE_WORK, (See.ALL, See.NOTHING)),
        (THERE_DESK, (See.CARD, See.ALL)),
        (THERE_WORK, (See.NOTHING, See.ALL)),
        (PROVINCE_DESK, (See.CARD, See.CARD)),
        (DEPARTMENT, (See.NOTHING, See.NOTHING)),
        (PROVINCE[:1], (See.ALL, See.ALL)),  # controls the procedures of the whole province
        (PROVINCE[1:2], (See.CARD, See.CARD)),
        (PROVINCE[2:], (See.NOTHING, See.NOTHING)),  # administrators see no dossier at all
    ):
        table |= {f"{agency}:{role}": see for agency, role in posts}
    return table


@dataclass(kw_only=True)
class Province:
    """The whole world."""

    everybody: population.Population
    here: Case
    there: Case
    stranger: SourcePerson
    stranger_id: UUID
    officers: dict[tuple[str, str], Actor]
    version_id: UUID

    def cases(self) -> tuple[Case, Case]:
        """Both offices."""
        return self.here, self.there

    def messages(self) -> list[UUID]:
        """Messages of both citizens, each in its owner's inbox."""
        boxes = (notices.inbox(by=case.actor) for case in self.cases())
        return [item.id for box in boxes for item in box.items[:2]]

    def browser(self, reader: str) -> tuple[Client, dict[str, str]]:
        """A browser in which the reader is signed in as after every factor, and the headers it sends."""
        client = Client(raise_request_exception=False)
        client.cookies[TIME_COOKIE] = sign_time(NOW)
        kind, _, which = reader.partition(":")
        if kind == "citizen":
            case = {"here": self.here, "there": self.there}.get(which)
            person = case.person_id if case else self.stranger_id
            session = client.session
            session["citizen"] = {"id": str(person), "name": "Công dân"}
            session.save()
        elif kind == "caller":
            token = gateway.token_for(client_id=which, secret=SECRET)
            return client, {"Authorization": f"Bearer {token}"}
        elif kind != "anonymous":
            actor = self.officers[kind, which]
            (position,) = staff.positions(UUID(actor.ref), on=NOW.date())
            session = client.session
            session["officer"] = {"account": actor.ref, "position": str(position.id)}
            session.save()
        return client, {}
