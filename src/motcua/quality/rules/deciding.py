"""From probabilities to decisions: whom a register may claim once, what is accepted unseen, what a person must see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ACCEPT, REVIEW, NONE = 2, 1, 0
EXPECTED_ERROR = 0.0003  # mean error the accepted links may be expected to have; 0.0005 is allowed
LEAST_ACCEPTED = 0.85

Floats = NDArray[np.float64]


def claimed_by_others(
    register: NDArray[np.uint8], person: NDArray[np.int64], probability: Floats
) -> NDArray[np.float64]:
    """For each pair, the probability that another record of the same register is this person."""
    key = (register.astype(np.int64) << 32) | person
    _, where = np.unique(key, return_inverse=True)
    free = np.log1p(-np.minimum(probability, 1 - 1e-9))
    total = np.bincount(where, weights=free)
    return -np.expm1(np.minimum(total[where] - free, 0.0))


def claim_worth(claimed: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """What it says for a pair that its person is claimed, and that it is not (log ratios), from known records."""
    good, bad = claimed[right], claimed[~right]
    if len(good) < 100 or len(bad) < 100:
        return 0.0, 0.0
    m = (good.sum() + 1.0) / (len(good) + 2.0)
    u = (bad.sum() + 1.0) / (len(bad) + 2.0)
    return float(np.log(m / u)), float(np.log((1 - m) / (1 - u)))


def decide(person: NDArray[np.int64], probability: Floats, none: Floats) -> NDArray[np.uint8]:
    """Accept as many as keep the expected share of errors below the limit; review what is likelier than "nobody"."""
    out = np.zeros(len(person), dtype=np.uint8)
    linked = np.flatnonzero((person >= 0) & (probability > none))
    out[linked] = REVIEW
    order = linked[np.argsort(-probability[linked], kind="stable")]
    expected = np.cumsum(1.0 - probability[order]) / np.arange(1, len(order) + 1)
    good = order[(expected <= EXPECTED_ERROR) & (probability[order] >= LEAST_ACCEPTED)]
    out[good] = ACCEPT
    return out
