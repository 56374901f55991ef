"""Every index says which query it serves: one without a query costs each write and helps nobody."""

from __future__ import annotations

from tests.architecture.sources import ROOT

AN_INDEX = ("db_index=True", "models.Index(")


def _is_told(lines: list[str], number: int) -> bool:
    """Whether a comment stands above, or above the indexes right before, which it tells of too."""
    for line in reversed(lines[:number]):
        text = line.strip()
        if text.startswith("#"):
            return True
        if not text.startswith(("models.Index(", "indexes = (")):
            return False
    return False


def test_every_index_names_its_query() -> None:
    untold = []
    for path in sorted([*ROOT.glob("*/models/*.py"), *ROOT.glob("*/models.py")]):
        lines = path.read_text().splitlines()
        untold += [
            f"{path.relative_to(ROOT)}:{number + 1}"
            for number, line in enumerate(lines)
            if any(word in line for word in AN_INDEX) and not _is_told(lines, number)
        ]
    assert not untold
