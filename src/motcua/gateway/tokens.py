"""Bearer tokens: signed JSON web tokens of ten minutes that say which client, which operations, at which desks.

They are signed with a key derived from the installation's own (HS256), so nobody outside can read more than they
say or make one; Django's SECRET_KEY_FALLBACKS lets tokens outlive a change of that key.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

SECONDS = 600
ISSUER, AUDIENCE = "motcua", "motcua-gateway"
ALGORITHM = "HS256"
_CLAIMS = jwt.JWTClaimsRegistry(
    leeway=0,
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    sub={"essential": True},
)


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a genuine token says; `ends` in seconds since 1970."""

    client_id: str
    generation: int
    scope: str
    ends: float


def now() -> float:
    """The machine's time: the day that the demo pretends does not make a token live longer."""
    return time.time()


@lru_cache(maxsize=8)
def _key(secret: str) -> OctKey:
    return OctKey.import_key(hashlib.sha256(b"motcua.gateway.token\x00" + secret.encode()).digest())


def sign(*, client_id: str, generation: int, scope: str, now: float) -> str:
    """A token that lives `SECONDS`."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": client_id,
        "gen": generation,
        "scope": scope,
        "iat": int(now),
        "exp": int(now) + SECONDS,
        "jti": secrets.token_urlsafe(9),
    }
    return jwt.encode({"alg": ALGORITHM, "typ": "at+jwt"}, claims, _key(settings.SECRET_KEY))


def read(token: str) -> Claims | None:
    """What the token says; None when it is forged, damaged or over."""
    claims = _genuine(token, settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS))
    if claims is None or now() >= claims.ends:
        return None
    return claims


@lru_cache(maxsize=4096)
def _genuine(token: str, key: str, older: tuple[str, ...]) -> Claims | None:
    """Signature and claims, checked once for each token; whether it is over is asked every time."""
    if len(token) > 4096 or not token.isascii():
        return None
    for secret in (key, *older):
        try:
            found = jwt.decode(token, _key(secret), algorithms=[ALGORITHM])
            if found.header.get("typ") != "at+jwt":
                return None
            claims = {name: value for name, value in found.claims.items() if name not in ("exp", "iat")}
            _CLAIMS.validate(claims)
            return Claims(
                client_id=str(found.claims["sub"]),
                generation=int(found.claims["gen"]),
                scope=str(found.claims["scope"]),
                ends=float(found.claims["exp"]),
            )
        except (JoseError, ValueError, KeyError, TypeError):
            continue
    return None
