"""How much two versions of a row are alike, and who belongs to whom by that alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sync_daemon.domain.cells import CellValue, same_cell

Cells = Mapping[str, CellValue]

SIMILAR = 0.25
"""The share of weighted cells from which a row may be another, edited: two of eight cells."""
SURELY_SIMILAR = 0.5
"""The share from which a row that claims an id counts as that row, against an exact stranger."""
_TELLING = 0.2  # a value that more than five rows share does not lead to a candidate


class Similarity:
    """Compares cells; a value that many rows have in a column counts for little.

    So two rows are not alike for being both "applied" and both "remote". The
    weight is the inverse frequency, as in information retrieval, times how
    well the column tells rows apart: a column of links more than one of roles.
    """

    def __init__(self, rows: Iterable[Cells]) -> None:
        self._counts = Counter(item for cells in rows for item in cells.items())
        filled: Counter[str] = Counter()
        for (header, _), count in self._counts.items():
            filled[header] += count
        distinct = Counter(header for header, _ in self._counts)
        self._columns = {h: (1 + distinct[h] / count) / 2 for h, count in filled.items()}

    def of(self, old: Cells, new: Cells) -> float:
        """The weighted share of equal cells, 0 to 1, among the columns that either fills."""
        equal = total = 0.0
        for header in old.keys() | new.keys():
            weight = max(self.weight(h, c[h]) for h, c in ((header, old), (header, new)) if h in c)
            total += weight
            if header in old and header in new and same_cell(old[header], new[header]):
                equal += weight
        return equal / total if total else 0.0

    def weight(self, header: str, value: CellValue) -> float:
        """1 for a value that one row has, in a column where each has its own; else less."""
        return self._columns.get(header, 1.0) / max(1, self._counts[header, value])


@dataclass(frozen=True, slots=True)
class _Pair:
    score: tuple[float, bool]  # the likeness, and whether the row claims the id
    row_number: int
    row_id: str


def match_similar(
    rows: Mapping[int, Cells],
    known: Mapping[str, Cells],
    claims: Mapping[int, str],
    likeness: Similarity,
    least: Callable[[int], float] = lambda _: SIMILAR,
) -> dict[int, str]:
    """Row number → id, for each row and id that are clearly most like one another.

    Where two ids are equally like a row, or two rows equally like an id, the
    claim decides; without one none is matched: never a guess between equals.
    ``least`` tells how much alike a row must be to count at all.
    """
    pairs = [
        _Pair((score, claims.get(number) == row_id), number, row_id)
        for number, row_id, score in _alike_pairs(rows, known, likeness)
        if score >= least(number)
    ]
    pairs.sort(key=lambda pair: pair.score, reverse=True)
    of_row, of_id = _by(pairs, "row_number"), _by(pairs, "row_id")
    matched: dict[int, str] = {}
    settled: set[str] = set()
    for pair in pairs:
        if pair.row_number in matched or pair.row_id in settled:
            continue
        rivals = [
            p
            for p in (*of_row[pair.row_number], *of_id[pair.row_id])
            if p != pair and p.row_number not in matched and p.row_id not in settled
        ]
        if all(rival.score < pair.score for rival in rivals):
            matched[pair.row_number] = pair.row_id
            settled.add(pair.row_id)
    return matched


def _alike_pairs(
    rows: Mapping[int, Cells], known: Mapping[str, Cells], likeness: Similarity
) -> Iterator[tuple[int, str, float]]:
    """Row number, id and likeness of those that share a telling value."""
    holders: dict[tuple[str, CellValue], list[str]] = defaultdict(list)
    for row_id, cells in known.items():
        for header, value in cells.items():
            if likeness.weight(header, value) >= _TELLING:
                holders[header, value].append(row_id)
    for number, cells in rows.items():
        candidates = dict.fromkeys(i for item in cells.items() for i in holders.get(item, ()))
        for row_id in candidates:
            yield number, row_id, likeness.of(known[row_id], cells)


def _by(pairs: Iterable[_Pair], attribute: str) -> dict[int | str, list[_Pair]]:
    grouped: dict[int | str, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        grouped[getattr(pair, attribute)].append(pair)
    return grouped
