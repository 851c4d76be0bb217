"""The texts of messages: read strictly from data, filled with facts, refused when they speak of what they may not."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from motcua.base.clock import VN
from motcua.base.data import Source, Validity
from motcua.base.errors import DomainError
from motcua.base.vietnamese import strip_accents
from motcua.notices.data import ChannelId, Facts, Occasion, QuietHours, Text
from motcua.notices.rules import sms

LANGUAGES = ("vi", "en")
# What a text may speak of. An SMS or a mail may be read by others than its addressee: no name, no procedure.
FIELDS: dict[ChannelId, frozenset[str]] = {
    ChannelId.INBOX: frozenset({"code", "procedure", "agency", "due", "amount"}),
    ChannelId.MAIL: frozenset({"code", "agency", "due", "amount", "link"}),
    ChannelId.SMS: frozenset({"code", "agency_short", "due_short", "amount_short"}),
}
HAVING_DUE = frozenset({Occasion.ACCEPTED, Occasion.APOLOGY, Occasion.DUE_NEXT_DAY})
HAVING_AMOUNT = frozenset({Occasion.FEE_DUE})
LONGEST_SUBJECT = 120
LONGEST_BODY = 2000
LONGEST_SHORT_AGENCY = 28
_LONGEST = Facts(
    code="000.00.00.H41-250314-99999",
    procedure="x" * 300,
    agency="Trung tâm Phục vụ hành chính công phường Thành Vinh mở rộng",
    due=datetime(2026, 12, 30, 16, 30, tzinfo=VN),
    amount=999_999_999,
)


class BadText(DomainError):
    """The text of “{where}” cannot be used: {why}."""

    message_vi = "Không dùng được mẫu tin “{where}”: {why}."


def read(raw: object) -> tuple[Text, ...]:
    """The texts of a data file's content. Raises `BadText` at the first one that cannot be used."""
    if not isinstance(raw, Mapping) or set(raw) != {"texts"} or not isinstance(raw["texts"], Sequence):
        raise BadText(where="texts", why="a list called “texts” is expected, and nothing else")
    found = tuple(text for one in raw["texts"] for text in _read_one(one))
    for text in found:
        check(text)
    return found


def _read_one(raw: object) -> Iterable[Text]:
    wanted = {"occasion", "valid_from", "valid_to", "source", "channels"}
    if (
        not isinstance(raw, Mapping)
        or not {"occasion", "valid_from", "source", "channels"} <= set(raw) <= wanted
    ):
        raise BadText(where=str(raw)[:60], why=f"these keys are expected: {', '.join(sorted(wanted))}")
    where = str(raw["occasion"])
    try:
        occasion = Occasion(where)
        validity = _validity(raw)
        source = Source.from_mapping(raw["source"])
        if not raw["channels"]:
            raise ValueError("there is no channel")
        for channel, languages in dict(raw["channels"]).items():
            if set(languages) != set(LANGUAGES):
                raise ValueError(f"{channel}: the languages are {', '.join(LANGUAGES)}")
            for language, said in languages.items():
                words = {"subject": "", "body": said} if isinstance(said, str) else dict(said)
                if set(words) != {"subject", "body"}:
                    raise ValueError(f"{channel}/{language}: subject and body are expected")
                yield Text(
                    occasion=occasion,
                    channel=ChannelId(channel),
                    language=language,
                    subject=str(words["subject"]).strip(),
                    body=str(words["body"]).strip(),
                    validity=validity,
                    source=source,
                )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadText(where=where, why=str(error)) from error


def _validity(raw: Mapping[str, Any]) -> Validity:
    end = raw.get("valid_to")
    return Validity(start=_day(raw["valid_from"]), end=_day(end) if end else None)


def _day(raw: object) -> date:
    return raw if isinstance(raw, date) else date.fromisoformat(str(raw))


