"""Fetches new mail by IMAP. Each mail is kept before the place in the folder moves on: a poll that
is killed fetches the last mail again, which is recognised by its Message-ID. A mail that the server
does not give is owed: asked for at each poll, until it comes or is there no more."""

from __future__ import annotations

import imaplib
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone
from imap_tools import BaseMailBox, MailBox, MailboxLoginError, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFetchError

from tickets.choices import MailboxSecurity
from tickets.fetching.answers import Outline, fetch_mail, fetch_outlines
from tickets.models import Mailbox
from tickets.services.receiving import LARGEST_MAIL, keep_headers, keep_mail

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 20
MOST_AT_ONCE = 200
# A server that gives fewer than all but these is out of order as a whole: it is left where it was.
MOST_OWED = 20
UNTOLD = Outline(size=0, arrived_at=None)
# What servers and networks do. `imaplib` has errors of its own, its "abort" for a broken line too.
USUAL = (ImapToolsError, OSError, imaplib.IMAP4.error)


def poll_all() -> int:
    """Fetch from every active mailbox; return how many mails were kept. One that cannot be read,
    for whatever reason, says so in its row and does not hold up the others."""
    count = 0
    for mailbox in Mailbox.objects.filter(is_active=True).exclude(host=""):
        try:
            count += poll(mailbox)
            error = _owed(mailbox)
        except Exception as fault:  # the next mailbox has nothing to do with it
            error = _words(fault)
            trace = not isinstance(fault, USUAL)
            log.warning("mailbox_not_read", mailbox=mailbox.address, error=error, exc_info=trace)
        Mailbox.objects.filter(pk=mailbox.pk).update(checked_at=timezone.now(), last_error=error)
    return count


def _words(fault: Exception) -> str:
    if isinstance(fault, MailboxLoginError):
        return "The server refuses the name or the password."
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"Nobody we trust vouches for the server: {fault.verify_message}"
    return f"{type(fault).__name__}: {fault}"[:500]


def _owed(mailbox: Mailbox) -> str:
    count = len(mailbox.owed_uids)
    if not count:
        return ""
    words = "1 mail; it is" if count == 1 else f"{count} mails; they are"
    return f"The server does not give {words} asked for again."


def poll(mailbox: Mailbox) -> int:
    """Fetch what is new in one mailbox, at most some hundreds; return how many mails were kept.
    Raises one of `USUAL` where the server cannot be read."""
    count = 0
    with _connected(mailbox) as server:
        _follow_numbering(mailbox, server)
        uids = [*mailbox.owed_uids, *_new_uids(mailbox, server)[:MOST_AT_ONCE]]
        outlines = fetch_outlines(server, uids)
        for uid in uids:
            outline = outlines.get(uid, UNTOLD)
            if _is_old(mailbox, outline):
                mailbox.last_uid = max(mailbox.last_uid, uid)
            else:
                count += _take(mailbox, server, uid, size=outline.size)
            mailbox.save(update_fields=["last_uid", "owed_uids"])
    return count


def _is_old(mailbox: Mailbox, outline: Outline) -> bool:
    """Whether a mail came before the mailbox was to be read. Servers keep whole seconds."""
    since, came = mailbox.read_since, outline.arrived_at
    return bool(since and came and came < since.replace(microsecond=0))


def _take(mailbox: Mailbox, server: BaseMailBox, uid: int, *, size: int) -> int:
    """Keep one mail and move past it; return how many were kept."""
    owed = set(mailbox.owed_uids)
    mail = None
    try:
        mail = fetch_mail(server, uid, is_whole=size <= LARGEST_MAIL)
        owed -= {uid}
    except MailboxFetchError as refusal:
        owed |= {uid}
        if len(owed) > MOST_OWED:
            raise
        log.warning("mail_not_given", mailbox=mailbox.address, uid=uid, error=str(refusal))
    if mail is not None:
        keep = keep_mail if mail.is_whole and len(mail.raw) <= LARGEST_MAIL else keep_headers
        keep(mail.raw, mailbox=mailbox, at=mail.arrived_at)
    mailbox.last_uid, mailbox.owed_uids = max(mailbox.last_uid, uid), sorted(owed)
    return int(mail is not None)


@contextmanager
def _connected(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """A session in the mailbox's folder. It ends without a word where something went wrong."""
    server = _connect(mailbox)
    try:
        password = os.environ.get(mailbox.password_variable, "")
        server.login(mailbox.username, password, initial_folder=mailbox.folder)
        yield server
        with suppress(*USUAL):
            server.logout()
    finally:
        with suppress(OSError):
            server.client.shutdown()


def _connect(mailbox: Mailbox) -> BaseMailBox:
    host, port = mailbox.host, mailbox.port
    if mailbox.security == MailboxSecurity.TLS:
        return MailBox(host, port, timeout=TIMEOUT_SECONDS, ssl_context=_trust())
    if mailbox.security == MailboxSecurity.STARTTLS:
        return MailBoxStartTls(host, port, timeout=TIMEOUT_SECONDS, ssl_context=_trust())
    return MailBoxUnencrypted(host, port, timeout=TIMEOUT_SECONDS)


def _trust() -> ssl.SSLContext:
    """Whom we believe that a server is who it says: the system's authorities, and the house's own.
    What imaplib takes where nothing is said believes everybody."""
    context = ssl.create_default_context()
    if settings.IMAP_CA_FILE:
        context.load_verify_locations(cafile=settings.IMAP_CA_FILE)
    return context


def _follow_numbering(mailbox: Mailbox, server: BaseMailBox) -> None:
    """Begin anew where the server has given new numbers; what is known is recognised."""
    validity = int(server.folder.status(mailbox.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
    if mailbox.uid_validity != validity:
        mailbox.uid_validity, mailbox.last_uid, mailbox.owed_uids = validity, 0, []
        mailbox.save(update_fields=["uid_validity", "last_uid", "owed_uids"])


def _new_uids(mailbox: Mailbox, server: BaseMailBox) -> list[int]:
    """The numbers after the last one read, ascending. "n:*" always names the last mail, too.
    Servers know days, each in a zone of its own: what came a day before may be among them."""
    since = mailbox.read_since and mailbox.read_since - timedelta(days=2)
    days = f" SINCE {since:%d-%b-%Y}" if since else ""
    found = server.uids(f"UID {mailbox.last_uid + 1}:*{days}")
    return sorted(uid for uid in map(int, found) if uid > mailbox.last_uid)
