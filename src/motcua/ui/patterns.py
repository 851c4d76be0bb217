"""The pattern book: every piece with examples of all its states, in the book's own synthetic words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from motcua.ui import words
from motcua.ui.data import (
    Action,
    Decision,
    EmptyState,
    Evidence,
    FileTile,
    KnownFact,
    MoneyRow,
    PersonLine,
    Problem,
    RankedBar,
    Sparkline,
    Step,
    StepState,
    Tone,
    UnitOption,
    UnitPicker,
)
from motcua.ui.rules import VN


@dataclass(frozen=True, kw_only=True)
class Token:
    """A colour in the light and in the dark."""

    name: str
    light: str
    dark: str


TOKENS = (
    Token(name="paper", light="#FBFAF6", dark="#121716"),
    Token(name="ink", light="#17211F", dark="#E9ECE8"),
    Token(name="line", light="#D9D6CC", dark="#2E3735"),
    Token(name="quiet", light="#5B6663", dark="#9AA6A2"),
    Token(name="lotus", light="#A61E4D", dark="#F08DAE"),
    Token(name="water", light="#0B5A83", dark="#7CC4EC"),
    Token(name="on time", light="#1B7340", dark="#7BD49B"),
    Token(name="due", light="#8F5200", dark="#F0B860"),
    Token(name="late", light="#B1231B", dark="#FF9A90"),
    Token(name="paused", light="#4A5A66", dark="#A9B7C0"),
)


@dataclass(frozen=True, kw_only=True)
class Example:
    """One state of a piece."""

    title: str
    value: object


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """One piece: its template, what it is for, its states."""

    piece: str
    title: str
    about: str
    examples: tuple[Example, ...]

    @property
    def slug(self) -> str:
        """Its place in the book's addresses."""
        return self.piece.replace("_", "-")


_NOW = datetime(2025, 3, 14, 10, 12, tzinfo=VN)
_DUE = datetime(2025, 3, 14, 16, 30, tzinfo=VN)


def book() -> tuple[Pattern, ...]:
    """Every piece in the order of the book, in the reader's language."""
    return tuple(make() for make in _PATTERNS)


def _clock_chip() -> Pattern:
    chip = words.clock_chip
    return Pattern(
        piece="clock_chip",
        title=_("Nhãn đồng hồ"),
        about=_("Hồ sơ còn bao lâu. Luôn có dấu, chữ và màu nói cùng một điều."),
        examples=(
            Example(title=_("Còn hạn"), value=chip(due=_DUE + timedelta(days=2), now=_NOW)),
            Example(title=_("Hạn trong hôm nay"), value=chip(due=_DUE, now=_NOW)),
            Example(title=_("Quá hạn"), value=chip(due=_NOW - timedelta(hours=3), now=_NOW)),
            Example(title=_("Chờ người dân bổ sung"), value=chip(due=_DUE, now=_NOW, paused=True)),
            Example(title=_("Xong đúng hạn"), value=chip(due=_DUE, now=_NOW, finished=_NOW)),
            Example(
                title=_("Xong trễ hạn"), value=chip(due=_NOW - timedelta(days=1), now=_NOW, finished=_NOW)
            ),
            Example(title=_("Chưa có hạn"), value=chip(due=None, now=_NOW)),
        ),
    )


def _state_chip() -> Pattern:
    return Pattern(
        piece="state_chip",
        title=_("Nhãn trạng thái"),
        about=_("Mười trạng thái quốc gia của hồ sơ, cùng một cách gọi cho người dân và cán bộ."),
        examples=tuple(Example(title=str(code), value=words.state_chip(code)) for code in range(1, 11)),
    )


def _step_rail() -> Pattern:
    steps = (
        Step(
            name="Tiếp nhận",
            state=StepState.DONE,
            who="Lê Thị Lan",
            unit="Bộ phận Một cửa",
            entered=_NOW - timedelta(hours=2),
            left=_NOW - timedelta(hours=1),
            used=timedelta(hours=1),
            given=timedelta(hours=4),
        ),
        Step(
            name="Thẩm tra",
            state=StepState.NOW,
            who="Trần Văn Bình",
            unit="Phòng Tư pháp",
            entered=_NOW - timedelta(hours=1),
            used=timedelta(hours=9),
            given=timedelta(hours=8),
        ),
        Step(name="Ký", state=StepState.NEXT, given=timedelta(hours=4)),
    )
    return Pattern(
        piece="step_rail",
        title=_("Đường các bước"),
        about=_("Ai giữ hồ sơ, ở đâu, vào ra lúc nào, dùng bao nhiêu trong thời gian được giao."),
        examples=(
            Example(title=_("Đang giải quyết, một bước quá giờ"), value=steps),
            Example(title=_("Mới nộp"), value=(Step(name="Tiếp nhận", state=StepState.NOW),)),
        ),
    )


