"""Every real, awkward letter goes all the way: kept, read, and something becomes of it."""

from __future__ import annotations

from collections import Counter

import pytest
from pytest_django import Settings

from tests.cast import Cast
from tests.tickets.mail.reading import REAL
from tickets.choices import MailOutcome
from tickets.mail.identity import content_digest
from tickets.mail.letters import Flaw
from tickets.mail.parsing import parse_mail
from tickets.models import InboundMail, Mailbox, Message
from tickets.services.receiving import keep_mail, read_pending

pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason=f"the real letters are not on this machine: {REAL}"
)
LETTERS = sorted(path for path in REAL.rglob("*") if path.suffix in (".eml", ".msg"))


def said(raw: bytes) -> str:
    """What tells a letter from another one; some came to several collections."""
    return content_digest(parse_mail(raw))


def test_each_is_kept_and_read_to_its_end(cast: Cast, mailbox: Mailbox, settings: Settings) -> None:
    settings.MAIL_MOST_PER_HOUR = len(LETTERS)
    rows = {path: keep_mail(path.read_bytes(), mailbox=mailbox) for path in LETTERS}
    assert len(rows) > 190
    read_pending(limit=len(LETTERS))
    kept = InboundMail.objects.in_bulk()
    for path, row in rows.items():
        mail = kept[row.pk]
        assert said(bytes(row.raw.content)) == said(path.read_bytes()), path
        assert (mail.last_error, mail.attempts) == ("", 0), path
        assert mail.outcome != MailOutcome.PENDING, path
        assert bool(mail.message_id) == (mail.outcome == MailOutcome.OPENED), path
        assert mail.outcome == MailOutcome.OPENED or mail.reason, path
    outcomes = Counter(mail.outcome for mail in kept.values())
    print(f"\n{len(LETTERS)} letters: {dict(outcomes)}")  # noqa: T201
    assert outcomes[MailOutcome.OPENED] == Message.objects.count() > 100


def test_what_came_twice_is_one_mail(cast: Cast, mailbox: Mailbox) -> None:
    every = [path.read_bytes() for path in LETTERS[::10]]
    some = [raw for raw in every if Flaw.NO_MESSAGE_ID not in parse_mail(raw).flaws]
    first = [keep_mail(raw, mailbox=mailbox).pk for raw in some]
    assert [keep_mail(b"Received: by mx\n" + raw, mailbox=mailbox).pk for raw in some] == first
