"""Vietnamese text: how it is compared without accents, how it was typed, and how old encodings broke it."""

from motcua.base.vietnamese.legacy import LEGACY_UNKNOWN, looks_legacy, repair
from motcua.base.vietnamese.letters import (
    fold,
    nfc,
    place_tones,
    same_name,
    same_text,
    strip_accents,
    tone_key,
)
from motcua.base.vietnamese.syllables import is_syllable
from motcua.base.vietnamese.typing_residue import fold_typed, untyped

__all__ = [
    "LEGACY_UNKNOWN",
    "fold",
    "fold_typed",
    "is_syllable",
    "looks_legacy",
    "nfc",
    "place_tones",
    "repair",
    "same_name",
    "same_text",
    "strip_accents",
    "tone_key",
    "untyped",
]
