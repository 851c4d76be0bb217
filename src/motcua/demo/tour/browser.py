"""A small browser for the tour: opens pages, fills the forms they show, keeps cookies, believes a pretended time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import httpx
from django.core.signing import Signer

from motcua.demo.tour.pages import Control, Form, Page, read
from motcua.demo.tour.telling import check

TIME_COOKIE, TIME_SALT = "motcua_time", "motcua.pretended-time"
SECONDS = 60.0
File = tuple[str, bytes, str]


def time_cookie(at: datetime) -> str:
    """The signed cookie by which the demo pretends `at`."""
    return Signer(salt=TIME_SALT).sign(at.isoformat())


class Browser:
    """One person's browser. `at`: the time to pretend, or `None` for the machine's own."""

    def __init__(self, base_url: str, *, at: datetime | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self._client = httpx.Client(
            follow_redirects=True, timeout=SECONDS, headers={"Accept-Language": "vi"}, trust_env=False
        )
        self._host = urlsplit(self.base_url).hostname or "127.0.0.1"
        self.at: datetime | None = None
        if at is not None:
            self.pretend(at)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def pretend(self, at: datetime) -> None:
        """From now on this browser's requests happen at `at`."""
        self.at = at
        self._client.cookies.delete(TIME_COOKIE) if TIME_COOKIE in self._client.cookies else None
        self._client.cookies.set(TIME_COOKIE, time_cookie(at), domain=self._host)

    def get(self, address: str) -> httpx.Response:
        """The bare answer, not read as a page: for who takes the time of it."""
        return self._client.get(urljoin(self.base_url + "/", address))

    def open(self, address: str, *, expect: int = 200) -> Page:
        """Go to an address of the system, or to a whole one."""
        page = self._page(self.get(address))
        return self._expected(page, expect)

    def send(
        self,
        page: Page,
        form: Form,
        values: Mapping[str, str | Sequence[str]] | None = None,
        *,
        press: str | Control = "",
        files: Mapping[str, File] | None = None,
        expect: int | None = 200,
    ) -> Page:
        """Fill the form with `values`, press the button with those words (the first if none), and go where it leads."""
        button = _pressed(form, press)
        data = _data(form, values or {}, button)
        address = (button.form_action if button else "") or form.action or page.url
        where = urljoin(page.url, address)
        if form.method == "get":
            answer = self._client.get(where, params=data)
        elif files or any(one.kind == "file" for one in form.boxes):
            parts: list[tuple[str, File | tuple[None, str]]] = [
                (name, (None, value)) for name, values_ in data.items() for value in values_
            ]
            parts += list((files or {}).items())
            answer = self._client.post(where, files=parts)
        else:
            answer = self._client.post(where, data=data)
        found = self._page(answer)
        return found if expect is None else self._expected(found, expect)

    def _page(self, answer: httpx.Response) -> Page:
        return read(
            url=str(answer.url),
            status=answer.status_code,
            kind=answer.headers.get("content-type", ""),
            content=answer.content,
        )

    def _expected(self, page: Page, status: int) -> Page:
        check(page.status == status, f"trang {page.url} trả lời {status}", page)
        return page


def _pressed(form: Form, press: str | Control) -> Control | None:
    if isinstance(press, Control):
        return press
    if press:
        found = form.button(press)
        check(found is not None, f"nút “{press}” trên biểu mẫu", [one.label for one in form.buttons])
        return found
    return form.buttons[0] if form.buttons else None


def _data(
    form: Form, values: Mapping[str, str | Sequence[str]], button: Control | None
) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for name, value in form.filled():
        if name not in values:
            data.setdefault(name, []).append(value)
    for name, given in values.items():
        data[name] = [given] if isinstance(given, str) else list(given)
    if button is not None and button.name:
        data[button.name] = [button.value]
    return data
