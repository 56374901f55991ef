"""Every real, awkward letter goes all the way: kept, read, and something becomes of it."""

from __future__ import annotations

from collections import Counter

import pytest
from pytest_django import Settings

from tests.cast import Cast
from tests.tickets.mail.reading import REAL, real_letters
from tickets.choices import MailOutcome
from tickets.mail.identity import content_digest
from tickets.mail.letters import Flaw, ParsedMail
from tickets.mail.parsing import parse_mail
from tickets.models import InboundMail, Mailbox, Message
from tickets.services.mail_reading import NO_TEXT
from tickets.services.receiving import keep_mail, read_pending

pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason=f"the real letters are not on this machine: {REAL}"
)


def said(raw: bytes) -> str:
    """What tells a letter from another one; some came to several collections."""
    return content_digest(parse_mail(raw))


def test_each_is_kept_and_read_to_its_end(cast: Cast, mailbox: Mailbox, settings: Settings) -> None:
    letters = real_letters()
    settings.MAIL_MOST_PER_HOUR = len(letters)
    rows = {name: keep_mail(mail.raw, mailbox=mailbox) for name, mail in letters.items()}
    assert len(rows) > 190
    read_pending(limit=len(letters))
    kept = (
        InboundMail.objects.select_related("raw").prefetch_related("message__attachments").in_bulk()
    )
    for name, row in rows.items():
        mail = kept[row.pk]
        assert said(bytes(mail.raw.content)) == content_digest(letters[name]), name
        assert (mail.last_error, mail.attempts) == ("", 0), name
        assert mail.outcome != MailOutcome.PENDING, name
        assert bool(mail.message_id) == (mail.outcome == MailOutcome.OPENED), name
        assert mail.outcome == MailOutcome.OPENED or mail.reason, name
    first = {row.pk: letters[name] for name, row in reversed(rows.items())}
    assert {key: told(mail) for key, mail in kept.items()} == {
        key: expected(mail, is_opened=bool(kept[key].message_id)) for key, mail in first.items()
    }
    outcomes = Counter(mail.outcome for mail in kept.values())
    print(f"\n{len(letters)} letters: {dict(outcomes)}")  # noqa: T201
    assert outcomes[MailOutcome.OPENED] == Message.objects.count() > 100


def told(mail: InboundMail) -> tuple[object, ...]:
    """What became of a mail: its sender, subject and text, its flaws, and how many files."""
    flaws = set(mail.flags) & set(Flaw)
    if mail.message is None:
        return mail.sender, mail.subject, flaws, "", 0
    return mail.sender, mail.subject, flaws, mail.message.body, len(mail.message.attachments.all())


def expected(letter: ParsedMail, *, is_opened: bool) -> tuple[object, ...]:
    """The same of a letter as it was read."""
    sender = letter.sender.address.lower() if letter.sender else ""
    text = letter.text.strip() or str(NO_TEXT)
    files = sum(bool(each.content) for each in letter.attachments)  # an empty one is only named
    shown = (text, files) if is_opened else ("", 0)
    return sender, letter.subject, set(letter.flaws), *shown


def test_what_came_twice_is_one_mail(cast: Cast, mailbox: Mailbox) -> None:
    every = list(real_letters().values())[::10]
    some = [mail.raw for mail in every if Flaw.NO_MESSAGE_ID not in mail.flaws]
    first = [keep_mail(raw, mailbox=mailbox).pk for raw in some]
    assert [keep_mail(b"Received: by mx\n" + raw, mailbox=mailbox).pk for raw in some] == first
