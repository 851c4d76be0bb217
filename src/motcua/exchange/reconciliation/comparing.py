"""Compares two sets of millions of lines by digests in sorted arrays: set difference, roots, nothing else.

A line is the portal's list row without its last columns; its first column is the dossier's code. Pure but for the
spool files in which the lines lie: memory holds 40 bytes a line.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]
HALF = 16  # bytes of SHA-256 kept of a code and of a line
BLOCK = 256  # records under one leaf of the Merkle tree
PART = 100_000  # records that are compared at a time: what is copied on the way stays small


@dataclass(frozen=True)
class Side:
    """One side, sorted by the digest of the code: `words` is n × 4 (code, code, line, line), `at` its spool offset."""

    words: Words
    at: Rows

    def __len__(self) -> int:
        return len(self.at)


def whole_lines(source: Iterable[bytes]) -> Iterator[bytes]:
    """Lines, where a quoted name that holds a line break is one line with its rest."""
    held = b""
    for line in source:
        if not held and b'"' not in line:
            yield line
            continue
        held += line
        if held.count(b'"') % 2 == 0:
            yield held
            held = b""
    if held:
        yield held


def take_side(source: Iterable[bytes], told: Callable[[bytes], bytes], spool: IO[bytes] | None) -> Side:
    """Read a side. `told` gives the compared part of a line; lines are copied to `spool` unless they lie there."""
    digests, places = bytearray(), array("q")
    sha, place = hashlib.sha256, 0
    for line in source:
        body = told(line)
        digests += sha(body[: body.index(b",")]).digest()[:HALF]
        digests += sha(body).digest()[:HALF]
        places.append(place)
        place += len(line)
        if spool is not None:
            spool.write(line)
    # Two million digests are 64 MB: they are turned and sorted where they lie, not copied on the way.
    words = np.frombuffer(digests, dtype=np.uint64).reshape(-1, 4)
    if sys.byteorder == "little":
        words = words.byteswap(inplace=True)
    at = np.frombuffer(places, dtype=np.int64) if places else np.empty(0, dtype=np.int64)
    order = np.lexsort((words[:, 1], words[:, 0]))
    for column in range(words.shape[1]):
        words[:, column] = words[order, column]
    return Side(words=words, at=at[order])


@dataclass(frozen=True)
class Found:
    """Spool offsets of what differs: `different` pairs ours with theirs; `doubled` are repeats on a side."""

    same: int
    missing_there: Rows
    missing_here: Rows
    different: npt.NDArray[np.int64]
    doubled_here: Rows
    doubled_there: Rows


def compare(ours: Side, theirs: Side) -> Found:
    """The set difference over codes, and over contents where the code is on both sides."""
    one, again_one = _once(ours)
    two, again_two = _once(theirs)
    matched = np.zeros(len(one), dtype=bool)
    there = np.zeros(len(two), dtype=bool)
    heads = np.ascontiguousarray(two.words[:, 0])
    different = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, len(one), PART):
        some = slice(start, start + PART)
        mine = one.words[some]
        place = np.searchsorted(heads, mine[:, 0])
        found = place < len(two)
        other = two.words[place[found]]
        found[found] = (mine[found, 0] == other[:, 0]) & (mine[found, 1] == other[:, 1])
        matched[some] = found
        pairs = place[found]
        there[pairs] = True
        apart = (mine[found, 2:] != two.words[pairs, 2:]).any(axis=1)
        different.append(np.stack([one.at[some][found][apart], two.at[pairs[apart]]], axis=1))
    named = np.concatenate(different)
    return Found(
        same=int(matched.sum()) - len(named),
        missing_there=one.at[~matched],
        missing_here=two.at[~there],
        different=named,
        doubled_here=again_one,
        doubled_there=again_two,
    )


def _once(side: Side) -> tuple[Side, Rows]:
    """Each code once, and the offsets of the repeats."""
    if len(side) < 2:
        return side, np.empty(0, dtype=np.int64)
    again = np.zeros(len(side), dtype=bool)
    again[1:] = (side.words[1:, 0] == side.words[:-1, 0]) & (side.words[1:, 1] == side.words[:-1, 1])
    if not again.any():
        return side, np.empty(0, dtype=np.int64)
    return Side(words=side.words[~again], at=side.at[~again]), side.at[again]


def root(side: Side) -> str:
    """The Merkle root over the sorted records (RFC 6962, a leaf is 256 records of 32 bytes), in hexadecimal."""
    level = [
        hashlib.sha256(b"\x00" + side.words[start : start + BLOCK].astype(">u8").tobytes()).digest()
        for start in range(0, len(side), BLOCK)
    ]
    return merkle(level)


def merkle(leaves: list[bytes]) -> str:
    """The root over leaf hashes; of nothing, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    level = leaves
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0].hex()


def line_at(spool: IO[bytes], place: int) -> bytes:
    """The line that begins at `place`, with the rest of a quoted name that holds a line break."""
    spool.seek(place)
    return next(whole_lines(iter(spool.readline, b"")))
