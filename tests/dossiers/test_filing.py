"""Filing: doors by date, answers and papers checked, the same sending twice is one dossier, only one's own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind
from motcua.dossiers import api
from motcua.dossiers.api import ComponentGiven, HowProvided, Party, PartyKind, State
from motcua.dossiers.models import Component, Dossier
from motcua.people.api import MayNotActFor
from motcua.people.models import Person
from motcua.procedures.api import NoVersionInForce
from motcua.procedures.data import DoorKind

from .factories import (
    CENTRE,
    CERTIFY,
    COMMITTEE,
    JUSTICE,
    JUSTICE_PAPER,
    MORNING,
    OTHER_CENTRE,
    PAPER,
    PROVINCE_CENTRE,
    World,
    content,
    publish,
    receive,
    take_in,
)

pytestmark = pytest.mark.django_db

OLD_DESK = "motcua-xa-16663-cu"
MARCH_2025 = datetime(2025, 3, 10, 9, 0, tzinfo=VN)


def submit(world: World, **changes: Any) -> api.Filed:
    """The mother files at her commune, in March 2025, on the provincial e-form."""
    values: dict[str, Any] = {
        "by": world.citizen,
        "at": MARCH_2025,
        "idempotency_key": "one-click",
        "procedure_code": CERTIFY,
        "receiving_agency": OLD_DESK,
        "applicant": world.party(),
        "answers": {"purpose": "vay vốn", "born": "1990-05-20"},
        "components": [ComponentGiven(code="TP-01", how=HowProvided.WALLET, wallet_ref="W1")],
    }
    return api.submit(**{**values, **changes})


class TestDoors:
    """NĐ 118/2025: since 1 July 2025 citizens file online on the national portal."""

    def test_provincial_eform_in_march_2025(self, world: World) -> None:
        """Yesterday's law: an acknowledgement, no promise yet, the older number."""
        filed = submit(world)
        assert (filed.state, filed.due_at, filed.created) == (State.REGISTERED, None, True)
        assert filed.code == "001.11.25.H41-250310-0001"

    def test_provincial_eform_is_closed_today(self, world: World) -> None:
        """The refusal names the doors that are open."""
        with pytest.raises(api.DoorClosed) as caught:
            submit(world, at=MORNING, receiving_agency=CENTRE)
        said = caught.value.public()
        assert "Cổng Dịch vụ công quốc gia" in said
        assert "trực tiếp" in said
        assert "02/03/2026" in said
        assert "national portal" in caught.value.public("en")

    def test_last_day_and_first_day(self, world: World) -> None:
        """30 June 2025 open, 1 July 2025 shut."""
        submit(world, at=datetime(2025, 6, 30, 23, 59, tzinfo=VN))
        with pytest.raises(api.DoorClosed):
            submit(
                world, at=datetime(2025, 7, 1, 0, 0, tzinfo=VN), idempotency_key="b", receiving_agency=CENTRE
            )

    def test_channel_must_fit_the_door(self, world: World) -> None:
        """What came by post did not come through the desk's door."""
        with pytest.raises(api.ChannelMismatch):
            receive(world, channel=api.Channel.ONLINE)
        assert receive(world, door=DoorKind.POST, channel=api.Channel.POST).created

    def test_agency_of_another_time(self, world: World) -> None:
        """A centre that began on 1 July 2025 receives nothing in March 2025, a merged one nothing today."""
        with pytest.raises(api.UnknownReceiver):
            submit(world, receiving_agency=CENTRE)
        with pytest.raises((api.UnknownReceiver, api.NotAllowed)):
            receive(world, receiving_agency=OLD_DESK)

    def test_procedure_not_in_force(self, world: World) -> None:
        """Unknown, or not yet in force."""
        with pytest.raises(NoVersionInForce):
            receive(world, procedure_code="9.999999")
        with pytest.raises(NoVersionInForce):
            submit(world, at=datetime(2024, 12, 31, 9, 0, tzinfo=VN))


class TestOnceOnly:
    """A double click, a resend, a lost answer: one dossier."""

    def test_same_key_same_dossier(self, world: World) -> None:
        """The second answer says that nothing new was made."""
        first, second = submit(world), submit(world, at=MARCH_2025 + timedelta(seconds=2))
        assert (second.dossier_id, second.created) == (first.dossier_id, False)
        assert len(api.history(first.dossier_id)) == 1

    def test_same_key_other_content(self, world: World) -> None:
        """A key belongs to what was sent with it."""
        submit(world)
        with pytest.raises(api.KeyUsedForAnother):
            submit(world, answers={"purpose": "khác"})

    def test_keys_of_two_people_do_not_meet(self, world: World) -> None:
        """The key is the sender's own."""
        first = submit(world)
        other = submit(
            world,
            by=world.outsider,
            applicant=Party(name="Lê Văn Bình", person_id=world.stranger),
        )
        assert first.dossier_id != other.dossier_id

    def test_outside_code_is_taken_once(self, world: World) -> None:
        """The national portal sends again after a lost answer: error_code 1 in its words, one dossier in ours."""
        first = take_in(world, outside_code="G22.99-260302-0000001")
        again = take_in(world, outside_code="G22.99-260302-0000001")
        assert (again.dossier_id, again.created) == (first.dossier_id, False)
        assert first.outside_code == "G22.99-260302-0000001"
        assert take_in(world, outside_code="X", outside_system="bo-cong-an").dossier_id != first.dossier_id


