"""Signs a citizen in at VNeID by OpenID Connect: code flow with PKCE, everything checked on our side.

The browser carries a code and our state back, nothing else of it is believed. Who somebody is comes from the
provider directly, over a connection we opened, under its signature.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

import httpx
from django.conf import settings
from django.db import IntegrityError, transaction

from motcua.base.clock import VN
from motcua.base.data import require_aware
from motcua.base.errors import DomainError
from motcua.people.data import SignInStart, VerifiedClaims
from motcua.people.models import UsedSignIn
from motcua.people.rules.tokens import (
    SignInNotTrusted,
    check_id_token,
    join_userinfo,
    local_path,
    read_identity,
)

SIGN_IN_RETURN_PATH = "/sign-in/vneid/return/"
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
LONGEST_SIGN_IN = 15 * 60  # seconds between leaving for VNeID and coming back
KEEP_USED = timedelta(days=1)  # an older answer is refused for its age alone
LARGEST_ANSWER = 256 * 1024


class ProviderUnavailable(DomainError):
    """VNeID does not answer at the moment. Nothing is lost; try again in a few minutes."""

    message_vi: ClassVar[str] = (
        "VNeID hiện không trả lời. Dữ liệu của bạn không mất, hãy thử lại sau ít phút."
    )


class SignInRefused(DomainError):
    """The sign-in was cancelled or refused at VNeID."""

    message_vi: ClassVar[str] = "Bạn đã huỷ, hoặc VNeID đã từ chối lần đăng nhập này."


class SignInStale(DomainError):
    """This sign-in was used already or took too long. Please start again."""

    message_vi: ClassVar[str] = "Lần đăng nhập này đã dùng rồi hoặc để quá lâu. Hãy bấm Đăng nhập lại."


def begin_sign_in(return_to: str, *, at: datetime) -> SignInStart:
    """Where to send the browser, and what the server's session must keep (never the browser).

    `return_to` is a path of this site; anything else becomes "/". Raises `ProviderUnavailable`.
    """
    require_aware(at)
    with _client() as client:
        provider = _discover(client)
    verifier, state, nonce = (secrets.token_urlsafe(48) for _ in range(3))
    challenge = _b64(hashlib.sha256(verifier.encode()).digest())
    query = {
        "response_type": "code",
        "client_id": settings.MOTCUA_VNEID_CLIENT_ID,
        "redirect_uri": redirect_uri(),
        "scope": "openid profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return SignInStart(
        url=f"{provider['authorization_endpoint']}?{urlencode(query)}",
        session={
            "state": state,
            "nonce": nonce,
            "verifier": verifier,
            "return_to": local_path(return_to),
            "begun": str(int(at.timestamp())),
        },
    )


def complete_sign_in(
    params: Mapping[str, str], session: Mapping[str, str], *, at: datetime
) -> VerifiedClaims:
    """What VNeID asserts about the person who came back with `params`, after every check.

    `session` is what `begin_sign_in` gave; take it out of the session before calling, it serves once. Raises
    `SignInRefused`, `SignInStale`, `SignInNotTrusted`, `IncompleteIdentity`, `ProviderUnavailable`, or the error
    of a wrong personal number or name.
    """
    require_aware(at)
    if set(session) < {"state", "nonce", "verifier", "return_to", "begun"}:
        raise SignInStale("no sign-in was begun in this session")
    if not hmac.compare_digest(params.get("state", "").encode(), session["state"].encode()):
        raise SignInNotTrusted("state of another sign-in")
    if params.get("error"):
        raise SignInRefused(params["error"][:100])
    age = at.timestamp() - int(session["begun"])
    if not -60 <= age <= LONGEST_SIGN_IN:
        raise SignInStale("took too long")
    if params.get("iss", settings.MOTCUA_VNEID_ISSUER) != settings.MOTCUA_VNEID_ISSUER:
        raise SignInNotTrusted("answer of another provider")  # RFC 9207
    if not params.get("code"):
        raise SignInNotTrusted("no code")
    _use_once(session["nonce"], at)
    claims = _fetch_claims(params["code"], session, at)
    return read_identity(
        claims,
        issuer=settings.MOTCUA_VNEID_ISSUER,
        return_to=local_path(session["return_to"]),
        on=at.astimezone(VN).date(),
    )


def redirect_uri() -> str:
    """The address that the provider sends browsers back to."""
    return f"{str(settings.MOTCUA_PUBLIC_URL).rstrip('/')}{SIGN_IN_RETURN_PATH}"


def _use_once(nonce: str, at: datetime) -> None:
    """A sign-in's answer counts once, even when two copies of it arrive at the same time."""
    try:
        with transaction.atomic():
            UsedSignIn.objects.filter(used_at__lt=at - KEEP_USED).delete()
            UsedSignIn.objects.create(nonce_hash=hashlib.sha256(nonce.encode()).hexdigest(), used_at=at)
    except IntegrityError as error:
        raise SignInStale("used before") from error


