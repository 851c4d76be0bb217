"""Contents of procedures for the tests: invented ones, with traits."""

from __future__ import annotations

import copy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

import motcua.procedures
from motcua.base.clock import VN
from motcua.base.data import Certainty, Source
from motcua.procedures.data import ProcedureContent, decode

CATALOGUE = Path(motcua.procedures.__file__).parent / "catalogue"
SOURCE = Source(text="Quyết định thử", certainty=Certainty.OWN)
AT = datetime(2025, 3, 14, 8, 5, tzinfo=VN)
DAY = date(2025, 3, 14)

PLAIN: dict[str, Any] = {
    "code": "9.000001",
    "name": "Thủ tục thử nghiệm",
    "field": "Thử nghiệm",
    "levels": ["commune"],
    "agencies": [
        {"part": "decides", "name": "Ủy ban nhân dân cấp xã", "kind": "people_committee", "level": "commune"}
    ],
    "subjects": ["Công dân Việt Nam"],
    "steps": [{"text": "Nộp hồ sơ."}],
    "channels": [{"kind": "direct"}, {"kind": "online", "degree": "full"}],
    "components": [{"code": "TP-01", "name": "Tờ khai", "kind": "form", "originals": 1}],
    "limit": "5 working_day",
    "results": [{"code": "KQ.1", "name": "Giấy thử", "signers": [{"title": "Chủ tịch"}]}],
    "legal_basis": [{"number": "60/2014/QH13"}],
    "doors": [
        {
            "kind": "desk",
            "validity": {"start": date(2018, 6, 21)},
            "source": {"text": "NĐ 61/2018", "certainty": "V"},
        },
        {
            "kind": "provincial_eform",
            "validity": {"start": date(2022, 1, 1), "end": date(2025, 7, 1)},
            "source": {"text": "NĐ 42/2022", "certainty": "V2"},
        },
        {
            "kind": "national_portal",
            "validity": {"start": date(2025, 7, 1)},
            "source": {"text": "NĐ 118/2025", "certainty": "V2"},
        },
    ],
    "review": {"state": "reviewed", "certainty": "V2"},
}


def raw(**changes: Any) -> dict[str, Any]:
    """The plain procedure as a mapping; a change to None takes the key away."""
    out = copy.deepcopy(PLAIN) | changes
    return {k: v for k, v in out.items() if v is not None}


def content(**changes: Any) -> ProcedureContent:
    """The plain procedure, reviewed and publishable."""
    return decode(ProcedureContent, raw(**changes))


def example() -> dict[str, Any]:
    """The commented example of the catalogue."""
    loaded: dict[str, Any] = yaml.safe_load((CATALOGUE / "_example.yaml").read_text(encoding="utf-8"))
    return loaded
