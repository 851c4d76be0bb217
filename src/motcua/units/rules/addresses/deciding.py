"""From the names in an address to one unit, to candidates, or to nothing.

The unit is the one whose own name and the names of whatever lies above it explain most of the mentions. It
is exact only when no other unit explains as many and nothing in the text speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from motcua.units.data import Decision, Resolution, UnitInfo
from motcua.units.rules.addresses.gazetteer import REFORM, Place
from motcua.units.rules.addresses.reading import WORDS_BEFORE, Mention, near
from motcua.units.rules.tables import shipped

MOST_CANDIDATES = 100
_Score = tuple[int, int, int]


def nothing(why: str) -> Resolution:
    """A resolution without a unit."""
    return Resolution(decision=Decision.NONE, units=(), vintage=None, why=why)


def vintage(unit: UnitInfo, *, home: bool) -> date:
    """The first day of the structure that `unit` belongs to."""
    if not home:
        return unit.validity.start
    days = [reform.day for reform in shipped().reforms]
    inside = [day for day in days if unit.validity.contains(day)]
    return max(inside, default=unit.validity.start)


def _score(place: Place, mentions: Sequence[Mention]) -> _Score:
    """How many mentions the place explains; how many by itself and what lies above it; by how many units."""
    explained = hard = distinct = 0
    used: list[Place] = []
    for mention in mentions:
        places = mention.places
        fits = False
        for above in place.chain:
            if above in places:
                fits = True
                if above not in used:
                    used.append(above)
                    distinct += 1
                    break
        if fits:
            explained += 1
            hard += 1
        elif not place.beside.isdisjoint(places) or not mention.loose.isdisjoint(place.chain):
            explained += 1
    return explained, hard, distinct


def _explains(place: Place, mention: Mention) -> bool:
    named = mention.places | mention.loose
    return not named.isdisjoint(place.chain) or not place.beside.isdisjoint(mention.places)


def _named(mentions: Sequence[Mention]) -> set[Place]:
    return {place for mention in mentions for places in (mention.places, mention.loose) for place in places}


def _without_strays(mentions: Sequence[Mention]) -> Sequence[Mention]:
    """Leave out names inside other words ("bệnh viện Cửa Đông") that have nothing to do with the rest."""
    clear = [mention for mention in mentions if mention.doubt != WORDS_BEFORE]
    if not clear or len(clear) == len(mentions):
        return mentions
    return [m for m in mentions if m in clear or any(near(m.places, one.places) for one in clear)]


def _best(mentions: Sequence[Mention]) -> tuple[_Score, list[Place]]:
    best: _Score = (0, 0, 0)
    found: list[Place] = []
    for place in _named(mentions):
        score = _score(place, mentions)
        if score > best:
            best, found = score, [place]
        elif score == best:
            found.append(place)
    return best, found


def _without_former(places: list[Place], mentions: Sequence[Mention]) -> list[Place]:
    """Leave out a unit that is only meant by a former name when a real name beside it fits as well."""
    former = {place for mention in mentions for place in mention.former}
    real = [place for place in places if place not in former]
    if not real or len(real) == len(places):
        return places
    parents = {place.chain[1:2] for place in real}
    return [place for place in places if place not in former or place.chain[1:2] not in parents]


def _same_ground(places: Iterable[Place], on: date | None) -> list[Place]:
    """One span for each place that only changed the tier above it: that of the day, or the latest."""
    spans: dict[str, list[Place]] = {}
    for place in places:
        spans.setdefault(place.ground, []).append(place)
    chosen = []
    for group in spans.values():
        then = [place for place in group if on is not None and place.info.validity.contains(on)]
        chosen.append(then[0] if then else max(group, key=lambda place: place.info.validity.start))
    return chosen


def _ordered(places: Iterable[Place]) -> list[Place]:
    return sorted(
        places, key=lambda p: (not p.home, -p.info.validity.start.toordinal(), p.info.code, p.info.key)
    )


def _doubt(place: Place, mentions: Sequence[Mention]) -> str:
    """Why the best place is not certain, or nothing."""
    own = [mention for mention in mentions if place in mention.places]
    if not own:
        return "the kind or the accents do not fit the name"
    above = [mention for mention in mentions if mention not in own and _explains(place, mention)]
    left = [mention for mention in mentions if mention not in own and mention not in above]
    if all(mention.doubt for mention in own):
        return own[0].doubt
    named = own[0].sure or bool(above)
    for mention in left:
        if mention.sure:
            return "the text names units that do not belong together"
        small = all(other.tier == 2 for other in mention.places)
        before = mentions.index(mention) < min(mentions.index(one) for one in own)
        # a bare name of another commune before a commune is a hamlet or a street; anything else contradicts
        if not (named and place.tier == 2 and before and (small or own[0].sure)):
            return "a name in the text does not belong to the unit"
    return ""


def _only_on(places: list[Place], on: date | None) -> list[Place]:
    if on is None or len(places) < 2:
        return places
    return [place for place in places if place.info.validity.contains(on)] or places


def decide(mentions: Sequence[Mention], on: date | None) -> Resolution:
    """The resolution of a text that has these mentions, from left to right."""
    if not mentions:
        return nothing("no name of a unit was found")
    mentions = _without_strays(mentions)
    score, places = _best(mentions)
    places = _without_former(places, mentions)
    places = _only_on(_same_ground(places, on), on)
    ordered = _ordered(places)
    if len(ordered) > MOST_CANDIDATES:
        return nothing("the name is too common to say anything")
    first = ordered[0]
    if len(ordered) > 1:
        why = f"{len(ordered)} units fit the text"
    else:
        why = _doubt(first, mentions)
        if score[0] == 1 and not why and not any(m.sure for m in mentions) and first.tier == 2:
            why = "a bare name without district or province"
    units = tuple(place.info for place in ordered)
    if why:
        return Resolution(decision=Decision.CANDIDATES, units=units, vintage=None, why=why)
    return Resolution(
        decision=Decision.EXACT,
        units=units,
        vintage=vintage(first.info, home=first.home),
        why=_reason(first, mentions),
    )


def either(one: Resolution, two: Resolution) -> Resolution:
    """What stays when a text can be read in two ways: the unit both agree on, or all candidates of both."""
    if one.decision is Decision.EXACT and one.units == two.units:
        return one
    units = tuple(dict.fromkeys((*two.units, *one.units)))
    if not units:
        return one
    return Resolution(
        decision=Decision.CANDIDATES, units=units, vintage=None, why="the text can be read in two ways"
    )


def _reason(place: Place, mentions: Sequence[Mention]) -> str:
    tier = ("province", "district", "commune")[place.tier]
    if any(place in mention.former for mention in mentions):
        return f"named by a former name; {tier}"
    if place.tier < 2:
        return f"only the {tier} is named"
    if place.info.validity.start >= REFORM and any(
        not any(above in mention.places for above in place.chain) for mention in mentions
    ):
        return "the name fits; a former unit stands beside it"
    return "the names fit each other and nothing else"
