"""Text messages through the province's SMS gateway; our key is the gateway's reference, so none goes out twice."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings

from motcua.exchange.connectors import (
    Answer,
    CallFailed,
    NotConfigured,
    Request,
    call,
    check_endpoint,
    endpoint,
)
from motcua.notices.data import Accepted, Outgoing, Report, TryLater, Undeliverable

CONNECTOR = "sms"
SECONDS = 10.0
BRAND = "MOTCUA"
NOBODY_HAS_IT = {
    "1": "số điện thoại không đúng",
    "2": "nội dung không gửi được",
    "3": "mã đã dùng cho tin khác",
}
FAILED = {
    "absent": "thuê bao không liên lạc được",
    "blocked": "thuê bao chặn tin",
    "unknown_number": "không có số này",
}


class SmsConnector:
    """The gateway as a system outside."""

    id = CONNECTOR
    name_vi = "Cổng tin nhắn SMS"
    name_en = "SMS gateway"
    still_works_vi = "Tin nhắn SMS được giữ lại và gửi sau; hộp tin trên cổng và thư điện tử vẫn hoạt động."
    still_works_en = "Text messages are kept and sent later; the inbox of the portal and e-mail still work."

    def check_config(self) -> list[str]:
        """The address, the user and the secret."""
        return check_endpoint(CONNECTOR)


class SmsChannel:
    """Sends one text message; asks what became of it."""

    def check_config(self) -> list[str]:
        """The connector's own."""
        return SmsConnector().check_config()

    def send(self, message: Outgoing, *, at: datetime) -> Accepted:
        """Hand over to the gateway. Raises `TryLater`, `Undeliverable`."""
        said = {
            "MaThamChieu": message.key,
            "SoDienThoai": message.to,
            "NoiDung": message.body,
            "BrandName": settings.MOTCUA_CONNECTORS.get(CONNECTOR, {}).get("brand", BRAND),
        }
        body = _asked("send", "POST", "/send", said, key=message.key, at=at)
        code = str(body.get("error_code"))
        if code in NOBODY_HAS_IT:
            raise Undeliverable(NOBODY_HAS_IT[code])
        if code != "0":
            raise TryLater(f"cổng SMS trả lời mã {code[:20]}")
        return Accepted(ref=str(body.get("MaTinNhan") or ""))

    def report(self, keys: Sequence[str], *, at: datetime) -> Sequence[Report]:
        """The gateway's word on each message. Raises `TryLater`."""
        found = []
        for key in keys:
            body = _asked("status", "GET", f"/status?MaThamChieu={quote(key)}", None, key="", at=at)
            state = str(body.get("TrangThai"))
            if state == "delivered":
                found.append(Report(key=key, delivered=True, at=at))
            elif state == "failed":
                why = str(body.get("MaLyDo"))
                found.append(Report(key=key, delivered=False, why=FAILED.get(why, why[:60]), at=at))
        return found


def _asked(
    name: str, method: str, path: str, said: Mapping[str, str] | None, *, key: str, at: datetime
) -> Mapping[str, Any]:
    try:
        there = endpoint(CONNECTOR)
        pair = base64.b64encode(f"{there.user}:{there.secret}".encode()).decode()
        request = Request(
            method=method,
            url=f"{there.url}{path}",
            headers={"Authorization": f"Basic {pair}"},
            json_body=said,
        )
        answer = call(CONNECTOR, name, request, idempotency_key=key, at=at, timeout=SECONDS, times=2)
    except (CallFailed, NotConfigured) as error:
        raise TryLater(error.public("vi")) from error
    return _read(answer)


def _read(answer: Answer) -> Mapping[str, Any]:
    """The answer's object; what is none is an outage in disguise, never a success."""
    try:
        body = answer.json()
    except ValueError as error:
        raise TryLater("cổng SMS trả lời không đọc được") from error
    if answer.status != 200 or not isinstance(body, dict):
        raise TryLater(f"cổng SMS trả lời HTTP {answer.status}")
    return body