class TestAnswersAndPapers:
    """What is typed is checked by the form's rules; what must be there is there."""

    def test_required_answer(self, world: World) -> None:
        """The error names the field and keeps its message in both languages."""
        with pytest.raises(api.AnswersInvalid) as caught:
            submit(world, answers={})
        assert set(caught.value.errors) == {"purpose"}

    def test_born_in_the_future(self, world: World) -> None:
        """Bad input from the issue."""
        with pytest.raises(api.AnswersInvalid) as caught:
            submit(world, answers={"purpose": "x", "born": "2031-01-01"})
        assert set(caught.value.errors) == {"born"}

    def test_signs_no_text_has(self, world: World) -> None:
        """A zero byte pasted from somewhere: a sentence, not a broken page."""
        with pytest.raises(api.SignsNoTextHas):
            take_in(world, answers={"people": [{"name": "A\x00"}]})
        with pytest.raises(api.SignsNoTextHas):
            receive(world, applicant=world.party(name="Hoa\x00"))

    def test_missing_paper_is_named(self, world: World) -> None:
        """Once, in full: every missing paper in one sentence."""
        with pytest.raises(api.PapersMissing) as caught:
            submit(world, components=[])
        assert "Giấy chứng sinh" in caught.value.public()

    def test_unknown_paper(self, world: World) -> None:
        """A code that the procedure does not know."""
        with pytest.raises(api.UnknownPaper):
            submit(world, components=[PAPER, ComponentGiven(code="TP-99", how=HowProvided.PAPER)])

    def test_evidence_rows(self, world: World) -> None:
        """How each paper came is kept with where from: nobody types "reused" or "digitised"."""
        file_id = uuid4()
        fact = {"registry": "civil_status", "key": "birth", "value": "12/2026", "as_of": "2026-03-01"}
        filed = receive(
            world,
            components=[
                ComponentGiven(code="TP-01", how=HowProvided.REGISTRY, fact=fact),
                ComponentGiven(code="TP-02", how=HowProvided.DIGITISED, file_id=file_id),
            ],
        )
        rows = {row.code: row for row in Component.objects.filter(dossier_id=filed.dossier_id)}
        assert HowProvided(rows["TP-01"].how).reused
        assert rows["TP-01"].fact["registry"] == "civil_status"
        assert rows["TP-02"].digitised_at == MORNING
        assert rows["TP-02"].digitised_by == world.reception.ref

    @pytest.mark.parametrize(
        "broken",
        [
            {"how": HowProvided.FILE},
            {"how": HowProvided.WALLET},
            {"how": HowProvided.REGISTRY},
            {"how": HowProvided.PAPER, "copies": 0},
        ],
    )
    def test_paper_without_its_evidence(self, broken: dict[str, Any]) -> None:
        """A claim without evidence is not even a value."""
        with pytest.raises(ValueError, match=r"needs|at least"):
            ComponentGiven(code="TP-01", **broken)

    def test_form_that_went_stale(self, world: World) -> None:
        """A new version came into force while the citizen was typing."""
        old = Dossier.objects.get(id=submit(world).dossier_id).filed_version_id
        publish(content(CERTIFY, name="Cấp giấy xác nhận (mới)"), start=date(2025, 3, 11))
        with pytest.raises(api.FormStale):
            submit(world, at=MARCH_2025 + timedelta(days=1), version_id=old, idempotency_key="b")

    def test_the_dossier_keeps_its_version(self, world: World) -> None:
        """A later version changes nothing for who was accepted before; who is accepted later gets the later one."""
        accepted = receive(world, at=MORNING)
        waiting = take_in(world, at=MORNING)
        publish(content(CERTIFY, limit="10 working_day"), start=date(2026, 3, 3))
        later = MORNING + timedelta(days=1)
        done = api.accept(by=world.reception, at=later, dossier_id=waiting.dossier_id)
        assert accepted.due_at == datetime(2026, 3, 9, 17, 0, tzinfo=VN)
        assert done.due_at == datetime(2026, 3, 17, 17, 0, tzinfo=VN)
        view = api.get_for(by=world.reception, at=later, dossier_id=waiting.dossier_id)
        assert view.procedure_version != view.filed_version


