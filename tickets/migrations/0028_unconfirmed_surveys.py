from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.utils import timezone


def touch_lost(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let figures look again at surveys of which a mail was lost: whom none reached was not
    asked."""
    notices = apps.get_model("tickets", "Notice").objects
    touches = apps.get_model("tickets", "LedgerTouch")
    is_lost = Q(is_given_up=True) | Q(is_needless=True) | Q(bounced_at__isnull=False)
    lost = notices.filter(is_lost, survey__isnull=False, survey__response=None)
    keys = lost.order_by().values_list("ticket_id", flat=True).distinct()
    now = timezone.now()
    touches.objects.bulk_create(
        (touches(ticket_id=key, touched_at=now) for key in keys.iterator()), batch_size=1_000
    )


class Migration(migrations.Migration):
    dependencies = (("tickets", "0027_kept_verdicts"),)

    operations = (
        migrations.AlterField(
            model_name="survey",
            name="withdrawn_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("reopened", "Ticket is open again, or cancelled"),
                    ("off", "Surveys are switched off"),
                    ("not_sampled", "Not in the sample"),
                    ("solver", "Who asked is who solved"),
                    ("unconfirmed", "Nobody confirmed that they asked"),
                    ("inactive", "Account is switched off"),
                    ("unsubscribed", "Wants no surveys"),
                    ("quiet", "Was asked a short while ago"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunPython(touch_lost, migrations.RunPython.noop),
    )
