"""Changes on either side of a kept linkage: in whatever batches they come, the links are those of a whole run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from motcua.quality.management import update as command
from motcua.quality.management.link import main as link
from motcua.quality.management.state import State, load_state
from motcua.quality.management.update import main
from motcua.quality.rules.deciding import decide
from motcua.quality.rules.linking import Linker
from motcua.quality.rules.numbering import Numbering
from motcua.quality.rules.sides import read_sides

PEOPLE = ("full_name", "dob", "phone", "mother_name", "household_id", "rel_head", "commune")
RECORDS = ("full_name", "dob", "id_no", "phone", "address", "head_name")


@pytest.fixture(scope="module")
def kept(invented: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented registers, linked, with the linkage kept in `state` beside them."""
    folder = tmp_path_factory.mktemp("kept")
    files = ["--base", str(invented / "base.parquet"), "--register", str(invented / "register.parquet")]
    assert link([*files, "--out", str(folder / "links.parquet"), "--state", str(folder / "state")]) == 0
    return folder


def copy(kept: Path, to: Path) -> Path:
    """A state of one's own."""
    state = to / "state"
    state.mkdir(parents=True)
    for file in (kept / "state").iterdir():
        (state / file.name).write_bytes(file.read_bytes())
    return state


def mixed(frame: pl.DataFrame, key: str, columns: tuple[str, ...], count: int) -> pl.DataFrame:
    """Changes: rows with some cells of other rows, a few new ones, a few deletions."""
    rng = np.random.default_rng(17)
    rows = frame[rng.choice(len(frame), count, replace=False)]
    other = frame[rng.choice(len(frame), count, replace=False)]
    taken = {one: other[one].zip_with(pl.Series(rng.random(count) < 0.4), rows[one]) for one in columns}
    if "commune" in columns:  # a commune moves with everything that names it
        moved = pl.Series(rng.random(count) < 0.3)
        for name in ("commune", "commune_code", "old_commune", "old_commune_code", "old_district"):
            taken[name] = other[name].zip_with(moved, rows[name])
    ids = rows[key].to_list()
    ids[:6] = [f"new-{one}" for one in range(6)]
    deleted = [None] * 6 + ["1"] * 6 + [None] * (count - 12)
    return rows.with_columns(
        *(values.alias(name) for name, values in taken.items()),
        pl.Series(key, ids),
        pl.Series("deleted", deleted),
    )


def applied(frame: pl.DataFrame, changes: pl.DataFrame, key: str) -> pl.DataFrame:
    """The whole table after the changes, its rows in another order."""
    left = frame.join(changes.select(key), on=key, how="anti")
    new = changes.filter(pl.col("deleted").is_null()).select(frame.columns)
    return pl.concat([new, left])


def test_twenty_orders_of_batches_end_where_a_whole_run_ends(invented: Path, kept: Path) -> None:
    base = pl.read_parquet(invented / "base.parquet").cast(pl.String)
    register = pl.read_parquet(invented / "register.parquet").cast(pl.String)
    people, records = mixed(base, "person_id", PEOPLE, 60), mixed(register, "record_id", RECORDS, 60)
    before = load_state(kept / "state")
    after = applied(base, people, "person_id"), applied(register, records, "record_id")
    sides = read_sides(after[0].get_column, after[1].get_column)
    learned = before.linkage.learned
    registers = Numbering({}, [], before.numbering.registers)._registers(after[1]["register"])
    run = Linker(sides[0], replace(sides[1], register=registers), sides[2], learned=learned).run()
    whole = pl.DataFrame(
        {
            "record_id": after[1]["record_id"],
            "person": _ids(after[0]["person_id"], run.person),
            "probability": run.probability,
            "decision": decide(run.person, run.probability, run.none, learned.least),
        }
    ).sort("record_id")
    for seed in range(20):
        rng = np.random.default_rng(seed)
        state = load_state(kept / "state")
        batches = [(side, part) for side in ("people", "records") for part in range(2)]
        sizes = {"people": rng.permutation(60), "records": rng.permutation(60)}
        for at in rng.permutation(len(batches)):
            side, part = batches[at]
            rows = np.array_split(sizes[side], 2)[part]
            frames = (people[rows], None) if side == "people" else (None, records[rows])
            _take(state, *frames)
        link_, left = state.linkage.linked, np.flatnonzero(~state.gone)
        decisions = decide(link_.person, link_.probability, link_.none, learned.least)
        found = pl.DataFrame(
            {
                "record_id": state.records.gather(left),
                "person": _ids(state.people, link_.person[left]),
                "probability": link_.probability[left],
                "decision": decisions[left],
            }
        ).sort("record_id")
        assert found["record_id"].to_list() == whole["record_id"].to_list()
        assert found["person"].to_list() == whole["person"].to_list()
        assert found["decision"].to_list() == whole["decision"].to_list()
        assert np.allclose(found["probability"], whole["probability"], atol=1e-6, rtol=0)


