"""How motcua writes money, dates, times, spans, file sizes and masked numbers: arithmetic on text only."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

VN = ZoneInfo("Asia/Ho_Chi_Minh")
MASK = "•"


def money(amount: int) -> str:
    """`120000` → `120.000 đ`; đồng have no fractions."""
    return f"{amount:,}".replace(",", ".") + " đ"


def number(value: float, places: int = 0) -> str:
    """`1234.5` → `1.234,5` as Vietnamese writes numbers."""
    return f"{value:,.{places}f}".replace(",", "\0").replace(".", ",").replace("\0", ".")


def day(value: date) -> str:
    """`14/03/2025`; a moment is shown as its day in Vietnam."""
    if isinstance(value, datetime):
        value = value.astimezone(VN).date()
    return value.strftime("%d/%m/%Y")


def clock_time(value: datetime) -> str:
    """`16:30` in Vietnam."""
    return value.astimezone(VN).strftime("%H:%M")


def moment(value: datetime) -> str:
    """`16:30, 14/03/2025` in Vietnam."""
    return f"{clock_time(value)}, {day(value)}"


def iso(value: date) -> str:
    """The machine's form of a day or of a moment in Vietnam, for `<time datetime>`."""
    if isinstance(value, datetime):
        return value.astimezone(VN).isoformat(timespec="minutes")
    return value.isoformat()


def span_parts(span: timedelta) -> tuple[int, int, int]:
    """Whole days, hours and minutes of a span; a negative one counts as its size."""
    minutes = int(abs(span).total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    return days, hours, minutes


def file_size(size: int) -> str:
    """`180 KB`, `2,4 MB`: a thousand bytes is a KB, as phones count."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{round(size / 1000)} KB"
    return f"{number(size / 1_000_000, 1)} MB"


def masked(number_text: str) -> str:
    """`040186000012` → `040•••••••12`; what is too short to keep a secret is masked whole."""
    text = number_text.strip()
    if len(text) < 7:
        return MASK * len(text)
    return text[:3] + MASK * (len(text) - 5) + text[-2:]


def masked_phone(phone: str) -> str:
    """`0912345678` → `•••••••678`: enough for the owner to know it, too little for anyone else."""
    text = phone.strip()
    return MASK * max(0, len(text) - 3) + text[-3:] if len(text) > 5 else MASK * len(text)
