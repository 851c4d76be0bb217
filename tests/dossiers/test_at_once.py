"""Results given on the spot, and electronic copies that go from the counter to who signs."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from motcua.base.clock import VN
from motcua.documents import api as documents
from motcua.documents.data import SigningUnavailable
from motcua.dossiers import api
from motcua.dossiers.api import Party, State
from motcua.dossiers.models import Dossier
from tests.documents.factories import photo

from .factories import CENTRE, CERTIFY, COPIES, MORNING, OTHER_CENTRE, RubberStamp, World

pytestmark = pytest.mark.django_db


class TestAtOnce:
    """Certified copies: no receipt, straight to the last state (NĐ 61/2018 Đ.17)."""

    def give(self, world: World, **changes: Any) -> tuple[api.Filed, ...]:
        """Three people at the counter, one screen."""
        items = [
            api.AtOnceItem(procedure_code=COPIES, applicant=Party(name=name), quantity=n)
            for name, n in (("Nguyễn Thị Hoa", 2), ("Lê Văn Bình", 1), ("Trần Văn An", 10))
        ]
        values: dict[str, Any] = {
            "by": world.reception,
            "at": MORNING,
            "idempotency_key": "batch-1",
            "items": items,
        }
        return api.at_once(**{**values, **changes})

    def test_batch(self, world: World) -> None:
        """One dossier and one entry each, returned at once, without a due time."""
        done = self.give(world)
        assert [f.state for f in done] == [State.RETURNED] * 3
        assert [f.due_at for f in done] == [None] * 3
        assert [len(api.history(f.dossier_id)) for f in done] == [1, 1, 1]
        assert Dossier.objects.get(id=done[2].dossier_id).quantity == 10

    def test_twice(self, world: World) -> None:
        """The print button pressed twice."""
        first, second = self.give(world), self.give(world)
        assert [f.dossier_id for f in first] == [f.dossier_id for f in second]
        assert Dossier.objects.count() == 3

    def test_all_or_none(self, world: World) -> None:
        """A wrong line stops the batch before anything is written."""
        good = api.AtOnceItem(procedure_code=COPIES, applicant=Party(name="A"))
        wrong = api.AtOnceItem(procedure_code=CERTIFY, applicant=Party(name="B"))
        with pytest.raises(api.DoorClosed):
            self.give(world, items=[good, wrong])
        assert Dossier.objects.count() == 0

    def scan(self, world: World) -> UUID:
        """A photo of the original, kept."""
        stored = documents.store_file(content=photo(), name="bang.jpg", by=world.reception, at=MORNING)
        return stored.id

    def copy(self, world: World, **changes: Any) -> api.AtOnceItem:
        """One paper with its scan."""
        values = {"title": "Bằng tốt nghiệp", "pages": 2, "scans": (self.scan(world),)}
        return api.AtOnceItem(procedure_code=COPIES, applicant=world.party(), **{**values, **changes})

    def test_electronic_copy_by_who_signs(self, world: World) -> None:
        """Who signs at the committee certifies a scan: a numbered result hangs on the dossier, once."""
        one = self.copy(world)
        first = self.give(world, by=world.signer, items=[one])
        assert self.give(world, by=world.signer, items=[one])[0].dossier_id == first[0].dossier_id
        view = api.get_for(by=world.signer, at=MORNING, dossier_id=first[0].dossier_id)
        (result,) = view.results
        (entry,) = api.history(first[0].dossier_id)
        assert entry.payload["results"] == [str(result.result_id)]
        assert entry.payload["answers"] == {
            "title": "Bằng tốt nghiệp",
            "pages": 2,
            "scans": [str(one.scans[0])],
        }
        assert [row.file_id for row in view.components] == list(one.scans)

    def test_the_desk_brings_an_electronic_copy_to_who_signs(self, world: World) -> None:
        """Reception signs nothing: the copy lies in the signer's list, without a receipt, due the same day."""
        given = [self.copy(world), api.AtOnceItem(procedure_code=COPIES, applicant=world.party(), title="Sổ")]
        electronic, paper = self.give(world, items=given)
        assert (electronic.state, paper.state) == (State.IN_PROGRESS, State.RETURNED)
        assert electronic.due_at == datetime(2026, 3, 2, 17, 0, tzinfo=VN)
        queue = api.worklist(by=world.signer, at=MORNING, queue=api.Queue.SIGN)
        assert [row.id for row in queue.rows] == [electronic.dossier_id]
        view = api.get_for(by=world.signer, at=MORNING, dossier_id=electronic.dossier_id)
        assert view.results == ()
        assert [row.file_id for row in view.components] == list(given[0].scans)

        later = MORNING + timedelta(minutes=5)
        api.sign_result(by=world.signer, at=later, dossier_id=electronic.dossier_id)
        done = api.stamp(by=world.clerk, at=later, dossier_id=electronic.dossier_id)
        assert done.state is State.RESOLVED
        (item,) = documents.wallet(world.mother)
        assert item.file is not None
        texts = [page.extract_text() for page in PdfReader(BytesIO(documents.open_file(item.file.id))).pages]
        assert len(texts) == 2
        assert "Trang 1/1 của bản được sao" in " ".join(texts[1].split())
        assert api.replayed(electronic.dossier_id).state is State.RESOLVED

    def test_who_signs_sends_it_back(self, world: World) -> None:
        """A scan that does not hold goes back with the reason, and nothing was numbered."""
        (filed,) = self.give(world, items=[self.copy(world)])
        later = MORNING + timedelta(minutes=5)
        back = api.return_step(by=world.signer, at=later, dossier_id=filed.dossier_id, reason="ảnh mờ")
        assert back.step is not api.Step.SIGNING
        assert documents.results_of_dossier(filed.code) == []

    def test_a_double_click_brings_one_copy(self, world: World) -> None:
        one = self.copy(world)
        first, second = self.give(world, items=[one]), self.give(world, items=[one])
        assert first[0].dossier_id == second[0].dossier_id
        assert Dossier.objects.count() == 1

    def test_without_a_scan_there_is_nothing_to_sign(self, world: World) -> None:
        with pytest.raises(api.NothingScanned):
            api.bring_to_sign(
                by=world.reception, at=MORNING, idempotency_key="k", item=self.copy(world, scans=())
            )

    def test_who_neither_receives_nor_signs_brings_nothing(self, world: World) -> None:
        with pytest.raises(api.NotAllowed):
            self.give(world, by=world.clerk, items=[self.copy(world)])
        with pytest.raises(api.NotAllowed):
            self.give(
                world,
                by=world.at(OTHER_CENTRE, "reception"),
                items=[self.copy(world)],
                receiving_agency=CENTRE,
            )
        assert Dossier.objects.count() == 0

    def test_no_signature_no_copy(self, world: World, stamp: RubberStamp) -> None:
        """The signature service is away: neither dossier nor number."""
        one = self.copy(world)
        stamp.broken = True
        with pytest.raises(SigningUnavailable):
            self.give(world, by=world.signer, items=[one])
        assert Dossier.objects.count() == 0
