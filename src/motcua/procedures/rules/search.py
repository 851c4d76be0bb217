"""Finds procedures by everyday words: an index in memory, weighted by field, forgiving of slips and missing accents.

Every procedure has lines: its name, its keywords, and how people ask for it (`asked_as` of the lexicon). A request is
compared with lines (how much of the request a line explains, how much of the line the request says) and with all
words of the procedure (BM25 over name, lines, field, results). What another thing or another deed is about weighs less
(`search_aspects`). Among equals what citizens need most comes first.
"""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from motcua.procedures.data import Hit

from .lexicon import Lexicon, Saying
from .search_aspects import Aspects, says_at
from .search_document import SearchDocument
from .search_text import Speller, Word, bigrams, plain, read_request, words_of

K1 = 1.2
B = 0.6
FIELD_WEIGHTS = {"name": 1.0, "line": 0.8, "field": 0.35, "result": 0.3}
BIGRAM = 0.7
LINE_SHARE = (0.62, 0.38)  # of the request explained by the line, of the line said by the request
EXPANDED = 0.9
COVERED = 0.25
WRONG_ACCENT = 0.45
WEAK = 0.45
UNKNOWN = 1.5  # an unknown word weighs this much of the request that no line explains
COMMON = 300  # a word in more lines than this does not find a line by itself
CANDIDATES = 150
MEANING_CAP = 9.0  # the legal words of one everyday expression together weigh no more than this
WHOLE = 0.25  # what the words of the whole procedure count beside its best line
NEAR = 4  # guesses kept for one slip
PAIRED = 1.5  # a guess that makes a known pair with a neighbour is so much likelier
BOTH = 0.5  # what the weaker of the two readings adds
_NONE: dict[int, float] = {}
CODE = re.compile(r"\d{1,2}\.\d{5,6}\S*")


@dataclass
class _Query:
    """Terms with their weights; `accents` says which accented form a plain term was typed in."""

    terms: dict[str, float] = field(default_factory=dict)
    accents: dict[str, str] = field(default_factory=dict)
    said: str = ""
    meant: list[tuple[str, str]] = field(default_factory=list)

    def add(self, term: str, weight: float, accent: str = "") -> None:
        if weight > self.terms.get(term, 0.0):
            self.terms[term] = weight
            if accent:
                self.accents[term] = accent
            else:
                self.accents.pop(term, None)


@dataclass(frozen=True)
class _Line:
    doc: int
    text: str
    own: bool


