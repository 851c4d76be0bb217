"""Reads settings from the environment, strictly: a value that cannot be understood stops the start-up."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(RuntimeError):
    """An environment variable holds something this system cannot understand."""


def text(name: str, default: str) -> str:
    """The variable's text, or `default` when it is not set or empty."""
    return os.environ.get(name) or default


def flag(name: str, default: bool) -> bool:
    """A yes-or-no variable: 1/0, true/false, yes/no; anything else is refused."""
    raw = os.environ.get(name)
    if not raw:
        return default
    try:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[raw.lower()]
    except KeyError:
        raise BadSetting(f"{name}={raw!r} is neither yes nor no") from None


def number(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number between `low` and `high`."""
    raw = os.environ.get(name)
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
        raise BadSetting(f"{name}={raw!r} is not a whole number from {low} to {high}")
    return int(raw)


def words(name: str, default: str) -> list[str]:
    """A list of words separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """An absolute folder; it need not exist yet."""
    return Path(text(name, str(default))).expanduser().absolute()


def connectors(defaults: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Addresses and credentials of the systems outside: MOTCUA_CONNECTOR_<ID>_<KEY> over the defaults.

    `{"national": {"url": …, "user": …, "secret": …}}`; ids and keys are lower case, an id holds no underscore.
    """
    found = {name: dict(values) for name, values in defaults.items()}
    for name, value in os.environ.items():
        if not name.startswith("MOTCUA_CONNECTOR_"):
            continue
        connector, _, key = name.removeprefix("MOTCUA_CONNECTOR_").lower().partition("_")
        if not connector or not key:
            raise BadSetting(f"{name}: MOTCUA_CONNECTOR_<ID>_<KEY> is the form")
        found.setdefault(connector, {})[key] = value
    return found


def database(url: str) -> dict[str, Any]:
    """Django's database settings for a `postgresql://user:password@host:port/name?option=…` address.

    `host` may also be given as an option, which is how a Unix socket's folder is written.
    Raises `BadSetting` for any other scheme, an empty name, or options that are not known.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSetting("the database address must start with postgresql://")
    options = dict(parse_qsl(parts.query))
    unknown = set(options) - {"host", "port", "sslmode", "sslrootcert", "connect_timeout"}
    if unknown:
        raise BadSetting(f"unknown options in the database address: {', '.join(sorted(unknown))}")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise BadSetting("the database address names no database")
    extra: dict[str, object] = {
        key: options[key] for key in ("sslmode", "sslrootcert", "connect_timeout") if key in options
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.get("host") or (parts.hostname or ""),
        "PORT": options.get("port") or (str(parts.port) if parts.port else ""),
        "OPTIONS": extra,
    }
