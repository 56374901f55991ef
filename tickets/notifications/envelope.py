"""Who a mail comes from, where its answer goes, and which letter it answers."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings

from tickets.choices import MailOutcome
from tickets.models import InboundMail, Mailbox, Notice, NoticeKind, OrganizationSender
from tickets.reply_addresses import reply_address

SPOKEN = (NoticeKind.REPLIED, NoticeKind.RESOLVED)
# What a mail that came in is answered with at once, by no person.
RECEIPTS = (NoticeKind.RECEIVED, NoticeKind.CONFIRM)
TAKEN_IN = (MailOutcome.OPENED, MailOutcome.ANSWERED)


def headers(notice: Notice) -> dict[str, str]:
    """The headers that tie a mail to its ticket, and tell machines to be quiet."""
    thread = f"<ticket-{notice.ticket_id}@{domain()}>"
    answered = _letter_of(notice)
    found = {
        "Message-ID": f"<{notice.key}@{domain()}>",
        "References": f"{thread} {answered}".strip(),
        "In-Reply-To": answered or thread,
        # By this we know our own mail when it comes back.
        "X-Helpdesk": domain(),
    }
    # RFC 3834: only what a person wrote may be answered by a machine.
    if not _is_a_persons(notice):
        is_answer = notice.kind in RECEIPTS and bool(answered)
        how = "auto-replied" if is_answer else "auto-generated"
        found |= {"Auto-Submitted": how, "X-Auto-Response-Suppress": "All"}
    return found


def _is_a_persons(notice: Notice) -> bool:
    """Whether a mail carries what somebody of the desk wrote to its reader."""
    written = notice.message
    return notice.kind in SPOKEN and written is not None and not written.is_machine


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail comes from. Without a mailbox it is the desk, and nobody reads answers."""

    mailbox: Mailbox | None
    name: str = ""

    @property
    def address(self) -> str:
        """The address in From, with its name."""
        if self.mailbox is None:
            return settings.DEFAULT_FROM_EMAIL
        return formataddr((self.name or self.mailbox.name or "Support", self.mailbox.address))


def sender_of(notice: Notice) -> Sender:
    """The one that the customer's organization is written to from, else the ticket's mailbox.
    One that is switched off speaks for nobody."""
    ticket = notice.ticket
    if not notice.recipient.is_agent and ticket.organization_id:
        own = OrganizationSender.objects.select_related("mailbox")
        found = own.filter(organization=ticket.organization_id, mailbox__is_active=True).first()
        if found is not None:
            return Sender(found.mailbox, found.name)
    return Sender(mailbox_of(notice))


def answer_address(notice: Notice, mailbox: Mailbox | None) -> list[str]:
    """Where a customer's answer goes: a signed address of the ticket. Staff answer in the desk."""
    if mailbox is None or notice.recipient.is_agent:
        return []
    return [reply_address(notice.ticket, mailbox=mailbox.address)]


def mailbox_of(notice: Notice) -> Mailbox | None:
    """The mailbox that speaks for a ticket: the one it came through, its team's, or the first."""
    came_by = Mailbox.objects.filter(mails__ticket=notice.ticket_id, is_active=True).first()
    if came_by is not None:
        return came_by
    active = Mailbox.objects.filter(is_active=True).order_by("pk")
    teams = active.filter(team=notice.ticket.team) if notice.ticket.team_id else active.none()
    return teams.first() or active.first()


def _letter_of(notice: Notice) -> str:
    """The Message-ID of the last mail that this recipient sent to the ticket."""
    letters = InboundMail.objects.filter(
        ticket=notice.ticket_id, sender=notice.recipient.email, outcome__in=TAKEN_IN
    )
    last = letters.order_by("-pk").first()
    return last.mail_id if last else ""


def domain() -> str:
    """The desk's own host, in every Message-ID of ours."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"