class TestWho:
    """Citizens file for themselves or for whom the law lets them; desks at their own agency."""

    def test_for_ones_child(self, world: World) -> None:
        """A parent acts for a child under 18 (BLDS 2015 Đ.136)."""
        child = Party(name="Trần Văn An", person_id=world.child)
        filed = submit(world, applicant=child, submitter=world.party(), acting_as="parent")
        view = api.get_for(by=world.citizen, at=MARCH_2025, dossier_id=filed.dossier_id)
        assert view.applicant.name == "Trần Văn An"
        assert view.submitter is not None
        assert view.sight is api.Sight.OWNER

    def test_for_a_stranger(self, world: World) -> None:
        """Nothing recorded lets her."""
        with pytest.raises(MayNotActFor):
            submit(
                world, applicant=Party(name="Lê Văn Bình", person_id=world.stranger), submitter=world.party()
            )

    def test_in_somebody_elses_name(self, world: World) -> None:
        """Signed in as one, filing as another."""
        with pytest.raises(api.NotAllowed):
            submit(world, by=world.outsider)

    def test_anonymous(self, world: World) -> None:
        """Nobody files without signing in."""
        with pytest.raises(api.NotAllowed):
            submit(world, by=Actor(kind=ActorKind.ANONYMOUS, ref=""))

    @pytest.mark.parametrize(("agency", "role"), [(COMMITTEE, "solver"), (OTHER_CENTRE, "reception")])
    def test_desk_of_another_agency(self, world: World, agency: str, role: str) -> None:
        """Only the receiving agency's own desk accepts in its name."""
        with pytest.raises(api.NotAllowed):
            receive(world, by=world.at(agency, role))

    def test_organisation(self, world: World) -> None:
        """An organisation's number is found again."""
        filed = receive(
            world, applicant=Party(kind=PartyKind.ORGANISATION, name="Công ty An Phú", tax_code="2900123456")
        )
        found = api.search(by=world.reception, at=MORNING, text="2900123456")
        assert [card.id for card in found] == [filed.dossier_id]


class TestWhoDecides:
    """The deciding agency follows from the procedure's rule and the place."""

    def test_own_commune(self, world: World) -> None:
        """A commune's procedure at the commune's centre."""
        assert Dossier.objects.get(id=receive(world).dossier_id).handling_agency == COMMITTEE

    def test_department_by_name(self, world: World) -> None:
        """A department's procedure at any centre of the province (NĐ 118/2025)."""
        assert (
            Dossier.objects.get(id=receive(world, procedure_code=JUSTICE_PAPER).dossier_id).handling_agency
            == JUSTICE
        )

    def test_commune_procedure_at_the_province(self, world: World) -> None:
        """Which commune? Nobody guesses: the desk says."""
        desk = world.at(PROVINCE_CENTRE, "reception")
        with pytest.raises(api.UnknownHandler):
            receive(world, by=desk, receiving_agency=PROVINCE_CENTRE)
        filed = receive(world, by=desk, receiving_agency=PROVINCE_CENTRE, handling_agency=COMMITTEE)
        assert filed.code == "H41.01.01-260302-0001"

    def test_commune_procedure_at_the_province_by_residence(self, world: World) -> None:
        """Where the population base knows the applicant's commune, that commune decides, as it is on the day."""
        desk = world.at(PROVINCE_CENTRE, "reception")
        Person.objects.filter(id=world.mother).update(permanent_unit="16681@20250701")
        filed = receive(world, by=desk, receiving_agency=PROVINCE_CENTRE)
        assert Dossier.objects.get(id=filed.dossier_id).handling_agency == COMMITTEE

    @pytest.mark.parametrize("unit", ["", "nonsense", "40@19911226"])
    def test_residence_not_certain(self, world: World, unit: str) -> None:
        """No commune, none we know, or a province: the desk says."""
        Person.objects.filter(id=world.mother).update(permanent_unit=unit)
        with pytest.raises(api.UnknownHandler):
            receive(world, by=world.at(PROVINCE_CENTRE, "reception"), receiving_agency=PROVINCE_CENTRE)


class TestNamedFromOutside:
    """Another system may say who decides, but not make a decider of whom the procedure does not name."""

    @pytest.mark.parametrize(
        "agency",
        [
            "so-khong-co",  # nobody
            "ubnd-xa-16681-cu",  # ended with June 2025
            JUSTICE,  # another level
            CENTRE,  # receives, and decides nothing
        ],
    )
    def test_not_a_decider(self, world: World, agency: str) -> None:
        with pytest.raises(api.NotTheDecider) as refused:
            take_in(world, handling_agency=agency)
        assert refused.value.public() != refused.value.public("en")
        assert Dossier.objects.count() == 0

    def test_a_decider(self, world: World) -> None:
        filed = take_in(world, handling_agency="ubnd-xa-16690")
        assert Dossier.objects.get(id=filed.dossier_id).handling_agency == "ubnd-xa-16690"
