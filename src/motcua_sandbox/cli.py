"""`motcua-sandbox`: start the simulated national systems, or issue and revoke test certificates."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from motcua_sandbox.national.filling import fill
from motcua_sandbox.pki import Enrolment, Pki
from motcua_sandbox.server import Sandbox, serve
from motcua_sandbox.services import TEST_SECRET

COMMANDS = ("serve", "issue", "revoke", "fill-national")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; `serve` when none is named."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] not in (*COMMANDS, "-h", "--help"):
        words.insert(0, "serve")
    options = _parser().parse_args(words)
    return int(options.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="motcua-sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True)
    serving = commands.add_parser("serve", help="start the simulated systems on one loopback port")
    serving.add_argument("--peers", default="", help="addresses of the product, separated by commas")
    serving.add_argument("--citizens", type=Path, help="JSON list of synthetic citizens who can sign in")
    serving.add_argument("--secret", default=TEST_SECRET, help="when MOTCUA_SANDBOX_SECRET is not set")
    serving.set_defaults(run=_serve)
    issuing = commands.add_parser("issue", help="make keys and certificates for a JSON list of subjects")
    issuing.add_argument("--subjects", type=Path, required=True)
    issuing.add_argument("--out", type=Path, required=True)
    issuing.set_defaults(run=_issue)
    revoking = commands.add_parser("revoke", help="withdraw a certificate")
    revoking.add_argument("label")
    revoking.add_argument("--reason", default="key_compromise")
    revoking.add_argument("--since", default="")
    revoking.set_defaults(run=_revoke)
    filling = commands.add_parser("fill-national", help="fill an empty national portal for measurements")
    filling.add_argument("--rows", type=int, default=2_000_000)
    filling.add_argument("--seed", type=int, default=1)
    filling.add_argument("--from-csv", type=Path, help="take these rows, in the export's columns")
    filling.add_argument("--plant", type=Path, help="CSV of differences: MaHoSo,what,field,value")
    filling.set_defaults(run=_fill)
    for command in (serving, issuing, revoking, filling):
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--port-base", type=int, default=8100)
        command.add_argument("--data-dir", type=Path, default=Path("var/sandbox"))
    return parser


def _base_url(options: argparse.Namespace) -> str:
    return f"http://{options.host}:{options.port_base}"


def _serve(options: argparse.Namespace) -> int:
    application = Sandbox(
        base_url=_base_url(options),
        data_dir=options.data_dir,
        citizens=options.citizens,
        peers=tuple(peer for peer in options.peers.split(",") if peer),
        secret=os.environ.get("MOTCUA_SANDBOX_SECRET") or options.secret,
    )
    try:
        server = serve(application, options.host, options.port_base)
        application.start(mail_port=options.port_base + 1)
    except OSError as error:
        sys.stderr.write(f"sandbox: port {options.port_base} or {options.port_base + 1}: {error}\n")
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        # `shutdown` waits for the loop to end, so it cannot be called from the loop's own thread.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"sandbox ready on {_base_url(options)}\n")
    sys.stdout.flush()
    server.serve_forever()
    server.server_close()
    application.stop()
    return 0


def _issue(options: argparse.Namespace) -> int:
    pki = Pki(options.data_dir, _base_url(options))
    rows = json.loads(options.subjects.read_text(encoding="utf-8"))
    options.out.mkdir(parents=True, exist_ok=True)
    wanted, keys = [], []
    for row in rows:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        wanted.append(Enrolment(**row, public_key=public.decode()))
        keys.append(key)
    for label, request, key in zip(pki.enrol(wanted), wanted, keys, strict=True):
        target = options.out / f"{label}.key.pem"
        target.touch(mode=0o600)
        target.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        chain = [pki.certificate(label), *pki.chain(request.kind)]
        (options.out / f"{label}.pem").write_text("".join(chain))
        sys.stdout.write(f"{label}\n")
    return 0


def _revoke(options: argparse.Namespace) -> int:
    Pki(options.data_dir, _base_url(options)).revoke(
        options.label, reason=options.reason, since=options.since
    )
    return 0


def _fill(options: argparse.Namespace) -> int:
    count = fill(
        options.data_dir, rows=options.rows, seed=options.seed, source=options.from_csv, plant=options.plant
    )
    sys.stdout.write(f"{count}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
