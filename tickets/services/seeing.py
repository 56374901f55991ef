"""Whether an answer was written in view of what it answers: asked before it is sent."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator

from accounts.models import User
from tickets.choices import Visibility
from tickets.errors import Conflict
from tickets.models import Message, Ticket
from tickets.selectors.news import of_message
from tickets.services.base import lock

EXCERPT = 160


class Unseen(Conflict):
    """Something that the customer reads, or wrote, came after the ticket was opened."""

    def __init__(self, row: Message, *, words: str) -> None:
        super().__init__(words)
        self.row = row


def require_seen(ticket: Ticket, *, seq: int, reader: User, body: str) -> None:
    """Lock the ticket and raise Unseen where a public message came after the row `seq`, which its
    reader saw last: another's, or their own with the same `body` (sent twice).

    Call it in the transaction that then answers, so that nothing comes in between.
    """
    lock(ticket)
    others = ~Q(author=reader) | Q(author__isnull=True)
    row = (
        Message.objects.filter(
            others | Q(body=body.strip()),
            ticket=ticket,
            seq__gt=seq,
            visibility=Visibility.PUBLIC,
            is_machine=False,
        )
        .select_related("author", "actor")
        .order_by("-seq")
        .first()
    )
    if row is not None:
        raise Unseen(row, words=_words(row, reader=reader))


def _words(row: Message, *, reader: User) -> str:
    now = timezone.now()
    if row.author_id == reader.pk:
        return "You sent exactly this a moment ago. Send it again only if it is meant twice."
    excerpt = Truncator(" ".join(row.body.split())).chars(EXCERPT)
    return f"{of_message(row).sentence(now=now)}: “{excerpt}” Send again if your words still fit."
