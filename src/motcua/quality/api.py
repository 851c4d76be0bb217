"""The door of this package: linking records to the population base, as a library."""

from motcua.quality.rules.deciding import ACCEPT, NONE, REVIEW, decide
from motcua.quality.rules.linking import Linked, Linker
from motcua.quality.rules.reasons import reasons
from motcua.quality.rules.sides import Side, read_sides

__all__ = ["ACCEPT", "NONE", "REVIEW", "Linked", "Linker", "Side", "decide", "read_sides", "reasons"]