class SearchIndex:
    """An index over documents; building takes a second or two for 3,000, a request a few milliseconds."""

    def __init__(self, documents: Iterable[SearchDocument], lexicon: Lexicon) -> None:
        self._documents = tuple(documents)
        self._lexicon = lexicon
        self._lines: list[_Line] = []
        self._line_terms: dict[str, set[int]] = {}
        self._accents: dict[str, set[int]] = {}
        self._doc_terms: dict[str, dict[int, float]] = {}
        self._doc_length: list[float] = []
        self._by_code = {d.code: i for i, d in enumerate(self._documents)}
        self._aspects = Aspects(lexicon)
        self._marks = [self._aspects.of_procedure(d.name, d.field) for d in self._documents]
        line_words: list[list[str]] = []
        for i, one in enumerate(self._documents):
            self._add_document(i, one, line_words)
        self._idf = self._inverse_frequencies()
        self._line_totals = [max(sum(self._weight(t) for t in set(words)), 1e-9) for words in line_words]
        self._average = sum(self._doc_length) / max(1, len(self._doc_length))
        self._forms: dict[str, list[str]] = {}
        for form in self._accents:
            self._forms.setdefault(plain(form), []).append(form)
        self._speller = Speller(t for t in self._idf if "_" not in t)
        self._priors = [self._prior(d) for d in self._documents]

    def __len__(self) -> int:
        return len(self._documents)

    # --- building ---------------------------------------------------------------------------------------------

    def _add_document(self, i: int, one: SearchDocument, line_words: list[list[str]]) -> None:
        length = 0.0
        asked = (*one.keywords, *self._lexicon.asked_as.get(one.code, ()))
        texts = [(one.name, "name"), *((k, "line") for k in asked), (one.field, "field")]
        texts += [(r, "result") for r in one.results]
        for text, kind in texts:
            words = words_of(text)
            terms = [w.plain for w in words] + bigrams(words)
            for term in terms:
                weights = self._doc_terms.setdefault(term, {})
                weights[i] = weights.get(i, 0.0) + FIELD_WEIGHTS[kind]
            length += len(words) * FIELD_WEIGHTS[kind]
            if kind in ("name", "line"):
                number = len(self._lines)
                self._lines.append(_Line(i, text, kind == "name"))
                line_words.append(terms)
                for term in terms:
                    self._line_terms.setdefault(term, set()).add(number)
                for word in words:
                    self._accents.setdefault(word.accented, set()).add(number)
        self._doc_length.append(length)

    def _inverse_frequencies(self) -> dict[str, float]:
        total = len(self._documents)
        return {
            term: math.log(1 + (total - len(docs) + 0.5) / (len(docs) + 0.5))
            for term, docs in self._doc_terms.items()
        }

    def _weight(self, term: str) -> float:
        base = self._idf.get(term, 0.0) * (BIGRAM if "_" in term else 1.0)
        return base * (WEAK if term in self._lexicon.weak else 1.0)

    def _prior(self, one: SearchDocument) -> float:
        level = max((self._lexicon.levels.get(x, 0.0) for x in one.levels), default=0.0)
        area = self._lexicon.fields.get(" ".join(w.plain for w in words_of(one.field)), 0.0)
        common = self._lexicon.common.get(one.code, 0.0)
        return level + area + common + (0.01 if one.reviewed else 0.0)

    # --- asking -----------------------------------------------------------------------------------------------

    def search(self, text: str, *, limit: int = 10, life_event: str | None = None) -> list[Hit]:
        """Best procedures for a request, the best first; an empty request with a life event lists that event's."""
        wanted = CODE.fullmatch(text.strip())
        if wanted and wanted.group() in self._by_code:
            i = self._by_code[wanted.group()]
            return [self._hit(i, 1.0, "đúng mã thủ tục")]
        words = [w for w in read_request(text) if w.plain]
        queries = self._queries(words)
        scores = self._joined([(q, self._score(q)) for q in queries])
        asked = self._aspects.of_request(words)
        ranked = [
            (score * self._aspects.factor(self._marks[i], asked) + self._priors[i], i, line, query)
            for i, (score, line, query) in scores.items()
            if life_event is None or life_event in self._documents[i].life_events
        ]
        if life_event is not None and not words:
            chosen = [i for i, d in enumerate(self._documents) if life_event in d.life_events]
            chosen.sort(key=lambda i: (-self._priors[i], self._documents[i].code))
            return [self._hit(i, self._priors[i], "thuộc sự kiện đời sống này") for i in chosen[:limit]]
        ranked.sort(key=lambda r: (-r[0], self._documents[r[1]].code))
        return [self._hit(i, score, self._why(i, line, query)) for score, i, line, query in ranked[:limit]]

    def _joined(
        self, readings: list[tuple[_Query, dict[int, tuple[float, int]]]]
    ) -> dict[int, tuple[float, int, _Query]]:
        """The better of the two readings counts, the weaker adds a little."""
        scores: dict[int, tuple[float, int, _Query]] = {}
        for query, found in readings:
            for i, (score, line) in found.items():
                if i not in scores:
                    scores[i] = (score, line, query)
                    continue
                other, other_line, other_query = scores[i]
                if score > other:
                    scores[i] = (score + BOTH * other, line, query)
                else:
                    scores[i] = (other + BOTH * score, other_line, other_query)
        return scores

    def _queries(self, words: list[Word]) -> list[_Query]:
        """The request as it was typed, and the request with everyday words read as legal ones."""
        spelled = self._in_context([self._spelled(w) for w in words])
        flat = [w for options in spelled for w in options[:1]]
        typed = self._query(spelled, set())
        found = self._sayings(flat)
        if not found:
            return [typed]
        covered = {
            i for start, saying in found for i in range(start, start + len(saying.words)) if saying.drops
        }
        read = self._query(spelled, covered)
        for _, saying in found:
            for meaning in saying.means:
                meant = words_of(meaning)
                terms = [t for t in [w.plain for w in meant] + bigrams(meant) if t in self._idf]
                weight = EXPANDED * min(1.0, MEANING_CAP / max(sum(self._weight(t) for t in terms), 1e-9))
                for term in terms:
                    read.add(term, weight)
                read.meant.append((saying.text, meaning))
        return [typed, read]

    def _spelled(self, word: Word) -> list[Word]:
        """The word, or the known words it may be a slip for, or the two it was glued from."""
        if self._speller.knows(word.plain) or self._fills(word):
            return [word]
        if parts := self._speller.cut(word.plain):
            return [Word(plain=" ".join(parts))]
        near = [self._weighed(word, known, weight) for known, weight in self._speller.near(word.plain)]
        near.sort(key=lambda w: (-w.weight, -len(self._doc_terms[w.plain]), w.plain))
        return near[:NEAR] or [word]

    def _in_context(self, spelled: list[list[Word]]) -> list[list[Word]]:
        """Of several guesses for a slip the one that makes a known pair with a neighbour comes first."""
        out = list(spelled)
        for i, options in enumerate(spelled):
            if len(options) < 2:
                continue
            before = [w.plain for w in spelled[i - 1][:1]] if i else []
            after = [w.plain for w in spelled[i + 1][:1]] if i + 1 < len(spelled) else []
            paired = [
                o
                if not any(f"{b}_{o.plain}" in self._idf for b in before)
                and not any(f"{o.plain}_{a}" in self._idf for a in after)
                else Word(plain=o.plain, accented=o.accented, weight=min(1.0, o.weight * PAIRED))
                for o in options
            ]
            out[i] = sorted(paired, key=lambda w: -w.weight)
        return out

    def _weighed(self, word: Word, known: str, weight: float) -> Word:
        """A guess for a slip: dearer when its accents are those that were typed ("bằg" is "bằng", not "ba")."""
        if not word.accented:
            return Word(plain=known, weight=weight)
        forms = self._forms.get(known, ())
        nearest = min((DamerauLevenshtein.distance(word.accented, f) for f in forms), default=9)
        return Word(plain=known, weight=weight * (1.2 if nearest <= 1 else 0.6))

    def _fills(self, word: Word) -> bool:
        """Is it a word that only fills the sentence? Without accents only what can be nothing else ("the" is "thẻ")."""
        return (
            word.accented in self._lexicon.fillers
            if word.accented
            else word.plain in self._lexicon.bare_fillers
        )

    def _query(self, spelled: list[list[Word]], covered: set[int]) -> _Query:
        query = _Query()
        flat: list[Word] = []
        for i, options in enumerate(spelled):
            scale = COVERED if i in covered else 1.0
            for option in options:
                if self._fills(option):
                    continue
                for part in option.plain.split(" "):
                    query.add(part, option.weight * scale, option.accented)
            flat += [Word(plain=p, weight=options[0].weight * scale) for p in options[0].plain.split(" ")]
        for a, b in pairwise(flat):
            query.add(f"{a.plain}_{b.plain}", min(a.weight, b.weight))
        return query

    def _sayings(self, words: list[Word]) -> list[tuple[int, Saying]]:
        """Everyday expressions in the request, the longest first at each place, not overlapping."""
        found: list[tuple[int, Saying]] = []
        i = 0
        while i < len(words):
            hits = [s for s in self._lexicon.sayings.get(words[i].plain, ()) if says_at(words, i, s)]
            if hits:
                longest = max(len(s.words) for s in hits)
                found += [(i, s) for s in hits if len(s.words) == longest]
                i += longest
            else:
                i += 1
        return found

    def _score(self, query: _Query) -> dict[int, tuple[float, int]]:
        """Score and best line of each procedure that shares a telling word with the request."""
        weights = {t: w * self._weight(t) for t, w in query.terms.items() if t in self._idf}
        unknown = sum(w for t, w in query.terms.items() if t not in self._idf and "_" not in t)
        total = sum(weights.values()) + unknown * UNKNOWN
        if not weights or total <= 0:
            return {}
        lines = self._overlaps(query, weights)
        best: dict[int, tuple[float, int]] = {}
        for number, overlap in lines.items():
            doc = self._lines[number].doc
            share = LINE_SHARE[0] * overlap / total + LINE_SHARE[1] * overlap / self._line_totals[number]
            if doc not in best or share > best[doc][0]:
                best[doc] = (share, number)
        chosen = heapq.nlargest(CANDIDATES, best, key=lambda i: best[i][0])
        bm25 = {i: self._bm25(i, weights) for i in chosen}
        top = max(bm25.values(), default=1.0) or 1.0
        return {i: ((1 - WHOLE) * best[i][0] + WHOLE * score / top, best[i][1]) for i, score in bm25.items()}

    def _overlaps(self, query: _Query, weights: dict[str, float]) -> dict[int, float]:
        """How much of the request each line says. Telling words find the lines; common ones only add to them."""
        by_rarity = sorted(weights, key=lambda t: len(self._line_terms.get(t, ())))
        telling = [t for t in by_rarity if len(self._line_terms.get(t, ())) <= COMMON] or by_rarity[:2]
        lines: dict[int, float] = {}
        for term in telling:
            weight, right = weights[term], self._right(query, term)
            for number in self._line_terms.get(term, ()):
                gain = weight if right is None or number in right else weight * WRONG_ACCENT
                lines[number] = lines.get(number, 0.0) + gain
        for term in set(weights) - set(telling):
            weight, right = weights[term], self._right(query, term)
            has: AbstractSet[int] = self._line_terms.get(term, frozenset())
            for number in lines:
                if number in has:
                    lines[number] += weight if right is None or number in right else weight * WRONG_ACCENT
        return lines

    def _right(self, query: _Query, term: str) -> AbstractSet[int] | None:
        """Lines that have the term with the accents it was typed with; None when it was typed without."""
        accent = query.accents.get(term)
        return None if not accent else self._accents.get(accent, frozenset())

    def _bm25(self, i: int, weights: dict[str, float]) -> float:
        norm = K1 * (1 - B + B * self._doc_length[i] / self._average)
        score = 0.0
        for term, weight in weights.items():
            frequency = self._doc_terms.get(term, _NONE).get(i)
            if frequency:
                score += weight * frequency * (K1 + 1) / (frequency + norm)
        return score

    # --- answering --------------------------------------------------------------------------------------------

    def _hit(self, i: int, score: float, why: str) -> Hit:
        one = self._documents[i]
        return Hit(
            code=one.code,
            name=one.name,
            score=round(score, 4),
            why=why,
            field=one.field,
            levels=one.levels,
            reviewed=one.reviewed,
        )

    def _why(self, i: int, number: int, query: _Query) -> str:
        """What the request and the procedure have in common, in words."""
        line = self._lines[number] if number >= 0 else None
        name = words_of(self._documents[i].name)
        shared = [w for w in words_of(line.text if line else "") if w.plain in query.terms]
        parts = []
        for said, meant in query.meant:
            if {w.plain for w in words_of(meant)} & {w.plain for w in name}:
                parts.append(f"“{said}” là “{meant}”")
        if line is not None and not line.own:
            parts.insert(0, f"hay được hỏi là “{line.text}”")
        elif shared:
            parts.insert(0, "tên có: " + " ".join(dict.fromkeys(w.accented for w in shared)))
        return "; ".join(dict.fromkeys(parts[:3])) or "gần giống tên thủ tục"
