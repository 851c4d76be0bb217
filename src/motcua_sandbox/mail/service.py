"""Mail as one service: its SMTP door beside the HTTP port, its mailboxes and pages below `/mail`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from motcua_sandbox.mail import boxes
from motcua_sandbox.mail.boxes import Boxes
from motcua_sandbox.mail.door import Door, Listening
from motcua_sandbox.pages import message_page
from motcua_sandbox.services import Call, Handler, Malformed, Service, answer, lines
from motcua_sandbox.showing import link, shown, table


class Mail(Service):
    """Mail below `/mail`, and SMTP on a port of its own."""

    name = "mail"
    title = "Thư điện tử"
    schema = boxes.SCHEMA
    own_faults: Mapping[str, Mapping[str, Any]] = {
        "greylist": {"seconds": 5},
        "refuse": {},
        "busy": {},
        "bounce": {},
        "late": {"ms": 5000},
        "drop_before": {},
        "drop_after": {},
    }

    def build(self) -> None:
        """The mailboxes; the door opens with `start`."""
        self.boxes = Boxes(self.store, self.clock, self.faults)
        self._listening: Listening | None = None

    def start(self) -> None:
        """Listen for mail on the port that was set."""
        port = self.setting.ports.get("mail")
        if port and self._listening is None:
            host = urlsplit(self.setting.base_url).hostname or "127.0.0.1"
            self._listening = Listening(Door(self.boxes, self.faults), host, port)
            self._listening.start()

    def stop(self) -> None:
        """Close the door."""
        if self._listening is not None:
            self._listening.stop()
            self._listening = None

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Method and path to what answers."""
        return {
            ("GET", "box/<address>"): self._box,
            ("GET", "thu/<id>"): self._one,
            ("POST", "_settings"): self._settings,
            ("GET", "_held"): self._held,
        }

    def refusal(self, message: str, *, system: bool) -> Response:
        """An error."""
        return answer({"error": message}, 500 if system else 400)

    def page(self, _call: Call) -> Response:
        """The latest mails."""
        rows = [
            (
                link(f"/mail/thu/{row['id']}", str(row["id"])),
                row["at"],
                row["sender"],
                row["recipients"],
                row["subject"],
            )
            for row in self.store.rows("SELECT * FROM mail ORDER BY id DESC LIMIT 100")
        ]
        return shown(self, "Thư đã nhận", table("Thư", ("Số", "Lúc", "Từ", "Đến", "Chủ đề"), rows))

    def _one(self, call: Call) -> Response:
        row = self.store.row("SELECT raw FROM mail WHERE id = ?", (call.words["id"],))
        if row is None:
            return Response(message_page("Không có thư này", ""), status=404, mimetype="text/html")
        return Response(row["raw"].decode(errors="replace"), mimetype="text/plain")

    def _box(self, call: Call) -> Response:
        after = call.number("after", 0, 2**62)
        rows = self.boxes.box(call.words["address"], after, call.number("limit", 1000, 5000))
        return lines(rows, rows[-1]["id"] if rows else after)

    def _settings(self, call: Call) -> Response:
        value = call.body.get("success_reports")
        if not isinstance(value, bool):
            raise Malformed("success_reports is true or false")
        self.store.keep("success_reports", "1" if value else "0")
        return answer({"success_reports": value})

    def _held(self, call: Call) -> Response:
        after, wanted = call.number("after", 0, 2**62), call.request.args.get("to", "").lower()
        found = self.store.rows("SELECT * FROM mail WHERE id > ? ORDER BY id LIMIT 10000", (after,))
        rows = [
            dict(row)
            | {"recipients": json.loads(row["recipients"]), "raw": row["raw"].decode(errors="replace")}
            for row in found
            if not wanted or wanted in row["recipients"].lower()
        ]
        return lines(rows, found[-1]["id"] if found else after)
