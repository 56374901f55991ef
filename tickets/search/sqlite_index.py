"""What keeps search on SQLite: FTS5 tables and the triggers that write them.

Altering a table on SQLite makes it anew, and its triggers are lost with the old one. `restore`
follows every migrate for that reason.
"""

from __future__ import annotations

from django.db import connection

SUBJECTS = "tickets_search_subjects"
BODIES = "tickets_search_bodies"
SUBJECTS_SQL = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS {SUBJECTS} USING fts5(
    subject, content='tickets_ticket', content_rowid='id', tokenize='trigram'
)
"""
BODIES_SQL = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS {BODIES} USING fts5(
    body, content='tickets_message', content_rowid='id', prefix='2 3',
    tokenize='unicode61 remove_diacritics 0'
)
"""
INDEXES = ((SUBJECTS, "tickets_ticket", "subject"), (BODIES, "tickets_message", "body"))


def keep() -> None:
    """Make tables and triggers where they are missing, and fill what was without. Safe to repeat.
    The bodies of the triggers name no table of Django's: that table could not be made anew."""
    with connection.cursor() as cursor:
        cursor.execute(SUBJECTS_SQL)
        cursor.execute(BODIES_SQL)
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}
        for index, table, column in INDEXES:
            missing = {
                n: sql for n, sql in _triggers(index, table, column).items() if n not in there
            }
            for sql in missing.values():
                cursor.execute(sql)
            if missing:
                cursor.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608  # fixed names


def restore(**_: object) -> None:
    """Keep the index of a database that has one: what follows every migrate (a signal's receiver,
    twice is safe)."""
    is_there = connection.vendor == "sqlite" and SUBJECTS in connection.introspection.table_names()
    if is_there:
        keep()


def drop() -> None:
    """Remove tables and triggers."""
    with connection.cursor() as cursor:
        for index, table, column in INDEXES:
            for name in _triggers(index, table, column):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"DROP TABLE IF EXISTS {index}")


def _triggers(index: str, table: str, column: str) -> dict[str, str]:
    add = f"INSERT INTO {index}(rowid, {column}) VALUES (new.id, new.{column});"  # noqa: S608  # fixed names
    remove = (
        f"INSERT INTO {index}({index}, rowid, {column})"  # noqa: S608  # fixed names
        f" VALUES ('delete', old.id, old.{column});"
    )
    change = f"AFTER UPDATE OF {column} ON {table} WHEN old.{column} <> new.{column}"
    events = {
        f"{index}_added": f"AFTER INSERT ON {table} BEGIN {add}",
        f"{index}_removed": f"AFTER DELETE ON {table} BEGIN {remove}",
        f"{index}_changed": f"{change} BEGIN {remove} {add}",
    }
    return {name: f"CREATE TRIGGER {name} {event} END" for name, event in events.items()}
