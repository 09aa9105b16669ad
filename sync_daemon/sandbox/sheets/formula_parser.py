"""Formulas as trees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from sync_daemon.sandbox.sheets.cells import ErrorValue
from sync_daemon.sandbox.sheets.references import REFERENCE, Reference, parse_reference

BINDING = {
    "=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1,
    "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 6,
}  # fmt: skip
MAX_DEPTH = 150  # levels; each takes up to five frames of the stack
UNARY_BINDING = 7  # as in every spreadsheet, -2^2 is 4


@lru_cache(maxsize=4)
def _token(decimal: str) -> re.Pattern[str]:
    """What a token is, with the decimal separator of the locale."""
    point = re.escape(decimal)
    return re.compile(
        rf'\s*(?:(?P<string>"(?:[^"]|"")*")'
        rf"|(?P<number>(?:\d+(?:{point}\d+)?|{point}\d+)(?:[eE][+-]?\d+)?)"
        r"|(?P<error>#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|ERROR!))"
        r"|(?P<name>[^\W\d][\w.]*)|(?P<operator><>|<=|>=|[-+*/^&=<>%(),;]))"
    )


ERROR_KINDS = {
    "#REF!": "REF", "#N/A": "N_A", "#DIV/0!": "DIVIDE_BY_ZERO", "#VALUE!": "VALUE",
    "#NAME?": "NAME", "#NUM!": "NUM", "#NULL!": "NULL_VALUE", "#ERROR!": "ERROR",
}  # fmt: skip


@dataclass(frozen=True)
class Constant:
    """A number, a text, a boolean, an error, or nothing (an argument left out)."""

    value: str | float | bool | ErrorValue | None


@dataclass(frozen=True)
class Cells:
    """A reference."""

    reference: Reference


@dataclass(frozen=True)
class Name:
    """The name of a named range."""

    name: str


@dataclass(frozen=True)
class Unary:
    """A sign or a percent sign."""

    operator: str
    operand: Node


@dataclass(frozen=True)
class Binary:
    """Two operands."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Constant | Cells | Name | Unary | Binary | Call


class FormulaError(Exception):
    """The formula cannot be parsed."""


def error(text: str, message: str = "") -> ErrorValue:
    """The error value that shows as ``text``."""
    return ErrorValue(text, ERROR_KINDS.get(text, "ERROR"), message)


@lru_cache(maxsize=4096)
def parse_formula(text: str, decimal: str, argument: str) -> Node:
    """Parse a formula that begins with ``=``.

    Args:
        text: the formula.
        decimal: the decimal separator of the locale.
        argument: what separates arguments in the locale.

    Raises:
        FormulaError: if it cannot be parsed.
    """
    parser = _Parser(text[1:], decimal, argument)
    try:
        node = parser.expression(0)
    except RecursionError:
        raise FormulaError(text) from None
    if parser.place < len(parser.text.rstrip()) or _is_too_deep(node):
        raise FormulaError(text)
    return node


def _is_too_deep(node: Node) -> bool:
    """Whether a walk through the tree would end in a RecursionError."""
    level: list[Node] = [node]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in children(parent)]
        if not level:
            return False
    return True


def children(node: Node) -> tuple[Node, ...]:
    """What a node is made of."""
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    return node.arguments if isinstance(node, Call) else ()


class _Parser:
    """A Pratt parser."""

    def __init__(self, text: str, decimal: str, argument: str) -> None:
        self.text = text
        self.place = 0
        self._decimal = decimal
        self._separators = {argument, ";"}

    def _peek(self) -> re.Match[str] | None:
        return _token(self._decimal).match(self.text, self.place)

    def _operator(self) -> str | None:
        found = self._peek()
        return found["operator"] if found else None

    def _take(self, expected: str) -> None:
        found = self._peek()
        if found is None or found["operator"] != expected:
            raise FormulaError(self.text)
        self.place = found.end()

    def expression(self, binding: int) -> Node:
        """An expression whose operators bind tighter than ``binding``."""
        left = self._prefix()
        while True:
            operator = self._operator()
            if operator == "%":
                self._take("%")
                left = Unary("%", left)
                continue
            own = BINDING.get(operator or "", 0)
            if operator is None or own <= binding:
                return left
            self._take(operator)
            left = Binary(operator, left, self.expression(own))

    def _prefix(self) -> Node:
        operator = self._operator()
        if operator in {"+", "-"}:
            self._take(operator)
            return Unary(operator, self.expression(UNARY_BINDING))
        if operator == "(":
            self._take("(")
            inner = self.expression(0)
            self._take(")")
            return inner
        return self._operand()

    def _operand(self) -> Node:
        self._skip_space()
        reference = REFERENCE.match(self.text, self.place)
        if reference:
            self.place = reference.end()
            return Cells(parse_reference(reference.group(1), reference.group(2)))
        found = self._peek()
        if found is None or found["operator"]:
            raise FormulaError(self.text)
        self.place = found.end()
        if found["string"]:
            return Constant(found["string"][1:-1].replace('""', '"'))
        if found["number"]:
            return Constant(float(found["number"].replace(self._decimal, ".")))
        if found["error"]:
            return Constant(error(found["error"], "Reference does not exist"))
        return self._named(found["name"])

    def _skip_space(self) -> None:
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1

    def _named(self, name: str) -> Node:
        if self._operator() == "(":
            return Call(name.upper(), self._arguments())
        if name.upper() in {"TRUE", "FALSE"}:
            return Constant(name.upper() == "TRUE")
        return Name(name)

    def _arguments(self) -> tuple[Node, ...]:
        self._take("(")
        arguments: list[Node] = []
        if self._operator() == ")":
            self._take(")")
            return ()
        while True:
            operator = self._operator()
            left_out = operator in self._separators or operator == ")"
            arguments.append(Constant(None) if left_out else self.expression(0))
            operator = self._operator()
            if operator == ")":
                self._take(")")
                return tuple(arguments)
            if operator is None or operator not in self._separators:
                raise FormulaError(self.text)
            self._take(operator)
