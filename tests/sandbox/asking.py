"""A plain client of the simulated portal, for its own tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from motcua_sandbox.server import Sandbox
from motcua_sandbox.services import TEST_SECRET, USER


@dataclass
class Portal:
    """Speaks for one unit."""

    sandbox: Sandbox
    unit: str = "H41.50.07"
    session: str = ""

    def __post_init__(self) -> None:
        answer = self.post("auth", username=USER, password=TEST_SECRET)
        self.session = answer["session"]

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        return dict(self.raw(path, **body).json())

    def raw(self, path: str, **body: Any) -> httpx.Response:
        whole = {"session": self.session, "madonvi": self.unit} | body
        return httpx.post(f"{self.sandbox.base_url}/national/{path}", json=whole, timeout=10)

    def get(self, path: str, **query: Any) -> httpx.Response:
        url = f"{self.sandbox.base_url}/national/{path}"
        return httpx.get(url, params=query, headers={"session": self.session}, timeout=30)

    def faults(self, *rows: dict[str, Any]) -> None:
        answer = httpx.post(f"{self.sandbox.base_url}/national/_faults", json={"faults": rows})
        assert answer.status_code == 200, answer.text

    def history(self, code: str) -> list[dict[str, Any]]:
        return list(self.get("_history", code=code).json()["messages"])