def check(text: Text) -> None:
    """Raise `BadText` unless every field is known and allowed on the channel, and the longest case still fits."""
    where = f"{text.occasion.value}/{text.channel.value}/{text.language}"
    allowed = FIELDS[text.channel] - _missing(text.occasion)
    for part in (text.subject, text.body):
        for name in _fields(part, where):
            if name not in allowed:
                raise BadText(where=where, why=f"{{{name}}} is not one of: {', '.join(sorted(allowed))}")
    if not text.body:
        raise BadText(where=where, why="it is empty")
    if text.channel is ChannelId.SMS:
        if text.subject:
            raise BadText(where=where, why="an SMS has no subject")
        longest = fill(text, _LONGEST, link="")[1]
        if not sms.fits(longest):
            raise BadText(where=where, why=f"it may take {sms.length(longest)} places of one SMS: {longest}")
    elif not text.subject or "\n" in text.subject:
        raise BadText(where=where, why="a subject of one line is expected")
    if len(text.subject) > LONGEST_SUBJECT or len(text.body) > LONGEST_BODY:
        raise BadText(where=where, why="it is too long")


def _missing(occasion: Occasion) -> frozenset[str]:
    """Fields that this occasion never fills."""
    missing: frozenset[str] = frozenset()
    if occasion not in HAVING_DUE:
        missing |= {"due", "due_short"}
    if occasion not in HAVING_AMOUNT:
        missing |= {"amount", "amount_short"}
    return missing


def _fields(text: str, where: str) -> Iterable[str]:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise BadText(where=where, why=str(error)) from error
    for _said, name, form, conversion in parts:
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise BadText(where=where, why=f"{{{name}}}: only a plain name may stand between braces")
        yield name


def fill(text: Text, facts: Facts, *, link: str) -> tuple[str, str]:
    """Subject and body with the facts in them."""
    values = _values(facts, text.language) | {"link": link}
    return text.subject.format_map(values), text.body.format_map(values)


def _values(facts: Facts, language: str) -> dict[str, str]:
    due = facts.due.astimezone(VN) if facts.due else None
    later = "chưa xác định" if language == "vi" else "not yet set"
    amount = f"{facts.amount:,}".replace(",", ".") if facts.amount is not None else ""
    return {
        "code": facts.code,
        "procedure": facts.procedure,
        "agency": facts.agency,
        "agency_short": _short(facts.agency),
        "due": f"{due:%H:%M} {due:%d/%m/%Y}" if due else later,
        "due_short": f"{due:%H:%M %d/%m/%Y}" if due else strip_accents(later),
        "amount": f"{amount} đ",
        "amount_short": f"{amount} d",
    }


def _short(agency: str) -> str:
    """An agency's name as an SMS can hold it: without accents, the usual words cut, no longer than its places."""
    plain = strip_accents(agency)
    for long, short in (
        ("Trung tam Phuc vu hanh chinh cong", "TTPVHCC"),
        ("Uy ban nhan dan", "UBND"),
        ("phuong", "P."),
        ("xa", "xa"),
    ):
        plain = plain.replace(long, short)
    plain = "".join(letter if sms.is_plain(letter) and letter not in sms.DOUBLE else " " for letter in plain)
    return " ".join(plain.split())[:LONGEST_SHORT_AGENCY].strip()


@cache
def _content() -> Mapping[str, Any]:
    raw = yaml.safe_load((files("motcua.notices") / "texts" / "texts.yaml").read_text("utf-8"))
    if not isinstance(raw, Mapping):
        raise BadText(where="texts.yaml", why="a mapping is expected")
    return raw


@cache
def shipped() -> tuple[Text, ...]:
    """The texts that come with the system, checked when they are first read."""
    return read({"texts": _content()["texts"]})


@cache
def urgent() -> frozenset[Occasion]:
    """Occasions that do not wait for the morning."""
    return frozenset(Occasion(word) for word in _content()["urgent"])


@cache
def quiet_hours() -> tuple[QuietHours, ...]:
    """The dated hours of the night."""
    return tuple(
        QuietHours(
            start=time.fromisoformat(one["start"]),
            end=time.fromisoformat(one["end"]),
            validity=Validity(
                start=_day(one["valid_from"]), end=_day(one["valid_to"]) if one.get("valid_to") else None
            ),
            source=Source.from_mapping(one["source"]),
        )
        for one in _content()["quiet_hours"]
    )


def pick(
    texts: Iterable[Text], *, occasion: Occasion, channel: ChannelId, language: str, on: date
) -> Text | None:
    """The text in force on the day, the latest where several are; Vietnamese where the language has none."""
    fitting = [
        text
        for text in texts
        if text.occasion is occasion and text.channel is channel and text.validity.contains(on)
    ]
    own = [text for text in fitting if text.language == language] or [
        text for text in fitting if text.language == "vi"
    ]
    return max(own, key=lambda text: text.validity.start, default=None)
