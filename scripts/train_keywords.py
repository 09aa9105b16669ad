"""Train the model of `sync_daemon.tooling.skills` from postings with marked terms.

Usage: python scripts/train_keywords.py PATH_TO_TRAIN [--threshold 0.3]

Needs python-crfsuite beside what sheetd needs, for training alone::

    make setup && .venv/bin/pip install python-crfsuite
    .venv/bin/python scripts/train_keywords.py PATH_TO_TRAIN

The same data, vocabulary and python-crfsuite (0.9.12) give the same file, byte by byte.

The data are not part of sheetd. They are lines of JSON, one a sentence, in the
form of SkillSpan (Zhang et al., NAACL 2022): ``source`` and ``idx`` name the
posting, ``tokens`` and ``tags_knowledge`` (B, I or O) are of one length.

First the chain is trained on all postings; how often a word is inside a term
(its habit) is counted for each posting on the others, so that the chain does
not trust it too much. Then the judge is trained on what chains, each trained
without a fifth of the postings, make of that fifth.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sync_daemon.tooling.skills import features
from sync_daemon.tooling.skills.finder import owners
from sync_daemon.tooling.skills.matcher import builtin_matcher
from sync_daemon.tooling.skills.model import FILE, Model
from sync_daemon.tooling.skills.ranking import Properties, Reading, properties, term_key
from sync_daemon.tooling.skills.tagger import Tagger
from sync_daemon.tooling.skills.words import small, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

LABELS = ("O", "B", "I")
HABIT_FOLDS = 8
JUDGE_FOLDS = 5
SMALLEST_WEIGHT = 0.03
LONGEST_COUNTED = 6  # words of a term whose share is counted
DEFAULT_THRESHOLD = 0.3


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence: its words and their labels."""

    posting: str
    words: list[str]
    labels: list[str]

    def terms(self) -> list[tuple[int, int]]:
        """The marked terms, from the first word up to the one after the last."""
        return spans_of(self.labels)


def spans_of(labels: Sequence[str]) -> list[tuple[int, int]]:
    """The terms that labels mark."""
    starts = [place for place, label in enumerate(labels) if label == "B"]
    return [(start, _end_of(labels, start)) for start in starts]


def _end_of(labels: Sequence[str], start: int) -> int:
    end = start + 1
    while end < len(labels) and labels[end] == "I":
        end += 1
    return end


def read_lines(path: Path) -> list[Line]:
    """The sentences of a file."""
    with path.open(encoding="utf-8") as file:
        return [_line(json.loads(row)) for row in file]


def _line(row: Mapping[str, Any]) -> Line:
    text = " ".join(row["tokens"])
    words = words_of(text)
    owner = owners(row["tokens"], text)
    labels = ["O"] * len(words)
    for start, end in spans_of(row["tags_knowledge"]):
        inner = [place for place, token in enumerate(owner) if start <= token < end]
        for place in _trimmed(inner, words, owner):
            labels[place] = "I"
        labels[inner[0]] = "B"
    return Line(f"{row['source']}-{row['idx']}", words, labels)


def _trimmed(places: list[int], words: Sequence[str], owner: Sequence[int]) -> list[int]:
    """Without the sign at the end that the data leave in one token with the last word."""
    while len(places) > 1 and owner[places[-1]] == owner[places[-2]]:
        if words[places[-1]][-1].isalnum():
            break
        places = places[:-1]
    return places


# Habits and shares: what is counted


def count_habits(lines: Iterable[Line]) -> dict[str, str]:
    """Small word → how often it stood inside a term, and whether rather at its beginning."""
    seen: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for line in lines:
        for word, label in zip(map(small, line.words), line.labels, strict=True):
            seen[word] += 1
            begins[word] += label == "B"
            inside[word] += label == "I"
    return {word: _habit(seen[word], begins[word], inside[word]) for word in seen}


def _habit(seen: int, begins: int, inside: int) -> str:
    if seen == 1:
        return f"r{begins + inside}"
    share = (begins + inside) / seen
    degree = sum(share > limit for limit in (0, 0.1, 0.3, 0.6))
    return f"{degree}{'B' if begins > inside else 'I'}"


def count_shares(lines: Sequence[Line]) -> dict[str, float]:
    """Term → the share of the places of its words at which it was marked, smoothed."""
    marked: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for line in lines:
        marked.update(term_key(line.words[start:end]) for start, end in line.terms())
    for line in lines:
        keys = [small(word) for word in line.words]
        for start in range(len(keys)):
            for size in range(1, min(LONGEST_COUNTED, len(keys) - start) + 1):
                key = " ".join(keys[start : start + size])
                if key in marked:
                    seen[key] += 1
    return {
        key: round((count + 0.2) / (max(seen[key], count) + 1), 1) for key, count in marked.items()
    }


# The chain


