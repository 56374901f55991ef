"""By what one mail is told from another: its Message-ID, and what it says."""

from __future__ import annotations

import hashlib
from typing import Final

from tickets.mail.letters import ParsedMail

MADE_UP: Final = "no-message-id.invalid"


def digest_of(message_id: str) -> str:
    """Return what a Message-ID is looked up by, 64 hex digits. Ids may be longer than an index
    takes."""
    return hashlib.sha256(message_id.encode()).hexdigest()


def made_up_id(mail: ParsedMail) -> str:
    """Return an id for a mail that brought none. From two mailboxes it is the same one: who wrote
    it when and what it says counts, not the way that it came. Without a date all its bytes count,
    since a machine may say the same again."""
    if mail.date is None:
        return f"<{hashlib.sha256(mail.raw).hexdigest()}@{MADE_UP}>"
    writer = mail.sender.address if mail.sender else ""
    said = (writer, mail.date.isoformat(), mail.subject, content_digest(mail))
    return f"<{digest_of(chr(0).join(said))}@{MADE_UP}>"


def digest_of_other(mail: ParsedMail) -> str:
    """Return the same for a mail that came under the Message-ID of another."""
    return digest_of(f"{mail.message_id}\0{content_digest(mail)}")


def content_digest(mail: ParsedMail) -> str:
    """Return a digest of what a mail says: its words and files, however they were encoded, folded
    or routed."""
    words = (" ".join(text.split()).encode() for text in (mail.text, mail.html or ""))
    files = sorted(hashlib.sha256(each.content).digest() for each in mail.attachments)
    parts = (hashlib.sha256(each).digest() for each in (*words, *files))
    return hashlib.sha256(b"".join(parts)).hexdigest()
