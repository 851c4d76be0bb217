"""The texts: strict when read, short enough for an SMS, silent about who and what."""

from __future__ import annotations

import copy
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.base.clock import VN
from motcua.notices.data import ChannelId, Facts, Occasion
from motcua.notices.rules import sms, texts, timing

GOOD: dict[str, Any] = {
    "texts": [
        {
            "occasion": "accepted",
            "valid_from": "2026-01-01",
            "source": {"text": "thử", "certainty": "own"},
            "channels": {
                "sms": {"vi": "Ho so {code}: hen {due_short}.", "en": "Dossier {code}: due {due_short}."},
                "mail": {
                    "vi": {"subject": "Hồ sơ {code}", "body": "Hẹn {due}: {link}"},
                    "en": {"subject": "Dossier {code}", "body": "Due {due}: {link}"},
                },
            },
        }
    ]
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good file with one thing changed."""
    raw = copy.deepcopy(GOOD)
    place: Any = raw["texts"][0]
    *way, last = path.split("/")
    for step in way:
        place = place[step]
    place[last] = value
    return raw


def test_every_occasion_is_told_in_both_languages() -> None:
    shipped = texts.shipped()
    for occasion in Occasion:
        wanted = [ChannelId.INBOX, ChannelId.MAIL]
        if occasion is not Occasion.DUE_NEXT_DAY:
            wanted.append(ChannelId.SMS)
        for channel in wanted:
            for language in ("vi", "en"):
                found = [
                    t for t in shipped if (t.occasion, t.channel, t.language) == (occasion, channel, language)
                ]
                assert len(found) == 1, (occasion, channel, language)


def test_a_good_file_is_read() -> None:
    assert len(texts.read(GOOD)) == 4


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("channels/sms/vi", "Ho so {code} cua {name}"),  # an unknown field
        ("channels/sms/vi", "Ho so {procedure}"),  # known, but not for an SMS
        ("channels/sms/vi", "Ho so {code.__class__}"),
        ("channels/sms/vi", "Ho so {code!r}"),
        ("channels/sms/vi", "Ho so {code:>99999999}"),
        ("channels/sms/vi", "Ho so {0}"),
        ("channels/sms/vi", "Ho so {"),
        ("channels/sms/vi", ""),
        ("channels/sms/vi", "x" * 161),
        ("channels/sms/vi", "Hồ sơ của bạn đã được tiếp nhận, xin mời xem tại trang {code}"),
        ("channels/sms/vi", "{code} " + "x" * 150),  # fits only while the code is short
        ("channels/mail/vi", {"subject": "a\nBcc: b@c", "body": "x"}),
        ("channels/mail/vi", {"subject": "a", "body": "x", "cc": "y"}),
        ("channels/mail/vi", {"subject": "", "body": "x"}),
        ("channels/mail/vi/body", "{amount}"),  # nothing to pay when accepted
        ("channels/mail/vi/body", "x" * 2001),
        ("channels/fax", {"vi": "a", "en": "b"}),
        ("channels/sms", {"vi": "a"}),
        ("channels", []),
        ("occasion", "birthday"),
        ("valid_from", "yesterday"),
        ("valid_to", "2025-01-01"),
        ("source", {"text": "x"}),
        ("colour", "red"),
    ],
)
def test_what_a_reader_would_stumble_over_is_refused(path: str, value: Any) -> None:
    with pytest.raises(texts.BadText) as caught:
        texts.read(changed(path, value))
    assert "{where}" not in caught.value.public("vi")


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"texts": 3}, {"texts": [3]}, {**GOOD, "more": 1}])
def test_what_is_no_file_of_texts_is_refused(raw: Any) -> None:
    with pytest.raises(texts.BadText):
        texts.read(raw)


@given(
    code=st.from_regex(r"\A(H41\.[0-9]{2}|000\.00\.00\.H41)-[0-9]{6}-[0-9]{4,5}\Z"),
    agency=st.text(max_size=300),
    amount=st.integers(0, 999_999_999),
    due=st.none()
    | st.datetimes(timezones=st.just(VN), max_value=datetime(2099, 1, 1), min_value=datetime(2018, 1, 1)),  # noqa: DTZ001,
)
def test_whatever_the_facts_an_sms_is_one_sms(
    code: str, agency: str, amount: int, due: datetime | None
) -> None:
    facts = Facts(code=code, agency=agency, amount=amount, due=due)
    for text in texts.shipped():
        if text.channel is ChannelId.SMS:
            said = texts.fill(text, facts, link="")[1]
            assert sms.is_plain(said), said
            assert sms.fits(said), said


@pytest.mark.parametrize(
    ("text", "length", "fits"),
    [
        ("a" * 160, 160, True),
        ("a" * 161, 161, False),
        ("€" * 80, 160, True),
        ("€" * 81, 162, False),
        ("ồ" * 70, 70, True),
        ("ồ" * 71, 71, False),
        ("😀" * 36, 72, False),
    ],
)
def test_the_length_of_an_sms(text: str, length: int, fits: bool) -> None:
    assert (sms.length(text), sms.fits(text)) == (length, fits)


def test_the_latest_wording_in_force_is_taken_and_vietnamese_where_there_is_no_other() -> None:
    later = texts.read(changed("channels/sms/vi", "Moi: {code}."))
    all_texts = later + texts.shipped()
    wanted: dict[str, Any] = {"occasion": Occasion.ACCEPTED, "channel": ChannelId.SMS}
    new = texts.pick(all_texts, language="vi", on=date(2026, 1, 1), **wanted)
    old = texts.pick(all_texts, language="vi", on=date(2025, 12, 31), **wanted)
    assert new is not None
    assert old is not None
    assert (new.body, old.body == new.body) == ("Moi: {code}.", False)
    other = texts.pick(all_texts, language="lo", on=date(2026, 1, 1), **wanted)
    assert other == new


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("20:59", "20:59"),
        ("21:00", "07:00+1"),
        ("23:59", "07:00+1"),
        ("00:00", "07:00"),
        ("06:59", "07:00"),
        ("07:00", "07:00"),
    ],
)
def test_nobodys_phone_rings_at_night(at: str, leaves: str) -> None:
    day = datetime(2026, 3, 2, tzinfo=VN)
    moment = datetime.combine(day, time.fromisoformat(at), VN)
    wanted = datetime.combine(day, time.fromisoformat(leaves[:5]), VN) + timedelta(days="+1" in leaves)
    hours = texts.quiet_hours()
    assert timing.may_leave(moment, channel=ChannelId.SMS, urgent=False, hours=hours) == wanted
    assert timing.may_leave(moment, channel=ChannelId.SMS, urgent=True, hours=hours) == moment
    assert timing.may_leave(moment, channel=ChannelId.INBOX, urgent=False, hours=hours) == moment


def test_tries_come_further_and_further_apart_and_end() -> None:
    pauses = [timing.pause_after(n) for n in range(1, timing.MOST_TRIES)]
    assert pauses == sorted(p for p in pauses if p is not None)
    assert pauses[0] == timedelta(seconds=30)
    assert max(p for p in pauses if p) <= timing.LONGEST_PAUSE
    assert timing.pause_after(timing.MOST_TRIES) is None
