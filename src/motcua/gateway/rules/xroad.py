"""The headers of the X-Road message protocol for REST: what each may hold, and the hash of a request.

Source: X-Road "Message Protocol for REST" (pr-rest), as published by NIIS; the province's own exchange platform
(trục LGSP) may differ, which is said in docs/gateway.md.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from uuid import UUID

CLIENT, SERVICE, ID = "X-Road-Client", "X-Road-Service", "X-Road-Id"
REQUEST_ID, REQUEST_HASH = "X-Road-Request-Id", "X-Road-Request-Hash"
USER, ISSUE, PARTY, ERROR = "X-Road-UserId", "X-Road-Issue", "X-Road-Represented-Party", "X-Road-Error"
HEADERS = (CLIENT, SERVICE, ID, REQUEST_ID, REQUEST_HASH, USER, ISSUE, PARTY)
SERVICE_CODE = "motcua"
LONGEST = 255
_PART = re.compile(r"[^/\\%;\x00-\x1f\x7f-\x9f\u200b\ufeff]{1,100}\Z")
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,255}\Z")


class BadHeader(ValueError):
    """A header that cannot be what it says; `header` is its name."""

    def __init__(self, header: str) -> None:
        super().__init__(header)
        self.header = header


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """The X-Road headers of one request, checked; an absent one is empty."""

    client: str
    service: str = ""
    id: str = ""
    request_id: str = ""
    request_hash: str = ""
    user_id: str = ""
    issue: str = ""
    represented_party: str = ""


def _parts(text: str) -> list[str]:
    parts = [unquote(part, errors="strict") for part in text.split("/")]
    if any(part in (".", "..") or not _PART.match(part) for part in parts):
        raise ValueError(text)
    return parts


def is_client(text: str) -> bool:
    """Is it instance/class/member[/subsystem]?"""
    try:
        return len(text) <= LONGEST and len(_parts(text)) in (3, 4)
    except (ValueError, UnicodeDecodeError):
        return False


def _is_service(text: str) -> bool:
    """Is it instance/class/member/[subsystem/]service, and is the service ours?"""
    try:
        parts = _parts(text)
    except (ValueError, UnicodeDecodeError):
        return False
    return len(parts) in (4, 5) and parts[-1] == SERVICE_CODE


def _is_party(text: str) -> bool:
    """Is it [class/]member?"""
    try:
        return len(_parts(text)) in (1, 2)
    except (ValueError, UnicodeDecodeError):
        return False


def read(headers: Mapping[str, str]) -> Envelope | None:
    """The envelope, or None for a request that did not come by X-Road. Raises `BadHeader`.

    X-Road-Client is what makes it one; the other headers without it are refused, for nobody answers for them.
    """
    given = {name: headers[name].strip() for name in HEADERS if headers.get(name) is not None}
    if not given:
        return None
    checks = {
        CLIENT: is_client,
        SERVICE: _is_service,
        PARTY: _is_party,
        REQUEST_ID: _is_uuid,
        REQUEST_HASH: _is_hash,
    }
    if CLIENT not in given:
        raise BadHeader(CLIENT)
    for name, text in given.items():
        fits = checks.get(name, lambda said: bool(_PRINTABLE.match(said)))
        if len(text) > LONGEST or not fits(text):
            raise BadHeader(name)
    return Envelope(
        client=given[CLIENT],
        service=given.get(SERVICE, ""),
        id=given.get(ID, ""),
        request_id=given.get(REQUEST_ID, ""),
        request_hash=given.get(REQUEST_HASH, ""),
        user_id=given.get(USER, ""),
        issue=given.get(ISSUE, ""),
        represented_party=given.get(PARTY, ""),
    )


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _is_hash(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == hashlib.sha512().digest_size
    except ValueError:
        return False


def hash_of(body: bytes) -> str:
    """SHA-512 of a body in Base64, as X-Road-Request-Hash carries it."""
    return base64.b64encode(hashlib.sha512(body).digest()).decode()


def same_hash(one: str, other: str) -> bool:
    """Are the two hashes equal?"""
    return hmac.compare_digest(one.encode(), other.encode())
