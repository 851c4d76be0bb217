"""E-forms on the screen: drawing them (`drawing`) and saying their answers in words (`answers`)."""

from motcua.ui.answers import in_words, summary
from motcua.ui.drawing import (
    UNIT_KEY,
    Drawn,
    FiledTile,
    FindUnits,
    Ink,
    Option,
    Row,
    as_text,
    deciding_fields,
    draw,
    draw_one,
    error_list,
    part_words,
    words,
)

__all__ = [
    "UNIT_KEY",
    "Drawn",
    "FiledTile",
    "FindUnits",
    "Ink",
    "Option",
    "Row",
    "as_text",
    "deciding_fields",
    "draw",
    "draw_one",
    "error_list",
    "in_words",
    "part_words",
    "summary",
    "words",
]
