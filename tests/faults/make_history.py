"""Program for fault tests: tickets of the last six weeks, opened, picked up, mostly resolved.

They belong to an import: live work that is entered weeks late changes no backlog of a past day (see
docs/decisions/), so that filling it at once and piece by piece may rightly differ.
"""

from __future__ import annotations

import sys
from datetime import timedelta

import django

django.setup()

from django.db import transaction  # noqa: E402  # needs Django to stand
from django.utils import timezone  # noqa: E402

from tests.cast import make_cast  # noqa: E402
from tickets.choices import Channel, ResolutionCode  # noqa: E402
from tickets.models import ImportBatch, Ticket  # noqa: E402
from tickets.services.opening import open_ticket  # noqa: E402
from tickets.services.picking import pick_up  # noqa: E402
from tickets.services.states import resolve  # noqa: E402

WEEKS = timedelta(weeks=6)
count = int(sys.argv[1])
with transaction.atomic():
    cast = make_cast()
    begin = timezone.now() - WEEKS
    for number in range(count):
        at = begin + WEEKS * number / count
        ticket = open_ticket(
            customer=(cast.customer, cast.other_customer)[number % 2],
            actor=cast.agent,
            subject=f"Problem {number}",
            description="It does not work.",
            channel=Channel.EMAIL,
            category=(cast.category, cast.other_category)[number % 3 == 0],
            at=at,
        )
        if number % 5:
            pick_up(ticket, actor=cast.agent, at=at + timedelta(minutes=number % 60 / 10))
        if number % 5 > 1:
            solved_at = at + timedelta(minutes=7)
            code = ResolutionCode.SOLVED
            resolve(ticket, resolution_code=code, actor=cast.agent, at=solved_at)
    batch = ImportBatch.objects.create(
        name="Fault test", file_name="none", started_at=timezone.now()
    )
    Ticket.objects.update(import_batch=batch)