def _evidence_line() -> Pattern:
    counted = Evidence(
        what=_("Hồ sơ trực tuyến"),
        counted=True,
        why=_("Nộp qua cổng ngày 14/03/2025 và có tệp kết quả."),
        source="QĐ 766/QĐ-TTg, 3.3",
    )
    not_counted = Evidence(
        what=_("Tái sử dụng dữ liệu"), counted=False, why=_("Không có thành phần nào lấy từ kho đã số hóa.")
    )
    return Pattern(
        piece="evidence_line",
        title=_("Dòng chứng cứ"),
        about=_("Một hồ sơ được tính hay không được tính vào chỉ số, và vì sao."),
        examples=(
            Example(title=_("Được tính"), value=counted),
            Example(title=_("Không được tính"), value=not_counted),
        ),
    )


def _known_card() -> Pattern:
    name = KnownFact(
        label=_("Họ tên mẹ"),
        value="NGUYỄN THỊ HOA",
        source=_("CSDL dân cư"),
        as_of=date(2025, 3, 12),
        report_url="#khong-dung",
    )
    number = KnownFact(label=_("Số định danh của mẹ"), value="040•••••••12", source=_("CSDL dân cư"))
    return Pattern(
        piece="known_card",
        title=_("Thẻ “Nhà nước đã có”"),
        about=_("Điều nhà nước đã có thì không hỏi lại: giá trị, nguồn, ngày, và lối báo không đúng."),
        examples=(
            Example(title=_("Có lối báo không đúng"), value=(name, number)),
            Example(title=_("Một dòng, không có ngày"), value=(number,)),
        ),
    )


def _file_tile() -> Pattern:
    return Pattern(
        piece="file_tile",
        title=_("Ô tệp"),
        about=_("Hình trang, loại giấy, ai ký, đã kiểm tra hay chưa."),
        examples=(
            Example(
                title=_("Đã ký số, đã kiểm tra"),
                value=FileTile(
                    name="giay-chung-sinh.pdf",
                    kind="PDF",
                    url="#tep",
                    size=182_000,
                    pages=1,
                    signer="Bệnh viện Sản Nhi",
                    verified=True,
                ),
            ),
            Example(
                title=_("Chữ ký hỏng"),
                value=FileTile(name="uy-quyen.pdf", kind="PDF", size=2_400_000, verified=False),
            ),
            Example(
                title=_("Có chữ ký, chưa kiểm tra"),
                value=FileTile(name="don.pdf", kind="PDF", signer="Nguyễn Văn A"),
            ),
            Example(
                title=_("Ảnh chụp"),
                value=FileTile(
                    name="giay-chung-sinh.jpg", kind="JPEG", size=840, note=_("Đã xoay cho thẳng")
                ),
            ),
        ),
    )


def _decision_bar() -> Pattern:
    decisions = (
        Decision(label=_("Trình ký"), value="propose", key="T", primary=True),
        Decision(label=_("Yêu cầu bổ sung"), value="supplement", key="B"),
        Decision(label=_("Trả lại bước"), href="#tra-lai", key="L"),
        Decision(label=_("Từ chối"), value="refuse", dangerous=True),
    )
    held = (Decision(label=_("Ký số"), value="sign", primary=True, disabled_why=_("Chưa có phê duyệt.")),)
    return Pattern(
        piece="decision_bar",
        title=_("Thanh quyết định"),
        about=_("Việc chính ở trái, việc không lấy lại được đứng riêng, phím tắt nhìn thấy được."),
        examples=(
            Example(title=_("Đủ các việc"), value=decisions),
            Example(title=_("Chưa làm được, và vì sao"), value=held),
        ),
    )


def _money_row() -> Pattern:
    return Pattern(
        piece="money_row",
        title=_("Dòng tiền"),
        about=_("Số tiền bằng đồng, cho việc gì, vì sao chừng ấy."),
        examples=(
            Example(
                title=_("Một khoản"),
                value=MoneyRow(
                    what=_("Lệ phí đăng ký khai sinh quá hạn"), amount=5000, why="NQ 25/2020/NQ-HĐND"
                ),
            ),
            Example(
                title=_("Được miễn"),
                value=MoneyRow(what=_("Lệ phí hộ tịch"), amount=0, why=_("Miễn cho hộ nghèo.")),
            ),
            Example(title=_("Tổng"), value=MoneyRow(what=_("Cộng"), amount=120000, total=True)),
        ),
    )


def _unit_picker() -> Pattern:
    options = (
        UnitOption(key="a", name="Xã Châu Bình", parent="Nghệ An", vintage=_("từ 01/07/2025")),
        UnitOption(key="b", name="Xã Châu Bính", parent="huyện Quỳ Châu", vintage=_("đến 30/06/2025")),
    )
    chosen = (UnitOption(key="a", name="Xã Châu Bình", parent="Nghệ An", selected=True),)
    label = _("Nơi đăng ký")
    return Pattern(
        piece="unit_picker",
        title=_("Ô chọn đơn vị hành chính"),
        about=_("Gõ có dấu hay không dấu. Tên trùng khi bỏ dấu thì cho chọn, không đoán."),
        examples=(
            Example(title=_("Chưa gõ"), value=UnitPicker(name="u1", label=label)),
            Example(
                title=_("Nhiều nơi cùng tên"),
                value=UnitPicker(name="u2", label=label, typed="chau binh", options=options),
            ),
            Example(
                title=_("Đã chọn"),
                value=UnitPicker(name="u3", label=label, typed="Châu Bình", options=chosen),
            ),
            Example(
                title=_("Không thấy"),
                value=UnitPicker(name="u4", label=label, typed="Chau Binhh", error=_("Hãy chọn một nơi.")),
            ),
        ),
    )


