"""The search index and the order "latest word"."""

from django.db import migrations

from tickets.migrations._search import make, remove


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("tickets", "0004_benchmark_costs"),
    ]

    operations = [migrations.RunPython(make, remove, elidable=False)]
