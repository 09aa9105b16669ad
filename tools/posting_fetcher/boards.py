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
