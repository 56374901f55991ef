"""What becomes of one mail: a ticket, a message of one, a record, or a question to a person.

Nobody gains rights by a header. A sender whose domain disowns the mail, and one who takes no part
in the ticket that they answer, is held: an agent decides. One for whom nobody vouches belongs to no
organization until they confirm it (see confirming.py). Machines are recorded and answered never.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.languages import language_of, locale_of
from accounts.models import User
from accounts.people import AddressTaken, register_customer
from tickets.choices import DONE_STATUSES, Channel, MailOutcome, Source
from tickets.errors import InvalidInput
from tickets.mail.acknowledgement import find_acknowledgement
from tickets.mail.authentication import UNPROVEN, Verdict, authenticate
from tickets.mail.cleaning import clean_html
from tickets.mail.folding import fold
from tickets.mail.kinds import QUIET, Finding, Kind, find_kind
from tickets.mail.letters import ParsedMail
from tickets.mail.threading import find_thread
from tickets.models import Attachment, InboundMail, Message, Ticket
from tickets.services.base import lock_at
from tickets.services.copied_in import bring_in
from tickets.services.files import attach
from tickets.services.mail_lookups import desk_of, lookups, notices_of, takes_part
from tickets.services.opening import open_ticket
from tickets.services.talking import reply_as_customer
from tickets.services.undelivered import tell_undelivered

NO_TEXT = _("(The mail has no text.)")
NO_SUBJECT = _("(no subject)")
AN_HOUR = timedelta(hours=1)


def act_on(row: InboundMail, mail: ParsedMail) -> None:
    """Read a locked mail and do what follows from it, in the running transaction."""
    finding = find_kind(mail, desk=desk_of(row.mailbox))
    row.kind = finding.kind
    if finding.kind != Kind.PERSON:
        _record(row, finding)
        return
    verdict = _verdict(row, mail)
    if verdict != Verdict.PASS:
        row.flags = [*row.flags, UNPROVEN]
    if verdict == Verdict.FAIL:
        _hold(row, "The sender's domain says that this mail is not from there.")
        return
    if finding.is_quiet:
        row.flags = [*row.flags, QUIET]
    _hear(row, mail, sender=_person(row), is_proven=verdict == Verdict.PASS)


def is_proven(row: InboundMail, mail: ParsedMail) -> bool:
    """Answer whether a server of ours says that the mail is from its sender's domain. Where a
    mailbox names no such server, nothing is proven."""
    return _verdict(row, mail) == Verdict.PASS


def _verdict(row: InboundMail, mail: ParsedMail) -> Verdict:
    servers = {str(name).strip().lower() for name in row.mailbox.trusted_servers}
    return authenticate(mail, authserv_ids=servers).verdict


def _record(row: InboundMail, finding: Finding) -> None:
    """Keep what a machine sent; a bounce is told to the notice that came back."""
    if finding.bounce is not None and finding.bounce.original_id:
        told = finding.bounce.deliveries[0].diagnostic if finding.bounce.deliveries else ""
        notice = notices_of([finding.bounce.original_id]).get(finding.bounce.original_id)
        if notice is not None and finding.bounce.is_permanent:
            row.ticket_id = notice.ticket_id
            notice.bounced_at, notice.bounce_reason = row.received_at, told[:500]
            notice.save(update_fields=["bounced_at", "bounce_reason"])
            tell_undelivered(notice, now=timezone.now())
    _settle(row, MailOutcome.RECORDED, finding.reason)


def _hold(row: InboundMail, reason: str) -> None:
    _settle(row, MailOutcome.HELD, reason)


def _settle(row: InboundMail, outcome: MailOutcome, reason: str = "") -> None:
    row.outcome, row.reason = outcome, reason[:250]
    row.save()


# Who writes, and where to -----------------------------------------------------------------------


def _person(row: InboundMail) -> User | None:
    return User.objects.filter(email=row.sender).first() if row.sender else None


def _hear(row: InboundMail, mail: ParsedMail, *, sender: User | None, is_proven: bool) -> None:
    """Let a person's mail be said: where it belongs, if they may speak there."""
    why_not = _obstacle(row, sender)
    if why_not:
        _hold(row, why_not)
        return
    thread = find_thread(mail, lookups=lookups(is_proven=is_proven))
    if thread is None:
        customer = sender or _register(row, is_proven=is_proven)
        open_from(row, mail, customer=customer, is_proven=is_proven)
        return
    row.ticket_id = thread.ticket
    ticket = Ticket.objects.get(pk=thread.ticket)
    if sender is None or not takes_part(ticket, sender):
        _hold(row, f"{row.sender} takes no part in ticket #{ticket.pk}.")
        return
    answer(row, mail, ticket=ticket, sender=sender, is_vouched=is_proven)