def _person_line() -> Pattern:
    return Pattern(
        piece="person_line",
        title=_("Dòng người"),
        about=_("Số định danh được che; xem đủ thì phải ghi lý do, và lần xem được lưu lại."),
        examples=(
            Example(
                title=_("Che số"),
                value=PersonLine(
                    name="Nguyễn Thị Hoa",
                    number="040186000012",
                    born="1986",
                    place="xã Nghi Văn",
                    unmask_url="#xem",
                ),
            ),
            Example(title=_("Chỉ có tên"), value=PersonLine(name="Lò Văn Páo")),
        ),
    )


def _ranked_bar() -> Pattern:
    return Pattern(
        piece="ranked_bar",
        title=_("Thanh xếp hạng"),
        about=_("Một con số so với mục tiêu của nó; bấm vào là tới hồ sơ phía sau."),
        examples=(
            Example(
                title=_("Đạt mục tiêu"),
                value=RankedBar(label="Tiến độ", value=18.9, full=20, target=18, rank=1, href="#ho-so"),
            ),
            Example(
                title=_("Chưa đạt"),
                value=RankedBar(label="Số hóa", value=50.9, full=100, target=80, unit=" %", rank=2),
            ),
            Example(title=_("Không có mục tiêu"), value=RankedBar(label="Khác", value=0, full=0)),
        ),
    )


def _sparkline() -> Pattern:
    return Pattern(
        piece="sparkline",
        title=_("Đường nhỏ"),
        about=_("Con số đã đi thế nào, với giá trị cuối viết ra bằng chữ."),
        examples=(
            Example(
                title=_("Mười ngày"),
                value=Sparkline(
                    label="Điểm phục vụ",
                    values=[70.1, 70.4, 70.2, 70.9, 71.0, 71.3, 71.2, 71.5, 71.53, 71.84],
                    last="71,84",
                    since=_("từ 05/03"),
                ),
            ),
            Example(title=_("Không đổi"), value=Sparkline(label="Chờ ký", values=[3, 3, 3], last="3")),
            Example(title=_("Mới một ngày"), value=Sparkline(label="Chờ ký", values=[3], last="3")),
        ),
    )


def _empty_state() -> Pattern:
    return Pattern(
        piece="empty_state",
        title=_("Chỗ trống"),
        about=_("Không có gì thì nói là không có gì, và nên làm gì."),
        examples=(
            Example(
                title=_("Có việc để làm"),
                value=EmptyState(
                    title=_("Bạn chưa nộp hồ sơ nào"),
                    text=_("Hồ sơ bạn nộp, ở đây hoặc tại quầy, sẽ hiện ở trang này."),
                    action=Action(label=_("Tìm thủ tục"), href="/"),
                ),
            ),
            Example(title=_("Chỉ báo"), value=EmptyState(title=_("Hôm nay không có hồ sơ quá hạn"))),
        ),
    )


def _problem_notice() -> Pattern:
    full = Problem(
        what=_("Tệp “giay-chung-sinh.jpg” chưa tải lên được"),
        safe=_("Những gì bạn đã điền và hai tệp trước vẫn được giữ."),
        todo=_("Chụp lại ảnh dưới 20 MB hoặc chọn tệp PDF, rồi tải lên lại."),
        reference="7f3a9c02",
        actions=(Action(label=_("Chọn tệp khác"), href="#tep"),),
    )
    late = Problem(
        what=_("Biểu mẫu này vừa được thay bằng bản mới"), safe=_("Câu trả lời cũ được giữ."), tone=Tone.DUE
    )
    return Pattern(
        piece="problem_notice",
        title=_("Thông báo trục trặc"),
        about=_("Chuyện gì đã xảy ra, cái gì an toàn, làm gì tiếp, mã để hỏi."),
        examples=(
            Example(title=_("Đầy đủ"), value=full),
            Example(title=_("Nhắc nhở"), value=late),
            Example(title=_("Ngắn nhất"), value=Problem(what=_("Chưa lưu được."), tone=Tone.PAUSED)),
        ),
    )


_PATTERNS: tuple[Callable[[], Pattern], ...] = (
    _clock_chip,
    _state_chip,
    _step_rail,
    _evidence_line,
    _known_card,
    _file_tile,
    _decision_bar,
    _money_row,
    _unit_picker,
    _person_line,
    _ranked_bar,
    _sparkline,
    _empty_state,
    _problem_notice,
)

__all__ = ["TOKENS", "Example", "Pattern", "Token", "book"]
