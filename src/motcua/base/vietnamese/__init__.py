"""Vietnamese text: how it is compared without accents, how it was typed, and how old encodings broke it."""

from motcua.base.vietnamese.comparing import name_differences
from motcua.base.vietnamese.dates import WrittenDate, read_date
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
from motcua.base.vietnamese.names import Change, StandardName, standard_name, standard_word
from motcua.base.vietnamese.numbers import WrittenNumber, is_personal_number, phone, read_number, read_phone
from motcua.base.vietnamese.syllables import is_syllable
from motcua.base.vietnamese.typing_residue import fold_typed, untyped

__all__ = [
    "LEGACY_UNKNOWN",
    "Change",
    "StandardName",
    "WrittenDate",
    "WrittenNumber",
    "fold",
    "fold_typed",
    "is_personal_number",
    "is_syllable",
    "looks_legacy",
    "name_differences",
    "nfc",
    "phone",
    "place_tones",
    "read_date",
    "read_number",
    "read_phone",
    "repair",
    "same_name",
    "same_text",
    "standard_name",
    "standard_word",
    "strip_accents",
    "tone_key",
    "untyped",
]