def attributes_of(words: Sequence[str], habits: Mapping[str, str]) -> list[list[str]]:
    """The attributes of every word of a line, as the tagger sums them."""
    matches = builtin_matcher().find(words)
    line = features.line_attributes(len(matches), len(words))
    padded = [features.EDGE] * features.REACH + list(words) + [features.EDGE] * features.REACH
    own = [features.attributes(word, habits) for word in padded]
    roles = [features.EDGE, *features.roles(matches, len(words)), features.EDGE]
    cues = list(_cues(words))
    return [
        [
            *_window(own, place),
            *_pairs(padded, place, habits),
            *line,
            cues[place],
            *features.role_attributes(*roles[place : place + 3]),
            *_covered(roles[place + 1], words[place]),
        ]
        for place in range(len(words))
    ]


def _window(own: Sequence[list[list[str]]], place: int) -> Iterator[str]:
    for distance in range(-features.REACH, features.REACH + 1):
        for name in own[place + features.REACH + distance][abs(distance)]:
            yield features.at(distance, name)


def _pairs(padded: Sequence[str], place: int, habits: Mapping[str, str]) -> Iterator[str]:
    before, here, after = padded[place + features.REACH - 1 : place + features.REACH + 2]
    yield features.pair_attributes(small(before), small(here))[0]
    yield features.pair_attributes(small(here), small(after))[1]
    groups = [
        (features.habit_of(small(word), habits), features.shape(word))
        for word in (before, here, after)
    ]
    yield from (name for name, _ in features.class_attributes(groups[0], groups[1]))
    yield from (name for _, name in features.class_attributes(groups[1], groups[2]))


def _cues(words: Sequence[str]) -> Iterator[str]:
    cue, distance = "none", features.NEAR
    for word in words:
        distance += 1
        if small(word) in features.CUES:
            cue, distance = small(word), 0
        yield features.cue_attribute(cue, distance)


def _covered(role: str, word: str) -> list[str]:
    return [] if role == features.OUTSIDE else [features.role_word_attribute(role, small(word))]


def folds_of(lines: Sequence[Line], count: int, seed: int) -> list[set[str]]:
    """The postings, dealt into so many parts."""
    postings = sorted({line.posting for line in lines})
    random.Random(seed).shuffle(postings)  # noqa: S311 - the same parts every time
    return [set(postings[part::count]) for part in range(count)]


def train_chain(lines: Sequence[Line], c1: float, c2: float) -> dict[str, Any]:
    """The part of a model that the tagger reads."""
    pycrfsuite = import_module("pycrfsuite")

    trainer = pycrfsuite.Trainer(verbose=False)
    for part in folds_of(lines, HABIT_FOLDS, seed=5):
        habits = count_habits(line for line in lines if line.posting not in part)
        for line in lines:
            if line.posting in part and line.words:
                trainer.append(attributes_of(line.words, habits), line.labels)
    trainer.set_params(
        {"c1": c1, "c2": c2, "max_iterations": 120, "feature.possible_transitions": True}
    )
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "chain")
        trainer.train(file)
        tagger = pycrfsuite.Tagger()
        tagger.open(file)
        found = tagger.info()
        tagger.close()
    return {
        "transitions": _transitions(found.transitions),
        "weights": _weights(found.state_features),
        "habits": _grouped(count_habits(lines), " "),
    }


def _transitions(found: Mapping[tuple[str, str], float]) -> list[list[float]]:
    impossible = -30.0
    return [
        [
            impossible if (old, new) == ("O", "I") else round(found.get((old, new), 0.0), 3)
            for new in LABELS
        ]
        for old in LABELS
    ]


def _weights(found: Mapping[tuple[str, str], float]) -> dict[str, tuple[int, int]]:
    """Attribute → what it adds for B and I against O, in hundredths; tiny ones are left out."""
    by_label: dict[str, dict[str, float]] = defaultdict(dict)
    for (name, label), weight in found.items():
        by_label[name][label] = weight
    weights = {}
    for name in sorted(by_label):
        of = by_label[name]
        pair = [of.get(label, 0.0) - of.get("O", 0.0) for label in ("B", "I")]
        if max(map(abs, pair)) >= SMALLEST_WEIGHT:
            weights[name] = (round(100 * pair[0]), round(100 * pair[1]))
    return weights