def _ids(ids: pl.Series, person: np.ndarray) -> list[str | None]:
    texts = ids.to_list()
    return [texts[one] if one >= 0 else None for one in person]


def _take(state: State, people: pl.DataFrame | None, records: pl.DataFrame | None) -> None:
    """Changes without files."""
    of = command._Changes
    known = {"person_id": state.people, "record_id": state.records}
    given = {"person_id": people, "record_id": records}
    command.take(
        state,
        *(of.of(frame, key, known[key]) if frame is not None else of.none() for key, frame in given.items()),
    )


def test_the_command_writes_what_changed_and_what_it_was(invented: Path, kept: Path, tmp_path: Path) -> None:
    state = copy(kept, tmp_path)
    links = pl.read_parquet(kept / "links.parquet")
    sure = links.filter(pl.col("decision") == "accept").row(0, named=True)
    person = pl.DataFrame({"person_id": [sure["person_id"]], "deleted": ["x"]})
    person.write_csv(tmp_path / "gone.csv")
    out = tmp_path / "changed.csv"
    assert main(["--state", str(state), "--base", str(tmp_path / "gone.csv"), "--out", str(out)]) == 0
    changed = pl.read_csv(out, infer_schema=False)
    mine = changed.row(by_predicate=pl.col("record_id") == sure["record_id"], named=True)
    assert mine["person_id"] != sure["person_id"]
    assert (mine["was_person_id"], mine["was_decision"]) == (sure["person_id"], "accept")
    assert len(changed) < 200
    back = pl.read_parquet(invented / "base.parquet").filter(pl.col("person_id") == sure["person_id"])
    back.write_parquet(tmp_path / "back.parquet")
    again = ["--state", str(state), "--base", str(tmp_path / "back.parquet"), "--out", str(out), "--all"]
    assert main(again) == 0
    every = pl.read_csv(out, infer_schema=False)
    assert every["record_id"].to_list() == links["record_id"].to_list()
    assert every["person_id"].to_list() == links["person_id"].to_list()
    assert np.allclose(every["probability"].cast(pl.Float64), links["probability"], atol=2e-6, rtol=0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("person_id,full_name,commune_code,commune\nP-1,Lê Văn An,99999,Xã Lạ\n", "Xã Lạ"),
        ("person_id,full_name\n", "không có hàng nào"),
        ("record_id,full_name\nR-1,Lê Văn An\n", "person_id"),
    ],
)
def test_what_cannot_be_taken_in_changes_nothing(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, words: str
) -> None:
    state = copy(kept, tmp_path)
    before = {file.name: file.read_bytes() for file in state.iterdir()}
    (tmp_path / "change.csv").write_text(change, encoding="utf-8")
    said = ["--state", str(state), "--base", str(tmp_path / "change.csv"), "--out", str(tmp_path / "out.csv")]
    assert main(said) == 2
    assert words in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in state.iterdir()} == before
    assert not (tmp_path / "out.csv").exists()


def test_a_deletion_of_nobody_is_rejected_and_the_rest_is_taken(kept: Path, tmp_path: Path) -> None:
    state = copy(kept, tmp_path)
    text = "record_id,register,full_name,deleted\n,y te,x,\nnobody,,,1\nR-new,,Lê Văn An,\n"
    known = load_state(state).numbering.registers[0]
    text = text.replace("R-new,,", f"R-new,{known},")
    (tmp_path / "change.csv").write_text(text, encoding="utf-8")
    out = tmp_path / "out.csv"
    assert main(["--state", str(state), "--register", str(tmp_path / "change.csv"), "--out", str(out)]) == 0
    rejects = pl.read_csv(tmp_path / "out.rejects.csv", infer_schema=False)
    assert rejects["row"].to_list() == ["1", "2"]
    assert "R-new" in pl.read_csv(out, infer_schema=False)["record_id"].to_list()


def test_a_folder_that_was_being_renamed_is_found_again(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = copy(kept, tmp_path)
    state.rename(tmp_path / "state.new")
    assert len(load_state(state).records) == 16_000
    said = ["--state", str(tmp_path / "none"), "--base", "x.csv", "--out", str(tmp_path / "out.csv")]
    assert main(said) == 2
    assert "không có kết quả đối chiếu nào được giữ" in capsys.readouterr().err
