"""Puts many plain rows into a table. Facts are hundreds of rows of dozens of columns per batch: the
ORM's own bulk insert took half the time of a fill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from django.db import connection
from django.db.models import DateField, DecimalField, Model

Row = Sequence[Any]

_KEPT: Final = 1_000


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert `rows`, whose values stand in the order of `columns` (names of database columns).

    PostgreSQL copies them, SQLite runs one prepared statement. Columns left out need a default of
    the database. Call it inside a transaction.
    """
    if connection.vendor == "postgresql":
        _copy(model, columns, rows)
    else:
        _insert(model, columns, rows)


def _copy(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _insert(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    marks = ", ".join(["%s"] * len(columns))
    names = ", ".join(columns)
    statement = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})"  # noqa: S608  # all names are ours
    adapters = _adapters(model, columns)
    with connection.cursor() as cursor:
        cursor.executemany(statement, [_adapted(row, adapters) for row in rows])


def _adapters(model: type[Model], columns: Sequence[str]) -> list[tuple[int, Callable[[Any], Any]]]:
    """Which columns the database keeps in a form of its own, and how it gets it. Rows share most of
    these values: each is put into its form once."""
    by_name = {field.column: field for field in model._meta.concrete_fields}
    return [
        (i, lru_cache(_KEPT)(partial(by_name[name].get_db_prep_save, connection=connection)))
        for i, name in enumerate(columns)
        if isinstance(by_name[name], (DateField, DecimalField))
    ]


def _adapted(row: Row, adapters: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = list(row)
    for i, adapt in adapters:
        values[i] = adapt(values[i])
    return values
