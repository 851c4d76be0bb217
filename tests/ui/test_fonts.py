"""The fonts of the page: light, whole for Vietnamese, made once and safe with several makers at once."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from motcua.ui import fonts

ALL_MARKS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"
WORDS = ALL_MARKS + ALL_MARKS.upper() + "0123456789 .,;:?!“”‘’…–—·•←→₫%/()[]"


@pytest.mark.parametrize("weight", fonts.WEIGHTS)
def test_a_weight_is_under_60_kb_and_writes_all_of_vietnamese(weight: str) -> None:
    made = fonts.light(weight)
    assert made.startswith(b"wOFF")
    assert len(made) < 60_000
    known = TTFont(io.BytesIO(made)).getBestCmap()
    whole = TTFont(fonts.source(weight)).getBestCmap()
    assert {c for c in WORDS if ord(c) in whole} == {c for c in WORDS if ord(c) in known}
    assert not [c for c in ALL_MARKS if ord(c) not in known]


def test_it_is_made_once_and_never_seen_half_written(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MOTCUA_VAR = tmp_path
    monkeypatch.setattr(fonts, "shrink", lambda whole: b"wOFF" + whole)
    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(lambda _: fonts.light("Regular"), range(32)))
    assert got == {b"wOFF" + fonts.source("Regular").read_bytes()}
    assert len(list((tmp_path / "cache" / "fonts").iterdir())) == 1
    monkeypatch.setattr(fonts, "shrink", lambda whole: pytest.fail("made again"))
    assert fonts.light("Regular") in got


def test_a_disk_that_takes_nothing_costs_time_and_not_the_page(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    settings.MOTCUA_VAR = blocked
    monkeypatch.setattr(fonts, "shrink", lambda whole: b"wOFF")
    assert fonts.light("Regular") == b"wOFF"
