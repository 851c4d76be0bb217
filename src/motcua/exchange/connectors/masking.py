"""Takes personal data out of what is logged: names, numbers, addresses, contacts, secrets, contents of files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

LONGEST = 4000
LIST_SHOWN = 3
HIDDEN = "•••"

_SECRET = {
    "password",
    "secret",
    "client_secret",
    "session",
    "token",
    "access_token",
    "authorization",
    "maxacthuc",
}
_PERSONAL = {
    "chuhoso", "thongtinkhac", "email", "fax", "sodienthoai", "sogiaytochuhoso", "madoituong", "trichyeuhoso",
    "sodinhdanh", "socmnd", "hovaten", "hotennguoinop", "socmndnguoinop", "diachinguoinop", "huyennguoinop",
    "tinhnguoinop", "diachi", "diachichitiet", "tennguoinop", "tenchuhs", "sodinhdanhchuhs", "ngaysinh",
    "ngaythangnamsinh", "dienthoai", "nguoilienhe", "nguoixuly", "nguoiyeucaubosung", "nguoitiepnhanbosung",
    "masothue", "to", "from", "phone", "address", "name", "text", "subject", "body", "content", "full_name",
    "personal_number", "tenthuongnhan", "receiver", "sender", "dob", "thongtintra", "ghichu", "noidungbosung",
    "thongtintiepnhan", "noidungthanhtoan", "tentepdinhkem", "tentep",
}  # fmt: skip
_FILES = {"base64", "tepdondangky", "noidung64", "duongdantaitep64"}
_LONG_NUMBER = re.compile(r"(?<!\d)(\d{7,10})(\d{2})(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def masked(body: bytes | str, content_type: str = "application/json") -> str:
    """`body` fit for the log: at most 4,000 characters, nothing in it that names a person or opens a door."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    if not text:
        return ""
    if "form-urlencoded" in content_type:
        pairs = parse_qsl(text, keep_blank_values=True)
        return urlencode([(key, _value(key, value)) for key, value in pairs], safe=HIDDEN)[:LONGEST]
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return _plain(text[:LONGEST])
    return json.dumps(_tree("", parsed, 0), ensure_ascii=False)[:LONGEST]


def _tree(key: str, value: Any, depth: int) -> Any:
    if depth > 8:
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(k): _tree(str(k), v, depth + 1) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        shown = [_tree(key, one, depth + 1) for one in value[:LIST_SHOWN]]
        return [*shown, f"… {len(value) - LIST_SHOWN} more"] if len(value) > LIST_SHOWN else shown
    return _value(key, value)


def _value(key: str, value: Any) -> Any:
    name = key.lower()
    if value in ("", None) or isinstance(value, bool):
        return value
    if name in _SECRET or name in _PERSONAL:
        return HIDDEN
    if name in _FILES:
        return f"<{len(str(value))} characters>"
    return _plain(value[:500]) if isinstance(value, str) else value


def _plain(text: str) -> str:
    return _LONG_NUMBER.sub(lambda m: "•" * len(m[1]) + m[2], _EMAIL.sub(HIDDEN, text))
