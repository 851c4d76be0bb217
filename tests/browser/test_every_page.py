"""Every page of the system in Chromium: what the matrix of roles asks for, on a phone in the light and at a desk
in the dark, without a violation that axe finds.

The pages are made by the test client inside the province's transaction and handed to the browser as they are,
with the real styles and scripts; a page is opened by the first reader to whom it opens.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from motcua.documents.data import SIGNERS
from tests.browser.conftest import WIDTHS, check_page, picture
from tests.dossiers.factories import COPIES, RubberStamp
from tests.matrix.examples import EXAMPLES, Ask
from tests.matrix.making import build
from tests.matrix.test_matrix import READERS, cabinet, province
from tests.matrix.world import Province

__all__ = ["cabinet", "province"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SITE = "http://motcua.test"
MOST = 3  # pages of one address: they differ in words, hardly in build
PAGES_AT_LEAST = 60
# pages that are no screens of ours, or a screen that is looked at elsewhere
NOT_SCREENS = {"gateway:openapi-json", "gateway:api-root"}


class Shelf:
    """Pages by path as one reader gets them; assets come from the site itself."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self._pages = pages
        self._client = Client()
        self._assets: dict[str, tuple[int, bytes, str]] = {}

    def serve(self, route: Route) -> None:
        """Answer one request of the browser."""
        parts = urlsplit(route.request.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if path in self._pages:
            route.fulfill(body=self._pages[path], content_type="text/html; charset=utf-8")
            return
        status, body, kind = self._asset(path)
        route.fulfill(status=status, body=body, content_type=kind)

    def _asset(self, path: str) -> tuple[int, bytes, str]:
        if not path.startswith("/assets/"):
            return 404, b"", "text/plain"
        if path not in self._assets:
            answer = self._client.get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            self._assets[path] = (answer.status_code, body, answer.headers["Content-Type"])
        return self._assets[path]


def html(client: Client, headers: dict[str, str], ask: Ask) -> bytes | None:
    """The page, when it opens to this reader as a page."""
    answer = client.get(ask.path, headers=headers)
    if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return None
    content: bytes = answer.content
    return content if b"<html" in content else None


def pages_of(province: Province, name: str) -> dict[str, bytes]:
    """The pages of one address, each as the first reader to whom it opens gets it."""
    found: dict[str, bytes] = {}
    browsers = [province.browser(reader) for reader in READERS if not reader.startswith("caller:")]
    for ask in EXAMPLES[name](province):
        if ask.data is not None or ask.path in found or len(found) >= MOST:
            continue
        opened = (html(client, headers, ask) for client, headers in browsers)
        first = next((page for page in opened if page is not None), None)
        if first is not None:
            found[ask.path] = first
    return found


@pytest.fixture(scope="module")
def shared_province(
    chromium: Browser, django_db_setup: None, django_db_blocker: Any, cabinet: Path
) -> Iterator[Province]:
    """The province of the matrix, made once the browser's event loop runs: from then on Django keeps another
    connection for this thread, and the world must be on that one."""
    settings.MOTCUA_FILES_DIR = cabinet
    kept, SIGNERS._plugins = SIGNERS._plugins, {"stamp": RubberStamp()}
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            yield build()
            transaction.set_rollback(True)
    finally:
        SIGNERS._plugins = kept


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, bytes]]:
    """The pages of each address that was asked already: nobody changes the province, so they stay as they are."""
    return {}


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Certified copies are on offer, so that their screen is looked at as it is used."""
    found = [(COPIES, "Chứng thực bản sao từ bản chính")]
    monkeypatch.setattr("motcua.desk.views.at_once._offered", lambda _today: found)


@pytest.fixture
def window(chromium: Browser) -> Iterator[Page]:
    """One window for the pages of an address."""
    context = chromium.new_context(
        viewport={"width": WIDTHS["phone"][0], "height": WIDTHS["phone"][1]},
        reduced_motion="reduce",
        bypass_csp=True,  # axe is put into the page
        locale="vi-VN",
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - NOT_SCREENS))
def test_every_page_in_the_light_and_in_the_dark(
    province: Province, window: Page, name: str, seen: dict[str, dict[str, bytes]]
) -> None:
    pages = seen[name] = seen.get(name) or pages_of(province, name)
    if not pages:
        return  # a download, a redirect or a form's target: `test_most_addresses_are_pages` counts the others
    shelf = Shelf(pages)
    window.route("**/*", shelf.serve)
    broken: list[Any] = []
    window.on("pageerror", lambda error: broken.append(str(error)))
    for number, path in enumerate(pages):
        for width, scheme in (("phone", "light"), ("wide", "dark")):
            window.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
            window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # "light" or "dark"
            if width == "phone":
                window.goto(SITE + path)
            picture(window, f"{name.replace(':', '-')}-{number}-{width}-{scheme}")
            check_page(window)
    assert not broken, broken


def test_most_addresses_are_pages(province: Province, seen: dict[str, dict[str, bytes]]) -> None:
    """The test above looks at what there is to look at: most addresses open to somebody as a page."""
    for name in EXAMPLES.keys() - seen.keys():
        seen[name] = pages_of(province, name)
    opened = [name for name, pages in seen.items() if pages]
    assert len(opened) >= PAGES_AT_LEAST, sorted(set(EXAMPLES) - set(opened))
