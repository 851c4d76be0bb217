"""How many results a core lays out and signs: one page, two PAdES B-LT signatures with RFC 3161 time.

Run: python bench/documents_sign.py [--count 60]. The certification authority runs as a process of its own on
loopback, as in production; its CPU is counted apart. Nothing is stored; the database is not touched.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

TARGET_PER_SECOND = 8.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, "-m", "motcua_sandbox.cli", "--port-base", str(port), "--data-dir", folder]
        authority = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _wait(port)
            os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.config.settings"
            os.environ["MOTCUA_SANDBOX_URL"] = f"http://127.0.0.1:{port}"
            os.environ["MOTCUA_KEYS_DIR"] = str(Path(folder) / "keys")
            return _measure(options.count)
        finally:
            authority.terminate()
            authority.wait(timeout=10)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/health", timeout=1, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the authority did not start")


def _measure(count: int) -> int:
    import django

    django.setup()
    from motcua.base import clock
    from motcua.documents.data import SIGNERS, SignatureRole, SigningRequest
    from motcua.documents.rules import codes, typeset

    signer = SIGNERS.get("soft_keys")
    agency, officer = "Ủy ban nhân dân xã Hưng Nguyên Nam", "Nguyễn Thị Hồng Thắm"

    def one(number: int) -> int:
        code = codes.new_verify_code()
        page = typeset.render(
            "result_birth",
            {
                "agency": {"parent": "", "name": agency},
                "number": f"{number:02d}/GKS",
                "place_and_date": f"Nghệ An, {typeset.long_date(clock.today())}",
                "qr": typeset.qr_svg(codes.qr_text("https://motcua.example.vn", code, {"tthc": "1.001193"})),
                "verify_code": code,
                "verify_url": "https://motcua.example.vn",
                "signer": {"title": "Phó Chủ tịch", "name": officer, "on_behalf_of": "KT. Chủ tịch"},
                "values": {
                    "full_name": "Nguyễn Minh An",
                    "dob": "01/03/2025",
                    "mother_name": "Trần Thị Bích",
                },
            },
        )
        pdf = page.pdf
        for role, name, ref in (
            (SignatureRole.PERSON, officer, "officer"),
            (SignatureRole.AGENCY, agency, "agency"),
        ):
            box = page.places[role.value]
            organisation = "" if role is SignatureRole.AGENCY else agency
            picture = typeset.appearance(
                role.value, box=box, name=name, organisation=organisation, at=clock.now()
            )
            request = SigningRequest(
                role=role,
                ref=ref,
                name=name,
                organisation=agency,
                field_name=role.value,
                box=box,
                appearance=picture,
            )
            pdf = signer.sign(pdf, request)
        return len(pdf)

    size = one(0)  # keys made, certificates fetched, fonts read
    walls, cpu = [], time.process_time()
    for number in range(1, count + 1):
        start = time.perf_counter()
        one(number)
        walls.append(time.perf_counter() - start)
    cpu = (time.process_time() - cpu) / count
    wall = sum(walls) / count
    print(
        f"results with two B-LT signatures: {1 / wall:.1f}/s in one process, {1 / cpu:.1f}/s per core of CPU"
    )
    print(
        f"  wall {wall * 1000:.0f} ms (median {statistics.median(walls) * 1000:.0f}), cpu {cpu * 1000:.0f} ms"
    )
    print(f"  {size / 1024:.0f} KB each; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"  target {TARGET_PER_SECOND:.0f}/s a core: {'met' if 1 / cpu >= TARGET_PER_SECOND else 'MISSED'}")
    return 0 if 1 / cpu >= TARGET_PER_SECOND else 1


if __name__ == "__main__":
    sys.exit(main())
