"""A ticket that its customer withdrew keeps the verdicts of before: the watch judges it anew."""

from django.db import migrations
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone


def judge_anew(apps, schema_editor):
    promised = apps.get_model("tickets", "SlaTarget").objects.filter(ticket=OuterRef("pk"))
    withdrawn = apps.get_model("tickets", "Ticket").objects.filter(
        Exists(promised), status="cancelled", cancel_reason="withdrawn"
    )
    withdrawn.update(sla_stale_since=Coalesce(F("sla_stale_since"), timezone.now()))


class Migration(migrations.Migration):

    dependencies = [("tickets", "0026_stand_ins")]

    operations = [
        migrations.RunPython(judge_anew, migrations.RunPython.noop, elidable=True),
    ]
