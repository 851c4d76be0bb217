"""What the verify page says of every kind of paper."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.documents.api import (
    BrokenFile,
    NotAVerifyCode,
    ResultNotFound,
    Standing,
    issue_result,
    open_file,
    verify,
)
from motcua_sandbox.server import Sandbox
from tests.documents import factories as make


def issued(**changes: object) -> tuple[str, bytes]:
    paper = issue_result(by=make.OFFICER, at=make.AT, draft=make.draft(**changes))
    assert paper.file is not None
    return paper.verify_code, open_file(paper.file.id)


@pytest.mark.django_db
def test_a_good_paper_in_words(authority: Sandbox) -> None:
    _, content = issued()
    verdict = verify(content)
    assert verdict.trustworthy
    assert verdict.headline.vi == "Giấy tờ này là thật, không bị sửa và đang có giá trị."
    told = "\n".join(sentence.vi for sentence in verdict.sentences)
    assert "Nguyễn Thị Hồng Thắm (Ủy ban nhân dân xã Hưng Nguyên Nam)" in told
    assert "với tư cách TM. Ủy ban nhân dân KT. Chủ tịch Phó Chủ tịch" in told
    assert "dấu thời gian xác nhận" in told
    assert "Giấy khai sinh số 01/GKS" in told
    assert "Không một byte nào thay đổi" in told
    assert all(sentence.en and sentence.en != sentence.vi for sentence in verdict.sentences)


@pytest.mark.django_db
def test_one_changed_byte_is_found_and_the_paper_still_named(authority: Sandbox) -> None:
    _, content = issued()
    place = content.index(b"/Creator") + 12
    changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    verdict = verify(changed)
    assert (verdict.trustworthy, verdict.same_as_issued) == (False, False)
    assert "đã bị sửa" in verdict.headline.vi
    assert verdict.full_number == "01/GKS"


@pytest.mark.django_db
def test_something_added_behind_is_found(authority: Sandbox) -> None:
    _, content = issued()
    verdict = verify(content + b"\n% added\n%%EOF\n")
    assert not verdict.trustworthy


@pytest.mark.django_db
def test_the_signature_cut_off_is_found(authority: Sandbox) -> None:
    _, content = issued()
    first_end = content.index(b"%%EOF") + 6
    verdict = verify(content[:first_end])
    assert not verdict.trustworthy
    assert verdict.signatures == ()
    assert "không có chữ ký số" in verdict.headline.vi


@pytest.mark.django_db
def test_only_the_agency_signature_cut_off_is_not_enough_to_pass(authority: Sandbox) -> None:
    _, content = issued()
    ends = [place + 6 for place in range(len(content)) if content.startswith(b"%%EOF", place)]
    for end in ends[:-1]:
        assert not verify(content[:end]).trustworthy


@pytest.mark.django_db
def test_a_foreign_pdf_and_rubbish(authority: Sandbox) -> None:
    verdict = verify(make.pdf())
    assert (verdict.trustworthy, verdict.standing) == (False, Standing.UNKNOWN)
    for rubbish in (b"", b"not a pdf", make.photo()):
        with pytest.raises(BrokenFile):
            verify(rubbish)
    with pytest.raises(NotAVerifyCode):
        verify("hello")
    with pytest.raises(ResultNotFound):
        verify("K7QD-3M2X-9PTA")


@pytest.mark.django_db
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_damage_makes_a_good_paper_or_a_crash(authority: Sandbox, data: st.DataObject) -> None:
    content = _one_paper(authority)
    place = data.draw(st.integers(5, len(content) - 1))
    new = data.draw(st.binary(min_size=1, max_size=40))
    changed = content[:place] + new + content[place + len(new) :]
    if changed != content:
        assert not verify(changed).trustworthy


_paper: dict[str, bytes] = {}


def _one_paper(authority: Sandbox) -> bytes:
    if authority.base_url not in _paper:
        _paper[authority.base_url] = issued()[1]
    return _paper[authority.base_url]
