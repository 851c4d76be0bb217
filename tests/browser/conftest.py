"""A real Chromium on the running site, with axe, at phone and desktop width, in the light and in the dark."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from motcua.config.middleware import TIME_COOKIE, sign_time
from tests.portal import factories
from tests.portal.conftest import World, world

__all__ = ["World", "world"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = {"phone": (390, 844), "wide": (1280, 900)}
AXE = Axe().axe_script
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a Chromium these tests are left out, and it is said aloud; `.ci/run` installs one."""
    if CHROMIUM is not None:
        return
    here = Path(__file__).parent
    mine = [item for item in items if item.path.is_relative_to(here)]
    for item in mine:
        items.remove(item)
    if mine:
        config.hook.pytest_deselected(items=mine)
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(
                f"LEFT OUT: {len(mine)} browser tests, for no Chromium is installed", red=True
            )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file.

    Playwright keeps an event loop running in the thread of the tests until it is stopped; a longer life would
    hand that loop to every later test of the process, whose own `asyncio.run` is then refused.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, live_server: Any, settings: Any) -> Iterator[Open]:
    """Opens an address of the site in a fresh window of a given width and scheme."""
    settings.MOTCUA_PUBLIC_URL = live_server.url
    contexts = []

    def go(
        path: str,
        *,
        width: str = "wide",
        scheme: str = "light",
        cookies: dict[str, str] | None = None,
        javascript: bool = True,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": WIDTHS[width][0], "height": WIDTHS[width][1]},
            color_scheme=scheme,  # type: ignore[arg-type] # "light" or "dark"
            reduced_motion="reduce",
            bypass_csp=True,  # axe is put into the page
            java_script_enabled=javascript,
            locale="vi-VN",
        )
        contexts.append(context)
        for name, value in (cookies or {}).items():
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def march_cookies(client: Any, world: World) -> dict[str, str]:
    """Cookies of the mother, signed in on 14 March 2025."""
    factories.sign_in(client, world.mother, "Nguyễn Thị Hoa")
    return {
        "sessionid": client.cookies["sessionid"].value,
        TIME_COOKIE: f'"{sign_time(factories.MARCH)}"',
    }


def check_page(page: Page) -> None:
    """No axe violation, no sideways scrolling, every target large enough for a thumb."""
    if not page.evaluate("'axe' in window"):  # once a document: reading it takes longer than it works
        page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
    told = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]
    assert not told, told
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .button, main input:not([type=hidden]), select, nav a')]
          .filter(node => node.checkVisibility() && !node.closest('.choice') && !node.closest('.reader')
                  && !node.classList.contains('reader') && !node.matches('.quick [type=file]')
                  && node.getBoundingClientRect().height < 43.5)
          .map(node => node.outerHTML.slice(0, 80))"""
    )
    assert not small, small


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page when a folder for them is named."""
    folder = os.environ.get("MOTCUA_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
