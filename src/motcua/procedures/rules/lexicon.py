"""The everyday words that people use for what the catalogue names in legal ones; data, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from motcua.procedures.data import LifeEvent

from .search_text import hook_key, plain, split


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """Words without and with accents."""

    words: tuple[str, ...]
    accented: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Saying(Phrase):
    """What people say, and the legal words it stands for; `drops` when the everyday words themselves mislead."""

    text: str
    means: tuple[str, ...]
    drops: bool = True


@dataclass(frozen=True, kw_only=True)
class Qualifier:
    """Words that narrow a procedure to a special case; asked for only when the request says one of `asked_by`."""

    says: tuple[Phrase, ...]
    asked_by: tuple[Phrase, ...]
    factor: float


@dataclass(frozen=True, kw_only=True)
class Aspect:
    """A thing or a deed: what people say for it, and how names of procedures call it."""

    key: str
    said: tuple[Phrase, ...]
    named: tuple[Phrase, ...]


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """All everyday words, as the index uses them."""

    sayings: Mapping[str, tuple[Saying, ...]] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    bare_fillers: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    qualifiers: tuple[Qualifier, ...] = ()
    things: tuple[Aspect, ...] = ()
    deeds: tuple[Aspect, ...] = ()
    also_first: tuple[Phrase, ...] = ()
    fields: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, float] = field(default_factory=dict)
    asked_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    common: Mapping[str, float] = field(default_factory=dict)


def _files() -> list[tuple[str, Any]]:
    folder = resources.files("motcua.procedures").joinpath("lexicon")
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".yaml"))
    return [(n, yaml.safe_load(folder.joinpath(n).read_text(encoding="utf-8")) or {}) for n in names]


@cache
def lexicon() -> Lexicon:
    """The lexicon of the package's `lexicon/*.yaml`."""
    merged: dict[str, Any] = {}
    for name, content in _files():
        if name == "life_events.yaml":
            continue
        for key, value in content.items():
            if isinstance(value, list):
                merged.setdefault(key, []).extend(value)
            else:
                known = merged.setdefault(key, {})
                for one, said in value.items():
                    known[one] = f"{known[one]}; {said}" if one in known and isinstance(said, str) else said
    return build(merged)


def build(raw: Mapping[str, Any]) -> Lexicon:
    """A lexicon from the parsed data files."""
    sayings: dict[str, list[Saying]] = {}
    for entry in raw.get("sayings", []):
        for text in entry["say"]:
            words = split(text)
            saying = Saying(
                words=tuple(plain(w) for w in words),
                accented=tuple(hook_key(w) for w in words),
                text=text,
                means=tuple(entry["mean"]),
                drops=bool(entry.get("drops", True)),
            )
            sayings.setdefault(saying.words[0], []).append(saying)
    return Lexicon(
        sayings={k: tuple(sorted(v, key=lambda s: -len(s.words))) for k, v in sayings.items()},
        fillers=frozenset(hook_key(w) for text in raw.get("fillers", []) for w in split(text)),
        bare_fillers=frozenset(raw.get("bare_fillers", [])),
        weak=frozenset(p.replace(" ", "_") for p in _plain_phrases(raw.get("weak", []))),
        qualifiers=tuple(
            Qualifier(
                says=_phrases(q["says"]),
                asked_by=_phrases(q.get("asked_by", [])),
                factor=float(q.get("factor", 0.85)),
            )
            for q in raw.get("qualifiers", [])
        ),
        things=_aspects(raw.get("things", {})),
        deeds=_aspects(raw.get("deeds", {})),
        also_first=_phrases(raw.get("also_first", [])),
        fields={plain(k): float(v) for k, v in raw.get("fields", {}).items()},
        levels={str(k): float(v) for k, v in raw.get("levels", {}).items()},
        asked_as={
            str(k): tuple(p.strip() for p in v.split(";") if p.strip())
            for k, v in raw.get("asked_as", {}).items()
        },
        common={str(k): float(v) for k, v in raw.get("common", {}).items()},
    )


def _phrases(texts: list[str]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(words=tuple(plain(w) for w in words), accented=tuple(hook_key(w) for w in words))
        for words in (split(str(t)) for t in texts)
    )


def _aspects(raw: Mapping[str, Mapping[str, list[str]]]) -> tuple[Aspect, ...]:
    """`both` is what people say and names use alike."""
    return tuple(
        Aspect(
            key=key,
            said=_phrases([*entry.get("both", []), *entry.get("said", [])]),
            named=_phrases([*entry.get("both", []), *entry.get("named", [])]),
        )
        for key, entry in raw.items()
    )


def _plain_phrases(texts: list[str]) -> list[str]:
    return [" ".join(plain(w) for w in split(t)) for t in texts]


@cache
def life_events() -> tuple[LifeEvent, ...]:
    """Life events in the order of a life."""
    raw = dict(_files())["life_events.yaml"]
    return tuple(
        LifeEvent(
            key=str(e["key"]),
            title_vi=e["vi"],
            title_en=e["en"],
            codes=tuple(str(c) for c in e.get("codes", [])),
        )
        for e in raw["life_events"]
    )


def life_event_keys() -> tuple[str, ...]:
    """Keys of the life events."""
    return tuple(e.key for e in life_events())
