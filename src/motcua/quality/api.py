"""The door of this package: linking records to the population base as a library, and the work of cleaning.

The engine of linkage is loaded when it is first asked for: a page that shows its outcome does without its libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from motcua.quality.actions.correcting import (
    CorrectionNotFound,
    NothingToCorrect,
    answer_correction,
    send_correction,
)
from motcua.quality.actions.deciding import (
    AlreadySaid,
    NothingToDecide,
    NothingToUndo,
    ReasonMissing,
    decide_record,
    undo,
)
from motcua.quality.actions.importing import (
    FileUnreadable,
    ImportNotFound,
    MappingWrong,
    RegisterUnnamed,
    WrongMoment,
    begin_import,
    map_columns,
)
from motcua.quality.data import (
    FIELD_NAMES,
    FIELDS,
    HEAP_NAMES,
    RECORD,
    CommuneRow,
    CorrectionState,
    CorrectionView,
    Difference,
    Heap,
    ImportState,
    ImportView,
    Measure,
    RecordView,
    Verdict,
    VoteView,
)
from motcua.quality.permissions import CLEANERS, NotYourCleaning, may_clean
from motcua.quality.queries import (
    CleaningNotFound,
    by_commune,
    corrections,
    export_rows,
    get_import,
    get_record,
    imports,
    latest_imports,
    measures,
    next_to_review,
    open_correction_of,
    proposal,
    records,
)
from motcua.quality.rules.law import CleaningRules, ErrorGroup, rules_on
from motcua.quality.rules.sheets import MOST_BYTES, MOST_ROWS

if TYPE_CHECKING:
    from motcua.quality.actions.linking import base_frame, link_next
    from motcua.quality.rules.deciding import ACCEPT, NONE, REVIEW, decide
    from motcua.quality.rules.dedup import Same, find_same
    from motcua.quality.rules.linking import Linker
    from motcua.quality.rules.pairs import Linked
    from motcua.quality.rules.reasons import reasons
    from motcua.quality.rules.sides import Side, read_sides
    from motcua.quality.rules.words import four_words

_ENGINE = {
    "base_frame": "actions.linking",
    "link_next": "actions.linking",
    "ACCEPT": "rules.deciding",
    "NONE": "rules.deciding",
    "REVIEW": "rules.deciding",
    "decide": "rules.deciding",
    "Same": "rules.dedup",
    "find_same": "rules.dedup",
    "Linker": "rules.linking",
    "Linked": "rules.pairs",
    "reasons": "rules.reasons",
    "Side": "rules.sides",
    "read_sides": "rules.sides",
    "four_words": "rules.words",
}


def __getattr__(name: str) -> object:
    if name not in _ENGINE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"motcua.quality.{_ENGINE[name]}"), name)


__all__ = [
    "ACCEPT", "CLEANERS", "FIELDS", "FIELD_NAMES", "HEAP_NAMES", "MOST_BYTES", "MOST_ROWS", "NONE", "RECORD", "REVIEW",
    "AlreadySaid", "CleaningNotFound", "CleaningRules", "CommuneRow", "CorrectionNotFound", "CorrectionState",
    "CorrectionView", "Difference", "ErrorGroup", "FileUnreadable", "Heap", "ImportNotFound", "ImportState",
    "ImportView", "Linked", "Linker", "MappingWrong", "Measure", "NotYourCleaning", "NothingToCorrect",
    "NothingToDecide", "NothingToUndo", "ReasonMissing", "RecordView", "RegisterUnnamed", "Same", "Side", "Verdict",
    "VoteView", "WrongMoment", "answer_correction", "base_frame", "begin_import", "by_commune", "corrections", "decide",
    "decide_record", "export_rows", "find_same", "four_words", "get_import", "get_record", "imports", "latest_imports",
    "link_next", "map_columns", "may_clean", "measures", "next_to_review", "open_correction_of", "proposal",
    "read_sides", "reasons", "records", "rules_on", "send_correction", "undo",
]  # fmt: skip
