"""`motcua quality link`: a register against the population base, without database or network.

Reads two files (Parquet or CSV), writes record_id, person_id, probability, decision (accept, review, none), reasons
and whatever other columns the register has. `probability` is that of the best candidate being the person, also
where the decision is none. Rows that cannot be used go to a file "….rejects.csv" beside the output.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from motcua.quality.management.intake import REGISTER, BadFileError, Rejects, Table, open_table
from motcua.quality.management.keeping import Kept
from motcua.quality.management.state import State, keep_state
from motcua.quality.rules.deciding import ACCEPT, NONE, REVIEW, decide
from motcua.quality.rules.linking import Linker
from motcua.quality.rules.pairs import Linked
from motcua.quality.rules.reasons import reasons
from motcua.quality.rules.sides import read_sides

_REFUSED, _STOPPED = 2, 130
_WORDS = {
    "reading": "đọc và chuẩn hóa", "first look": "tìm ứng viên chắc chắn", "second look": "tìm ứng viên còn lại",
    "comparing": "so sánh", "learning": "học trọng số", "weighing": "tính xác suất", "writing": "ghi kết quả",
    "done": "xong",
}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 2 with a sentence on stderr when the input is not usable, 130 when stopped."""
    args = _parser().parse_args(argv)
    try:
        run(args.base, args.register, args.out, _Bar(sys.stderr.isatty() or args.progress), state=args.state)
    except BadFileError as error:
        sys.stderr.write(f"\nmotcua quality link: {error}\n")
        return _REFUSED
    except OSError as error:
        sys.stderr.write(f"\nmotcua quality link: {error.filename}: {error.strerror}\n")
        return _REFUSED
    except KeyboardInterrupt:
        sys.stderr.write("\nmotcua quality link: đã dừng; chạy lại cùng lệnh sẽ tiếp tục từ phần đã đọc\n")
        return _STOPPED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="motcua quality link", description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="the population base, .parquet or .csv")
    parser.add_argument("--register", type=Path, required=True, help="the register(s), .parquet or .csv")
    parser.add_argument("--out", type=Path, required=True, help="links to write, .parquet or .csv")
    parser.add_argument(
        "--state", type=Path, help="keep the linkage in this folder, for `motcua quality update`"
    )
    parser.add_argument("--progress", action="store_true", help="show progress also when not on a terminal")
    return parser


class _Bar:
    """A progress bar on stderr: share done, what is being done, seconds."""

    def __init__(self, shown: bool) -> None:
        self.shown, self.began = shown, time.monotonic()

    def __call__(self, what: str, share: float) -> None:
        if not self.shown:
            return
        full = round(30 * share)
        seconds = time.monotonic() - self.began
        text = f"\r[{'█' * full}{'·' * (30 - full)}] {share:4.0%} {_WORDS.get(what, what)} {seconds:.0f} s"
        sys.stderr.write(f"{text:<72}" + ("\n" if share >= 1 else ""))
        sys.stderr.flush()


def run(
    base_path: Path, register_path: Path, out: Path, progress: _Bar, *, state: Path | None = None
) -> pl.DataFrame:
    """Link the files, write `out` and keep the linkage in `state`; returns the links."""
    began = time.monotonic()
    progress("reading", 0.02)
    rejects = Rejects()
    base = open_table(base_path, "person_id", rejects)
    register = open_table(register_path, "record_id", rejects)
    if len(base) == 0:
        raise BadFileError(f"{base_path}: không còn hàng nào dùng được; xem {_rejects(out)}")
    kept = Kept.beside(out, (base_path, register_path))
    read = kept.load() or kept.save(read_sides(base.column, register.column))
    people, records, names, registers = read
    linker = Linker(people, records, names, progress)
    linked = linker.run()
    if state is not None:
        keep_state(state, State.of(base.column, register.column, linker, linked, registers))
    linker.scored = None
    progress("writing", 0.93)
    table = links(base, register, linked, linker.least)
    write(table, out)
    rejects.write(_rejects(out))
    kept.forget()
    progress("done", 1.0)
    _summary(table, rejects, out, time.monotonic() - began)
    return table


def _rejects(out: Path) -> Path:
    return out.with_name(f"{out.stem}.rejects.csv")


def links(base: Table, register: Table, linked: Linked, least: float) -> pl.DataFrame:
    """The output table, in the order of the register."""
    extra = [register.column(name).alias(name) for name in register.columns if name not in REGISTER]
    table = shown(base.column("person_id"), register.column("record_id"), linked, least)
    return table.with_columns(*[column for column in extra if column.name not in _OWN])


def shown(ids: pl.Series, record_ids: pl.Series, linked: Linked, least: float) -> pl.DataFrame:
    """The links of records, with the decision and the reasons in words; `ids` are the base's."""
    decision = decide(linked.person, linked.probability, linked.none, least)
    at = pl.Series(np.where(decision == NONE, 0, np.maximum(linked.person, 0)), dtype=pl.UInt32)
    shown = pl.Series(decision != NONE)
    person = ids.gather(at).zip_with(shown, pl.Series([None], dtype=pl.String).new_from_index(0, len(at)))
    words = pl.Series(["none", "review", "accept"]).gather(pl.Series(decision, dtype=pl.UInt32))
    return pl.DataFrame(
        [
            record_ids.alias("record_id"),
            person.alias("person_id"),
            pl.Series("probability", np.clip(linked.probability, 0.0, 1.0)),
            words.alias("decision"),
            reasons(linked.levels, linked.person, decision, linked.second).alias("reasons"),
        ]
    )


_OWN = frozenset(("person_id", "probability", "decision", "reasons"))


def write(table: pl.DataFrame, out: Path) -> None:
    """The file appears under its name only when it is complete."""
    part = out.with_name(out.name + ".part")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        if out.suffix.lower() == ".csv":
            table.write_csv(part, float_precision=6)
        else:
            table.write_parquet(part, compression="zstd", compression_level=1)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def peak_memory() -> float:
    """The most memory this process held, in GB.

    From the kernel's own mark where there is one: what getrusage says includes what the parent held when it started us.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _summary(table: pl.DataFrame, rejects: Rejects, out: Path, seconds: float) -> None:
    counts = dict(table["decision"].value_counts().rows())
    total = max(table.height, 1)
    names = {"accept": "khớp", "review": "cần người xem", "none": "không có trong cơ sở"}
    shares = ", ".join(
        f"{names[one]} {counts.get(one, 0):,} ({counts.get(one, 0) / total:.2%})" for one in names
    )
    peak = peak_memory()
    sys.stderr.write(f"{table.height:,} bản ghi trong {seconds:.1f} s, bộ nhớ {peak:.2f} GB: {shares}\n")
    if rejects.rows:
        sys.stderr.write(f"{len(rejects.rows):,} hàng bị loại, lý do từng hàng: {_rejects(out)}\n")


__all__ = ["ACCEPT", "NONE", "REVIEW", "links", "main", "run", "write"]

if __name__ == "__main__":
    raise SystemExit(main())
