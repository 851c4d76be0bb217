"""A visit at the counter: what has been said and typed so far, kept in the officer's session until it is received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest

from motcua.desk.uploads import HeldFile
from motcua.dossiers.data import Channel, Party

_KEY = "visits"
_DONE = "visits_received"
_RECENT = "recent_procedures"
MOST_VISITS = 12


@dataclass(frozen=True, kw_only=True)
class Given:
    """How a required paper was provided: none, paper, shown, registry, wallet:<id>; and the files of it."""

    how: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who came, for what, what was filled in, which papers; `id` is also the key that makes receiving idempotent."""

    id: UUID
    who: Party
    channel: Channel = Channel.DIRECT
    note: str = ""
    code: str = ""
    version: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    papers: Mapping[str, Given] = field(default_factory=dict)
    files: Mapping[str, HeldFile] = field(default_factory=dict)
    place: str = ""
    return_by: str = "counter"
    quantity: str = "1"
    pay: str = ""

    def but(self, **changes: Any) -> Visit:
        """The visit with something changed."""
        return replace(self, **changes)

    def as_json(self) -> dict[str, Any]:
        """Plain values for the session."""
        return {
            "id": str(self.id),
            "who": self.who.as_json(),
            "channel": self.channel.value,
            "note": self.note,
            "code": self.code,
            "version": self.version,
            "answers": dict(self.answers),
            "known": {key: list(value) for key, value in self.known.items()},
            "papers": {code: [one.how, list(one.files)] for code, one in self.papers.items()},
            "files": {key: [one.name, one.kind, one.size] for key, one in self.files.items()},
            "place": self.place,
            "return_by": self.return_by,
            "quantity": self.quantity,
            "pay": self.pay,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Visit:
        """Read what `as_json` wrote."""
        return cls(
            id=UUID(raw["id"]),
            who=Party.from_json(raw["who"]),
            channel=Channel(raw["channel"]),
            note=raw["note"],
            code=raw["code"],
            version=raw["version"],
            answers=raw["answers"],
            known={key: (value[0], value[1]) for key, value in raw["known"].items()},
            papers={code: Given(how=how, files=tuple(files)) for code, (how, files) in raw["papers"].items()},
            files={key: HeldFile(name=n, kind=k, size=s) for key, (n, k, s) in raw["files"].items()},
            place=raw["place"],
            return_by=raw["return_by"],
            quantity=raw["quantity"],
            pay=raw["pay"],
        )


def begin(request: HttpRequest, who: Party, *, channel: Channel, note: str = "") -> Visit:
    """A new visit; the oldest unfinished one goes when there are too many."""
    visit = Visit(id=uuid4(), who=who, channel=channel, note=note)
    keep(request, visit)
    return visit


def keep(request: HttpRequest, visit: Visit) -> Visit:
    """Write the visit into the session."""
    held = dict(request.session.get(_KEY, {}))
    held.pop(str(visit.id), None)
    held[str(visit.id)] = visit.as_json()
    request.session[_KEY] = dict(list(held.items())[-MOST_VISITS:])
    return visit


def find(request: HttpRequest, visit_id: UUID) -> Visit | None:
    """The unfinished visit of this session."""
    raw = request.session.get(_KEY, {}).get(str(visit_id))
    return Visit.from_json(raw) if raw else None


def unfinished(request: HttpRequest) -> list[Visit]:
    """Visits begun and not received, newest first."""
    return [Visit.from_json(raw) for raw in reversed(request.session.get(_KEY, {}).values())]


def finish(request: HttpRequest, visit: Visit, dossier_id: UUID) -> None:
    """The visit became this dossier."""
    held = dict(request.session.get(_KEY, {}))
    held.pop(str(visit.id), None)
    request.session[_KEY] = held
    done = {**request.session.get(_DONE, {}), str(visit.id): str(dossier_id)}
    request.session[_DONE] = dict(list(done.items())[-MOST_VISITS:])
    recent = [visit.code, *(code for code in request.session.get(_RECENT, []) if code != visit.code)]
    request.session[_RECENT] = recent[:6]


def received(request: HttpRequest, visit_id: UUID) -> UUID | None:
    """The dossier that a finished visit became: where a second click goes."""
    found = request.session.get(_DONE, {}).get(str(visit_id))
    return UUID(found) if found else None


def recent_codes(request: HttpRequest) -> list[str]:
    """Codes of the procedures this officer received last."""
    return list(request.session.get(_RECENT, []))