def _obstacle(row: InboundMail, sender: User | None) -> str:
    if not row.sender:
        return "The mail names no sender."
    if sender is not None and not sender.is_active:
        return f"{sender.name} is switched off."
    if sender is not None and sender.is_agent:
        return f"{sender.name} works for the desk: staff answer in the desk itself."
    lately = InboundMail.objects.filter(
        sender=row.sender, received_at__gt=row.received_at - AN_HOUR, pk__lt=row.pk
    )
    if lately.count() >= settings.MAIL_MOST_PER_HOUR:
        return f"{row.sender} wrote more than {settings.MAIL_MOST_PER_HOUR} mails in an hour."
    return ""


def _register(row: InboundMail, *, is_proven: bool) -> User:
    try:
        name = row.sender_name or row.sender.partition("@")[0]
        return register_customer(name=name[:150], email=row.sender, is_vouched=is_proven)
    except AddressTaken as taken:
        return taken.person


# What is said -----------------------------------------------------------------------------------


def open_from(row: InboundMail, mail: ParsedMail, *, customer: User, is_proven: bool) -> None:
    """Open a ticket of `customer` with what a mail says. Its whole text: a forwarded letter is the
    matter itself. Not `is_proven`: the customer is asked whether it is theirs."""
    ticket = open_ticket(
        customer=customer,
        subject=mail.subject.strip()[:250] or _said_to(customer, NO_SUBJECT),
        description=mail.text.strip() or _said_to(customer, NO_TEXT),
        channel=Channel.EMAIL,
        actor=customer,
        source=Source.MAIL,
        at=row.received_at,
        category=row.mailbox.category,
        team=row.mailbox.team,
        is_sender_confirmed=is_proven,
        is_told=QUIET not in row.flags,
    )
    row.ticket = ticket
    _take_in(row, mail, message=ticket.messages.get())
    bring_in(ticket, mail.cc, sender=customer)
    _settle(row, MailOutcome.OPENED)


def answer(
    row: InboundMail, mail: ParsedMail, *, ticket: Ticket, sender: User, is_vouched: bool
) -> None:
    """Let a mail be a message of a ticket, in its sender's name; or open a follow-up, where the
    ticket has been done for too long. It was said when the mail came, not when it is read; where
    the ticket has moved since, right after that. `is_vouched`: a mail server of ours or an agent
    says that it is its sender's, so that whom they copied in watches."""
    folded = fold(mail.text)
    row.quoted, row.signature = folded.quoted, folded.signature
    is_thanks = ticket.status in DONE_STATUSES and (
        find_acknowledgement(folded.visible, names=_names(ticket)).is_pure
    )
    said = reply_as_customer(
        ticket,
        body=folded.visible.strip() or mail.text.strip() or _said_to(sender, NO_TEXT),
        actor=sender,
        source=Source.MAIL,
        channel=Channel.EMAIL,
        is_acknowledgement=is_thanks,
        at=lock_at(ticket, row.received_at),
    )
    message = said if isinstance(said, Message) else said.messages.get()
    row.ticket = message.ticket
    _take_in(row, mail, message=message)
    if is_vouched:
        bring_in(message.ticket, mail.cc, sender=sender)
    _settle(row, MailOutcome.ANSWERED if isinstance(said, Message) else MailOutcome.OPENED)


def _said_to(person: User, words: Promise) -> str:
    """Words of ours in place of theirs, in the language that they are written to in."""
    with translation.override(locale_of(language_of(person))):
        return str(words)


def _names(ticket: Ticket) -> tuple[str, ...]:
    """Who may be thanked by name without saying anything new."""
    people = (ticket.customer, ticket.assignee)
    return tuple(word for person in people if person for word in person.name.split())


def _take_in(row: InboundMail, mail: ParsedMail, *, message: Message) -> None:
    """Keep the files, and the HTML as it may be shown."""
    row.message = message
    shown: dict[str, Attachment] = {}
    for each in mail.attachments:
        try:
            stored = attach(message, upload=ContentFile(each.content, name=each.name), actor=None)
        except InvalidInput as refusal:
            row.flags = [*row.flags, f"{each.name[:80]}: {refusal.message}"]
            continue
        if each.content_id:
            shown[each.content_id] = stored
    if mail.html:
        clean = clean_html(mail.html, cid_url=lambda cid: _address_of(shown.get(cid)))
        row.html = clean.html
        if clean.remote_images:
            words = f"Images from other hosts are left out: {clean.remote_images}."
            row.flags = [*row.flags, words]


def _address_of(attachment: Attachment | None) -> str | None:
    return reverse("attachment", args=[attachment.key]) if attachment else None
