"""The queue's orders by a moment that may be missing, the latest first."""

from django.db import migrations, models

# PostgreSQL needs NULLS LAST said, SQLite refuses it. "Latest word" is there since 0005, but on
# SQLite, where the table was made anew with those indexes alone that Django knows.
DESCENDING = """
CREATE INDEX IF NOT EXISTS {name} ON tickets_ticket ({column} DESC {nulls}, id DESC)
"""
LAST = {"ticket_last_resolved": "resolved_at", "ticket_last_spoke": "last_spoke_at"}


def make(apps, schema_editor):
    nulls = "NULLS LAST" if schema_editor.connection.vendor == "postgresql" else ""
    for name, column in LAST.items():
        schema_editor.execute(DESCENDING.format(name=name, column=column, nulls=nulls))


def remove(apps, schema_editor):
    schema_editor.execute("DROP INDEX ticket_last_resolved")


def order_by_latest():
    """Return the operation that makes these indexes, and lets Django know of them."""
    return migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AddIndex(
                model_name="ticket",
                index=models.Index(fields=[f"-{column}", "-id"], name=name),
            )
            for name, column in LAST.items()
        ],
        database_operations=[migrations.RunPython(make, remove)],
    )