def _grouped(values: Mapping[str, str], separator: str) -> dict[str, str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for key in sorted(values):
        groups[values[key]].append(key)
    return {value: separator.join(keys) for value, keys in sorted(groups.items())}


# The judge


def judge_examples(lines: Sequence[Line], c1: float, c2: float) -> list[tuple[Properties, bool]]:
    """The candidates of each fifth by a chain trained on the rest, and whether they are terms."""
    examples: list[tuple[Properties, bool]] = []
    for part in folds_of(lines, JUDGE_FOLDS, seed=7):
        others = [line for line in lines if line.posting not in part]
        held_out = [line for line in lines if line.posting in part]
        model = _model(train_chain(others, c1, c2), {"bias": 0.0}, DEFAULT_THRESHOLD, {})
        examples += _examples(held_out, Tagger(model, builtin_matcher()), count_shares(others))
    return examples


def _examples(
    lines: Sequence[Line], tagger: Tagger, shares: Mapping[str, float]
) -> Iterator[tuple[Properties, bool]]:
    by_posting: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_posting[line.posting].append(line)
    for posting in by_posting.values():
        readings = [Reading(line.words, *tagger.read(line.words)) for line in posting]
        for line, reading, values in zip(
            posting, readings, properties(readings, shares), strict=True
        ):
            terms = set(line.terms())
            for candidate, value in zip(reading.candidates, values, strict=True):
                yield value, (candidate.start, candidate.end) in terms


def train_judge(examples: Sequence[tuple[Properties, bool]]) -> dict[str, float]:
    """Logistic regression by Newton's method, lightly regularised."""
    size = len(Properties._fields)
    means = [sum(x[k] for x, _ in examples) / len(examples) for k in range(size)]
    widths = [
        math.sqrt(sum((x[k] - means[k]) ** 2 for x, _ in examples) / len(examples)) or 1.0
        for k in range(size)
    ]
    rows = [[1.0, *((x[k] - means[k]) / widths[k] for k in range(size))] for x, _ in examples]
    answers = [float(y) for _, y in examples]
    weights = [0.0] * (size + 1)
    for _ in range(12):
        weights = _newton_step(rows, answers, weights)
    plain = {name: weights[k + 1] / widths[k] for k, name in enumerate(Properties._fields)}
    bias = weights[0] - sum(plain[name] * means[k] for k, name in enumerate(Properties._fields))
    return {name: round(value, 5) for name, value in {"bias": bias, **plain}.items()}


def _newton_step(
    rows: Sequence[Sequence[float]], answers: Sequence[float], weights: Sequence[float]
) -> list[float]:
    size = len(weights)
    penalty = 10.0
    gradient = [-penalty * weight for weight in weights]
    curvature = [[penalty * (i == j) for j in range(size)] for i in range(size)]
    for row, answer in zip(rows, answers, strict=True):
        total = sum(map(float.__mul__, row, weights))
        guess = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
        error, spread = answer - guess, guess * (1 - guess)
        for i, value in enumerate(row):
            gradient[i] += error * value
            scaled, line = spread * value, curvature[i]
            for j in range(i + 1):
                line[j] += scaled * row[j]
    for i in range(size):
        for j in range(i):
            curvature[j][i] = curvature[i][j]
    step = _solve(curvature, gradient)
    return [weight + move for weight, move in zip(weights, step, strict=True)]


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a positive definite system by elimination."""
    size = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for pivot in range(size):
        for below in range(pivot + 1, size):
            factor = rows[below][pivot] / rows[pivot][pivot]
            for column in range(pivot, size + 1):
                rows[below][column] -= factor * rows[pivot][column]
    found = [0.0] * size
    for place in range(size - 1, -1, -1):
        known = sum(rows[place][column] * found[column] for column in range(place + 1, size))
        found[place] = (rows[place][size] - known) / rows[place][place]
    return found


def _model(
    chain: Mapping[str, Any],
    ranking: Mapping[str, float],
    threshold: float,
    shares: Mapping[str, float],
) -> Model:
    tenths = {term: str(round(10 * share)) for term, share in shares.items()}
    return Model.model_validate(
        {
            "format": 1,
            **chain,
            "terms": _grouped(tenths, "\n"),
            "ranking": dict(ranking),
            "threshold": threshold,
        }
    )


def main() -> None:
    """Train on the file named on the command line, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="the training part, one JSON object a line")
    parser.add_argument("--c1", type=float, default=0.03, help="L1 regularisation of the chain")
    parser.add_argument("--c2", type=float, default=0.6, help="L2 regularisation of the chain")
    parser.add_argument("--threshold", type=float, default=DEFAULT_THRESHOLD)
    parser.add_argument("--output", type=Path, default=None, help="default: the package's own")
    options = parser.parse_args()
    lines = read_lines(options.data)
    chain = train_chain(lines, options.c1, options.c2)
    ranking = train_judge(judge_examples(lines, options.c1, options.c2))
    model = _model(chain, ranking, options.threshold, count_shares(lines))
    package = Path(features.__file__).parent
    output = options.output or package / FILE
    output.write_text(
        json.dumps(model.model_dump(), ensure_ascii=False, separators=(",", ":")) + "\n",
        encoding="utf-8",
    )
    print(f"{output.name}: {len(model.weights)} weights, {output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
