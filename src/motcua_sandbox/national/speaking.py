"""How the portal answers: its error codes and the sentences that go with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.wrappers import Response

from motcua_sandbox.fields import Wrong
from motcua_sandbox.services import answer

OK, EXISTS, UNKNOWN, FIELD, CODE = "0", "1", "2", "3", "4"
SYSTEM, SESSION, UNIT, TOO_MANY = "-1", "-2", "-3", "-4"
SENTENCES = {
    OK: "Thành công",
    EXISTS: "Mã hồ sơ đã tồn tại",
    UNKNOWN: "Mã hồ sơ không tồn tại",
    FIELD: "Dữ liệu không hợp lệ",
    CODE: "Mã không có trong danh mục",
    SYSTEM: "Lỗi hệ thống, vui lòng thử lại sau",
    SESSION: "Phiên làm việc không hợp lệ hoặc đã hết hạn",
    UNIT: "Không có quyền với đơn vị này",
    TOO_MANY: "Số lượng hồ sơ trong một lần gửi vượt quá quy định",
}


class Refusal(Exception):
    """A call that the portal answers with an error for the whole of it."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code, self.message = code, message


def say(code: str, message: str = "", **more: Any) -> Response:
    """An answer with its code and sentence."""
    return answer({"error_code": code, "message": message or SENTENCES[code], **more})


def outcome(code: str, item: object, wrongs: Sequence[Wrong] = ()) -> dict[str, Any]:
    """What became of one item of a call."""
    named = str(item.get("MaHoSo", "")) if isinstance(item, dict) else ""
    said = {"MaHoSo": named, "error_code": code, "message": SENTENCES[code]}
    if not wrongs:
        return said
    first = wrongs[0]
    return said | {
        "message": f"{SENTENCES[code]}: {first.field} {first.message}",
        "errors": [wrong.shown() for wrong in wrongs],
    }
