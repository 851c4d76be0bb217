"""How registers write a person's sex, and the number it is compared by."""

from __future__ import annotations

MALE, FEMALE = 1, 2
SEXES = dict.fromkeys(("nam", "m", "male", "1", "trai", "ông", "ong", "boy", "1.0"), MALE) | dict.fromkeys(
    ("nữ", "nu", "nư", "f", "female", "0", "2", "gái", "gai", "bà", "ba", "girl", "0.0", "2.0", "nữ giới"),
    FEMALE,
)
