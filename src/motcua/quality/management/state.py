"""A linkage on disk: a folder that `motcua quality link --state` writes and `motcua quality update` goes on from."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from motcua.quality.management.intake import BadFileError
from motcua.quality.rules import facts
from motcua.quality.rules.comparing import Levels
from motcua.quality.rules.learning import Common, Learned
from motcua.quality.rules.linking import Linker, Scored
from motcua.quality.rules.model import Model
from motcua.quality.rules.names import Names
from motcua.quality.rules.numbering import Numbering
from motcua.quality.rules.pairs import Linked, Pairs
from motcua.quality.rules.sides import Column, Side, hashed, is_head
from motcua.quality.rules.updating import Homes, Linkage

VERSION = 1
_MARK = "mark.json"
_LINK = ("person", "probability", "none", "second")
Arrays = dict[str, NDArray[np.generic]]


@dataclass
class State:
    """The linkage, the ids of its rows, how places and registers are numbered, and which records are gone."""

    linkage: Linkage
    numbering: Numbering
    people: pl.Series
    records: pl.Series
    gone: NDArray[np.bool_]

    @classmethod
    def of(
        cls, base: Column, register: Column, linker: Linker, linked: Linked, registers: list[str]
    ) -> State:
        """Of a whole run over the columns of two files."""
        linkage = Linkage.of(linker, linked, homes_of(base), facts.phones(register("phone")))
        numbering = Numbering.of(base, linker.people, registers)
        gone = np.zeros(len(linker.plain), dtype=bool)
        return cls(linkage, numbering, base("person_id"), register("record_id"), gone)


def homes_of(base: Column) -> Homes:
    """The households that the columns of a base name."""
    home = base("household_id").cast(pl.String)
    number = hashed(home)
    number = np.where(home.is_null().to_numpy(), 0, number).astype(np.uint64)
    return Homes(number, np.array(is_head(base("rel_head"))))


def keep_state(folder: Path, state: State) -> None:
    """Write the folder anew; one that stands there stays whole until the new one is."""
    new, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    new.mkdir(parents=True)
    for name, values in _arrays(state).items():
        np.save(new / f"{name}.npy", values)
    for name, series in (
        ("people", state.people),
        ("records", state.records),
        ("text", state.linkage.names.text),
    ):
        pl.DataFrame({"text": series}).write_ipc(new / f"{name}.arrow")
    learned, numbering = state.linkage.learned, state.numbering
    mark = {
        "version": VERSION,
        "learned": {name: getattr(learned, name) for name in ("claimed", "unclaimed", "least")},
        "places": numbering.places,
        "table": numbering.table,
        "registers": numbering.registers,
    }
    (new / _MARK).write_text(json.dumps(mark, ensure_ascii=False), encoding="utf-8")  # last: now it is whole
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _arrays(state: State) -> Arrays:
    link = state.linkage
    pairs, learned = link.scored.pairs, link.learned
    out: Arrays = {
        "names": link.names.rows, "home": link.homes.number, "head": link.homes.head, "phones": link.phones,
        "settled": link.settled, "gone": state.gone, "score": link.scored.score, "none": link.scored.none,
        "pair.record": pairs.record.astype(np.uint32), "pair.person": pairs.person.astype(np.uint32),
        "learned.weights": learned.model.weights, "learned.number": learned.model.number,
        "common.names": learned.common.names, "common.steps": learned.common.steps,
    }  # fmt: skip
    for name, of in (("pair", pairs.levels), ("best", link.linked.levels)):
        out |= {f"{name}.{one.name}": getattr(of, one.name) for one in fields(Levels)}
    for name, side in (("people", link.people), ("records", link.records)):
        out |= {f"{name}.{one.name}": getattr(side, one.name) for one in fields(Side)}
    return out | {f"link.{one}": getattr(link.linked, one) for one in _LINK}


def load_state(folder: Path) -> State:
    """What `keep_state` wrote. Raises `BadFileError`."""
    if not (folder / _MARK).is_file():
        # Stopped between the two renamings: one of the two beside it is whole.
        beside = [folder.with_name(folder.name + end) for end in (".new", ".old")]
        whole = [one for one in beside if (one / _MARK).is_file()]
        if not whole:
            raise BadFileError(
                f"{folder}: không có kết quả đối chiếu nào được giữ (chạy motcua quality link --state)"
            )
        whole[0].rename(folder)
    mark = json.loads((folder / _MARK).read_text(encoding="utf-8"))
    if mark["version"] != VERSION:
        raise BadFileError(f"{folder}: do phiên bản khác ghi; chạy lại motcua quality link --state")

    def array(name: str) -> NDArray[Any]:
        return np.asarray(np.load(folder / f"{name}.npy"))

    def text(name: str) -> pl.Series:
        return pl.read_ipc(folder / f"{name}.arrow")["text"]

    sides = {
        name: Side(**{one.name: array(f"{name}.{one.name}") for one in fields(Side)})
        for name in ("people", "records")
    }
    levels = {
        name: Levels(**{one.name: array(f"{name}.{one.name}") for one in fields(Levels)})
        for name in ("pair", "best")
    }
    record, person = (array(f"pair.{one}").astype(np.int64) for one in ("record", "person"))
    learned = Learned(
        Model(array("learned.weights"), array("learned.number")),
        Common(array("common.names"), array("common.steps")),
        **mark["learned"],
    )
    linkage = Linkage(
        sides["people"], sides["records"], Names(array("names"), text("text")), Homes(array("home"), array("head")),
        array("phones"), array("settled"), Scored(Pairs(record, person, levels["pair"]), array("score"), array("none")),
        Linked(
            array("link.person"), array("link.probability"), array("link.none"), array("link.second"), levels["best"]
        ), learned,
    )  # fmt: skip
    table = [tuple(row) for row in mark["table"]]
    numbering = Numbering(mark["places"], table, mark["registers"])
    return State(linkage, numbering, text("people"), text("records"), array("gone"))
