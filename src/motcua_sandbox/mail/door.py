"""The SMTP server (aiosmtpd), in a thread of its own; a mail is kept before it is acknowledged."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from motcua_sandbox.faults import Fault, Faults
from motcua_sandbox.mail.boxes import Boxes
from motcua_sandbox.mail.reports import HOST

MOST_BYTES = 10_000_000
MOST_RECIPIENTS = 50
BUSY = "421 4.3.2 Service not available"


class Door:
    """What is answered to each command."""

    def __init__(self, boxes: Boxes, faults: Faults) -> None:
        self._boxes, self._faults = boxes, faults

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The sender."""
        if self._faults.strike("down", "mail", ""):
            return BUSY
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """One recipient."""
        sender = envelope.mail_from or ""
        pair = f"{sender}|{address}"
        refusal = self._refusal(sender, address, pair)
        if refusal is not None:
            return refusal
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """The mail itself."""
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        content = f"{envelope.mail_from}|{envelope.rcpt_tos}|".encode() + raw
        slow = self._struck("slow", "data", content)
        if slow is not None:
            await asyncio.sleep(slow.number("ms") / 1000)
        if self._struck("busy", "data", content):
            return BUSY
        if self._struck("refuse", "data", content):
            return "550 5.7.1 Refused"
        if self._struck("drop_before", "data", content):
            return _hang_up(server)
        number = self._boxes.keep(envelope.mail_from or "", envelope.rcpt_tos, raw)
        if self._struck("drop_after", "data", content):
            return _hang_up(server)
        return f"250 2.0.0 OK {number}"

    def _refusal(self, sender: str, address: str, pair: str) -> str | None:
        local = address.lower()
        if local.startswith("unknown"):
            return "550 5.1.1 No such mailbox"
        if local.startswith("full"):
            return "452 4.2.2 Mailbox full"
        if self._struck("refuse", "rcpt", pair):
            return "550 5.1.1 No such mailbox"
        if self._struck("busy", "rcpt", pair):
            return BUSY
        if self._has_to_wait(sender, address, pair):
            return "451 4.7.1 Greylisted, try again later"
        return None

    def _has_to_wait(self, sender: str, address: str, pair: str) -> bool:
        """Whether a pair is greylisted is thrown once; from then on it has to wait its seconds, no longer."""
        grey = self._faults.standing("greylist")
        if grey is None:
            return False
        if not self._boxes.known_pair(sender, address) and not self._struck("greylist", "rcpt", pair):
            return False
        return self._boxes.greylisted(sender, address, grey.number("seconds"))

    def _struck(self, kind: str, operation: str, content: bytes | str) -> Fault | None:
        return self._faults.strike(kind, operation, content)


class Listening:
    """The server's thread and loop."""

    def __init__(self, door: Door, host: str, port: int) -> None:
        self._door, self._host, self._port = door, host, port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="smtp", daemon=True)

    def start(self) -> None:
        """Listen; the error when the port is taken."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Stop listening."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            server = self._loop.run_until_complete(
                self._loop.create_server(self._smtp, self._host, self._port)
            )
        except OSError as error:
            self._failure = error
            self._ready.set()
            self._loop.close()
            return
        self._ready.set()
        self._loop.run_forever()
        server.close()
        waiting = asyncio.all_tasks(self._loop)
        for task in waiting:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        self._loop.close()

    def _smtp(self) -> SMTP:
        return SMTP(
            self._door,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            hostname=HOST,
            ident="sandbox",
            loop=self._loop,
        )


def _hang_up(server: Any) -> str:
    server.transport.abort()
    return "421 4.4.2 gone"
