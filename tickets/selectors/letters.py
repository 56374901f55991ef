"""What a message that came by mail has besides its new words: what was quoted, the signature, the
formatted version, and what its reader is to be warned of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.db.models.functions import Length

from tickets.mail.authentication import UNPROVEN
from tickets.mail.kinds import QUIET
from tickets.mail.letters import Flaw
from tickets.models import InboundMail, Message

WARNINGS: Final = {
    UNPROVEN: "No mail server vouches for the sender.",
    QUIET: "It asks machines not to answer: no receipt was sent.",
    Flaw.MANY_FROM: "It names several senders; nothing vouches for the first.",
    Flaw.REWRITTEN_FROM: "A group forwarded it under an address of its own; nothing vouches for "
    "who wrote it.",
    Flaw.UNKNOWN_CHARSET: "Its letters are guessed: some may be wrong.",
    Flaw.WRONG_CHARSET: "Its letters are guessed: some may be wrong.",
    Flaw.BAD_ENCODING: "Parts of it are broken.",
    Flaw.BAD_STRUCTURE: "Parts of it are broken.",
    Flaw.TOO_DEEP: "Its inner parts are kept as files.",
    Flaw.TOO_MANY_PARTS: "It has too many parts and is shown as it came.",
    Flaw.CUT: "It was too long and is cut.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail behind a message. `quoted` and `signature` are plain text, "" where there is none;
    `warnings` are sentences."""

    pk: int
    quoted: str
    signature: str
    has_html: bool
    warnings: tuple[str, ...]


def with_letters(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Load the mails behind messages in the same query; not their HTML, which may be long."""
    found = messages.select_related("mail__decided_by").defer("mail__html", "mail__last_error")
    return found.annotate(html_size=Length("mail__html"))


def letter_of(message: Message) -> Letter | None:
    """Return the mail behind a message of `with_letters`; None where it came another way."""
    mail: InboundMail | None = getattr(message, "mail", None)
    if mail is None:
        return None
    return Letter(
        pk=mail.pk,
        quoted=mail.quoted,
        signature=mail.signature,
        has_html=bool(getattr(message, "html_size", 0)),
        warnings=(*warnings_of(mail), *_decided(mail)),
    )


def _decided(mail: InboundMail) -> tuple[str, ...]:
    return (f"Let in by {mail.decided_by.name}.",) if mail.decided_by else ()


def warnings_of(mail: InboundMail) -> tuple[str, ...]:
    """Sentences for what matters to who reads it, each once. Flags are codes, or sentences already;
    codes that change nothing for a reader are left out."""
    found = [WARNINGS.get(flag, flag if " " in flag else "") for flag in mail.flags]
    return tuple(dict.fromkeys(each for each in (*found, mail.reason) if each))