def _fetch_claims(code: str, session: Mapping[str, str], at: datetime) -> dict[str, Any]:
    with _client() as client:
        provider = _discover(client)
        tokens = _exchange(client, provider, code, session["verifier"])
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise SignInNotTrusted("the token answer is not complete")
        claims = check_id_token(
            id_token,
            keys=_json(client.get(provider["jwks_uri"])),
            issuer=settings.MOTCUA_VNEID_ISSUER,
            client_id=settings.MOTCUA_VNEID_CLIENT_ID,
            nonce=session["nonce"],
            at=at,
            access_token=access_token,
        )
        if "userinfo_endpoint" not in provider:
            return claims
        answer = client.get(
            provider["userinfo_endpoint"], headers={"Authorization": f"Bearer {access_token}"}
        )
        return join_userinfo(claims, _json(answer))


def _exchange(client: _Http, provider: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri(),
        "client_id": settings.MOTCUA_VNEID_CLIENT_ID,
        "code_verifier": verifier,
    }
    ways = provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    secret = (settings.MOTCUA_VNEID_CLIENT_ID, settings.MOTCUA_VNEID_CLIENT_SECRET)
    if "client_secret_basic" in ways:
        return _json(client.post(provider["token_endpoint"], form, auth=secret))
    if "client_secret_post" in ways:
        form["client_secret"] = secret[1]
    return _json(client.post(provider["token_endpoint"], form))


def _discover(client: _Http) -> dict[str, Any]:
    """The provider's description of itself, which must be of the issuer we were set up with."""
    issuer = str(settings.MOTCUA_VNEID_ISSUER)
    provider = _json(client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    needed = {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"}
    if not needed <= set(provider) or provider["issuer"] != issuer:
        raise SignInNotTrusted("the provider describes another issuer")
    for name in needed:
        if not str(provider[name]).startswith(("https://", issuer.split("://", maxsplit=1)[0] + "://")):
            raise SignInNotTrusted(f"{name} leaves the protected connection")
    return provider


class _Http:
    """A client that never follows redirects and tells every network fault as `ProviderUnavailable`."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)

    def __enter__(self) -> _Http:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """One GET."""
        try:
            return self._client.get(url, headers=headers)
        except httpx.HTTPError as error:
            raise ProviderUnavailable(str(error)) from error

    def post(self, url: str, form: Mapping[str, str], auth: tuple[str, str] | None = None) -> httpx.Response:
        """One POST of a form."""
        try:
            return self._client.post(
                url, data=dict(form), auth=httpx.BasicAuth(*auth) if auth else httpx.USE_CLIENT_DEFAULT
            )
        except httpx.HTTPError as error:
            raise ProviderUnavailable(str(error)) from error


def _client() -> _Http:
    return _Http()


def _json(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code >= 500:
        raise ProviderUnavailable(f"{answer.url}: {answer.status_code}")
    if answer.status_code != 200 or len(answer.content) > LARGEST_ANSWER:
        raise SignInNotTrusted(f"{answer.url}: {answer.status_code}")
    try:
        value = answer.json()
    except ValueError as error:
        raise SignInNotTrusted(f"{answer.url}: no JSON") from error
    if not isinstance(value, dict):
        raise SignInNotTrusted(f"{answer.url}: no object")
    return value


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
