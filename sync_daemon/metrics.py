"""Figures for Prometheus, as a text file for node_exporter's textfile collector.

The format is Prometheus' text exposition format, version 0.0.4.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sync_daemon.errors import ConfigError


@dataclass(frozen=True, slots=True)
class SheetFigures:
    """How one sheet stands."""

    sheet: str
    rows: Mapping[str, int]  # by state
    retrying: int
    failures: int  # of its cycles, one after the other
    last_run_at: float | None  # seconds since 1970
    last_run_s: float


def render(sheets: Iterable[SheetFigures], requests: Mapping[str, int]) -> str:
    """The text: one family after the other, as the format wants it."""
    sheets = list(sheets)
    families = [
        _family(
            "sheetd_rows",
            "Rows in the sheet, by state.",
            [({"sheet": s.sheet, "state": k}, n) for s in sheets for k, n in s.rows.items()],
        ),
        _family(
            "sheetd_jobs_retrying",
            "Jobs that failed in passing and will be tried again.",
            [({"sheet": s.sheet}, s.retrying) for s in sheets],
        ),
        _family(
            "sheetd_consecutive_failures",
            "Cycles that failed since the last one that worked.",
            [({"sheet": s.sheet}, s.failures) for s in sheets],
        ),
        _family(
            "sheetd_last_cycle_timestamp_seconds",
            "When the last cycle ended.",
            [({"sheet": s.sheet}, s.last_run_at) for s in sheets if s.last_run_at is not None],
        ),
        _family(
            "sheetd_last_cycle_duration_seconds",
            "How long the last cycle took.",
            [({"sheet": s.sheet}, s.last_run_s) for s in sheets if s.last_run_at is not None],
        ),
        _family(
            "sheetd_requests_last_minute",
            "Requests to Google in the last minute.",
            [({"kind": kind}, number) for kind, number in requests.items()],
        ),
    ]
    return "".join(families)


def write(path: Path, text: str) -> None:
    """Replace the file in one step, so that no collector reads half of it.

    Raises:
        ConfigError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        message = f"The metrics file {path} cannot be written: {error.strerror}."
        hint = "Set metrics.file to a place that sheetd may write to, or take it out."
        raise ConfigError(message, hint=hint) from error


def _family(name: str, text: str, samples: Iterable[tuple[dict[str, str], float]]) -> str:
    lines = [f"# HELP {name} {text}", f"# TYPE {name} gauge"]
    lines += [f"{name}{{{_labels(labels)}}} {value:.15g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    return ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
