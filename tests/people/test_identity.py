"""Sign-in ties an account to one person; claims, contacts, access, authority."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from motcua.base.data import SYSTEM, Validity
from motcua.ledger.api import Subject, entries, readings_of
from motcua.people import api
from motcua.people.models import Person
from tests.people.factories import AT, OFFICER, as_citizen, child, man, mirror, organisation, record

pytestmark = pytest.mark.django_db
TODAY = AT.date()


def claims(**changes: Any) -> api.VerifiedClaims:
    values: dict[str, Any] = {
        "issuer": "https://vneid.test",
        "subject": "tech-1",
        "level": api.IdentityLevel.LEVEL_2,
        "personal_number": "040190000112",
        "full_name": "NGUYỄN THỊ HOA",
        "dob": date(1990, 5, 20),
        "dob_precision": api.DatePrecision.DAY,
        "sex": api.Sex.FEMALE,
        "phone": "0912345678",
        "email": "",
    }
    return api.VerifiedClaims(**{**values, **changes})


def sign_in(**changes: Any) -> api.PersonView:
    return api.sign_in_with_vneid(claims=claims(**changes), by=SYSTEM, at=AT)


def kinds(person_id: UUID) -> list[str]:
    return [entry.kind for entry in entries(Subject(kind="person", id=str(person_id)))]


def test_a_known_person_is_found_and_told_to_the_ledger() -> None:
    (hoa,) = mirror(record())
    signed = sign_in()
    assert signed.id == hoa.id
    assert signed.full_name == "Nguyễn Thị Hoa"  # the mirror's spelling stays
    assert signed.identity_level is api.IdentityLevel.LEVEL_2
    assert sign_in().id == hoa.id
    assert kinds(hoa.id) == ["person.signed_in", "person.signed_in"]
    assert api.has_open_sign_in(hoa.id)


def test_an_unknown_person_gets_only_what_was_asserted() -> None:
    made = sign_in()
    assert (made.personal_number, made.phone, made.permanent_address) == ("040190000112", "+84912345678", "")
    assert {given.source for given in made.provenance.values()} == {"vneid"}
    assert made.ethnicity == ""
    assert Person.objects.count() == 1


def test_a_number_used_by_somebody_else_is_a_clear_error() -> None:
    mirror(record())
    with pytest.raises(api.PersonalNumberReused) as error:
        sign_in(full_name="LÊ THỊ LAN", dob=date(1990, 8, 8))
    assert "người khác" in error.value.public()


def test_a_small_difference_becomes_a_claim_and_the_mirror_stays() -> None:
    (hoa,) = mirror(record())
    signed = sign_in(full_name="NGUYỄN THỊ HOÀI HOA")
    assert signed.full_name == "Nguyễn Thị Hoa"
    (claim,) = api.claims_of(hoa.id)
    assert (claim.key, claim.said, claim.state) == (
        "person.full_name",
        "NGUYỄN THỊ HOÀI HOA",
        api.ClaimState.OPEN,
    )
    sign_in(full_name="NGUYỄN THỊ HOÀI HOA")
    assert len(api.claims_of(hoa.id)) == 1


def test_a_lost_account_is_replaced_and_the_person_stays() -> None:
    first = sign_in()
    second = sign_in(subject="tech-2")
    assert first.id == second.id
    assert [entry.payload["relinked"] for entry in _entries(first.id)] == [False, True]


def _entries(person_id: UUID) -> list[Any]:
    return list(entries(Subject(kind="person", id=str(person_id))))


def test_an_account_cannot_wander_to_another_number() -> None:
    sign_in()
    with pytest.raises(api.AccountOfAnother):
        sign_in(personal_number="040190000999", full_name="NGUYỄN THỊ LAN")
    assert Person.objects.count() == 1


def test_the_dead_do_not_sign_in() -> None:
    mirror(record(died_on=date(2026, 1, 1)))
    with pytest.raises(api.PersonDeceased):
        sign_in()


def test_no_number_no_sign_in() -> None:
    with pytest.raises(api.IncompleteIdentity):
        sign_in(personal_number=None)


def test_a_company_account_lets_its_holder_act_for_it() -> None:
    (hoa,) = mirror(record())
    with pytest.raises(api.OrganisationNotFound):
        sign_in(subject="org-1", tax_code="2999000002")
    company = organisation()
    assert not api.may_act_for(hoa.id, on=TODAY, organisation_id=company)
    sign_in()
    sign_in(subject="org-1", tax_code="2999000002")
    sign_in(subject="org-1", tax_code="2999000002")
    assert api.may_act_for(hoa.id, on=TODAY, organisation_id=company)
    assert len(api.acting_for(hoa.id, on=TODAY)) == 2
    assert [entry.payload["relinked"] for entry in _entries(hoa.id)] == [False, False, False]


def test_facts_come_with_source_and_time_and_unknown_ones_are_left_out() -> None:
    _, _, an = mirror(record(), man(), child())
    facts = api.facts_for_prefill(
        an.id,
        ["person.full_name", "person.dob", "mother.full_name", "father.personal_number", "person.email"],
    )
    assert facts["mother.full_name"].value == "Nguyễn Thị Hoa"
    assert facts["person.dob"].value == "2018-07-07"
    assert facts["person.dob"].source == "test-base"
    assert facts["person.dob"].as_of.year == 2026
    assert "person.email" not in facts
    with pytest.raises(api.UnknownFact):
        api.facts_for_prefill(an.id, ["person.shoe_size"])
    with pytest.raises(api.PersonNotFound):
        api.facts_for_prefill(uuid4(), ["person.dob"])


def test_facts_of_old_cards_and_companies() -> None:
    (hoa,) = mirror(record(identifiers=((api.IdentifierKind.CMND, "186543210"),)))
    company = organisation(address="Số 9, đường Quang Trung")
    facts = api.facts_for_prefill(
        hoa.id,
        ["person.old_id_number", "organisation.address", "organisation.phone"],
        organisation_id=company,
    )
    assert facts["person.old_id_number"].value == "186543210"
    assert facts["organisation.address"].value == "Số 9, đường Quang Trung"
    assert "organisation.phone" not in facts


def test_a_disputed_fact_is_kept_apart() -> None:
    (hoa,) = mirror(record())
    claim = api.dispute_fact(by=as_citizen(hoa), at=AT, person_id=hoa.id, key="person.dob", said="1990-05-21")
    assert (claim.mirrored, claim.said) == ("1990-05-20", "1990-05-21")
    facts = api.facts_for_prefill(hoa.id, ["person.dob", "person.sex"])
    assert facts["person.dob"].value == "1990-05-20"
    assert facts["person.dob"].disputed
    assert not facts["person.sex"].disputed
    again = api.dispute_fact(by=as_citizen(hoa), at=AT, person_id=hoa.id, key="person.dob", said="1990-05-22")
    assert again.id == claim.id
    assert kinds(hoa.id) == ["person.fact_disputed"] * 2
    with pytest.raises(api.NothingDisputed):
        api.dispute_fact(by=as_citizen(hoa), at=AT, person_id=hoa.id, key="person.dob", said="1990-05-20")
    with pytest.raises(api.UnknownFact):
        api.dispute_fact(by=as_citizen(hoa), at=AT, person_id=hoa.id, key="x", said="1")
    api.settle_claim(by=OFFICER, at=AT, claim_id=claim.id, upheld=False, why="Giấy khai sinh ghi ngày 20")
    with pytest.raises(api.ClaimNotOpen):
        api.settle_claim(by=OFFICER, at=AT, claim_id=claim.id, upheld=True, why="")
    assert not api.facts_for_prefill(hoa.id, ["person.dob"])["person.dob"].disputed


def test_reads_by_others_are_logged_and_ones_own_are_not() -> None:
    (hoa,) = mirror(record())
    subject = Subject(kind="person", id=str(hoa.id))
    api.read_person(by=as_citizen(hoa), at=AT, purpose="own page", person_id=hoa.id)
    assert readings_of(subject) == []
    api.look_up(by=OFFICER, at=AT, purpose="reception", text="040190000112")
    api.facts_for_prefill(hoa.id, ["person.dob"], by=OFFICER, at=AT, purpose="assisted filing")
    api.read_person(by=OFFICER, at=AT, purpose="dossier", person_id=hoa.id)
    logged = readings_of(subject)
    assert {one.purpose for one in logged} == {"reception", "assisted filing", "dossier"}
    assert ("person.dob",) in {one.fields for one in logged}
    with pytest.raises(ValueError, match="time"):
        api.facts_for_prefill(hoa.id, ["person.dob"], by=OFFICER)


def test_a_changed_phone_needs_the_person_or_a_paper() -> None:
    hoa, nam = mirror(record(), man())
    assert api.contact(hoa.id).source == "mirror"
    changed = api.change_contact(by=as_citizen(hoa), at=AT, person_id=hoa.id, phone="0911111111")
    assert (changed.phone, changed.source) == ("+84911111111", "citizen")
    assert api.get(hoa.id).phone == "+84912345678"
    with pytest.raises(api.NotYourContact):
        api.change_contact(by=as_citizen(nam), at=AT, person_id=hoa.id, phone="0922222222")
    with pytest.raises(api.NotYourContact):
        api.change_contact(by=SYSTEM, at=AT, person_id=hoa.id, phone="0922222222")
    with pytest.raises(api.EvidenceRequired):
        api.change_contact(by=OFFICER, at=AT, person_id=hoa.id, phone="0922222222")
    with pytest.raises(api.InvalidPhone):
        api.change_contact(by=as_citizen(hoa), at=AT, person_id=hoa.id, phone="09")
    api.change_contact(by=OFFICER, at=AT, person_id=hoa.id, phone="", email="h@x.vn", evidence="Thẻ căn cước")
    assert api.contact(hoa.id).phone == "+84912345678"
    assert kinds(hoa.id) == ["person.contact_changed"] * 2


def test_parents_act_for_children_until_eighteen() -> None:
    hoa, _, an = mirror(record(), man(), child())
    assert api.check_may_act_for(hoa.id, on=TODAY, person_id=an.id).kind is api.AuthorityKind.PARENT
    assert api.may_act_for(hoa.id, on=date(2036, 7, 6), person_id=an.id)
    assert not api.may_act_for(hoa.id, on=date(2036, 7, 7), person_id=an.id)
    assert not api.may_act_for(an.id, on=TODAY, person_id=hoa.id)
    assert api.may_act_for(hoa.id, on=TODAY, person_id=hoa.id)
    with pytest.raises(ValueError, match="either"):
        api.may_act_for(hoa.id, on=TODAY)


def proxy(agent: api.PersonView, principal: api.PersonView, **changes: Any) -> UUID:
    values: dict[str, Any] = {
        "by": OFFICER,
        "at": AT,
        "kind": api.AuthorityKind.PROXY,
        "agent_id": agent.id,
        "principal_person_id": principal.id,
        "validity": Validity(start=TODAY, end=TODAY + timedelta(days=30)),
        "evidence": "Văn bản uỷ quyền số 12, công chứng",
    }
    return api.record_authority(**{**values, **changes})


def test_a_proxy_serves_its_time_and_its_procedures() -> None:
    hoa, nam = mirror(record(), man())
    key = proxy(nam, hoa, procedures=["1.001193"])
    assert api.may_act_for(nam.id, on=TODAY, person_id=hoa.id, procedure="1.001193")
    assert not api.may_act_for(nam.id, on=TODAY, person_id=hoa.id, procedure="1.004873")
    assert not api.may_act_for(nam.id, on=TODAY, person_id=hoa.id)
    assert not api.may_act_for(nam.id, on=TODAY + timedelta(days=30), person_id=hoa.id, procedure="1.001193")
    stranger = as_citizen(sign_in(personal_number="040190000555", subject="tech-9"))
    with pytest.raises(api.NotYourAuthority):
        api.end_authority(by=stranger, at=AT, authority_id=key, reason="")
    api.end_authority(by=as_citizen(hoa), at=AT, authority_id=key, reason="Rút uỷ quyền")
    with pytest.raises(api.MayNotActFor):
        api.check_may_act_for(nam.id, on=TODAY, person_id=hoa.id, procedure="1.001193")
    with pytest.raises(api.AuthorityEnded):
        api.end_authority(by=OFFICER, at=AT, authority_id=key, reason="")


def test_authorities_that_cannot_be() -> None:
    hoa, nam, an = mirror(record(), man(), child())
    with pytest.raises(api.WrongAuthority):
        proxy(hoa, hoa)
    with pytest.raises(api.WrongAuthority):
        proxy(nam, hoa, evidence=" ")
    with pytest.raises(api.WrongAuthority):
        proxy(nam, hoa, validity=Validity(start=TODAY))
    with pytest.raises(api.WrongAuthority):
        proxy(nam, hoa, principal_organisation_id=organisation())
    with pytest.raises(api.WrongAuthority):
        proxy(nam, hoa, kind=api.AuthorityKind.PARENT)
    with pytest.raises(api.AgentIsMinor):
        proxy(an, hoa)
    proxy(nam, an, kind=api.AuthorityKind.GUARDIAN, validity=Validity(start=TODAY))
    assert api.may_act_for(nam.id, on=TODAY + timedelta(days=4000), person_id=an.id)
