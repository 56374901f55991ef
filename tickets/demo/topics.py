"""What the demo desk is asked about, and its words; read from the two TOML files beside this
one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random
from typing import Any

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that customers have: what they write, and the answers that solve it, of the first
    line and of a specialist."""

    subject: str
    text: str
    fix: str
    deep_fix: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One category: how often it comes, how hard it is, what is said. `difficulty` runs from 0
    (anybody solves it) to 1; `is_gap`: the first level knows nothing about it, however skilled.
    `exchanges` are questions that go out, with their answers."""

    category: tuple[str, str]
    products: tuple[str, ...]
    weight: int
    difficulty: float
    is_gap: bool
    complexity: tuple[str, ...]
    types: tuple[str, ...]
    is_outage: bool
    problems: tuple[Problem, ...]
    exchanges: tuple[tuple[str, str], ...]
    tried: tuple[str, ...]
    known: tuple[str, ...]
    asked: tuple[str, ...]


@cache
def topics() -> tuple[Topic, ...]:
    """Return all topics, in the order of the file."""
    return tuple(_topic(table) for table in _read("topics.toml")["topic"])


@cache
def phrases() -> dict[str, Any]:
    """Return what is said on any ticket, by occasion."""
    return _read("phrases.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _topic(table: dict[str, Any]) -> Topic:
    return Topic(
        category=(table["category"][0], table["category"][1]),
        products=tuple(table["products"]),
        weight=table["weight"],
        difficulty=table["difficulty"],
        is_gap=table.get("is_gap", False),
        complexity=tuple(table["complexity"]),
        types=tuple(table["types"]),
        is_outage=table.get("impact") == "high",
        problems=tuple(Problem(*texts) for texts in table["problems"]),
        exchanges=tuple((question, answer) for question, answer in table["exchanges"]),
        tried=tuple(table["tried"]),
        known=tuple(table["known"]),
        asked=tuple(table["asked"]),
    )


SITES = ("Tilburg", "Venlo", "Lille", "Dortmund", "Ghent", "Aarhus", "Leeds", "Graz")
PEOPLE = ("K. Visser", "M. Olsen", "T. Braun", "J. Peeters", "S. Kaya", "L. Moreau", "A. Novak")


def details(rng: Random) -> Words:
    """Draw the details that one ticket's texts are filled with."""
    return {
        "order": f"SO-{rng.randint(41_000, 79_999)}",
        "sku": f"{rng.choice('ABKMT')}{rng.randint(100, 999)}-{rng.randint(10, 99)}",
        "device": f"HH-{rng.randint(3, 68):02d}",
        "invoice": f"F26-{rng.randint(1_000, 9_999)}",
        "version": f"26.{rng.randint(1, 9)}.{rng.randint(0, 4)}",
        "site": rng.choice(SITES),
        "user": rng.choice(PEOPLE),
        "n": str(rng.randint(3, 48)),
    }
