"""What a connector is: the name of a system outside, where it lives, and what still works without it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from motcua.base.errors import DomainError
from motcua.base.registry import Registry


class Connector(Protocol):
    """A system outside. `id` is also the key of `settings.MOTCUA_CONNECTORS`.

    `still_works_*` is the sentence that a person reads while the system is down.
    """

    @property
    def id(self) -> str: ...

    @property
    def name_vi(self) -> str: ...

    @property
    def name_en(self) -> str: ...

    @property
    def still_works_vi(self) -> str: ...

    @property
    def still_works_en(self) -> str: ...

    def check_config(self) -> list[str]:
        """What is missing for it to work, in words; empty when it can work. Asks no network."""


connectors: Registry[Connector] = Registry("connector")


class NotConfigured(DomainError):
    """The connection to “{connector}” is not set up: {missing}."""

    message_vi = "Kết nối “{connector}” chưa được cấu hình: {missing}."


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Address and credentials of a system; the secret does not show when the value is printed."""

    id: str
    url: str
    user: str = ""
    secret: str = field(default="", repr=False)


def endpoint(connector_id: str) -> Endpoint:
    """The settings of `connector_id`. Raises `NotConfigured`."""
    raw = settings.MOTCUA_CONNECTORS.get(connector_id)
    if not raw or not raw.get("url"):
        missing = f"MOTCUA_CONNECTOR_{connector_id.upper()}_URL"
        raise NotConfigured(connector=connector_id, missing=missing)
    return Endpoint(
        id=connector_id,
        url=str(raw["url"]).rstrip("/"),
        user=str(raw.get("user", "")),
        secret=str(raw.get("secret", "")),
    )


def check_endpoint(
    connector_id: str, *, needs_secret: bool = True, schemes: tuple[str, ...] = ("http", "https")
) -> list[str]:
    """The usual `check_config`: an address of a known scheme, and credentials where they are needed."""
    try:
        at = endpoint(connector_id)
    except NotConfigured as error:
        return [str(error.context["missing"])]
    found = []
    parts = urlsplit(at.url)
    if parts.scheme not in schemes or not parts.hostname:
        found.append(f"MOTCUA_CONNECTOR_{connector_id.upper()}_URL: {'/'.join(schemes)} address expected")
    if needs_secret:
        for key in ("user", "secret"):
            if not getattr(at, key):
                found.append(f"MOTCUA_CONNECTOR_{connector_id.upper()}_{key.upper()}")
    return found
