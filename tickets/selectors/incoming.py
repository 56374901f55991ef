"""Mail as the desk looks at it before it is anything: what waits for a decision, what was taken for
a machine's, what was dropped; and one mail with its words."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from accounts.models import User
from tickets.choices import MailOutcome
from tickets.errors import NotThere
from tickets.mail.cleaning import CleanHtml, clean_html
from tickets.mail.parsing import HEAD_SIZE, parse_mail, parse_recipients
from tickets.models import InboundMail, Ticket
from tickets.querysets import InboundMailQuerySet
from tickets.selectors.addressees import Addressees, Sending, who_else
from tickets.selectors.letters import KINDS, taken_for, warnings_of

PAGE_SIZE: Final = 25


class Shown(enum.StrEnum):
    """Which mails a page shows."""

    DECIDE = "decide"
    MACHINES = "machines"
    DROPPED = "dropped"


LABELS: Final = {
    Shown.DECIDE: "To decide",
    Shown.MACHINES: "From machines",
    Shown.DROPPED: "Dropped",
}


Told = tuple[InboundMail, str]
"""A mail, and a sentence that says why it is where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPage:
    """Some mails, newest first; `next_before` begins the page after, None on the last one."""

    mails: Sequence[Told]
    next_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file in a mail that is nothing yet: to be known of, not to be opened."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a mail says. `warnings`: sentences."""

    text: str
    files: Sequence[File]
    has_html: bool
    warnings: Sequence[str]


def mails_page(user: User, shown: Shown, *, before: int | None) -> MailPage:
    """Return one page of mails that `user` may read, in two queries at most."""
    found = _shown(user, shown).select_related("mailbox", "ticket", "decided_by")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.defer("html", "quoted", "signature").order_by("-pk")[: PAGE_SIZE + 1])
    mails = [(mail, why(mail)) for mail in rows[:PAGE_SIZE]]
    is_last = len(rows) <= PAGE_SIZE
    return MailPage(mails=mails, next_before=None if is_last else rows[PAGE_SIZE - 1].pk)


def why(mail: InboundMail) -> str:
    """Say why a mail is no message, or what it was taken for."""
    if mail.outcome == MailOutcome.FAILED:
        return "It could not be read."
    if mail.outcome == MailOutcome.RECORDED and mail.kind in KINDS:
        return taken_for(mail)
    return mail.reason


def _shown(user: User, shown: Shown) -> InboundMailQuerySet:
    mails = InboundMail.objects.visible_to(user)
    if shown == Shown.DECIDE:
        return mails.to_decide()
    outcome = MailOutcome.RECORDED if shown == Shown.MACHINES else MailOutcome.DISCARDED
    return mails.filter(outcome=outcome)


def count_to_decide(user: User) -> int:
    """Count the mails that wait for a decision of somebody like `user`. They are few, and have an
    index of their own."""
    return InboundMail.objects.to_decide().visible_to(user).count()


def waiting_for(ticket: Ticket) -> list[Told]:
    """Return the mails that name a ticket and wait for a decision, oldest first."""
    found = InboundMail.objects.to_decide().filter(ticket=ticket)
    rows = found.defer("html", "quoted", "signature").order_by("pk")
    return [(mail, why(mail)) for mail in rows]


def get_mail(user: User, pk: int) -> InboundMail:
    """Return a mail that `user` may read, with what is around it. Raises NotThere."""
    around = ("mailbox", "ticket", "raw", "decided_by")
    mail = InboundMail.objects.visible_to(user).select_related(*around).filter(pk=pk).first()
    if mail is None:
        raise NotThere("There is no such mail, or it is not yours to see.")
    return mail


def words_of(mail: InboundMail) -> Words:
    """Read a mail of `get_mail`, whatever it became of it."""
    read = parse_mail(bytes(mail.raw.content))
    return Words(
        text=read.text.strip(),
        files=[File(name=each.name, size_bytes=len(each.content)) for each in read.attachments],
        has_html=bool(read.html),
        warnings=warnings_of(mail),
    )


def also_to(mail: InboundMail) -> Addressees | None:
    """Return whom else a mail of `get_mail` was sent to; None where it was the desk alone."""
    head = bytes(mail.raw.content[:HEAD_SIZE])
    sending = Sending(sender=mail.sender, recipients=parse_recipients(head))
    return who_else({mail.pk: sending}, ticket=mail.ticket).get(mail.pk)


def clean_version(mail: InboundMail) -> CleanHtml:
    """Return the formatted version of a mail that is no message yet, without its pictures: its
    files are stored when it is let in."""
    html = parse_mail(bytes(mail.raw.content)).html or ""
    return clean_html(html, cid_url=lambda cid: None)
