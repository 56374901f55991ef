"""A mailbox says since when it is read. Those that are there go on as they did: nothing is missed."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0029_l1_audits")]

    operations = [
        migrations.AddField(
            model_name="mailbox",
            name="read_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="mailbox",
            name="read_since",
            field=models.DateTimeField(
                blank=True,
                default=django.utils.timezone.now,
                help_text="What came to the mail server before stays there, unread by the desk. Empty: all that is in the folder becomes tickets.",
                null=True,
                verbose_name="reads mail since",
            ),
        ),
    ]
