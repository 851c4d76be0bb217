"""How many dossiers come in over HTTP: two files of 100 KB and the dossier with its e-form, each committed."""

from __future__ import annotations

import json
import os
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.client import HTTPConnection
from importlib.resources import files
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml

from bench.house import CLIENT, House, milliseconds

PROCEDURE = "1.001193"
CALLERS = 8
BOUNDARY = b"motcua-bench"
WHOLE_TYPE = "multipart/form-data; boundary=motcua-bench"
DOSSIER_HEAD = b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="dossier"\r\n\r\n'
FILE_HEAD = (
    b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n'
    b"Content-Type: application/pdf\r\n\r\n"
)
TAIL = b"\r\n--" + BOUNDARY + b"--\r\n"


def pdf(rng: random.Random) -> bytes:
    """A PDF of 100 KB unlike any other."""
    head = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    head += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    body = rng.randbytes(50_000).hex().encode()
    return (
        head
        + b"4 0 obj<</Length 100000>>stream\n"
        + body
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def measure(made: House, options: Any) -> None:
    """Full load first, then half of what it gave."""
    made.django()
    from motcua.base import clock
    from motcua.units import api as units

    desks = [a.key for a in units.agencies(on=clock.today(), kind="one_stop_centre", level="commune")]
    load = Load(made, desks, sent_at=clock.now() - timedelta(minutes=1))
    load.one(time.monotonic())
    before = made.cpu()
    full = load.run(options.seconds, pace=0.0)
    used = {kind: (value - before[kind]) / len(load.took) * 1000 for kind, value in made.cpu().items()}
    print(
        f"filings through the gateway, 2 web processes, {CALLERS} callers on the same machine, 2 files of"
        f" 100 KB each,\n  over {len(desks)} centres: {full:.1f}/s at full load;\n"
        f"  {milliseconds(load.took)}; target 100/s\n"
        f"  processor a filing: {', '.join(f'{kind} {value:.1f}' for kind, value in used.items())} ms"
    )
    half = load.run(options.seconds, pace=2 / full)
    print(f"  at half of that ({half:.1f}/s): {milliseconds(load.took)}; target p99 < 200 ms")
    print(f"  answers other than 200: {load.failed}; load average {os.getloadavg()[0]:.1f}")


class Load:
    """Callers that file until time is up."""

    def __init__(self, made: House, desks: list[str], sent_at: datetime) -> None:
        self.base, self.desks, self.sent_at = f"http://127.0.0.1:{made.port}/api/v1", desks, sent_at
        self.numbers, self.lock, self.took, self.failed = count(), threading.Lock(), [], 0
        ask = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": made.secret}
        token = httpx.post(f"{self.base}/token", json=ask, trust_env=False).raise_for_status().json()
        self.address = urlsplit(self.base)
        self.token = f"Bearer {token['access_token']}"
        self.run_id = os.urandom(4).hex()
        self.local = threading.local()
        rng = random.Random(7)
        sample = yaml.safe_load(
            (files("motcua.procedures") / f"catalogue/samples/{PROCEDURE}.yaml").read_text("utf-8")
        )
        self.answers = sample["answers"]
        self.samples = [pdf(rng) for _ in range(50)]

    def run(self, seconds: float, *, pace: float) -> float:
        """File for `seconds`; `pace`: seconds from one filing's start to the next. Returns filings a second."""
        self.took = []
        began = time.monotonic()
        starts = count()

        def caller() -> None:
            while True:
                due = began + next(starts) * pace
                time.sleep(max(0.0, due - time.monotonic()))
                if time.monotonic() - began > seconds:
                    return
                self.one(due if pace else time.monotonic())

        with ThreadPoolExecutor(CALLERS) as pool:
            for done in [pool.submit(caller) for _ in range(CALLERS)]:
                done.result()
        return len(self.took) / (time.monotonic() - began)

    def one(self, due: float) -> None:
        """One filing; its time counts from when it was due, so that waiting for a free caller is not hidden."""
        number = next(self.numbers)
        filing = {
            "outside_code": f"G22.99-{self.run_id}-{number:07d}",
            "procedure_code": PROCEDURE,
            "receiving_agency": self.desks[number % len(self.desks)],
            "submitted_at": self.sent_at.isoformat(),
            "applicant": {"name": "Nguyễn Văn Thử", "phone": "0912345678"},
            "answers": self.answers,
            "components": [{"code": code, "file": part} for part, code in enumerate(self._papers()[:2])],
            "identity_level": 2,
        }
        parts = [DOSSIER_HEAD + json.dumps(filing).encode()]
        for part in range(2):
            content = self.samples[(number + part) % 50] + b"%%%d-%d\n" % (number, part)
            parts.append(FILE_HEAD % (b"giay-%d.pdf" % part) + content)
        body = b"\r\n".join(parts) + TAIL
        status, answer = self._call("POST", "/dossiers/with-files", body, WHOLE_TYPE)
        with self.lock:
            self.took.append(time.monotonic() - due)
            if status != 200:
                self.failed += 1
                if self.failed == 1:
                    print(status, str(answer)[:400])

    def _call(self, method: str, path: str, body: bytes | None, kind: str) -> tuple[int, Any]:
        """One request on the caller's kept connection; a plain client, for it shares the machine with the server."""
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = HTTPConnection(str(self.address.hostname), self.address.port, timeout=60)
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.local.connection = connection
        headers = {"Authorization": self.token, "Content-Type": kind}
        connection.request(method, self.address.path + path, body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def _papers(self) -> list[str]:
        found: list[str] = getattr(self.local, "papers", [])
        if not found:
            shown = self._call("GET", f"/procedures/{PROCEDURE}", None, "application/json")[1]
            found = self.local.papers = [part["code"] for part in shown["components"]]
        return found
