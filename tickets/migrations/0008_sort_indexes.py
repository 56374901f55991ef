"""The queue's orders over all tickets, each read from an index instead of sorted anew."""

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


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_service_levels")]

    operations = [
        migrations.RemoveIndex(model_name="ticket", name="ticket_resolved"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["priority", "id"], name="ticket_priority"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["waiting_since", "id"], name="ticket_waiting"),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddIndex(
                    model_name="ticket",
                    index=models.Index(fields=[f"-{column}", "-id"], name=name),
                )
                for name, column in LAST.items()
            ],
            database_operations=[migrations.RunPython(make, remove)],
        ),
    ]
