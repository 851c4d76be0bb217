"""A make-believe VNeID: an OpenID Connect provider whose users are synthetic citizens.

Code flow only, PKCE S256 required. The claims carry the names that VNeID's adapters in public code use
(SoDinhDanh, HoVaTen, NgayThangNamSinh, TechID, loAs, IAL); their exact formats are not published.
Faults can be switched on, so that a client can show that it refuses what it must refuse.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, ServiceUnavailable
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from motcua_sandbox.citizens import Citizen, Citizens
from motcua_sandbox.pages import choose_page, message_page

FAULTS = (
    "bad_signature",
    "unknown_key",
    "none_algorithm",
    "wrong_nonce",
    "wrong_audience",
    "wrong_issuer",
    "expired",
    "other_subject",  # userinfo speaks of somebody else
    "low_level",
    "token_error",
    "down",
)
CODE_SECONDS = 60
TOKEN_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a code or a token stands for."""

    citizen: str
    level: int
    client_id: str
    redirect_uri: str
    nonce: str
    challenge: str
    expires: float


class IdentityProvider:
    """The WSGI application under `/vneid`."""

    def __init__(
        self,
        *,
        base_url: str,
        data_dir: Path,
        citizens: Citizens,
        peers: tuple[str, ...],
        client_id: str = "motcua",
    ) -> None:
        self.issuer = f"{base_url}/vneid"
        self.citizens = citizens
        self.client_id = client_id
        self.peers = peers
        self.fault = ""
        self._lock = threading.Lock()
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, Grant] = {}
        self._key = _kept_key(data_dir / "vneid" / "signing.jwk.json")
        self._stranger = RSAKey.generate_key(2048, parameters={"kid": "stranger"})

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if self.fault == "down":
            raise ServiceUnavailable()
        routes: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/.well-known/openid-configuration"): self.discovery,
            ("GET", "/jwks"): self.jwks,
            ("GET", "/authorize"): self.authorize,
            ("POST", "/authorize"): self.choose,
            ("POST", "/token"): self.token,
            ("GET", "/userinfo"): self.userinfo,
            ("POST", "/userinfo"): self.userinfo,
            ("GET", "/logout"): self.logout,
        }
        handler = routes.get((request.method, request.path))
        if handler is None:
            raise NotFound()
        return handler(request)

    def discovery(self, _request: Request) -> Response:
        """OpenID Connect Discovery 1.0."""
        return _json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/logout",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "profile"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "acr_values_supported": ["loa1", "loa2"],
            }
        )

    def jwks(self, _request: Request) -> Response:
        """The public keys that sign the identity tokens."""
        return _json({"keys": [self._key.as_dict(private=False)]})

    def authorize(self, request: Request) -> Response:
        """The sign-in page: choose a citizen and a level."""
        params = self._checked(request.args.to_dict())
        query = request.args.get("q", "")
        page = choose_page(params, query, self.citizens.search(query))
        return Response(page, mimetype="text/html")

    def choose(self, request: Request) -> Response:
        """The citizen was chosen: send the browser back with a code."""
        params = self._checked(request.form.to_dict())
        back = {"state": params.get("state", "")}
        if "deny" in request.form:
            return redirect(_with(params["redirect_uri"], back | {"error": "access_denied"}))
        citizen = self.citizens.get(request.form.get("citizen", ""))
        if citizen is None:
            raise BadRequest("Không có công dân này / no such citizen")
        level = 1 if request.form.get("level") == "1" or citizen.level == 1 else 2
        code = secrets.token_urlsafe(32)
        grant = Grant(
            citizen=citizen.key,
            level=level,
            client_id=params["client_id"],
            redirect_uri=params["redirect_uri"],
            nonce=params.get("nonce", ""),
            challenge=params["code_challenge"],
            expires=time.time() + CODE_SECONDS,
        )
        with self._lock:
            self._codes[code] = grant
        return redirect(_with(params["redirect_uri"], back | {"code": code, "iss": self.issuer}), 303)

    def token(self, request: Request) -> Response:
        """Exchange a code, once, with its PKCE verifier."""
        if self.fault == "token_error":
            return _json({"error": "server_error"}, 500)
        form = request.form
        if form.get("grant_type") != "authorization_code":
            return _json({"error": "unsupported_grant_type"}, 400)
        with self._lock:
            grant = self._codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        if (
            grant is None
            or grant.expires < time.time()
            or form.get("client_id", grant.client_id) != grant.client_id
            or form.get("redirect_uri") != grant.redirect_uri
            or not hmac.compare_digest(_s256(verifier), grant.challenge)
        ):
            return _json({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(32)
        with self._lock:
            now = time.time()
            self._tokens = {key: kept for key, kept in self._tokens.items() if kept.expires > now}
            self._tokens[access] = Grant(**{**grant.__dict__, "expires": now + TOKEN_SECONDS})
        return _json(
            {
                "access_token": access,
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "id_token": self._id_token(grant),
                "scope": "openid profile",
            }
        )

    def userinfo(self, request: Request) -> Response:
        """The citizen behind a token, in VNeID's own names."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        grant = self._tokens.get(token)
        if scheme.lower() != "bearer" or grant is None or grant.expires < time.time():
            return _json({"error": "invalid_token"}, 401)
        citizen = self.citizens.get(grant.citizen)
        if self.fault == "other_subject":
            others = [c for c in self.citizens.search("", 50) if c.key != grant.citizen]
            citizen = others[0] if others else None
        if citizen is None:
            return _json({"error": "invalid_token"}, 401)
        return _json(self._claims(citizen, self._level(grant)))

    def logout(self, request: Request) -> Response:
        """End of the session; back to a known address only."""
        target = request.args.get("post_logout_redirect_uri", "")
        if target and self._known(target):
            return redirect(_with(target, {"state": request.args.get("state", "")}))
        return Response(
            message_page("Đã đăng xuất", "Bạn đã đăng xuất khỏi VNeID (mô phỏng)."), mimetype="text/html"
        )

    def _checked(self, params: dict[str, str]) -> dict[str, str]:
        """The request's parameters; a bad client or address is told to the person, never redirected."""
        wanted = ("client_id", "redirect_uri", "code_challenge", "response_type", "scope")
        if params.get("client_id") != self.client_id or not self._known(params.get("redirect_uri", "")):
            raise BadRequest("Ứng dụng hoặc địa chỉ quay lại không được đăng ký / unknown client or address")
        missing = [name for name in wanted if not params.get(name)]
        if missing:
            raise BadRequest(f"Thiếu tham số / missing: {', '.join(missing)}")
        if params.get("code_challenge_method") != "S256":
            raise BadRequest("Phải dùng PKCE S256 / PKCE with S256 is required")
        if params["response_type"] != "code" or "openid" not in params["scope"].split():
            raise BadRequest("Chỉ hỗ trợ response_type=code, scope openid")
        kept = (*wanted, "code_challenge_method", "state", "nonce", "acr_values")
        return {name: params[name] for name in kept if name in params}

    def _known(self, uri: str) -> bool:
        parts = urlsplit(uri)
        if parts.scheme not in ("http", "https") or parts.fragment or "@" in parts.netloc:
            return False
        if parts.hostname in ("127.0.0.1", "localhost", "testserver"):
            return True
        return any(uri == peer or uri.startswith(peer.rstrip("/") + "/") for peer in self.peers)

    def _level(self, grant: Grant) -> int:
        return 1 if self.fault == "low_level" else grant.level

    def _claims(self, citizen: Citizen, level: int) -> dict[str, Any]:
        year, month, day = citizen.dob.split("-")
        tech_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.issuer}/{citizen.key}"))
        claims = {
            "sub": tech_id,
            "TechID": tech_id,
            "LoaiTaiKhoan": 2 if citizen.tax_code else 1,
            "SoDinhDanh": citizen.personal_number,
            "HoVaTen": citizen.full_name,
            "NgayThangNamSinh": f"{day}/{month}/{year}",
            "GioiTinh": {"male": "Nam", "female": "Nữ"}.get(citizen.sex, ""),
            "SoDienThoai": citizen.phone,
            "ThuDienTu": citizen.email,
            "DiaChi": citizen.address,
            "loAs": level,
            "IAL": level,
            "userProfileUri": f"{self.issuer}/userinfo",
            "logoutUri": f"{self.issuer}/logout",
        }
        if citizen.tax_code:
            claims |= {"MaSoThue": citizen.tax_code, "TenDoanhNghiep": citizen.organisation}
        return claims

    def _id_token(self, grant: Grant) -> str:
        citizen = self.citizens.get(grant.citizen)
        assert citizen is not None
        now = int(time.time())
        expired = self.fault == "expired"
        claims = self._claims(citizen, self._level(grant)) | {
            "iss": "http://127.0.0.1:1/elsewhere" if self.fault == "wrong_issuer" else self.issuer,
            "aud": "somebody-else" if self.fault == "wrong_audience" else grant.client_id,
            "iat": now - 7200 if expired else now,
            "auth_time": now - 7200 if expired else now,
            "exp": now - 3600 if expired else now + TOKEN_SECONDS,
            "nonce": "not-yours" if self.fault == "wrong_nonce" else grant.nonce,
            "acr": f"loa{self._level(grant)}",
        }
        if self.fault == "none_algorithm":
            header = _b64(json.dumps({"alg": "none", "typ": "JWT"}).encode())
            return f"{header}.{_b64(json.dumps(claims).encode())}."
        key = self._stranger if self.fault in ("unknown_key", "bad_signature") else self._key
        kid = self._key.kid if self.fault != "unknown_key" else "stranger"
        return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": kid}, claims, key)


def answer_error(error: HTTPException) -> Response:
    """An error as a page that a person can read."""
    text = message_page("Không thực hiện được", error.description or error.name)
    return Response(text, status=error.code or 500, mimetype="text/html")


def _kept_key(path: Path) -> RSAKey:
    if path.exists():
        return RSAKey.import_key(json.loads(path.read_text()))
    path.parent.mkdir(parents=True, exist_ok=True)
    key = RSAKey.generate_key(2048, parameters={"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})
    path.touch(mode=0o600)
    path.write_text(json.dumps(key.as_dict(private=True)))
    return key


def _json(value: object, status: int = 200) -> Response:
    response = Response(json.dumps(value, ensure_ascii=False), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _with(uri: str, params: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in params.items() if value})
    return f"{uri}{'&' if '?' in uri else '?'}{query}" if query else uri


def _s256(verifier: str) -> str:
    return _b64(hashlib.sha256(verifier.encode()).digest())


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
