"""Another system in the tour: it hands dossiers in through the gateway, as the national portal does."""

from __future__ import annotations

from typing import Any

import httpx

from motcua.demo.tour.browser import SECONDS
from motcua.demo.tour.telling import TourFailed


class OutsideSystem:
    """A client of `/api/v1` with a token."""

    def __init__(self, base_url: str, *, client_id: str, secret: str) -> None:
        self._client = httpx.Client(base_url=f"{base_url}/api/v1", timeout=SECONDS, trust_env=False)
        ask = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        token = self._answer(self._client.post("/token", json=ask))["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def get(self, address: str, **params: str) -> Any:
        """What the gateway answers, as JSON."""
        return self._answer(self._client.get(address, params=params))

    def send(self, address: str, what: dict[str, Any]) -> Any:
        """Send JSON; the answer."""
        return self._answer(self._client.post(address, json=what))

    def send_file(self, name: str, content: bytes, kind: str) -> Any:
        """Send a file; the answer holds its id."""
        return self._answer(self._client.post("/files", files={"file": (name, content, kind)}))

    def fetch(self, address: str) -> bytes:
        """A file of the gateway."""
        answer = self._client.get(address)
        if answer.status_code != httpx.codes.OK:
            raise TourFailed(f"cổng kết nối trả tệp {address}", f"[{answer.status_code}] {answer.text}")
        return answer.content

    def _answer(self, answer: httpx.Response) -> Any:
        if answer.status_code != httpx.codes.OK:
            raise TourFailed(
                f"cổng kết nối nhận {answer.request.method} {answer.request.url.path}",
                f"[{answer.status_code}] {answer.text}",
            )
        return answer.json()
