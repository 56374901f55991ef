"""The project's own files, for tests that read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "tickets", "knowledge", "metrics", "helpdesk")


def python_files(*apps: str) -> Iterator[Path]:
    """Yield the source files of the apps, all of them where none is named; no migrations."""
    for app in apps or APPS:
        yield from (path for path in sorted((ROOT / app).rglob("*.py")) if not is_made(path))


def is_made(path: Path) -> bool:
    """Whether a file is written by a program."""
    return "migrations" in path.parts


def templates() -> Iterator[Path]:
    """Yield every template."""
    yield from sorted((ROOT / "templates").rglob("*.*"))
