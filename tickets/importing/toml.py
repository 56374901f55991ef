"""Reads a TOML table strictly: wrong types, unknown words and leftovers are named."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tickets.importing.errors import MappingError

MISSING: Any = object()


class Table:
    """One table of a mapping. Every key must be read before `done`, which refuses the others."""

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        self._values = dict(values)
        self.place = place

    def wrong(self, sentence: str) -> MappingError:
        """Return the error that says what is wrong here."""
        return MappingError(f"In {self.place}: {sentence}")

    def done(self) -> None:
        """Refuse keys that nobody read: they are typing mistakes."""
        if self._values:
            raise self.wrong(f"“{min(self._values)}” is not a key that is known here.")

    def _take(self, key: str, kind: type | tuple[type, ...], word: str, default: Any) -> Any:
        value = self._values.pop(key, default)
        if value is MISSING:
            raise self.wrong(f"“{key}” is missing.")
        is_wrong_bool = isinstance(value, bool) and kind is not bool
        if value is not default and (is_wrong_bool or not isinstance(value, kind)):
            raise self.wrong(f"“{key}” must be {word}.")
        return value

    def text(self, key: str, default: str = MISSING) -> str:
        """Return a text."""
        value: str = self._take(key, str, "a text", default)
        return value

    def number(self, key: str, default: int | None = MISSING) -> int | None:
        """Return a whole number."""
        value: int | None = self._take(key, int, "a whole number", default)
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """Return true or false."""
        value: bool = self._take(key, bool, "true or false", default)
        return value

    def texts(self, key: str, default: tuple[str, ...] = MISSING) -> tuple[str, ...]:
        """Return a list of texts; one text stands for a list of one."""
        value = self._take(key, (str, list), "a text or a list of texts", default)
        found = (value,) if isinstance(value, str) else tuple(value)
        if not all(isinstance(item, str) for item in found):
            raise self.wrong(f"“{key}” must hold texts only.")
        return found

    def numbers(self, key: str) -> dict[str, int]:
        """Return a table of whole numbers; empty where there is none."""
        table = self._take(key, dict, "a table", {})
        if not all(type(number) is int for number in table.values()):
            raise self.wrong(f"every value of “{key}” must be a whole number.")
        return dict(table)

    def words(self, key: str) -> dict[str, str]:
        """Return a table of texts; empty where there is none."""
        table = self._take(key, dict, "a table", {})
        if not all(isinstance(word, str) for word in table.values()):
            raise self.wrong(f"every value of “{key}” must be a text.")
        return dict(table)

    def table(self, key: str, default: Mapping[str, Any] | None = MISSING) -> Table | None:
        """Return a table within this one; None where it may be absent and is."""
        value = self._take(key, dict, "a table", default)
        return None if value is None else Table(value, f"[{self.inner(key)}]")

    def tables(self, key: str) -> Iterator[Table]:
        """Yield the tables of an array ([[key]])."""
        value = self._take(key, list, "an array of tables", [])
        for n, item in enumerate(value, start=1):
            if not isinstance(item, dict):
                raise self.wrong(f"“{key}” must be an array of tables.")
            yield Table(item, f"[[{self.inner(key)}]] number {n}")

    def inner(self, key: str) -> str:
        """Return the dotted name of a table within this one."""
        return f"{self.place[1:-1]}.{key}" if self.place.startswith("[") else key


def read_table(path: Path) -> Table:
    """Read a TOML file. Raises MappingError where it cannot be read or is no TOML."""
    try:
        return Table(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except OSError as missing:
        raise MappingError(f"The mapping {path} cannot be read: {missing.strerror}.") from missing
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise MappingError(f"The mapping {path} is no valid TOML: {broken}.") from broken
