"""The job boards whose public data is read: one module each."""

from __future__ import annotations

from . import (
    ashby,
    greenhouse,
    lever,
    personio,
    recruitee,
    smartrecruiters,
    workable,
    workday,
)
from .posting import Posting
from .request import Request

BOARDS = {
    board.name: board
    for board in (
        greenhouse.BOARD,
        lever.BOARD,
        ashby.BOARD,
        workday.BOARD,
        smartrecruiters.BOARD,
        workable.BOARD,
        recruitee.BOARD,
        personio.BOARD,
    )
}


def read_board(name: str, content: bytes, asked: Request) -> Posting | None:
    """The posting in the answer of a board; None where it is not in it.

    Raises:
        UnreadableError: the answer is not in the form that it is known to have.
    """
    return BOARDS[name].parse(content, asked)
