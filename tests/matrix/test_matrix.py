"""Nobody reads what the matrix of roles forbids: every address × every role, hunting for canaries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from motcua.documents.data import SIGNERS
from motcua.gateway.views import door
from tests.dossiers.factories import RubberStamp
from tests.matrix.examples import EXAMPLES, Ask, patterns
from tests.matrix.making import build
from tests.matrix.reading import count_of, household, leaks, words_of
from tests.matrix.world import Province, See, allowed

READERS = sorted(allowed())
DESK = {"reception", "desk_lead", "support"}


@pytest.fixture(scope="module")
def cabinet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the world's files lie: one place for all tests of this module."""
    return tmp_path_factory.mktemp("matrix")


@pytest.fixture(scope="module")
def shared_province(django_db_setup: None, django_db_blocker: Any, cabinet: Path) -> Iterator[Province]:
    """The world, made once; gone when the module is done."""
    settings.MOTCUA_FILES_DIR = cabinet
    kept, SIGNERS._plugins = SIGNERS._plugins, {"stamp": RubberStamp()}
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            yield build()
            transaction.set_rollback(True)
    finally:
        SIGNERS._plugins = kept


@pytest.fixture
def province(shared_province: Province, db: None, cabinet: Path, monkeypatch: pytest.MonkeyPatch) -> Province:
    """The world, as nobody has touched it."""
    monkeypatch.setattr(settings, "MOTCUA_FILES_DIR", cabinet)
    monkeypatch.setattr(SIGNERS, "_plugins", {"stamp": RubberStamp()})
    monkeypatch.setattr(door, "limits", door.Limits())
    return shared_province


def answer(client: Client, headers: dict[str, str], ask: Ask) -> tuple[int, str]:
    """(status, everything that can be read in the answer); whatever the request changed is undone."""
    savepoint = transaction.savepoint()
    try:
        if ask.data is None:
            response = client.get(ask.path, headers=headers)
        elif ask.json:
            response = client.post(
                ask.path, json.dumps(ask.data), content_type="application/json", headers=headers
            )
        else:
            response = client.post(ask.path, ask.data, headers=headers)
        content = b"".join(response.streaming_content) if response.streaming else response.content
    finally:
        transaction.savepoint_rollback(savepoint)
    said = f"{response.headers.get('Content-Disposition', '')} {response.headers.get('Location', '')}"
    return response.status_code, words_of(content, response.headers.get("Content-Type", "")) + said


def test_every_address_has_an_example() -> None:
    """Whoever adds an address says here what to ask there."""
    assert patterns() - set(EXAMPLES) == set(), "addresses without an example in tests/matrix/examples.py"
    assert set(EXAMPLES) - patterns() == set(), "examples of addresses that are gone"


@pytest.mark.parametrize("reader", READERS)
def test_nobody_reads_what_is_not_theirs(province: Province, reader: str) -> None:
    """All addresses as one reader: no mark of a dossier or a person beyond what the table allows; no crash."""
    see = allowed()[reader]
    kind, _, role = reader.partition(":")
    found: list[str] = []
    cache.clear()
    client, headers = province.browser(reader)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    for name in sorted(EXAMPLES):
        for ask in EXAMPLES[name](province):
            client.cookies = SimpleCookie(cookies)  # as before any sign-out
            status, text = answer(client, headers, ask)
            extra, known = at_reception(province, ask, role)
            may = (max(see[0], extra), max(see[1], extra))
            bad = leaks(province, text, may, sent=ask.sent, known=known | own(province, kind, role))
            found += [f"{name} {ask.path} [{status}]: {what}" for what in bad]
            if status >= 500:
                found.append(f"{name} {ask.path} [{status}]: the page broke")
    assert not found, "\n".join(found[:60])


def at_reception(province: Province, ask: Ask, role: str) -> tuple[See, frozenset[str]]:
    """What any centre's desk may see besides: who stands before it, and the finished result it hands out."""
    if role not in DESK or not (ask.for_desk or ask.for_return):
        return See.NOTHING, frozenset()
    known = frozenset().union(*(household(province, case.person) for case in province.cases()))
    return (See.OWN if ask.for_return else See.CARD), known


def own(province: Province, kind: str, role: str) -> frozenset[str]:
    """A citizen's own marks are theirs to see, and those of the household that they share."""
    if kind != "citizen":
        return frozenset()
    person = {"here": province.here.person, "there": province.there.person}.get(role, province.stranger)
    return household(province, person)


def test_readers_see_what_is_theirs(province: Province) -> None:
    """The other half: where the table allows, the canaries do appear, so that an empty page cannot pass."""
    here = province.here
    for reader, path in (
        ("citizen:here", f"/dossier/{here.ids['solve']}"),
        (f"{here.centre}:reception", f"/desk/dossiers/{here.ids['solve']}"),
        (f"{here.committee}:solver", f"/desk/dossiers/{here.ids['solve']}"),
    ):
        client, headers = province.browser(reader)
        status, text = answer(client, headers, Ask(path=path))
        assert status == 200
        assert any(mark in text for mark, see in here.marks.items() if see is See.OWN), (reader, text[:500])


@pytest.mark.parametrize(
    "reader", [one for one in READERS if one.partition(":")[0] not in {"anonymous", "citizen", "caller"}]
)
def test_counts_tell_nothing_more(province: Province, reader: str) -> None:
    """The numbers on the worklists' tabs count what the officer may see, never the whole province."""
    client, headers = province.browser(reader)
    status, text = answer(client, headers, Ask(path="/desk/"))
    assert status == 200
    numbers = [int(n) for n in re.findall(r"\((\d+)\)", text)]
    assert sum(numbers) <= count_of(province, allowed()[reader]), text[:800]


def test_reports_count_one_office(province: Province) -> None:
    """A report counts the office's own dossiers: not one cell holds more than were received there."""
    client, headers = province.browser(f"{province.there.centre}:reception")
    status, text = answer(client, headers, Ask(path="/desk/reports?by=unit"))
    assert status == 200
    cells = [int(number) for number in re.findall(r"<td[^>]*>(?:\s*<a[^>]*>)?\s*(\d+)\s*<", text)]
    assert cells, text[:800]
    assert max(cells) == len(province.there.ids), cells
