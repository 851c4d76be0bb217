"""Is this a well-formed Vietnamese syllable? The proof that a repaired or retyped word is right.

Spelling rules only (onset, rime, tone), no dictionary: "nghiễu" passes, "Smith" and "kử" do not.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from motcua.base.vietnamese.letters import ACUTE, DOT, TONES

_BEFORE_FRONT = frozenset(("k", "gh", "ngh"))  # written only before e, ê, i, y
_NOT_BEFORE_FRONT = frozenset(("c", "g", "ng"))
_ONSETS = frozenset(
    (
        "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p",
        "ph", "qu", "r", "s", "t", "th", "tr", "v", "x",
    )
)  # fmt: skip
_RIME_TABLE = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong
    ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh uêu ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên
    uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y ych yêm yên yêng yêt yêu ynh yt ym yn yp
"""
_RIMES = frozenset(_RIME_TABLE.split())
_STOPS = ("c", "ch", "p", "t")


def _split(letters: str) -> tuple[str, str] | None:
    """Onset and rime, by the longest onset that leaves a known rime."""
    if letters in ("gi", "gin", "gip", "gim", "git", "ginh", "giêng", "giêc", "giêt", "gia"):
        return "gi", letters[1:]
    for length in (3, 2, 1, 0):
        onset, rime = letters[:length], letters[length:]
        if len(onset) == length and onset in _ONSETS and rime in _RIMES:
            return onset, rime
    return None


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Can `word` (one word, any case, marks included) be a Vietnamese syllable by the spelling rules?"""
    tones: list[str] = []
    kept: list[str] = []
    for char in unicodedata.normalize("NFD", word.lower()):
        (tones if char in TONES else kept).append(char)
    if len(tones) > 1:
        return False
    parts = _split(unicodedata.normalize("NFC", "".join(kept)))
    if parts is None:
        return False
    onset, rime = parts
    front = rime[0] in "eêiy"
    if (onset in _BEFORE_FRONT and not front) or (onset in _NOT_BEFORE_FRONT and front and rime != "y"):
        return False
    if rime.endswith(_STOPS):  # a syllable closed by a stop carries the acute or the dot, or is unmarked text
        return not tones or tones[0] in (ACUTE, DOT)
    return True
