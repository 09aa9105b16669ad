"""The numbers that training found, from ``model.json``.

The file is one JSON object, written by ``scripts/train_keywords.py``:

``format``
    1; another number is refused.
``transitions``
    Three rows of three numbers: the weight of going from outside, beginning or
    inside a term (O, B, I) to O, B or I.
``weights``
    Attribute (see `features`) → two whole numbers: what it adds for B and for I,
    in hundredths. O is the zero point.
``habits``
    Habit → the words that have it, with spaces between.
``terms``
    Share in tenths → the terms that were marked in that share of the places where
    they stood, with line feeds between.
``ranking``
    Name of a property of a candidate (see `ranking`) → its weight; ``bias`` too.
``threshold``
    The probability from which on a candidate is a term.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

FILE = "model.json"
_Row = Annotated[tuple[FiniteFloat, FiniteFloat, FiniteFloat], Field()]
_Share = Annotated[float, Field(gt=0, lt=1)]


class Model(BaseModel):
    """The content of the file, validated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    transitions: tuple[_Row, _Row, _Row]
    weights: dict[str, tuple[int, int]]
    habits: dict[str, str]
    terms: dict[str, str]
    ranking: dict[str, FiniteFloat]
    threshold: _Share

    def word_habits(self) -> dict[str, str]:
        """Word → its habit."""
        return {word: habit for habit, words in self.habits.items() for word in words.split(" ")}

    def term_shares(self) -> dict[str, float]:
        """Term → the share of its places at which it was marked."""
        return {
            term: int(tenths) / 10
            for tenths, terms in self.terms.items()
            for term in terms.split("\n")
        }


@cache
def builtin_model() -> Model:
    """The model that comes with sheetd."""
    return Model.model_validate_json((resources.files(__package__) / FILE).read_bytes())
