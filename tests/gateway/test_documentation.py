"""docs/gateway.md is true: each of its curl lines is carried out, in order, as it stands there."""

from __future__ import annotations

import base64
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from motcua.base.data import SYSTEM
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.gateway import api as gateway
from motcua.gateway.rules import hooks as rules
from tests.dossiers.factories import CENTRE, MORNING, World
from tests.gateway.factories import CLIENT, OTHER, PDF, SECRET

pytestmark = pytest.mark.django_db
PAGE = (Path(__file__).parents[2] / "docs" / "gateway.md").read_text("utf-8")


def lines() -> list[str]:
    """The curl lines of the page."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("curl ")]


class Curl:
    """As much of curl as the page uses, over Django's test client. An option it does not know fails the test."""

    def __init__(self, client: Client, values: dict[str, str]) -> None:
        self.client, self.values = client, values

    def __call__(self, line: str) -> Any:
        """Carry one line out."""
        for name, value in self.values.items():
            line = line.replace(f"${name}", value)
        words = shlex.split(line)[1:]
        headers: dict[str, str] = {}
        data: list[str] = []
        parts: dict[str, Any] = {}
        url = ""
        while words:
            word = words.pop(0)
            if word == "-s":
                continue
            if word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            elif word == "-u":
                headers["Authorization"] = "Basic " + base64.b64encode(words.pop(0).encode()).decode()
            elif word == "-d":
                data.append(words.pop(0))
            elif word == "-F":
                name, _, value = words.pop(0).partition("=")
                if value.startswith("@"):
                    file_name, _, kind = value[1:].partition(";type=")
                    value_or_file: Any = SimpleUploadedFile(file_name, PDF, kind)
                else:
                    value_or_file = value
                parts[name] = value_or_file
            else:
                assert not word.startswith("-"), f"the page uses curl's {word}"
                url = word
        if parts:
            return self.client.post(url, parts, headers=headers)
        if data:
            kind = headers.pop("Content-Type", "application/x-www-form-urlencoded")
            body = "&".join(data).replace(" ", "+") if "urlencoded" in kind else data[0]
            return self.client.post(url, body, content_type=kind, headers=headers)
        return self.client.get(url, headers=headers)


def test_every_line_of_the_page_works(client: Client, world: World) -> None:
    secret = gateway.enrol(
        by=SYSTEM,
        at=MORNING,
        client_id="so-y-te",
        name="Sở Y tế",
        scopes=tuple(gateway.Scope),
        door="national_portal",
        agencies=(CENTRE,),
        xroad="VN/GOV/NA-SYT/kham-chua-benh",
    )
    client.cookies[TIME_COOKIE] = sign_time(MORNING)
    curl = Curl(client, {"BASE": "/api/v1", "SECRET": secret, "HOOK": "http://127.0.0.1:9/hook"})
    asked = lines()
    assert len(asked) >= 12
    for line in asked:
        answer = curl(line)
        wanted = 404 if line.endswith("/result") else 200
        assert answer.status_code == wanted, (line, answer.content)
        said = answer.json()
        if "/token" in line and "scope=" not in line:
            curl.values["TOKEN"] = said["access_token"]
        if line.endswith("/files"):
            curl.values["FILE"] = said["id"]


def test_the_check_that_the_page_offers_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    there: dict[str, Any] = {}
    exec(code, there)
    monkeypatch.setattr("time.time", lambda: 1000.0)
    headers = {
        "X-Motcua-Timestamp": "900",
        "X-Motcua-Signature": rules.signature("whsec_x", at=900, body=b"{}"),
    }
    assert there["is_genuine"]("whsec_x", headers, b"{}")
    assert not there["is_genuine"]("whsec_x", headers, b"{ }")
    assert not there["is_genuine"]("whsec_x", {**headers, "X-Motcua-Timestamp": "901"}, b"{}")
    monkeypatch.setattr("time.time", lambda: 2000.0)
    assert not there["is_genuine"]("whsec_x", headers, b"{}")


def test_scopes_and_events_of_the_page_are_those_there_are() -> None:
    table = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(table) == sorted(gateway.Scope)
    named = set(re.findall(r"dossier\.[a-z_]+", PAGE))
    assert named <= set(rules.EVENTS)


def test_the_list_of_systems(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    who = gateway.caller_of(gateway.token_for(client_id=CLIENT, secret=SECRET))
    assert who is not None
    gateway.rotate(by=SYSTEM, at=MORNING, client_id=CLIENT)
    gateway.shut_out(by=SYSTEM, at=MORNING, client_id=OTHER)
    gateway.subscribe(caller=who, at=MORNING, url="http://127.0.0.1:9/h", events=["dossier.accepted"])
    call_command("gateway_clients")
    out = capsys.readouterr().out
    assert f"{OTHER}: Cổng thử nghiệm (SHUT OUT)" in out
    assert "tells http://127.0.0.1:9/h (dossier.accepted)" in out
    assert "its old secret serves until" in out
