"""Promises are told apart by the row that they began with; tickets know since when they are stale."""

from django.db import migrations, models
from django.db.models import Q

RECEIPT = 1


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_next_due_index")]

    operations = [
        migrations.AddField(
            model_name="slatarget",
            name="began_seq",
            field=models.PositiveIntegerField(
                default=RECEIPT, help_text="The row of the ledger that it began with."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="targetalarm",
            name="began_seq",
            field=models.PositiveIntegerField(default=RECEIPT),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="targetalarm", name="target_alarm_once"),
        migrations.AddConstraint(
            model_name="targetalarm",
            constraint=models.UniqueConstraint(
                fields=("ticket", "kind", "target", "target_level", "began_seq", "due_at"),
                name="target_alarm_once",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="sla_stale_since",
            field=models.DateTimeField(
                blank=True,
                null=True,
                help_text="Since when something that promises depend on is another; empty: in step.",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["sla_stale_since", "id"],
                condition=Q(sla_stale_since__isnull=False),
                name="ticket_sla_stale",
            ),
        ),
    ]
