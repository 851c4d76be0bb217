"""Plain clients of the simulated services, for their own tests; one connection pool, since making one costs 30 ms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from motcua_sandbox.services import TEST_SECRET, USER

HTTP = httpx.Client(timeout=10)


@dataclass
class Portal:
    """Speaks for one unit."""

    base_url: str
    unit: str = "H41.50.07"
    session: str = ""

    def __post_init__(self) -> None:
        answer = self.post("auth", username=USER, password=TEST_SECRET)
        self.session = answer["session"]

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        return dict(self.raw(path, **body).json())

    def raw(self, path: str, **body: Any) -> httpx.Response:
        whole = {"session": self.session, "madonvi": self.unit} | body
        return HTTP.post(f"{self.base_url}/national/{path}", json=whole)

    def get(self, path: str, **query: Any) -> httpx.Response:
        url = f"{self.base_url}/national/{path}"
        return HTTP.get(url, params=query, headers={"session": self.session})

    def faults(self, *rows: dict[str, Any]) -> None:
        answer = HTTP.post(f"{self.base_url}/national/_faults", json={"faults": rows})
        assert answer.status_code == 200, answer.text

    def history(self, code: str) -> list[dict[str, Any]]:
        return list(self.get("_history", code=code).json()["messages"])
