"""From probabilities to decisions: whom a register may claim once, what is accepted unseen, what a person must see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ACCEPT, REVIEW, NONE = 2, 1, 0
EXPECTED_ERROR = 0.00032  # mean error the accepted links may be expected to have; 0.0005 is allowed
LEAST_ACCEPTED = 0.85
LEAST_SHOWN, MOST_NOBODY = 0.5, 0.45
LEAST_OF_SEVERAL, SURELY_LISTED = 0.3, 0.05
EVEN = 1e-7  # probabilities nearer than this are one

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


def linked_rows(person: NDArray[np.int64], probability: Floats, none: Floats) -> NDArray[np.bool_]:
    """Which records have a candidate worth showing: likelier than not, or listed for sure and not settled who."""
    likely = (probability >= LEAST_SHOWN) & (none <= MOST_NOBODY)
    return (person >= 0) & (likely | ((none <= SURELY_LISTED) & (probability >= LEAST_OF_SEVERAL)))


def least_accepted(person: NDArray[np.int64], probability: Floats, none: Floats) -> float:
    """The least probability at which the accepted have at most the expected share of errors."""
    sorted_ = -np.sort(-probability[linked_rows(person, probability, none)])
    expected = np.cumsum(1.0 - sorted_) / np.arange(1, len(sorted_) + 1)
    good = sorted_[(expected <= EXPECTED_ERROR) & (sorted_ >= LEAST_ACCEPTED)]
    return float(good[-1]) if len(good) else 0.97


def decide(
    person: NDArray[np.int64], probability: Floats, none: Floats, least: float | None = None
) -> NDArray[np.uint8]:
    """Accept from `least` on (worked out from these when not given), show a person what is likelier than "nobody"."""
    if least is None:
        least = least_accepted(person, probability, none)
    out = np.zeros(len(person), dtype=np.uint8)
    linked = linked_rows(person, probability, none)
    out[linked] = REVIEW
    out[linked & (probability >= least - EVEN)] = ACCEPT
    return out
