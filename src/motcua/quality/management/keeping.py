"""What was read and normalised is kept until the links are written, so that a stopped run goes on from there."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, fields
from pathlib import Path
from threading import Thread

import numpy as np
import polars as pl

from motcua.quality.rules.names import Names
from motcua.quality.rules.sides import Side

Read = tuple[Side, Side, Names, list[str]]
VERSION = 2
SMALL = 200_000  # records; fewer are read again sooner than kept


@dataclass
class Kept:
    """A folder beside the output, valid for exactly these input files."""

    folder: Path
    mark: dict[str, object]
    _writing: Thread | None = None

    @classmethod
    def beside(cls, out: Path, inputs: tuple[Path, ...]) -> Kept:
        """The folder for `out`, marked with the inputs' names, sizes and times."""
        mark: dict[str, object] = {"version": VERSION}
        for path in inputs:
            stat = path.stat()
            mark[str(path.resolve())] = [stat.st_size, stat.st_mtime_ns]
        return cls(out.with_name(f".{out.name}.work"), mark)

    def load(self) -> Read | None:
        """What an earlier run read from the same files, if it got that far."""
        note = self.folder / "mark.json"
        if not note.is_file() or json.loads(note.read_text(encoding="utf-8")) != self.mark:
            return None
        sides = []
        for side in ("people", "records"):
            sides.append(
                Side(**{f.name: np.load(self.folder / f"{side}.{f.name}.npy") for f in fields(Side)})
            )
        text = pl.read_ipc(self.folder / "text.arrow")["text"]
        names = Names(np.load(self.folder / "names.npy"), text)
        registers = json.loads((self.folder / "registers.json").read_text(encoding="utf-8"))
        return sides[0], sides[1], names, registers

    def save(self, read: Read) -> Read:
        """Keep `read` (written beside the further work) and give it back."""
        if len(read[1]) >= SMALL:
            self._writing = Thread(target=self._write, args=(read,), daemon=True)
            self._writing.start()
        return read

    def _write(self, read: Read) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for side, values in (("people", read[0]), ("records", read[1])):
            for f in fields(Side):
                np.save(self.folder / f"{side}.{f.name}.npy", getattr(values, f.name))
        np.save(self.folder / "names.npy", read[2].rows)
        pl.DataFrame({"text": read[2].text}).write_ipc(self.folder / "text.arrow")
        (self.folder / "registers.json").write_text(json.dumps(read[3]), encoding="utf-8")
        (self.folder / "mark.json").write_text(
            json.dumps(self.mark), encoding="utf-8"
        )  # last: now it is whole

    def forget(self) -> None:
        """The links are written: nothing needs to be kept."""
        if self._writing is not None:
            self._writing.join()
        shutil.rmtree(self.folder, ignore_errors=True)
