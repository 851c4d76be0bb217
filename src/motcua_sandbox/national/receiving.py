"""The portal takes dossiers and their progress: each item alone, kept or refused, in the order given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from motcua_sandbox.clocks import Clock
from motcua_sandbox.fields import Wrong, given, plain
from motcua_sandbox.national import speaking
from motcua_sandbox.national.catalogue import Catalogue
from motcua_sandbox.national.held import Held
from motcua_sandbox.national.messages import wrong_in_dossier, wrong_in_progress
from motcua_sandbox.national.speaking import Refusal, outcome, say

MOST_DOSSIERS, MOST_PROGRESS = 50, 10


class Receiving:
    """The three calls that change what the portal holds, and the one that asks."""

    def __init__(self, held: Held, catalogue: Catalogue, clock: Clock) -> None:
        self._held, self._catalogue, self._clock = held, catalogue, clock

    def add(self, unit: str, body: dict[str, Any]) -> Response:
        """DongBoHoSoMC with isUpdating False."""
        return self._each("dossier/add", unit, _items(body, MOST_DOSSIERS), self._add)

    def update(self, unit: str, body: dict[str, Any]) -> Response:
        """DongBoHoSoMC with isUpdating True."""
        return self._each("dossier/update", unit, _items(body, MOST_DOSSIERS), self._update)

    def progress(self, unit: str, body: dict[str, Any]) -> Response:
        """CapNhatTienDoHoSoMC."""
        return self._each("dossier/progress", unit, _items(body, MOST_PROGRESS), self._progress)

    def lookup(self, _unit: str, body: dict[str, Any]) -> Response:
        """TraCuuHoSo."""
        found = self._held.lookup(plain(body.get("mahoso")))
        return say(speaking.UNKNOWN) if found is None else say(speaking.OK, result=found)

    def _each(
        self,
        operation: str,
        unit: str,
        items: list[Any],
        take: Callable[[str, Any, str], dict[str, Any] | list[Wrong]],
    ) -> Response:
        said: list[dict[str, Any]] = []
        for item in items:
            now = self._clock.stamp()
            taken = take(unit, item, now)
            if isinstance(taken, dict):
                said.append(taken)
                continue
            code = taken[0].code
            said.append(outcome(code, item, taken))
            self._held.refuse(operation, unit, said[-1]["MaHoSo"], now, taken)
        first = next((one["error_code"] for one in said if one["error_code"] != speaking.OK), speaking.OK)
        return say(first, data=said)

    def _add(self, unit: str, item: Any, now: str) -> dict[str, Any] | list[Wrong]:
        wrongs = self._wrong(unit, item, now)
        if wrongs:
            return wrongs
        with self._held.store.writing() as db:
            return outcome(self._held.add(db, unit, item, now) or speaking.OK, item)

    def _update(self, unit: str, item: Any, now: str) -> dict[str, Any] | list[Wrong]:
        wrongs = self._wrong(unit, item, now)
        if wrongs:
            return wrongs
        with self._held.store.writing() as db:
            return outcome(self._held.update(db, unit, item, now) or speaking.OK, item)

    def _progress(self, _unit: str, item: Any, now: str) -> dict[str, Any] | list[Wrong]:
        wrongs = wrong_in_progress(item)
        if wrongs:
            return wrongs
        with self._held.store.writing() as db:
            return outcome(self._held.progress(db, item, now) or speaking.OK, item)

    def _wrong(self, unit: str, item: Any, now: str) -> list[Wrong]:
        wrongs = wrong_in_dossier(item)
        if wrongs:
            return wrongs
        when = next((item[name] for name in ("NgayTiepNhan", "NgayNopHoSo") if given(item.get(name))), now)
        return list(self._catalogue.wrong_codes(unit, item, plain(when)[:8]))


def _items(body: dict[str, Any], most: int) -> list[Any]:
    items = body.get("data")
    if not isinstance(items, list) or not items:
        raise Refusal(speaking.FIELD, "data phải là một danh sách có ít nhất một phần tử")
    if len(items) > most:
        raise Refusal(speaking.TOO_MANY)
    return items
