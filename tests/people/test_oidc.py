"""Signing in at VNeID: the honest way works, every lie is noticed, nothing is believed that a browser posts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from motcua.people import api
from motcua.people.rules.tokens import local_path, read_date
from tests.people.factories import AT
from tests.people.issuer import CLIENT, Issuer, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    with running(Issuer(at=AT)) as made:
        settings.MOTCUA_VNEID_ISSUER = made.url
        settings.MOTCUA_VNEID_CLIENT_ID = CLIENT
        settings.MOTCUA_VNEID_CLIENT_SECRET = "s3cret"
        settings.MOTCUA_PUBLIC_URL = "http://portal.test"
        yield made


def begin(return_to: str = "/nop-ho-so/1/") -> tuple[api.SignInStart, dict[str, str]]:
    start = api.begin_sign_in(return_to, at=AT)
    query = {name: values[0] for name, values in parse_qs(urlsplit(start.url).query).items()}
    return start, query


def finish(issuer: Issuer, **lies: Any) -> api.VerifiedClaims:
    """One whole sign-in, with the browser's answer changed by `lies`."""
    start, query = begin()
    answer = {"code": issuer.code_for(query), "state": query["state"], **lies}
    return api.complete_sign_in(answer, start.session, at=AT)


def test_the_honest_way(issuer: Issuer) -> None:
    claims = finish(issuer)
    assert claims.personal_number == "040190000112"
    assert (claims.full_name, claims.level, claims.sex) == (
        "NGUYỄN THỊ HOA",
        api.IdentityLevel.LEVEL_2,
        api.Sex.FEMALE,
    )
    assert claims.return_to == "/nop-ho-so/1/"
    assert claims.issuer == issuer.url


def test_the_request_carries_state_nonce_and_a_challenge_but_no_secret(issuer: Issuer) -> None:
    start, query = begin()
    assert query["code_challenge_method"] == "S256"
    assert query["response_type"] == "code"
    assert query["redirect_uri"] == "http://portal.test" + api.SIGN_IN_RETURN_PATH
    assert len({query["state"], query["nonce"], query["code_challenge"]}) == 3
    assert start.session["verifier"] not in start.url
    assert "s3cret" not in start.url
    assert begin()[1]["state"] != query["state"]


@pytest.mark.parametrize(
    "forge",
    [
        "none",
        "public key as secret",
        "own key in the header",
        "stranger",
        "unknown kid",
        "changed payload",
        "rubbish",
    ],
)
def test_forged_tokens_are_refused(issuer: Issuer, forge: str) -> None:
    issuer.forge = forge
    with pytest.raises(api.SignInNotTrusted):
        finish(issuer)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://elsewhere.test"},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "somebody-else"]},
        {"aud": CLIENT, "azp": "somebody-else"},
        {"nonce": "of-another-sign-in"},
        {"nonce": 5},
        {"exp": int(AT.timestamp()) - 120},
        {"iat": int(AT.timestamp()) + 3600},
        {"iat": int(AT.timestamp()) - 7200, "exp": int(AT.timestamp()) + 60},
        {"exp": "soon"},
        {"sub": ""},
        {"sub": {"a": 1}},
        {"at_hash": "AAAA"},
    ],
)
def test_tokens_that_are_not_for_this_sign_in_are_refused(issuer: Issuer, claims: dict[str, Any]) -> None:
    issuer.claims = claims
    with pytest.raises(api.SignInNotTrusted):
        finish(issuer)


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "exp", "iat", "nonce"])
def test_tokens_that_leave_something_out_are_refused(issuer: Issuer, name: str) -> None:
    issuer.without = (name,)
    with pytest.raises(api.SignInNotTrusted):
        finish(issuer)


@pytest.mark.parametrize("userinfo", [{"sub": "tech-2"}, {"SoDinhDanh": "040085000221"}, {"loAs": 1}])
def test_user_info_of_somebody_else_is_refused(issuer: Issuer, userinfo: dict[str, Any]) -> None:
    issuer.userinfo = userinfo
    with pytest.raises(api.SignInNotTrusted):
        finish(issuer)


def test_what_the_browser_posts_is_not_believed(issuer: Issuer) -> None:
    claims = finish(issuer, SoDinhDanh="040085000221", HoVaTen="Kẻ Gian", id_token="x.y.z", loAs="2")
    assert claims.personal_number == "040190000112"


def test_a_state_of_another_session_is_refused(issuer: Issuer) -> None:
    with pytest.raises(api.SignInNotTrusted):
        finish(issuer, state="guessed")
    with pytest.raises(api.SignInNotTrusted):
        finish(issuer, iss="http://elsewhere.test")
    with pytest.raises(api.SignInNotTrusted):
        finish(issuer, code="")


