"""Accounts that an import made, as its log names no customers, are told from those it names."""

from django.db import migrations
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat, Left


def mark_stand_ins(apps, schema_editor):
    name = Left(Concat(Value("Customer of "), "external_id"), 150)
    imported = (
        apps.get_model("tickets", "Ticket")
        .objects.filter(import_batch__isnull=False, customer=OuterRef("pk"))
        .annotate(stand_in=name)
        .filter(stand_in=OuterRef("name"))
    )
    made = apps.get_model("accounts", "User").objects.filter(
        Exists(imported), is_active=False, email__endswith=".invalid"
    )
    made.update(is_stand_in=True)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0007_stand_ins"),
        ("tickets", "0025_escalate_at_warning"),
    ]

    operations = [
        migrations.RunPython(mark_stand_ins, migrations.RunPython.noop, elidable=True),
    ]
