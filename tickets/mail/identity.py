"""By what one mail is told from another: its Message-ID, and what it says."""

from __future__ import annotations

import hashlib

from tickets.mail.letters import ParsedMail


def digest_of(message_id: str) -> str:
    """Return what a Message-ID is looked up by, 64 hex digits. Ids may be longer than an index
    takes."""
    return hashlib.sha256(message_id.encode()).hexdigest()


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
