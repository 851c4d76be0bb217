"""One file of the reviewed catalogue: one procedure, all its versions, each with validity and source."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from motcua.base.data import Source, Validity

from .codec import InvalidContent, decode
from .content import ProcedureContent


@dataclass(frozen=True, kw_only=True)
class DecisionRef:
    """The decision that published the procedure (quyết định công bố)."""

    number: str
    agency: str
    signed_on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class VersionSource:
    """When a version applies, since when we know it, and what says so."""

    valid_from: date
    valid_to: date | None = None
    known_from: datetime
    source: Source
    decision: DecisionRef | None = None

    @property
    def validity(self) -> Validity:
        """The half-open span."""
        return Validity(start=self.valid_from, end=self.valid_to)


@dataclass(frozen=True, kw_only=True)
class CatalogueVersion:
    """One dated version as the file describes it."""

    dated: VersionSource
    content: ProcedureContent


DATED = ("valid_from", "valid_to", "known_from", "source", "decision")


def read_entry(raw: object) -> tuple[CatalogueVersion, ...]:
    """Versions of one catalogue file, oldest first; raises `InvalidContent` with the path of what is wrong.

    The file holds the content's keys at the top, and either the keys of `DATED` beside them (one version) or
    a list `versions`, each with the keys of `DATED` and under `replace` the content's keys that differ there.
    """
    if not isinstance(raw, Mapping):
        raise InvalidContent("", "tệp phải là một bảng khóa–giá trị")
    base = {str(k): v for k, v in raw.items()}
    listed = base.pop("versions", None)
    if listed is None:
        versions = [_version({k: base.pop(k) for k in DATED if k in base}, base, "")]
    else:
        if not isinstance(listed, list) or not listed:
            raise InvalidContent("versions", "cần một danh sách không rỗng")
        versions = [_dated_version(item, base, f"versions[{i}]") for i, item in enumerate(listed)]
    versions.sort(key=lambda v: v.dated.valid_from)
    for earlier, later in itertools.pairwise(versions):
        if earlier.dated.valid_to is None or earlier.dated.valid_to > later.dated.valid_from:
            raise InvalidContent("versions", f"hai phiên bản chồng nhau quanh ngày {later.dated.valid_from}")
    if len({v.content.code for v in versions}) != 1:
        raise InvalidContent("versions", "mọi phiên bản phải cùng một mã thủ tục")
    return tuple(versions)


def _dated_version(item: object, base: Mapping[str, Any], path: str) -> CatalogueVersion:
    if not isinstance(item, Mapping):
        raise InvalidContent(path, "cần một bảng khóa–giá trị")
    replace = item.get("replace", {})
    if not isinstance(replace, Mapping):
        raise InvalidContent(f"{path}.replace", "cần một bảng khóa–giá trị")
    dated = {str(k): v for k, v in item.items() if k != "replace"}
    return _version(dated, {**base, **replace}, path)


def _version(dated: Mapping[str, Any], content: Mapping[str, Any], path: str) -> CatalogueVersion:
    when = decode(VersionSource, dated, path)
    if when.valid_to is not None and when.valid_to <= when.valid_from:
        raise InvalidContent(f"{path}.valid_to" if path else "valid_to", "phải sau valid_from")
    return CatalogueVersion(dated=when, content=decode(ProcedureContent, content))
