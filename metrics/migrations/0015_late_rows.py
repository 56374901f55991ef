"""Finds what was recorded more than a minute after it happened: hardly anything, where history was
not imported. SQLite cannot keep an index of it and reads the rows recorded since."""

from django.db import migrations

TABLES = ("transition", "escalation", "assignment")
LATE = """
CREATE INDEX {table}_late ON tickets_{table} (recorded_at)
WHERE recorded_at - occurred_at >= interval '1 minute'
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(LATE.format(table=table))


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP INDEX {table}_late")


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0014_open_stays_statistics"),
        ("tickets", "0031_order_by_number"),
    ]

    operations = [migrations.RunPython(make, remove)]
