"""Gives every level what a ticket costs on average."""

from django.db import migrations

from tickets.migrations._defaults import set_benchmarks


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_next_issue_indexes")]

    operations = [migrations.RunPython(set_benchmarks, migrations.RunPython.noop)]
