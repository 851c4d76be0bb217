"""The certification authority over HTTP: `/pki` as certificates name it, `/pki-ra` to issue and revoke."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Request, Response

from motcua_sandbox.pki import Enrolment, Pki
from motcua_sandbox.pki_profiles import ARCH
from motcua_sandbox.services import Malformed, answer, read_object


def public(pki: Pki, request: Request) -> Callable[..., Iterable[bytes]]:
    """OCSP, CRLs and time stamps."""
    inner = _posted(request)
    return lambda _environ, start: pki.answer(inner.environ, start)


def registration(pki: Pki, base_url: str, request: Request, rest: str) -> Response:
    """Trust anchors; a certificate for a public key; its withdrawal."""
    if rest == "authority" and request.method == "GET":
        return answer(
            {
                "root": pki.certificate("root"),
                "intermediates": [pki.certificate(f"{kind}-ca") for kind in ("person", "agency")],
                "time_stamping": f"{base_url}/pki/{ARCH}/tsa/tsa",
            }
        )
    if request.method != "POST" or rest not in ("enrol", "revoke"):
        raise NotFound()
    body = object_of(request)
    if rest == "enrol":
        return answer({"certificates": _enrolled(pki, body)})
    pki.revoke(
        str(body.get("label", "")),
        reason=str(body.get("reason", "key_compromise")),
        since=str(body.get("since", "")),
    )
    return answer({"revoked": body["label"]})


def object_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request; BadRequest when it is none."""
    try:
        return read_object(request.get_data())
    except Malformed as error:
        raise BadRequest(str(error)) from error


def _enrolled(pki: Pki, body: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = [_enrolment(row) for row in body.get("certificates", [])]
    labels = pki.enrol(wanted)
    return [
        {"label": label, "certificate": pki.certificate(label), "chain": pki.chain(one.kind)}
        for label, one in zip(labels, wanted, strict=True)
    ]


def _enrolment(row: object) -> Enrolment:
    if not isinstance(row, dict):
        raise BadRequest("a certificate request is a JSON object")
    try:
        return Enrolment(**{str(key): str(value) for key, value in row.items()})
    except TypeError as error:
        raise BadRequest(f"a certificate request is not complete: {error}") from error


def _posted(request: Request) -> Request:
    """OCSP over GET (RFC 6960 A.1) turned into the POST that certomancer answers."""
    found = re.fullmatch(rf"(/{ARCH}/ocsp/[\w-]+)/(.+)", request.path)
    if request.method != "GET" or found is None:
        return request
    try:
        body = base64.b64decode(unquote(found.group(2)), validate=True)
    except ValueError as error:
        raise BadRequest("not an OCSP request") from error
    environ = dict(request.environ)
    environ |= {
        "PATH_INFO": found.group(1),
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return Request(environ)
