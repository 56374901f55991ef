"""Program for fault tests: everybody, and the desk's mailbox on an IMAP server of this machine.

Given: the server's port. Its password is in the environment, under MAILBOX_PASSWORD.
"""

from __future__ import annotations

import sys

import django

django.setup()

from tests.cast import make_cast  # noqa: E402  # needs Django to stand
from tickets.choices import MailboxSecurity  # noqa: E402
from tickets.models import Mailbox  # noqa: E402


def open_mailbox(port: int) -> None:
    Mailbox.objects.create(
        address="support@desk.example",
        name="Acme support",
        team=make_cast().l1,
        host="127.0.0.1",
        port=port,
        security=MailboxSecurity.NONE,
        username="support",
        password_variable="MAILBOX_PASSWORD",
        read_since=None,  # what was written before belongs to it, too
    )


if __name__ == "__main__":
    open_mailbox(int(sys.argv[1]))
