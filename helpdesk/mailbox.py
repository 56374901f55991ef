"""The outgoing mail of a desk without a mail server: a line on the console, the whole in a file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = structlog.get_logger(__name__)


class Backend(BaseEmailBackend):
    """Keeps each mail as var/mail/<hash of its Message-ID>.eml. The same mail sent again lands in
    the same file, so a repeat after a crash shows as one."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write every message; return how many."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            mail = message.message()
            name = hashlib.sha256(str(mail["Message-ID"]).encode()).hexdigest()[:16]
            (folder / f"{name}.eml").write_bytes(mail.as_bytes())
            log.info("mail_sent", to=message.to, subject=message.subject, file=f"{name}.eml")
        return len(email_messages)
