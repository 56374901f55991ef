"""Program for fault tests: print what became of letters, and of the notices about them.

Given a number of seconds, it first waits, so long at most, until all notices are sent.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  # needs Django to stand
from django.utils import timezone  # noqa: E402

from tickets.models import Attachment, InboundMail, Notice, Ticket  # noqa: E402
from tickets.services.ledger_check import find_differences  # noqa: E402
from tickets.services.stored_files import sweep  # noqa: E402


def what_became() -> dict[str, Any]:
    """Everything that letters led to. What a killed process began to store is swept first, as it
    is after a day."""
    sweep(at=timezone.now() + timedelta(days=2))
    stored = Path(settings.MEDIA_ROOT).glob("attachments/**/*")
    letters = InboundMail.objects.order_by("pk").values("mail_id", "outcome", "ticket")
    notices = Notice.objects.order_by("pk").values("key", "kind", "ticket", "sent_at")
    return {
        "letters": list(letters),
        "tickets": list(Ticket.objects.order_by("pk").values_list("pk", flat=True)),
        "notices": [{**row, "key": str(row["key"])} for row in notices],
        "attachments": Attachment.objects.count(),
        "files": sum(path.is_file() for path in stored),
        "differences": [str(each) for each in find_differences(Ticket.objects.all())],
    }


def wait_until_all_are_sent(seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while Notice.objects.unsent().exists() and time.monotonic() < deadline:
        time.sleep(0.1)


if __name__ == "__main__":
    wait_until_all_are_sent(float(sys.argv[1]))
    json.dump(what_became(), sys.stdout, default=str)
