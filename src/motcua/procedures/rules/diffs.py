"""Says in words how two versions of a procedure differ, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motcua.procedures.data import Change, ProcedureContent, encode

TITLES: dict[str, str] = {
    "code": "Mã thủ tục",
    "name": "Tên thủ tục",
    "name_en": "Tên tiếng Anh",
    "field": "Lĩnh vực",
    "field_code": "Mã lĩnh vực",
    "kind": "Loại thủ tục",
    "levels": "Cấp thực hiện",
    "agencies": "Cơ quan",
    "subjects": "Đối tượng",
    "steps": "Trình tự",
    "channels": "Cách thức nộp",
    "components": "Thành phần hồ sơ",
    "dossier_count": "Số bộ hồ sơ",
    "limit": "Thời hạn",
    "legal_maximum": "Thời hạn tối đa theo luật",
    "results": "Kết quả",
    "fees": "Phí, lệ phí",
    "legal_basis": "Căn cứ pháp lý",
    "conditions": "Yêu cầu, điều kiện",
    "internal_process": "Quy trình nội bộ",
    "doors": "Cửa tiếp nhận",
    "linked": "Thủ tục liên thông",
    "form": "Biểu mẫu điện tử",
    "life_events": "Sự kiện đời sống",
    "keywords": "Từ khóa",
    "flags": "Lưu ý",
    "review": "Rà soát",
}
# What names an item of a list, so that an item that moved is not told as removed and added.
_NAMED_BY = ("code", "kind", "key", "order", "number", "name", "text", "label_vi", "title_vi")


def diff(before: ProcedureContent, after: ProcedureContent) -> tuple[Change, ...]:
    """Every difference, in the order of the parts; equal contents give none."""
    old, new = encode(before), encode(after)
    found: list[Change] = []
    for part, title in TITLES.items():
        _compare(part, title, old.get(part), new.get(part), found)
    return tuple(found)


def _compare(path: str, title: str, old: Any, new: Any, found: list[Change]) -> None:
    if old == new:
        return
    if isinstance(old, list) and isinstance(new, list) and old and new:
        _compare_lists(path, title, old, new, found)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            _compare(f"{path}.{key}", title, old.get(key), new.get(key), found)
    else:
        found.append(Change(path=path, title_vi=title, before=in_words(old), after=in_words(new)))


def _compare_lists(path: str, title: str, old: list[Any], new: list[Any], found: list[Change]) -> None:
    old_by, new_by = _by_name(old), _by_name(new)
    for name in dict.fromkeys([*old_by, *new_by]):
        here, there = old_by.get(name), new_by.get(name)
        if here is None or there is None:
            found.append(Change(path=path, title_vi=title, before=in_words(here), after=in_words(there)))
        else:
            _compare(f"{path}.{name}", title, here, there, found)
    if not any(c.path.startswith(path) for c in found):
        found.append(
            Change(path=path, title_vi=f"{title} (thứ tự)", before=in_words(old), after=in_words(new))
        )


def _by_name(items: list[Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for i, item in enumerate(items):
        name = str(i)
        if isinstance(item, Mapping):
            name = str(next((item[k] for k in _NAMED_BY if item.get(k)), i))
        elif isinstance(item, str):
            name = item
        while name in out:
            name += "′"
        out[name] = item
    return out


def in_words(value: Any, limit: int = 300) -> str:
    """A value as a reader sees it, cut to `limit` letters."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, Mapping):
        text = "; ".join(in_words(v, limit) for v in value.values() if in_words(v, limit))
    elif isinstance(value, list):
        text = ", ".join(in_words(v, limit) for v in value)
    else:
        text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
