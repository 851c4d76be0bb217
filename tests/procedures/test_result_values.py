"""A result prints words, not codes, under the keys that its layout knows."""

from __future__ import annotations

from datetime import date
from importlib import resources
from typing import Any

import pytest

from motcua.procedures.data import read_entry
from motcua.procedures.rules.forms import validate
from motcua.procedures.rules.result_values import decided_keys, result_values, shown_by
from motcua.procedures.rules.yaml_files import parse_yaml

CATALOGUE = resources.files("motcua.procedures").joinpath("catalogue")
NAMES = {"16681@20250701": "phường Thành Vinh", "16777@20250701": "xã Quỳ Châu"}


def printed(path: str) -> dict[str, str]:
    code = path.rpartition("/")[2]
    filing: Any = parse_yaml(CATALOGUE.joinpath("samples", f"{code}.yaml").read_text(encoding="utf-8"))
    form = read_entry(parse_yaml(CATALOGUE.joinpath(*f"{path}.yaml".split("/")).read_text(encoding="utf-8")))[
        -1
    ].content.form
    assert form is not None
    clean = validate(form, filing["answers"], today=date.fromisoformat(filing["filed_on"])).values
    template = filing["result"]["template"]
    return result_values(
        template,
        form,
        clean,
        filing.get("decided", {}),
        unit_name=lambda key: NAMES.get(key, "phường Trường Vinh"),
    )


def test_a_birth_certificate_is_in_words() -> None:
    paper = printed("ho-tich/1.001193")
    assert paper["full_name"] == "Trần Gia Hân"
    assert paper["dob"] == "28/10/2026"
    assert (paper["sex"], paper["ethnicity"], paper["nationality"]) == ("Nữ", "Kinh", "Việt Nam")
    assert paper["home_town"] == "xã Quỳ Châu"
    assert paper["mother_residence"] == "Số 12, ngõ 5, đường Hồng Sơn, phường Thành Vinh"
    assert paper["personal_number"] == "040326000123"


def test_partial_dates_stay_partial() -> None:
    assert printed("ho-tich/1.004884")["dob"] == "05/1971"
    assert printed("ho-tich/1.000656")["dob"] == "1949"


def test_money_tables_and_words_around_answers() -> None:
    business = printed("ho-kinh-doanh/1.001612")
    assert business["capital"] == "80.000.000 đồng"
    assert business["activities"].count(";") >= 1
    assert printed("dat-dai/1.012786")["parcel"] == "thửa 305, tờ 12"
    assert printed("xay-dung/1.013225")["floor_area"] == "262,5 m²"


@pytest.mark.parametrize(
    "path", ["ho-tich/1.001193", "ho-tich/1.004873", "dat-dai/1.013949", "thue/1.008498"]
)
def test_every_line_is_filled_but_those_of_the_system(path: str) -> None:
    code = path.rpartition("/")[2]
    filing: Any = parse_yaml(CATALOGUE.joinpath("samples", f"{code}.yaml").read_text(encoding="utf-8"))
    template = filing["result"]["template"]
    own = {s.key for s in shown_by(template) if s.source.split(".")[0] not in ("register", "agency")}
    assert set(printed(path)) == own
    assert set(decided_keys(template)) == set(filing.get("decided", {}))


def test_an_unknown_template_prints_nothing() -> None:
    assert result_values("result_of_nothing", None, {"a": 1}, {}, unit_name=str) == {}
