"""Why a link is as it is, in the words of an officer: one phrase for each fact, written once per pattern."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from motcua.quality.rules.comparing import Levels
from motcua.quality.rules.deciding import NONE, REVIEW

_NAME = (
    "thiếu họ tên", "họ tên trùng", "họ tên trùng, một bên không dấu", "họ tên trùng, khác dấu", "họ tên đảo thứ tự",
    "họ tên lệch một chữ cái", "họ tên trùng, thiếu chữ đệm", "họ tên viết tắt khớp", "họ tên lệch hai chữ cái",
    "trùng họ và tên, khác chữ đệm", "trùng đệm và tên, khác họ", "chỉ trùng tên", "trùng họ và đệm, khác tên",
    "chỉ trùng họ", "họ tên khác",
)  # fmt: skip
_DATE = (
    "", "ngày sinh trùng", "năm sinh trùng, không rõ ngày",
    "năm sinh trùng, ghi 01/01", "ngày sinh đảo ngày và tháng",
    "ngày sinh lệch ngày", "ngày sinh lệch tháng",
    "ngày sinh lệch một, hai năm", "ngày sinh lệch một chữ số của năm",
    "chỉ trùng ngày và tháng sinh", "chỉ trùng năm sinh", "năm sinh lệch một năm", "năm sinh gần nhau",
    "ngày sinh khác",
)  # fmt: skip
_NUMBER = (
    "", "số định danh trùng", "số CMND cũ trùng", "số định danh lệch một chữ số", "một phần số định danh khớp",
    "số định danh khác nhưng cùng nơi, năm, giới", "số định danh khác", "số CMND khác", "số là của người khác",
)  # fmt: skip
_PLACE = (
    "", "cùng xã cũ", "cùng xã", "cùng huyện cũ", "khác xã", "cùng huyện cũ", "khác huyện cũ",
    "cùng xã mới, khác xã cũ",
)  # fmt: skip
_RELATIVE = ("", "{} trùng", "{} trùng, khác dấu", "{} gần trùng", "{} hơi giống", "{} khác", "{} khác")
_FIELDS = (
    ("number", _NUMBER),
    ("name", _NAME),
    ("dob", _DATE),
    ("sex", ("", "", "giới tính khác")),
    ("father", tuple(text.format("tên cha") for text in _RELATIVE)),
    ("mother", tuple(text.format("tên mẹ") for text in _RELATIVE)),
    ("spouse", tuple(text.format("tên vợ hoặc chồng") for text in _RELATIVE)),
    ("head", tuple(text.format("tên chủ hộ") for text in _RELATIVE)),
    ("place", _PLACE),
    ("hamlet", ("", "cùng xóm", "khác xóm")),
    ("phone", ("", "điện thoại trùng", "điện thoại khác")),
)


def reasons(
    levels: Levels, person: NDArray[np.int64], decision: NDArray[np.uint8], second: NDArray[np.float64]
) -> pl.Series:
    """The reasons of every record; equal patterns share one text."""
    pattern = np.zeros(len(person), dtype=np.int64)
    for name, phrases in _FIELDS:
        pattern = pattern * len(phrases) + getattr(levels, name)
    rival = (second > 0.05) & (decision == REVIEW)
    state = np.where(person < 0, 0, 1 + decision.astype(np.int64))
    pattern = (pattern * 2 + rival) * 4 + state
    distinct, where = np.unique(pattern, return_inverse=True)
    texts = pl.Series([_text(int(one)) for one in distinct], dtype=pl.String)
    return texts.gather(pl.Series(where, dtype=pl.UInt32))


def _text(pattern: int) -> str:
    pattern, state = divmod(pattern, 4)
    pattern, rival = divmod(pattern, 2)
    if state == 0:
        return "không có ai trong cơ sở dữ liệu dân cư gần giống"
    parts = []
    for _, phrases in reversed(_FIELDS):
        pattern, level = divmod(pattern, len(phrases))
        if phrases[level]:
            parts.append(phrases[level])
    text = "; ".join(reversed(parts))
    if state == 1 + NONE:
        return f"không đủ căn cứ; người gần nhất: {text}"
    return f"{text}; có người khác cũng phù hợp" if rival else text
