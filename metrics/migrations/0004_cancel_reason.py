"""Cancelled tickets are counted by reason: facts get the reason that the tickets have."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def tell_reasons(apps, schema_editor):
    facts = apps.get_model("metrics", "TicketFacts").objects.filter(is_cancelled=True)
    tickets = apps.get_model("tickets", "Ticket").objects.filter(pk=OuterRef("pk"))
    facts.update(cancel_reason=Subquery(tickets.values("cancel_reason")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ("metrics", "0003_target_facts"),
        ("tickets", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticketfacts",
            name="cancel_reason",
            field=models.CharField(
                blank=True, default="", help_text="Empty: not cancelled.", max_length=12
            ),
            preserve_default=False,
        ),
        migrations.RunPython(tell_reasons, migrations.RunPython.noop, elidable=True),
    ]
