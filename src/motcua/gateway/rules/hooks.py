"""Webhooks: which addresses may be told, how a message is signed, when it is tried again."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

EVENTS = (
    "dossier.taken_in",
    "dossier.accepted",
    "dossier.refused",
    "dossier.supplement_requested",
    "dossier.supplied",
    "dossier.payment_requested",
    "dossier.payment_recorded",
    "dossier.extended",
    "dossier.redated",
    "dossier.resolved",
    "dossier.returned",
    "dossier.withdrawn",
    "dossier.stopped",
    "dossier.reopened",
)
REPLAY_WINDOW = 300  # seconds
MOST_TRIES = 12
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=2)
LONGEST_URL = 500


def check_url(url: str, *, loopback: bool) -> str:
    """The host that the address names. Raises `ValueError` for one that may not be told.

    Only https; http only to this machine itself, and only where `loopback` says so (the demo, tests). No user, no
    fragment, no address in numbers but the loopback's: names are looked up and checked when a message is sent.
    """
    if len(url) > LONGEST_URL or not url.isascii() or any(letter <= " " for letter in url) or "\\" in url:
        raise ValueError("the address cannot be read")
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("a plain address is expected")
    if port == 0:
        raise ValueError("port 0")
    here = host in ("127.0.0.1", "::1", "localhost")
    if here:
        if not loopback:
            raise ValueError("this machine itself is not told")
    elif parts.scheme != "https":
        raise ValueError("https is expected")
    elif _is_numeric(host) or "." not in host.strip("."):
        raise ValueError("a name of the public internet is expected")
    if parts.scheme not in ("https", "http"):
        raise ValueError("https is expected")
    return host


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2].lower()
        return last.isdigit() or last.startswith("0x")
    return True


def may_reach(address: str, *, loopback: bool) -> bool:
    """May a message go to this address, to which the host's name led?"""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_loopback:
        return loopback
    return found.is_global and not found.is_multicast


def signature(secret: str, *, at: int, body: bytes) -> str:
    """What X-Motcua-Signature says: HMAC-SHA256 over "<seconds>.<body>", so that neither can be changed alone."""
    made = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"v1={made}"


def is_genuine(secret: str, *, said: str, at: int, body: bytes, now: int) -> bool:
    """The receiver's check: the signature is right and the message is at most five minutes old or early."""
    fresh = abs(now - at) <= REPLAY_WINDOW
    return fresh and hmac.compare_digest(signature(secret, at=at, body=body).encode(), said.encode())


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after the `tries`-th failure; None: given up."""
    if tries >= MOST_TRIES:
        return None
    return min(FIRST_PAUSE * float(3 ** max(0, tries - 1)), LONGEST_PAUSE)
