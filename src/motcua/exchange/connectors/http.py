"""One HTTP client for everything: pooled connections, no proxies from the environment, no redirects, size limit."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from motcua.exchange.connectors.errors import NotReached, Unanswered

LONGEST_ANSWER = 64 * 1024 * 1024
CONNECTIONS = 32
CONNECT_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is sent: `url` is whole; `json_body` or `body`, not both; headers may hold secrets and are not logged."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json_body: Any = field(default=None, repr=False)
    body: bytes | None = field(default=None, repr=False)

    def content(self) -> bytes | None:
        """The bytes of the body."""
        if self.json_body is not None:
            return json.dumps(self.json_body, ensure_ascii=False, separators=(",", ":")).encode()
        return self.body


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back, whatever its status below 500."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The parsed body; raises `ValueError` for what is not JSON."""
        return json.loads(self.body)


@functools.cache
def client() -> httpx.Client:
    """The process's client; safe for threads."""
    return httpx.Client(
        trust_env=False,
        follow_redirects=False,
        limits=httpx.Limits(
            max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=20
        ),
    )


def close() -> None:
    """Close the pooled connections; the next call opens new ones."""
    client().close()
    client.cache_clear()


def send(connector: str, request: Request, content: bytes | None, *, timeout: float) -> Answer:
    """One attempt. Raises `NotReached` (nothing left) or `Unanswered` (it may have arrived)."""
    headers = dict(request.headers)
    if request.json_body is not None:
        headers.setdefault("Content-Type", "application/json; charset=utf-8")
    limit = httpx.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS), pool=timeout)
    try:
        with client().stream(
            request.method, request.url, content=content, headers=headers, timeout=limit
        ) as answer:
            body = bytearray()
            for part in answer.iter_bytes():
                body += part
                if len(body) > LONGEST_ANSWER:
                    raise Unanswered("the answer is too long", connector=connector)
            return Answer(status=answer.status_code, headers=dict(answer.headers), body=bytes(body))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        raise NotReached(f"{type(error).__name__}: {error}", connector=connector) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unanswered(f"{type(error).__name__}: {error}", connector=connector) from error
