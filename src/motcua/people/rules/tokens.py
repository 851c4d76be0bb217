"""Is this identity token genuine, meant for us, for this very sign-in, and still fresh? And what does it say?

OpenID Connect Core 1.0, 3.1.3.7. Only asymmetric algorithms are taken: with a shared-secret one the provider's
public key could be used to forge a token, and "none" is no signature at all.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from motcua.base.errors import DomainError
from motcua.people.data import DatePrecision, IdentityLevel, Sex, VerifiedClaims
from motcua.people.rules.numbers import check_personal_number, check_tax_code
from motcua.people.rules.persons import check_name

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
CLOCK_SKEW = 60  # seconds the two machines' clocks may differ
OLDEST_TOKEN = 600  # seconds since it was made
CITIZEN_ACCOUNT, ORGANISATION_ACCOUNT = 1, 2
SEXES = {"nam": Sex.MALE, "1": Sex.MALE, "nữ": Sex.FEMALE, "nu": Sex.FEMALE, "0": Sex.FEMALE, "2": Sex.FEMALE}


class SignInNotTrusted(DomainError):
    """The answer of the identity provider could not be trusted, so you were not signed in. Please start again."""

    message_vi: ClassVar[str] = (
        "Không xác minh được kết quả đăng nhập VNeID nên chưa đăng nhập. Hãy bấm Đăng nhập lại từ đầu."
    )


class IncompleteIdentity(DomainError):
    """The identity provider did not say who you are (name, personal number, level); use a level 2 account."""

    message_vi: ClassVar[str] = (
        "VNeID chưa trả đủ thông tin định danh (họ tên, số định danh, mức độ). Hãy dùng tài khoản định danh mức 2."
    )


def check_id_token(
    token: str,
    *,
    keys: Mapping[str, Any],
    issuer: str,
    client_id: str,
    nonce: str,
    at: datetime,
    access_token: str = "",
) -> dict[str, Any]:
    """The token's claims after every check of OpenID Connect Core 3.1.3.7. Raises `SignInNotTrusted`.

    `keys` is the provider's published key set (JWKS), `nonce` the one that this sign-in sent.
    """
    now = int(at.timestamp())
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=CLOCK_SKEW,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True},
        ).validate(decoded.claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SignInNotTrusted(f"identity token: {error}") from error
    claims = dict(decoded.claims)
    _check_ours(claims, decoded.header, client_id=client_id, nonce=nonce, now=now, access_token=access_token)
    return claims


def _check_ours(
    claims: Mapping[str, Any],
    header: Mapping[str, Any],
    *,
    client_id: str,
    nonce: str,
    now: int,
    access_token: str,
) -> None:
    """The checks that the token library does not make."""
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(
        claims["nonce"].encode(), nonce.encode()
    ):
        raise SignInNotTrusted("nonce of another sign-in")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 200:
        raise SignInNotTrusted("subject is no text")
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise SignInNotTrusted("the token was made for another party")
    if claims["iat"] < now - OLDEST_TOKEN - CLOCK_SKEW:
        raise SignInNotTrusted("the token is old")
    if "at_hash" in claims and claims["at_hash"] != _half_hash(access_token, str(header.get("alg", ""))):
        raise SignInNotTrusted("the access token belongs to another identity token")


def _half_hash(text: str, algorithm: str) -> str:
    digest = hashlib.new("sha" + algorithm[-3:], text.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def join_userinfo(claims: Mapping[str, Any], userinfo: Mapping[str, Any]) -> dict[str, Any]:
    """Claims completed by what the provider's user-info address says about the same subject.

    Raises `SignInNotTrusted` when it speaks of somebody else or contradicts the signed token.
    """
    if userinfo.get("sub") != claims["sub"]:
        raise SignInNotTrusted("user info speaks of another subject")
    contradicted = [
        name
        for name in ("SoDinhDanh", "MaSoThue", "loAs")
        if name in claims and userinfo.get(name, claims[name]) != claims[name]
    ]
    if contradicted:
        raise SignInNotTrusted(f"user info contradicts the token: {contradicted}")
    return {**userinfo, **claims}


def read_identity(claims: Mapping[str, Any], *, issuer: str, return_to: str, on: date) -> VerifiedClaims:
    """Turn VNeID's names for things into ours. Raises `IncompleteIdentity` or a number's or name's own error."""
    level = _level(claims)
    name = claims.get("HoVaTen") or claims.get("name")
    if not isinstance(name, str) or not name.strip() or level is IdentityLevel.NONE:
        raise IncompleteIdentity
    dob, precision = read_date(str(claims.get("NgayThangNamSinh") or ""))
    sex = SEXES.get(str(claims.get("GioiTinh") or "").strip().lower(), Sex.UNKNOWN)
    number = str(claims.get("SoDinhDanh") or "") or None
    if number is None:
        raise IncompleteIdentity("no personal number")
    check_personal_number(number, sex=sex, dob=dob, on=on)
    organisation = str(claims.get("LoaiTaiKhoan", CITIZEN_ACCOUNT)) == str(ORGANISATION_ACCOUNT)
    tax_code = str(claims.get("MaSoThue") or "")
    if organisation and not tax_code:
        raise IncompleteIdentity("an organisation without tax code")
    return VerifiedClaims(
        issuer=issuer,
        subject=str(claims["sub"]),
        level=level,
        personal_number=number,
        full_name=check_name(name),
        dob=dob,
        dob_precision=precision,
        sex=sex,
        phone=str(claims.get("SoDienThoai") or ""),
        email=str(claims.get("ThuDienTu") or ""),
        tax_code=check_tax_code(tax_code, on=on) if organisation else "",
        organisation=str(claims.get("TenDoanhNghiep") or "") if organisation else "",
        return_to=return_to,
    )


def _level(claims: Mapping[str, Any]) -> IdentityLevel:
    """The lower of the two levels that VNeID's names give; anything unknown is no level."""
    said = [str(claims[name]) for name in ("loAs", "IAL") if claims.get(name) is not None]
    levels = [IdentityLevel(int(text)) if text in ("1", "2") else IdentityLevel.NONE for text in said]
    return min(levels, default=IdentityLevel.NONE)


def read_date(text: str) -> tuple[date | None, DatePrecision]:
    """A birth date as registers write it: dd/mm/yyyy, mm/yyyy, yyyy, yyyymmdd or yyyy-mm-dd."""
    for shape, precision in (
        ("%d/%m/%Y", DatePrecision.DAY),
        ("%Y-%m-%d", DatePrecision.DAY),
        ("%Y%m%d", DatePrecision.DAY),
        ("%m/%Y", DatePrecision.MONTH),
        ("%Y", DatePrecision.YEAR),
    ):
        try:
            found = datetime.strptime(text, shape).date()  # noqa: DTZ007  a birth date has no zone
        except ValueError:
            continue
        return found, precision
    if text:
        raise IncompleteIdentity(f"birth date {text!r}")
    return None, DatePrecision.DAY


def local_path(return_to: str) -> str:
    """A path of this site, or "/": a sign-in never sends anybody to another site."""
    bad = not return_to.startswith("/") or return_to.startswith("//") or "\\" in return_to
    if bad or any(ord(letter) < 0x21 for letter in return_to) or len(return_to) > 500:
        return "/"
    return return_to
