"""A small identity provider of the tests' own, which can be told to lie in every way that a client must notice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "motcua-test"


def b64(raw: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Issuer:
    """What the provider knows and how it lies."""

    at: datetime
    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, parameters={"kid": "k1"}))
    stranger: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, parameters={"kid": "k1"}))
    identity: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "tech-1",
            "LoaiTaiKhoan": 1,
            "SoDinhDanh": "040190000112",
            "HoVaTen": "NGUYỄN THỊ HOA",
            "NgayThangNamSinh": "20/05/1990",
            "GioiTinh": "Nữ",
            "SoDienThoai": "0912345678",
            "loAs": 2,
        }
    )
    claims: dict[str, Any] = field(default_factory=dict)  # laid over the honest ones in the identity token
    without: tuple[str, ...] = ()
    userinfo: dict[str, Any] = field(default_factory=dict)  # laid over the honest user info
    discovery: dict[str, Any] = field(default_factory=dict)
    forge: str = ""
    status: int = 200
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)

    def code_for(self, query: Mapping[str, str]) -> str:
        """A code for the sign-in that `query` asks for."""
        code = secrets.token_urlsafe(12)
        self.codes[code] = (query["nonce"], query["code_challenge"])
        return code

    def token(self, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Exchange a code once, checking the verifier."""
        nonce, challenge = self.codes.pop(form.get("code", ""), ("", ""))
        if not challenge or b64(hashlib.sha256(form["code_verifier"].encode()).digest()) != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(self.at.timestamp())
        honest = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {**self.identity, **honest, **self.claims}
        claims = {name: value for name, value in claims.items() if name not in self.without}
        return self.status, {
            "access_token": "access-1",
            "token_type": "Bearer",
            "id_token": self._sign(claims),
        }

    def _sign(self, claims: dict[str, Any]) -> str:
        if self.forge == "none":
            return f"{b64(json.dumps({'alg': 'none'}).encode())}.{b64(json.dumps(claims).encode())}."
        if self.forge == "public key as secret":
            parts = [b64(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "k1"}, claims)]
            mac = hmac.new(self.key.as_pem(private=False), ".".join(parts).encode(), hashlib.sha256)
            return ".".join([*parts, b64(mac.digest())])
        if self.forge == "own key in the header":
            header = {"alg": "RS256", "kid": "k1", "jwk": self.stranger.as_dict(private=False)}
            return jwt.encode(header, claims, self.stranger)
        signer = self.stranger if self.forge == "stranger" else self.key
        kid = "k9" if self.forge == "unknown kid" else "k1"
        token = jwt.encode({"alg": "RS256", "kid": kid}, claims, signer)
        if self.forge == "changed payload":
            head, _, tail = token.split(".")
            return f"{head}.{b64(json.dumps({**claims, 'SoDinhDanh': '040085000221'}).encode())}.{tail}"
        return "no.token" if self.forge == "rubbish" else token

    def answer(self, method: str, path: str, body: str) -> tuple[int, Any]:
        """Status and JSON of one request."""
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/jwks",
                **self.discovery,
            }
        if path == "/jwks":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if path == "/token" and method == "POST":
            return self.token({name: values[0] for name, values in parse_qs(body).items()})
        if path == "/userinfo":
            return 200, {**self.identity, **self.userinfo}
        return 404, {}


@contextmanager
def running(issuer: Issuer) -> Iterator[Issuer]:
    """Serve the issuer on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())

        def _answer(self, body: str) -> None:
            status, value = issuer.answer(self.command, urlsplit(self.path).path, body)
            raw = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
