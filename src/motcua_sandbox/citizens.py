"""The synthetic citizens whom the make-believe identity provider knows, read from a JSON file."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Used when no file is given: two invented people and one company, enough to sign in.
BUILT_IN: tuple[dict[str, Any], ...] = (
    {"personal_number": "040190000011", "full_name": "Nguyễn Thị Mẫu", "dob": "1990-02-03", "sex": "female"},
    {"personal_number": "040085000022", "full_name": "Trần Văn Thử", "dob": "1985-11-20", "sex": "male"},
    {
        "personal_number": "040085000022",
        "full_name": "Trần Văn Thử",
        "dob": "1985-11-20",
        "sex": "male",
        "tax_code": "2900000119",
        "organisation": "Công ty TNHH Thử Nghiệm",
    },
)


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """One account of the provider; `tax_code` makes it an organisation's account."""

    personal_number: str
    full_name: str
    dob: str
    sex: str = ""
    level: int = 2
    phone: str = ""
    email: str = ""
    address: str = ""
    tax_code: str = ""
    organisation: str = ""

    @property
    def key(self) -> str:
        """What names the account: the personal number, and the tax code for an organisation's."""
        return f"{self.personal_number}:{self.tax_code}" if self.tax_code else self.personal_number


class Citizens:
    """All accounts; the file is read again when it changes."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen = -1
        self._by_key: dict[str, Citizen] = {}
        self._folded: list[tuple[str, Citizen]] = []
        self._refresh()

    def get(self, key: str) -> Citizen | None:
        """The account called `key`."""
        self._refresh()
        return self._by_key.get(key)

    def search(self, text: str, limit: int = 20) -> list[Citizen]:
        """Accounts whose name, number or tax code contains every word of `text`, accents ignored."""
        self._refresh()
        words = fold(text).split()
        found = (citizen for folded, citizen in self._folded if all(word in folded for word in words))
        return [citizen for citizen, _ in zip(found, range(limit), strict=False)]

    def _refresh(self) -> None:
        if self._path is None or not self._path.exists():
            if not self._by_key:
                self._fill(list(BUILT_IN))
            return
        mtime = self._path.stat().st_mtime_ns
        if mtime != self._seen:
            self._seen = mtime
            self._fill(json.loads(self._path.read_text(encoding="utf-8")))

    def _fill(self, rows: list[Mapping[str, Any]]) -> None:
        fields = Citizen.__dataclass_fields__
        citizens = [Citizen(**{k: v for k, v in row.items() if k in fields}) for row in rows]
        self._by_key = {citizen.key: citizen for citizen in citizens}
        self._folded = [
            (fold(f"{c.full_name} {c.personal_number} {c.tax_code} {c.organisation}"), c) for c in citizens
        ]


def fold(text: str) -> str:
    """Lower case without accents, for searching."""
    flat = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(char for char in flat if not unicodedata.combining(char))
