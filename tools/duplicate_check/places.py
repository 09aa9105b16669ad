"""Whether two locations may be one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .folding import REMEMBERED, folded
from .words import CITIES, COUNTRIES, REMOTE, STATE_COUNTRIES, STATES, WORKING_PLACES

_ALTERNATIVES = re.compile(r"[;/|•·+&\n]|(?<=[^,\s])\s(?:or|and|und|oder|et|ou)\s")
_PARTS = re.compile(r"[,()\[\]]|\s[-\u2013\u2014]\s")
_WORD = re.compile(r"[^\W\d_]+")
_CODES = frozenset(STATES.values())
_ALSO_STATES = {"newyork": "ny", "washington": "wa"}  # where they follow a city


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a location; ``words`` are those that their names consist of."""

    cities: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    is_remote: bool = False  # and no city is named
    words: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.cities or self.states or self.countries or self.is_remote)


@lru_cache(maxsize=REMEMBERED)
def places_of(text: str) -> Places:
    """The places that a cell names: "Berlin, Germany / Munich" has two cities.

    What follows a city and is no state or country that is known is its region,
    and left out.
    """
    plain = folded(text)
    cities: set[str] = set()
    named: set[str] = set()
    states: set[str] = set()
    countries: set[str] = set()
    for alternative in _ALTERNATIVES.split(plain):
        city = ""
        for part in _PARTS.split(alternative):
            words = [word for word in _WORD.findall(part) if word not in WORKING_PLACES]
            name = CITIES.get("".join(words), "".join(words))
            if city and (name in _CODES or name in _ALSO_STATES):
                states.add(_ALSO_STATES.get(name, name))
            elif name in COUNTRIES:
                countries.add(COUNTRIES[name])
                named.update(words)
            elif name in STATES:
                states.add(STATES[name])
            elif name and not city:
                city = name
                cities.add(city)
                named.update((city, *words))
    countries = countries or {STATE_COUNTRIES[state] for state in states & STATE_COUNTRIES.keys()}
    is_remote = not cities and any(word in REMOTE for word in _WORD.findall(plain))
    return Places(
        frozenset(cities), frozenset(states), frozenset(countries), is_remote, frozenset(named)
    )


def may_be_same(one: Places, other: Places) -> bool:
    """Whether nothing in two locations says that they are two: a blank one fits any.

    A city is not the same as its country alone, nor as remote work.
    """
    if not one or not other:
        return True
    if one.is_remote != other.is_remote or bool(one.cities) != bool(other.cities):
        return False
    pairs = (
        (one.cities, other.cities),
        (one.states, other.states),
        (one.countries, other.countries),
    )
    return all(not (left and right) or left & right for left, right in pairs)