def test_a_code_of_another_sign_in_is_refused(issuer: Issuer) -> None:
    """An attacker's code put into a victim's browser has another verifier and another nonce."""
    _, theirs = begin()
    start, mine = begin()
    answer = {"code": issuer.code_for(theirs), "state": mine["state"]}
    with pytest.raises(api.SignInNotTrusted):
        api.complete_sign_in(answer, start.session, at=AT)


def test_an_answer_counts_once(issuer: Issuer) -> None:
    start, query = begin()
    answer = {"code": issuer.code_for(query), "state": query["state"]}
    api.complete_sign_in(answer, start.session, at=AT)
    answer["code"] = issuer.code_for(query)
    with pytest.raises(api.SignInStale):
        api.complete_sign_in(answer, start.session, at=AT)


def test_too_late_or_without_a_beginning(issuer: Issuer) -> None:
    start, query = begin()
    answer = {"code": issuer.code_for(query), "state": query["state"]}
    with pytest.raises(api.SignInStale):
        api.complete_sign_in(answer, start.session, at=AT + timedelta(minutes=16))
    with pytest.raises(api.SignInStale):
        api.complete_sign_in(answer, {}, at=AT)
    with pytest.raises(api.SignInStale):
        api.complete_sign_in({}, {"state": ""}, at=AT)


def test_refusal_at_the_provider_is_said_as_such(issuer: Issuer) -> None:
    start, query = begin()
    with pytest.raises(api.SignInRefused):
        api.complete_sign_in({"error": "access_denied", "state": query["state"]}, start.session, at=AT)


def test_a_provider_that_is_down_or_another(issuer: Issuer, settings: Any) -> None:
    issuer.status = 503
    with pytest.raises(api.ProviderUnavailable):
        finish(issuer)
    issuer.discovery = {"issuer": "http://elsewhere.test"}
    with pytest.raises(api.SignInNotTrusted):
        begin()
    settings.MOTCUA_VNEID_ISSUER = "http://127.0.0.1:9"
    with pytest.raises(api.ProviderUnavailable) as error:
        begin()
    assert "thử lại" in error.value.public()


@pytest.mark.parametrize(
    ("identity", "error"),
    [
        ({"HoVaTen": ""}, api.IncompleteIdentity),
        ({"SoDinhDanh": ""}, api.IncompleteIdentity),
        ({"loAs": 0}, api.IncompleteIdentity),
        ({"loAs": "9"}, api.IncompleteIdentity),
        ({"NgayThangNamSinh": "31/02/1990"}, api.IncompleteIdentity),
        ({"SoDinhDanh": "04019"}, api.InvalidPersonalNumber),
        ({"GioiTinh": "Nam"}, api.PersonalNumberMismatch),
        ({"HoVaTen": "NguyÔn V¨n Hïng"}, api.LegacyEncodedName),
        ({"LoaiTaiKhoan": 2}, api.IncompleteIdentity),
        ({"LoaiTaiKhoan": 2, "MaSoThue": "123"}, api.InvalidTaxCode),
    ],
)
def test_identities_that_say_too_little_or_nonsense(
    issuer: Issuer, identity: dict[str, Any], error: type[Exception]
) -> None:
    issuer.identity |= identity
    with pytest.raises(error):
        finish(issuer)


def test_the_lower_of_two_levels_counts_and_a_company_account_names_its_company(issuer: Issuer) -> None:
    issuer.identity |= {
        "IAL": 1,
        "LoaiTaiKhoan": 2,
        "MaSoThue": "2999000002",
        "TenDoanhNghiep": "Công ty Thử",
    }
    claims = finish(issuer)
    assert claims.level is api.IdentityLevel.LEVEL_1
    assert (claims.tax_code, claims.organisation) == ("2999000002", "Công ty Thử")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "",
        "/a b",
        "/a\nLocation: x",
        "/" * 600,
    ],
)
def test_nobody_is_sent_to_another_site(elsewhere: str) -> None:
    assert local_path(elsewhere) == "/"
    assert local_path("/ho-so/1/?a=b") == "/ho-so/1/?a=b"


def test_birth_dates_as_registers_write_them() -> None:
    assert read_date("20/05/1990") == read_date("19900520") == read_date("1990-05-20")
    assert read_date("1959")[1] is api.DatePrecision.YEAR
    assert read_date("03/1959")[1] is api.DatePrecision.MONTH
    assert read_date("") == (None, api.DatePrecision.DAY)


def test_claims_are_frozen(issuer: Issuer) -> None:
    claims = finish(issuer)
    with pytest.raises(AttributeError):
        claims.personal_number = "040085000221"  # type: ignore[misc]
    assert replace(claims, return_to="/").return_to == "/"
