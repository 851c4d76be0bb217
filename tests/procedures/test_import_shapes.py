"""Import, without a database: the shapes, the crawled defects, hostile files."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.deadlines.data import LimitUnit, TimeLimit
from motcua.procedures.data import (
    ChannelKind,
    ComponentKind,
    Degree,
    Flag,
    Level,
    ProcedureContent,
    ReviewState,
    decode,
    encode,
)
from motcua.procedures.rules.importing import reading, texts
from motcua.procedures.rules.importing.building import Rejected
from motcua.procedures.rules.importing.mapping import BadMapping, read_mapping
from motcua.procedures.rules.importing.reading import UnreadableFile, read_records
from motcua.procedures.rules.importing.shapes import parse

CRAWLED: dict[str, Any] = {
    "ma_thu_tuc": "9.000010",
    "ten_thu_tuc": "Cấp  giấy thử\nnghiệm",
    "cap_thuc_hien": "Cấp tỉnh, Cấp xã",
    "linh_vuc": "Thử nghiệm",
    "so_quyet_dinh": "12/QĐ-THU",
    "doi_tuong_thuc_hien": "Công dân Việt Nam, Tổ chức (không bao gồm doanh nghiệp, HTX)",
    "trinh_tu_thuc_hien": "Bước 1: Nộp.\nBước 2: Nhận.",
    "cach_thuc_thuc_hien": "Hình thức nộpThời gianPhí, lệ phíMô tảTrực tuyến5 Ngày làm việcMiễn phíTrực tiếp7Miễn phí"
    "Dịch vụ bưu chính5 Ngày làm việc50,000 Việt Nam Đồng(Theo quy định)",
    "thanh_phan_ho_so": "* Giấy tờ phải nộp:Tên giấy tờMẫu đơn, tờ khaiSố lượng"
    "Đơn đề nghị theo mẫu;Mau 01.docx1 bản chính"
    "Ảnh chụp năm 20261 bản chính,2 bản sao* Giấy tờ phải xuất trình:Tên giấy tờMẫu đơn, tờ khaiSố lượng"
    "Thẻ căn cước0 bản chính",
    "can_cu_phap_ly": "Tên văn bản pháp lýMã văn bảnLuật Thử54/2014/QH13Thuế thử107/2016/QH13",
    "co_quan_thuc_hien": "Sở Thử",
    "yeu_cau_dieu_kien": "Không có thông tin",
    "ket_qua_xu_ly": "Giấy thửMã: KQ.G15.000031Giấy khácMã: G19-KQ0060102Từ khóaKhông có thông tinMô tảKhông có",
}
CAMEL: dict[str, Any] = {
    "id": "x",
    "code": "9.000011",
    "name": "Cấp giấy thử",
    "executionSteps": [{"name": "", "description": "Bước 1: Nộp.\nBước 2: Nhận."}],
    "executionMethods": [
        {
            "submissionMethod": "ONLINE", "processingTime": 8, "processingTimeUnit": "HOUR",
            "description": "08 giờ làm việc", "fees": [{"type": "FEE", "value": 20000, "currencyId": "VND"}],
        },
        {"submissionMethod": "DIRECT", "processingTime": 3, "processingTimeUnit": "WORKING_DAY", "fees": []},
    ],
    "executionCases": [
        {"name": "Cấp mới", "profileComponents": [{"name": "Đơn đề nghị", "originalQty": 1, "copyQty": 2}]}
    ],
    "isWard": False, "isProvince": True, "isMinistry": False, "isFullProcess": True,
    "categoriesDetails": [{"name": "Thử", "code": "LV01"}],
    "subjectTypesDetails": [{"name": "Cá nhân"}],
    "legalBasisesDetails": [{"code": "1/2025/NĐ-CP", "name": "Nghị định thử"}],
    "resultsDetails": [{"code": "KQ.1", "name": "Giấy"}],
}  # fmt: skip
UPPER: dict[str, Any] = {
    "MATTHC": "9.000012",
    "TENTTHC": "Cấp giấy thử",
    "TRANGTHAI": "1",
    "TRINHTUTHUCHIEN": [{"TRUONGHOP": "Chung", "TRINHTU": [{"TENTRINHTU": "Nộp hồ sơ"}]}],
    "LINHVUCTHUCHIEN": [{"MALINHVUC": "LV", "TENLINHVUC": "Thử"}],
    "CACHTHUCTHUCHIEN": [
        {
            "KENH": "2",
            "THOIGIAN": [
                {
                    "THOIGIANGIAIQUYET": "3",
                    "DONVITINH": "Ngày làm việc",
                    "PHILEPHI": [{"SOTIEN": "8000", "DONVI": "đồng"}],
                }
            ],
        }
    ],
    "COQUANTHUCHIEN": [{"TENDONVI": "Ủy ban nhân dân cấp xã"}],
    "THANHPHANHOSO": [{"TRUONGHOP": "", "GIAYTO": [{"MAGIAYTO": "G1", "TENGIAYTO": "Tờ khai"}]}],
    "KETQUATHUCHIEN": [{"MAKETQUA": "KQ.1", "TENKETQUA": "Giấy"}],
    "CANCUPHAPLY": [{"SOVANBAN": "1/2025/NĐ-CP", "TENVANBAN": "Nghị định"}],
    "DOITUONGTHUCHIEN": [{"TENDOITUONG": "Công dân"}],
    "YEUCAU": "",
}
DERIVED: dict[str, Any] = {
    "code": "9.000013",
    "name": "Cấp giấy thử",
    "level": "Cấp xã",
    "field": "Thử",
    "methods": [{"method": "Trực tiếp", "time": "5", "unit": None, "fee": "135 VNĐ", "desc": ""}],
    "documents": [{"name": "Ảnh", "n": 20261, "kind": "chính"}],
    "laws": ["1/2025/NĐ-CP"],
}


def test_the_crawled_page() -> None:
    found = parse(CRAWLED).content
    assert found.name == "Cấp giấy thử nghiệm"
    assert found.levels == (Level.PROVINCE, Level.COMMUNE)
    assert found.subjects == ("Công dân Việt Nam", "Tổ chức (không bao gồm doanh nghiệp, HTX)")
    assert len(found.steps) == 2
    online, direct, post = (
        found.channel(k) for k in (ChannelKind.ONLINE, ChannelKind.DIRECT, ChannelKind.POST)
    )
    assert online is not None
    assert online.limit == TimeLimit(5, LimitUnit.WORKING_DAY)
    assert direct is not None
    assert direct.limit is None, "a unit of time is never guessed"
    assert "không ghi đơn vị" in direct.note
    assert post is not None
    assert post.fees[0].amount == 50000
    assert Flag.LIMIT_UNKNOWN in found.flags
    assert [(c.originals, c.copies) for c in found.components] == [(1, 0), (1, 2), (0, 0)]
    assert found.components[0].kind is ComponentKind.FORM
    assert found.components[0].form_name == "Mau 01.docx"
    assert found.components[1].name.endswith("2026")
    assert found.components[2].kind is ComponentKind.SHOW
    assert [r.code for r in found.results] == ["KQ.G15.000031", "G19-KQ0060102"]
    assert [r.name for r in found.results] == ["Giấy thử", "Giấy khác"]
    assert [(b.number, b.title) for b in found.legal_basis] == [
        ("54/2014/QH13", "Luật Thử"),
        ("107/2016/QH13", "Thuế thử"),
    ]
    assert found.conditions == ()
    assert found.review.state is ReviewState.UNREVIEWED


@given(st.text(alphabet="ab \n\t\u00a0", min_size=280, max_size=320))
@settings(max_examples=40)
def test_what_is_kept_reads_back_as_it_was_parsed(tail: str) -> None:
    """Texts are cut to a length; a cut beside a space must not look like a change at the next import."""
    names = {
        "ten_thu_tuc": f"Cấp giấy {tail} x",
        "co_quan_thuc_hien": f"Sở {tail} y",
        "linh_vuc": f"Thử {tail} z",
    }
    content = parse(CRAWLED | names).content
    assert decode(ProcedureContent, encode(content)) == content


def test_the_portals_own_shapes() -> None:
    camel = parse(CAMEL).content
    online = camel.channel(ChannelKind.ONLINE)
    assert online is not None
    assert online.limit == TimeLimit(8, LimitUnit.WORKING_HOUR)
    assert online.degree is Degree.FULL
    assert online.fees[0].amount == 20000
    assert camel.components[0].copies == 2
    assert camel.field_code == "LV01"
    upper = parse(UPPER).content
    assert upper.levels == (Level.COMMUNE,)
    assert upper.limit_for(ChannelKind.ONLINE) == TimeLimit(3, LimitUnit.WORKING_DAY)
    assert upper.fees_for(ChannelKind.ONLINE)[0].amount == 8000


def test_the_structured_extract_and_the_lost_thousands() -> None:
    found = parse(DERIVED).content
    assert Flag.FEE_UNSURE in found.flags
    assert found.channels[0].fees[0].amount is None
    assert found.channels[0].fees[0].name == "135 VNĐ"
    assert found.components[0].originals == 1


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({}, "không nhận ra"),
        ([], "đối tượng"),
        (None, "đối tượng"),
        ({"a": 1}, "--map"),
        (CRAWLED | {"ma_thu_tuc": ""}, "thiếu mã"),
        (CRAWLED | {"ma_thu_tuc": "abc"}, "mã 'abc'"),
        (CRAWLED | {"ten_thu_tuc": "Không có thông tin"}, "thiếu tên"),
        (CRAWLED | {"ten_thu_tuc": "x" * 2001}, "2000"),
        (CRAWLED | {"cap_thuc_hien": "Cấp làng"}, "thiếu cấp"),
        (CRAWLED | {"ten_thu_tuc": "CÊp giÊy chøng nhËn quyÒn sö dông ®Êt"}, "bảng mã cũ"),
        (UPPER | {"TRANGTHAI": "0"}, "chưa công khai"),
        (CAMEL | {"isProvince": False}, "thiếu cấp"),
    ],
)
def test_kept_out_with_a_reason(record: object, why: str) -> None:
    with pytest.raises(Rejected, match=why):
        parse(record)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([CRAWLED, CAMEL, UPPER, DERIVED]), st.data())
def test_junk_in_any_key_is_parsed_or_rejected(record: dict[str, Any], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(record)))
    with suppress(Rejected):
        assert parse(record | {key: data.draw(junk)}).content.code


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        ("5", "Ngày làm việc", TimeLimit(5, LimitUnit.WORKING_DAY)),
        ("24", "Giờ", TimeLimit(24, LimitUnit.HOUR)),
        ("2", "Tháng", TimeLimit(2, LimitUnit.MONTH)),
        ("5", None, None),
        ("Không có thông tin", "Ngày", None),
        ("0.5", "Ngày", None),
        ("0", "Ngày", None),
        ("9999", "Tháng", None),
    ],
)
def test_time_limits(amount: str, unit: str | None, expected: TimeLimit | None) -> None:
    assert texts.limit(amount, unit) == expected


def test_shuffled_lines_are_seen() -> None:
    long = "Người yêu cầu nộp hồ sơ trực tiếp hoặc trực tuyến theo hướng dẫn của cơ quan đăng ký, nộp phí tại Trung"
    assert texts.looks_shuffled(f"{long}\nnộp hồ sơ.\n- Tiếp theo.")
    assert not texts.looks_shuffled("Bước 1: Nộp.\nBước 2: Nhận.")


# --- files -------------------------------------------------------------------------------------------------------


def found(path: Path, data: bytes) -> list[tuple[object, str]]:
    path.write_bytes(data)
    return [(r.value, r.reason) for r in read_records(path)]


ONE, TWO = {"code": "1"}, {"code": "2"}
LINES = b'{"code": "1"}\n{"code": "2"}\n'


@pytest.mark.parametrize(
    "data",
    [
        LINES,
        LINES.rstrip(),
        b"\xef\xbb\xbf" + LINES,
        LINES.replace(b"\n", b"\r\n\r\n"),
        json.dumps([ONE, TWO]).encode(),
        json.dumps([ONE, TWO], indent=2).encode(),
        json.dumps({"error_code": 0, "result": [ONE, TWO]}).encode(),
        json.dumps({"data": [ONE, TWO]}, indent=1).encode(),
        json.dumps([ONE, TWO]).encode("utf-16"),
        gzip.compress(LINES, mtime=0),
        gzip.compress(json.dumps([ONE, TWO]).encode(), mtime=0),
    ],
)
def test_every_packing_gives_the_same_records(tmp_path: Path, data: bytes) -> None:
    assert found(tmp_path / "f", data) == [(ONE, ""), (TWO, "")]


@pytest.mark.parametrize(
    ("data", "good", "why"),
    [
        (LINES + b'{"code": "3", "na', 2, "cắt giữa chừng"),
        (b'{"code": "1"}\nxx\n{"code": "2"}\n', 2, "không phải JSON"),
        (b'{"code": "1"}\n{"name": "\xe9"}\n', 1, "không phải UTF-8"),
        (b'{"code": NaN}\n{"code": "1"}\n', 1, "NaN"),
        (b'{"code": "1"}\n' + b"[" * 100_000 + b"\n", 1, ""),
        (b'[{"code": "1"}, {"code": "2"', 1, "JSON hỏng"),
        (b'[{"code": "1"}', 1, "thiếu dấu ]"),
        (b'[{"code": "1"}] {"x": 1}', 1, "nội dung lạ"),
        (gzip.compress(LINES * 500, mtime=0)[:-40], None, "cắt giữa chừng"),
        (gzip.compress(LINES, mtime=0)[:-8] + b"00000000", None, "nén hỏng"),
    ],
)
def test_broken_files_keep_what_is_whole(tmp_path: Path, data: bytes, good: int | None, why: str) -> None:
    records = found(tmp_path / "f", data)
    assert any(why in reason for _, reason in records if reason)
    if good is not None:
        assert sum(not reason for _, reason in records) == good


def test_a_record_of_40_mb_is_kept_out_and_the_next_read(tmp_path: Path) -> None:
    huge = b'{"code": "1", "text": "' + b"x" * 40_000_000 + b'"}\n{"code": "2"}\n'
    first, second = found(tmp_path / "f", huge)
    assert first[1].startswith("bản ghi dài 40 MB")
    assert second == (TWO, "")


def test_the_same_in_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_RECORD", 100)
    records = found(tmp_path / "f", json.dumps([{"t": "x" * 200}, TWO]).encode())
    assert "tối đa" in records[0][1]
    assert records[1] == (TWO, "")


@pytest.mark.parametrize("data", [b"<html>", b"code;name\n1;2", b"PK\x03\x04", b"\x00\x00"])
def test_what_is_no_json_says_so(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="JSON"):
        found(tmp_path / "f", data)


def test_missing_and_empty_files(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="không mở được"):
        list(read_records(tmp_path / "nowhere"))
    assert found(tmp_path / "f", b"") == []
    assert found(tmp_path / "f", b" \n ") == []


def test_a_mapping_renames() -> None:
    mapping = read_mapping(
        'rename: {"id.ma": ma_thu_tuc, ten: ten_thu_tuc, cap: cap_thuc_hien}\n'
        "constants: {linh_vuc: Thử}\ninside: ban_ghi\n"
    )
    record = {"ban_ghi": {"id": {"ma": "9.000014"}, "ten": "Thử", "cap": "Cấp xã", "khac": 1}}
    assert parse(mapping.apply(record)).content.code == "9.000014"
    assert mapping.apply("x") == "x"


@pytest.mark.parametrize("text", ["rename: 1", "x: 1", "rename: {a: [b]}", "[", ""])
def test_a_bad_mapping_says_where(text: str) -> None:
    with pytest.raises(BadMapping, match="ánh xạ"):
        read_mapping(text)
