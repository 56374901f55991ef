"""The queue's orders over all tickets, each read from an index instead of sorted anew."""

from django.db import migrations, models

from tickets.migrations._orders import order_by_latest


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
        order_by_latest(),
    ]
