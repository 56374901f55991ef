"""Letters as mail servers hand them over."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import make_msgid

from tickets.models import InboundMail, Mailbox, Notice, Ticket
from tickets.notifications.rendering import compose
from tickets.services.receiving import keep_mail, read_pending

PROVEN = {"Authentication_Results": "mx.desk.example; dmarc=pass header.from=acme.example"}
"""What the desk's own server writes on mail that is really from acme.example."""
DISOWNED = {"Authentication_Results": "mx.desk.example; dmarc=fail header.from=acme.example"}


def letter(sender: str, **values: str) -> bytes:
    """A plain letter that nobody vouches for; `values`: body, and headers with "_" for "-"."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = values.pop("to", "support@desk.example")
    mail["Subject"] = values.pop("subject", "The scanner is dark")
    mail["Message-ID"] = values.pop("message_id", "") or make_msgid(domain="acme.example")
    mail["Date"] = "Mon, 02 Mar 2026 10:00:00 +0100"
    mail.set_content(values.pop("body", "It has been dark since this morning."))
    for name, value in values.items():
        mail[name.replace("_", "-")] = value
    return mail.as_bytes()


def receive(raw: bytes, mailbox: Mailbox) -> InboundMail:
    """Keep a letter and read it; as it stands afterwards."""
    row = keep_mail(raw, mailbox=mailbox)
    read_pending()
    row.refresh_from_db()
    return row


def address_of_answers(ticket: Ticket) -> str:
    """Where the last mail to the customer says that an answer goes."""
    notice = Notice.objects.filter(ticket=ticket, recipient=ticket.customer).latest("pk")
    (address,) = compose(notice).reply_to
    return str(address)
