"""Stories that are played once per process: each test after the first finds their rows put back."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from django.apps import apps
from django.db import connection

T = TypeVar("T")
Row = Any
"""As the database gives it: a tuple, or a line of PostgreSQL's COPY."""
Rows = Mapping[str, Sequence[Row]]


class Story(NamedTuple):
    """The rows that a story stored, by table, and what it returned."""

    rows: Rows
    told: bytes


_STORIES: Final[dict[Callable[[], object], Story]] = {}


def kept(play: Callable[[], T]) -> T:
    """Have a story's rows in the database, and a copy of what it returned.

    The first test of a process plays it; for the others its rows are stored again as they were. The
    story may use nothing but what it makes itself, its cast included, and must leave alone what was
    there before it. Search indexes follow by themselves: the database keeps them.
    """
    if play in _STORIES:
        _put_back(_STORIES[play].rows)
    else:
        _STORIES[play] = _played(play)
    told: T = pickle.loads(_STORIES[play].told)  # noqa: S301  # our own
    return told


def _played(play: Callable[[], object]) -> Story:
    before = stored()
    told = pickle.dumps(play())
    return Story({name: _added(before[name], rows) for name, rows in stored().items()}, told)


def _added(before: Sequence[Row], after: Sequence[Row]) -> Sequence[Row]:
    known = set(before)
    added = [row for row in after if row not in known]
    assert len(before) + len(added) == len(after), "a story leaves alone what was there"
    return added


def stored() -> Rows:
    """Every row that there is, by table, in no order."""
    return {name: list(_read(name)) for name in _tables()}


def _tables() -> list[str]:
    """Every model's table: people before tickets, and those before messages, since the search index
    is written as each is stored, and looks at what is there."""
    models = apps.get_models(include_auto_created=True)
    names = [model._meta.db_table for model in models]
    return sorted(names, key=lambda name: name == "tickets_message")


def _put_back(kept_rows: Rows) -> None:
    for name, rows in kept_rows.items():
        if rows:
            _write(name, rows)


def _read(table: str) -> Iterator[Row]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                yield from b"".join(copy).splitlines(keepends=True)
            return
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608  # our own tables' names
        # As it is kept: the driver makes a moment only of what it sees to be a column.
        columns = ", ".join(f'+"{name}"' for name, *_ in cursor.description)
        cursor.execute(f"SELECT {columns} FROM {table}")  # noqa: S608
        yield from cursor.fetchall()


def _write(table: str, rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(b"".join(rows))
            return
        marks = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
