"""Program for fault tests: open so many tickets as a customer would; each promises one notice.

Prints how many seconds the slowest took.
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

from accounts.models import User  # noqa: E402  # needs Django to stand
from tests.cast import make_cast  # noqa: E402
from tickets.choices import Channel  # noqa: E402
from tickets.services.opening import open_ticket  # noqa: E402

customer = User.objects.filter(email="carla@acme.example").first() or make_cast().customer
slowest = 0.0
for number in range(int(sys.argv[1])):
    begun = time.monotonic()
    open_ticket(
        customer=customer,
        actor=customer,
        subject=f"Problem {number}",
        description="It does not work.",
        channel=Channel.PORTAL,
    )
    slowest = max(slowest, time.monotonic() - begun)
sys.stdout.write(f"{slowest}\n")
