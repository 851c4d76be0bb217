"""The shipped tables: three vintages, what followed what, agencies."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from motcua.base.data import Certainty
from motcua.base.vietnamese import fold, looks_legacy, nfc
from motcua.units import api
from motcua.units.data import AgencyKind, Change, Level, UnitInfo, UnitKind
from motcua.units.rules import files, shipped, tables

BEFORE_2024 = date(2024, 11, 30)
BEFORE_2025 = date(2025, 6, 30)
TODAY = date(2026, 11, 23)
NEW = [unit for unit in shipped().units.values() if unit.validity.start == date(2025, 7, 1)]


def communes(on: date) -> tuple[UnitInfo, ...]:
    return api.units(on=on, level=Level.COMMUNE)


@pytest.mark.parametrize(
    ("on", "districts", "all_communes"),
    [
        (BEFORE_2024, 21, 460),
        (date(2024, 12, 1), 20, 412),
        (BEFORE_2025, 20, 412),
        (date(2025, 7, 1), 0, 130),
        (TODAY, 0, 130),
    ],
)
def test_each_vintage_has_its_number_of_units(on: date, districts: int, all_communes: int) -> None:
    assert len(api.units(on=on, level=Level.DISTRICT)) == districts
    assert len(communes(on)) == all_communes
    assert len(api.units(on=on, level=Level.PROVINCE)) == 1


def test_the_reforms_say_the_same_numbers() -> None:
    for reform in api.reforms():
        assert len(api.units(on=reform.day, level=Level.DISTRICT)) == reform.districts
        assert len(communes(reform.day)) == reform.communes


def test_the_130_are_119_communes_and_11_wards_with_their_figures() -> None:
    assert sum(unit.kind is UnitKind.COMMUNE for unit in NEW) == 119
    wards = {unit.short_name for unit in NEW if unit.kind is UnitKind.WARD}
    assert wards == {
        "Hoàng Mai", "Tân Mai", "Quỳnh Mai", "Thái Hòa", "Tây Hiếu", "Trường Vinh", "Thành Vinh",
        "Vinh Hưng", "Vinh Phú", "Vinh Lộc", "Cửa Lò",
    }  # fmt: skip
    assert sum(unit.population or 0 for unit in NEW) == 3_831_694
    assert round(sum(unit.area_km2 or 0 for unit in NEW)) == 16_489
    for unit in NEW:
        assert unit.lon is not None
        assert unit.lat is not None
        assert 103.8 < unit.lon < 105.9
        assert 18.5 < unit.lat < 20.1


@pytest.mark.parametrize("new", NEW, ids=lambda unit: unit.code)
def test_every_new_code_was_another_unit_before_and_is_refused_without_a_date(new: UnitInfo) -> None:
    with pytest.raises(api.AmbiguousCode) as refused:
        api.lookup_code(new.code, on=None)
    candidates = refused.value.candidates
    assert len(candidates) >= 2
    assert new in candidates
    assert new.name in refused.value.public("vi")
    assert "say on which date" in refused.value.public("en")
    old = api.lookup_code(new.code, on=BEFORE_2025)
    assert old in candidates
    assert old.key != new.key
    assert api.lookup_code(new.code, on=TODAY) == new
    assert old in api.predecessors(new.key)


def test_a_code_of_one_unit_needs_no_date() -> None:
    unit = api.lookup_code("16684", on=None)
    assert unit.name == "Phường Đội Cung"


def test_a_code_of_another_vintage_is_refused_with_what_it_was() -> None:
    with pytest.raises(api.WrongVintage) as refused:
        api.lookup_code("16684", on=TODAY)
    assert "Phường Đội Cung" in refused.value.public("vi")
    assert "23/11/2026" in refused.value.public("vi")
    with pytest.raises(api.WrongVintage):
        api.lookup_code("16669", on=date(1999, 1, 1))


@pytest.mark.parametrize("code", ["", "99999", "0", "x" * 1000, "16681\x00", "16681 "])
def test_an_unknown_code_is_refused(code: str) -> None:
    with pytest.raises(api.UnknownUnit):
        api.lookup_code(code, on=None)
    with pytest.raises(api.UnknownUnit):
        api.unit(code)


def test_the_nine_unchanged_communes_changed_only_the_tier_above() -> None:
    unchanged = {
        shipped().units[s.from_key].short_name for s in shipped().successions if s.how is Change.UNCHANGED
    }
    assert unchanged == {
        "Keng Đu", "Mỹ Lý", "Bắc Lý", "Huồi Tụ", "Mường Lống", "Bình Chuẩn", "Hữu Khuông", "Lượng Minh",
        "Châu Bình",
    }  # fmt: skip


def test_121_new_communes_come_from_a_merger() -> None:
    merged = {s.to_key for s in shipped().successions if s.day == date(2025, 7, 1) and s.how is Change.MERGED}
    assert len(merged) == 121
    assert all(len(api.predecessors(key)) >= 2 for key in merged)


@pytest.mark.parametrize("on", [BEFORE_2024, BEFORE_2025])
def test_every_old_commune_has_one_successor_today(on: date) -> None:
    reached = {api.successor_on(unit.key, TODAY).key for unit in communes(on)}
    assert reached == {unit.key for unit in NEW}


def test_every_commune_that_ended_was_followed_on_that_day() -> None:
    for unit in shipped().units.values():
        if unit.level is Level.COMMUNE and unit.validity.end is not None:
            after = api.successors(unit.key)
            assert after, unit.key
            assert all(one.validity.contains(unit.validity.end) for one in after)


def test_succession_across_both_reforms() -> None:
    assert api.successor_on("16684@20200201", date(2025, 3, 1)).name == "Phường Quang Trung"
    assert api.successor_on("16684@20200201", TODAY).name == "Phường Thành Vinh"
    assert api.successor_on("413@20200201", date(2025, 3, 1)).name == "Thành phố Vinh"
    same = api.unit("16681@20250701")
    assert api.successor_on(same.key, TODAY) == same


def test_a_district_has_no_single_successor_after_june_2025() -> None:
    with pytest.raises(api.NoSingleSuccessor):
        api.successor_on("429@20200201", TODAY)
    with pytest.raises(api.WrongVintage):
        api.successor_on("16681@20250701", date(2024, 1, 1))


def test_children_of_the_province_and_of_a_district() -> None:
    province = api.lookup_code("40", on=None)
    assert len(api.children(province.key, BEFORE_2025)) == 20
    assert len(api.children(province.key, TODAY)) == 130
    vinh = api.lookup_code("412", on=BEFORE_2025)
    before, after = (
        {u.code for u in api.children(vinh.key, day)} for day in (BEFORE_2024, date(2024, 12, 1))
    )
    assert {"16717", "17902"} <= after - before  # Cửa Lò's wards and four communes of Nghi Lộc
    assert api.children(vinh.key, TODAY) == ()


def test_units_are_found_while_typing() -> None:
    assert [u.name for u in api.search_units("quynh l", on=TODAY)] == ["Xã Quỳnh Lưu"]
    assert [u.name for u in api.search_units("Phường Vinh", on=TODAY)] == [
        "Phường Vinh Hưng",
        "Phường Vinh Lộc",
        "Phường Vinh Phú",
    ]
    inside = [u.short_name for u in api.search_units("vinh", on=TODAY, limit=20)]
    assert inside.index("Vinh Hưng") < inside.index("Trường Vinh")
    assert api.search_units("", on=TODAY) == api.search_units("zzz", on=TODAY) == ()
    assert len(api.search_units("x", on=TODAY, limit=3)) == 3


def test_names_are_clean_and_parents_cover_their_children() -> None:
    for unit in shipped().units.values():
        assert unit.name == nfc(unit.name)
        assert looks_legacy(unit.name) is None
        assert unit.short_name != unit.name
        if unit.parent_key:
            parent = api.unit(unit.parent_key)
            assert parent.validity.start <= unit.validity.start
            last = (unit.validity.end or TODAY) - timedelta(days=1)
            assert parent.validity.contains(last)


def test_what_is_not_verified_is_marked() -> None:
    derived = [s for s in shipped().successions if "derived" in s.source.note]
    assert {s.from_key[:5] for s in derived} == {"16963", "17098", "17548"}
    assert all(s.source.certainty is Certainty.MEMORY for s in derived)
    assert all(a.agency_code_certainty is Certainty.MEMORY for a in shipped().agencies.values())


def test_the_four_unaccented_collisions_are_in_the_tables() -> None:
    names = {(fold(u.name), u.parent_key) for u in communes(BEFORE_2025)}
    assert len(communes(BEFORE_2025)) - len(names) == 4


# --- agencies -----------------------------------------------------------------------------------------------


def test_each_commune_has_its_bodies_and_one_desk() -> None:
    for kind, number in (("people_committee", 130), ("one_stop_centre", 130), ("commune_division", 390)):
        assert len(api.agencies(on=TODAY, kind=kind, level="commune")) == number
    assert len(api.agencies(on=BEFORE_2025, kind="people_committee", level="commune")) == 412
    assert len(api.agencies(on=BEFORE_2024, kind="people_committee", level="commune")) == 460
    assert len(api.agencies(on=BEFORE_2024, kind="people_committee", level="district")) == 21
    assert len(api.agencies(on=BEFORE_2025, kind="people_committee", level="district")) == 20
    assert api.agencies(on=TODAY, level="district") == ()


def test_keys_that_other_packages_use() -> None:
    for key in ("ubnd-tinh", "vp-ubnd-tinh", "so-tu-phap", "so-nnmt", "ttpvhcc-tinh", "cong-an-tinh"):
        assert api.agency(key).key == key
    for unit in NEW:
        desk = api.agency(f"ttpvhcc-xa-{unit.code}")
        assert desk.unit_key == unit.key
        assert desk.parent_key == f"ubnd-xa-{unit.code}"
    old = api.agency("ubnd-xa-16681-cu")
    assert old.name == "Ủy ban nhân dân phường Quang Trung"
    with pytest.raises(api.UnknownAgency):
        api.agency("so-khong-co")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("so-nnptnt", "so-nnmt"),
        ("so-tnmt", "so-nnmt"),
        ("so-gtvt", "so-xay-dung"),
        ("so-khdt", "so-tai-chinh"),
        ("so-ldtbxh", "so-noi-vu"),
        ("so-tttt", "so-khcn"),
        ("ban-dan-toc", "so-dttg"),
        ("cuc-thue-tinh", "thue-tinh"),
        ("ubnd-xa-16684-cu-2024", "ubnd-xa-16681"),
        ("motcua-xa-16669-cu", "ttpvhcc-xa-16681"),
        ("so-tu-phap", "so-tu-phap"),
    ],
)
def test_who_carries_on_today(old: str, new: str) -> None:
    assert api.agency_successor(old, TODAY).key == new


def test_a_district_committee_has_no_single_successor() -> None:
    with pytest.raises(api.NoSingleSuccessor):
        api.agency_successor("ubnd-huyen-429", TODAY)
    assert api.agency_successor("ubnd-huyen-429", BEFORE_2025).key == "ubnd-huyen-429"
    with pytest.raises(api.NoSingleSuccessor):
        api.agency_successor("so-nnmt", date(2024, 1, 1))


def test_before_the_merger_both_departments_existed_and_the_new_one_did_not() -> None:
    before = {a.key for a in api.agencies(on=date(2025, 2, 28), kind="department")}
    after = {a.key for a in api.agencies(on=date(2025, 3, 1), kind="department")}
    assert {"so-nnptnt", "so-tnmt"} <= before - after
    assert "so-nnmt" in after - before
    assert {a.key for a in api.agency_predecessors("so-nnmt")} == {"so-nnptnt", "so-tnmt"}
    assert Change.PART in {s.how for s in api.agency_changes("so-ldtbxh")}


@pytest.mark.parametrize(
    ("key", "old_form"),
    [("ubnd-tinh", "000.00.00.H41"), ("so-tu-phap", "000.00.03.H41"), ("ttpvhcc-tinh", "000.01.01.H41")],
)
def test_the_older_form_of_an_agency_code(key: str, old_form: str) -> None:
    assert api.agency(key).old_agency_code == old_form


@pytest.mark.parametrize("on", [BEFORE_2024, BEFORE_2025, TODAY])
def test_agency_codes_are_unique_on_a_day(on: date) -> None:
    codes = [a.agency_code for a in api.agencies(on=on)]
    assert len(codes) == len(set(codes))


# --- another province's folder ------------------------------------------------------------------------------


def copied(folder: Path) -> Path:
    for path in tables.FOLDER.glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def changed(folder: Path, name: str, change: dict[str, str], where: tuple[str, str]) -> None:
    rows = files.rows(folder, name)
    for row in rows:
        if row[where[0]] == where[1]:
            row.update(change)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_official_agency_codes_replace_the_demo_ones(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "agency_codes.csv").write_text("key,agency_code,certainty\nttpvhcc-xa-16681,H41.77.01,V\n")
    desk = tables.read(folder).agencies["ttpvhcc-xa-16681"]
    assert (desk.agency_code, desk.agency_code_certainty) == ("H41.77.01", Certainty.VERIFIED)
    (folder / "agency_codes.csv").write_text("key,agency_code,certainty\nkhong-co,H41.77.01,V\n")
    with pytest.raises(files.BadTables, match="khong-co"):
        tables.read(folder)


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        ("units.csv", {"parent": "999"}, ("code", "16669")),
        ("units.csv", {"valid_to": "2019-01-01"}, ("code", "16669")),
        ("successions.csv", {"to_code": "99999"}, ("from_code", "16669")),
        ("agencies.csv", {"key": "so-tu-phap"}, ("key", "so-noi-vu")),
        ("agencies.csv", {"parent": "khong-co"}, ("key", "so-noi-vu")),
        ("agency_successions.csv", {"to_key": "khong-co"}, ("from_key", "so-tnmt")),
        ("former_names.csv", {"unit_valid_from": "2001-01-01"}, ("code", "16763")),
    ],
)
def test_tables_that_contradict_themselves_are_refused(
    tmp_path: Path, name: str, change: dict[str, str], where: tuple[str, str]
) -> None:
    folder = copied(tmp_path)
    assert tables.read(folder).version == shipped().version
    changed(folder, name, change, where)
    with pytest.raises(ValueError, match=r"\w"):
        tables.read(folder)


def test_every_commune_has_its_police_in_every_vintage() -> None:
    """Residence is registered by the commune's police, before and after the reform; how sure we are is said."""
    for on, number in ((BEFORE_2024, 460), (BEFORE_2025, 412), (TODAY, 130)):
        police = api.agencies(on=on, kind="police", level="commune")
        assert len(police) == number
        assert {one.source.certainty for one in police} == {Certainty.MEMORY}
        assert {one.unit_key for one in police} == {unit.key for unit in communes(on)}
    assert api.agency_successor("ca-xa-16681-cu", TODAY).kind is AgencyKind.POLICE
