"""What a request and a procedure are about, and what is to be done: who names a boat does not want a car.

Three kinds of aspects, all data of the lexicon: `things` (land, a car, a fishing boat, a company), `deeds` (lost and
made again, renewed, changed, ended), and `qualifiers` (a special case nobody asked for comes after the plain one).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .lexicon import Aspect, Lexicon, Phrase
from .search_text import Word, words_of

OTHER_THING = 0.72  # the request names a thing, the procedure is about another
NO_THING = 0.92  # the request names a thing, the procedure about none
SAME_THING = 1.07
OTHER_DEED = 0.86
NO_DEED = 0.89
SAME_DEED = 1.08
UNASKED_DEED = 0.82  # the procedure's first words say a deed, the request says none of its deeds
LEAD = 6  # so many first words of a name say what it does


@dataclass(frozen=True)
class Marks:
    """Aspects as bit sets, one bit for each entry of the lexicon."""

    things: int = 0
    deeds: int = 0
    lead: int = 0
    special: int = 0


class Aspects:
    """Finds the aspects of texts and weighs how well a procedure's fit a request's."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._things = lexicon.things
        self._deeds = lexicon.deeds
        self._qualifiers = lexicon.qualifiers
        self._also_first = lexicon.also_first

    def of_procedure(self, name: str, area: str) -> Marks:
        """Aspects of a procedure, by its name; by its field where the name says no thing."""
        words = words_of(name)
        return Marks(
            things=self._named(words, self._things) or self._named(words_of(area), self._things),
            deeds=self._named(words, self._deeds),
            lead=self._lead(words),
            special=sum(1 << i for i, q in enumerate(self._qualifiers) if _says_any(words, q.says)),
        )

    def of_request(self, words: Sequence[Word]) -> Marks:
        """Aspects of a request; `special` has the bits of the special cases that it does not ask for."""
        return Marks(
            things=_asked(words, self._things),
            deeds=_asked(words, self._deeds),
            special=sum(
                1 << i
                for i, q in enumerate(self._qualifiers)
                if not _says_any(words, q.says) and not _says_any(words, q.asked_by)
            ),
        )

    def factor(self, procedure: Marks, request: Marks) -> float:
        """What the score is multiplied by."""
        factor = 1.0
        unasked = procedure.special & request.special
        for i, qualifier in enumerate(self._qualifiers):
            if unasked >> i & 1:
                factor *= qualifier.factor
        factor *= _fit(procedure.things, request.things, SAME_THING, NO_THING, OTHER_THING)
        if procedure.lead and not procedure.deeds & request.deeds:
            factor *= UNASKED_DEED
        return factor * _fit(procedure.deeds, request.deeds, SAME_DEED, NO_DEED, OTHER_DEED)

    def _lead(self, words: Sequence[Word]) -> int:
        """Deeds in the first words, but not of a name like "issue, re-issue…", which is for the first time too."""
        first = words[:LEAD]
        return 0 if _says_any(first, self._also_first) else self._named(first, self._deeds)

    def _named(self, words: Sequence[Word], aspects: Sequence[Aspect]) -> int:
        known = {w.plain for w in words}
        return sum(
            1 << i
            for i, a in enumerate(aspects)
            if any(p.words[0] in known and says(words, p) for p in a.named)
        )


def _fit(has: int, wants: int, same: float, none: float, other: float) -> float:
    if not wants:
        return 1.0
    if has & wants:
        return same
    return other if has else none


def _asked(words: Sequence[Word], aspects: Sequence[Aspect]) -> int:
    """Bits of the aspects that the request says; what is unclear without accents counts only when typed with them."""
    typed = [w for w in words if w.accented]
    known = {w.plain for w in words}
    return sum(
        1 << i
        for i, a in enumerate(aspects)
        if any(p.words[0] in known and says(words if unmistakable(p) else typed, p) for p in a.said)
    )


def _says_any(words: Sequence[Word], phrases: Iterable[Phrase]) -> bool:
    known = {w.plain for w in words}
    return any(p.words[0] in known and says(words, p) for p in phrases)


def says(words: Sequence[Word], phrase: Phrase) -> bool:
    """Does the text say the phrase? Where it was typed with accents they must agree."""
    size = len(phrase.words)
    first = phrase.words[0]
    return any(words[i].plain == first and says_at(words, i, phrase) for i in range(len(words) - size + 1))


def unmistakable(phrase: Phrase) -> bool:
    """Is the phrase clear without accents? One syllable with accents is not: "bò" typed "bo" may be "bỏ" or "bố"."""
    return len(phrase.words) > 1 or phrase.words == phrase.accented


def says_at(words: Sequence[Word], start: int, phrase: Phrase) -> bool:
    """Does the text say the phrase at this place?"""
    here = words[start : start + len(phrase.words)]
    if tuple(w.plain for w in here) != phrase.words:
        return False
    return all(not w.accented or w.accented == a for w, a in zip(here, phrase.accented, strict=True))
