"""The truth files of a real log, computed apart from this project, and where they lie."""

from __future__ import annotations

import csv
import gzip
import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"


@dataclass(frozen=True)
class RealLog:
    """One log: its events, its mapping, its truth, the zone its days are counted in."""

    name: str
    zone: str

    @property
    def folder(self) -> Path:
        """Where its files are; absent on machines that do not have them."""
        return DATA / self.name

    @property
    def mapping(self) -> Path:
        """The mapping that ships with the project."""
        return ROOT / "docs" / "import" / f"{self.name}.toml"

    @cached_property
    def tickets(self) -> dict[str, dict[str, str]]:
        """The facts of each ticket by its id."""
        with gzip.open(self.folder / "truth_tickets.csv.gz", "rt", encoding="utf-8") as file:
            return {row["ticket"]: row for row in csv.DictReader(file)}

    @cached_property
    def figures(self) -> dict[str, Any]:
        """The figures in total and by month."""
        truth: dict[str, Any] = json.loads((self.folder / "truth.json").read_text())
        return truth

    @cached_property
    def backlog(self) -> dict[str, int]:
        """Open tickets at the end of each local day."""
        with (self.folder / "truth_backlog.csv").open(encoding="utf-8") as file:
            return {row["day"]: int(row["open_at_end"]) for row in csv.DictReader(file)}


def days_of(month: str) -> tuple[date, date]:
    """Return the first and the last day of a month such as "2012-04"."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])
