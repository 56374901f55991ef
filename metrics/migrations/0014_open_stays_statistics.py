"""Tells PostgreSQL that hardly any stay that is not over is of an open ticket: most are of closed
ones. Without it ten times as many are expected, and all tickets are read to find some."""

from django.db import migrations


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE STATISTICS stay_status_ended (mcv) ON status, ended_at FROM metrics_stay"
        )
        schema_editor.execute("ANALYZE metrics_stay")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP STATISTICS stay_status_ended")


class Migration(migrations.Migration):
    dependencies = [("metrics", "0013_drop_cycle_reopened_on")]

    operations = [migrations.RunPython(make, remove)]
