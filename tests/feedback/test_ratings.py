"""One tap: once per dossier, after its result, by link or kiosk, never by staff; crowds are seen."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from motcua.base.data import Actor, ActorKind
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.feedback import api
from motcua.feedback.api import Mark, RatingView, Way
from motcua.feedback.models import Rating
from motcua.ledger.api import Subject, entries
from tests.desk.factories import sign_in
from tests.dossiers.factories import MORNING, World, receive, resolve

pytestmark = pytest.mark.django_db

LATER = MORNING.replace(hour=16)
ANYBODY = Actor(kind=ActorKind.ANONYMOUS, ref="portal")


def done(world: World) -> object:
    filed = receive(world)
    resolve(world, filed.dossier_id, at=MORNING.replace(hour=10))
    return filed.dossier_id


def rate(
    dossier_id: object, by: Actor = ANYBODY, place: str = "10.0.0.1", mark: Mark = Mark.GOOD
) -> RatingView:
    return api.rate(
        by=by,
        at=LATER,
        dossier_id=dossier_id,
        mark=mark,
        way=Way.LINK,
        place=place,  # type: ignore[arg-type]
    )


def test_once_and_written_down(world: World) -> None:
    one = done(world)
    assert rate(one).mark is Mark.GOOD
    with pytest.raises(api.RatedBefore):
        rate(one, mark=Mark.BAD)
    (entry,) = entries(Subject(kind="rating", id=str(one)))
    assert entry.kind == "dossier.rated"
    assert "10.0.0.1" not in str(Rating.objects.values())  # the place is kept as a hash only


def test_never_by_staff_never_early_never_without_a_dossier(world: World) -> None:
    waiting = receive(world).dossier_id
    with pytest.raises(api.NoResultYet):
        rate(waiting)
    with pytest.raises(api.NoSuchDossier):
        rate(uuid4())
    for kind in (ActorKind.OFFICER, ActorKind.SYSTEM, ActorKind.GATEWAY):
        with pytest.raises(api.StaffDoNotRate):
            rate(done(world), by=Actor(kind=kind, ref="x"))
    assert not Rating.objects.exists()


def test_the_database_itself_refuses_a_second_rating(world: World) -> None:
    one = done(world)
    rate(one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(
            dossier_id=one, agency_key="x", mark="good", way="link", at=LATER, place_hash="x"
        )


def test_a_failed_ledger_insert_rolls_the_rating_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the ledger is away")

    one = done(world)
    monkeypatch.setattr("motcua.feedback.actions.ratings.append", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        rate(one)
    assert not Rating.objects.exists()


def test_bad_marks_and_crowds_are_seen(world: World) -> None:
    some = [done(world) for _ in range(3)]
    for one in some:
        rate(one, place="kho", mark=Mark.BAD)
    assert api.complained(some) == set(some)  # type: ignore[arg-type]
    assert api.crowded(some, most=2) == set(some)  # type: ignore[arg-type]
    assert api.crowded(some, most=3) == set()  # type: ignore[arg-type]


def test_the_page_by_link_and_at_the_kiosk(world: World, client: Client) -> None:
    client.cookies[TIME_COOKIE] = sign_time(LATER)
    one = done(world)
    link = f"/rate/{api.rating_token(one)}"  # type: ignore[arg-type]
    assert client.get(link).content.decode().count('name="mark"') == 3
    assert client.post(link, {"mark": "wonderful"}).status_code == 422
    assert "Cảm ơn" in client.post(f"{link}?way=kiosk", {"mark": "good"}).content.decode()
    assert "Cảm ơn" in client.post(link, {"mark": "bad"}).content.decode()  # said again, counted once
    assert Rating.objects.get().way == "kiosk"
    assert client.get("/rate/forged").status_code == 404


def test_an_officers_browser_cannot_rate(world: World, client: Client) -> None:
    one = done(world)
    sign_in(client, world.reception, at=LATER)
    answer = client.post(f"/rate/{api.rating_token(one)}", {"mark": "good"})  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert not Rating.objects.exists()
