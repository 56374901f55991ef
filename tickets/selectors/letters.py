"""What a message that came by mail has besides its new words: what was quoted, the signature, the
formatted version, who else it was sent to, and what its reader is to be warned of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Length, Substr

from tickets.mail.authentication import UNPROVEN
from tickets.mail.kinds import QUIET, Kind
from tickets.mail.letters import Flaw
from tickets.mail.parsing import HEAD_SIZE, parse_recipients
from tickets.models import InboundMail, Message, Ticket
from tickets.selectors.addressees import Addressees, Sending, who_else

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

KINDS: Final[Mapping[str, str]] = {
    Kind.AUTO_REPLY: "An automatic answer",
    Kind.BOUNCE: "A mail server’s report",
    Kind.LIST: "Came through a mailing list",
    Kind.MACHINE: "A machine’s notice",
    Kind.OWN: "Our own mail, come back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail behind a message. `quoted` and `signature` are plain text, "" where there is none;
    `warnings` are sentences; `also_to` is None where it was sent to the desk alone."""

    pk: int
    quoted: str
    signature: str
    has_html: bool
    warnings: tuple[str, ...]
    also_to: Addressees | None


def with_letters(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Load the mails behind messages in the same query; of their HTML, which may be long, the
    length, and of what came the headers."""
    found = messages.select_related("mail__decided_by").defer("mail__html", "mail__last_error")
    head = Substr("mail__raw__content", 1, HEAD_SIZE, output_field=BinaryField())
    return found.annotate(html_size=Length("mail__html"), mail_head=head)


def letters_of(messages: Iterable[Message], *, ticket: Ticket) -> dict[int, Letter]:
    """Return the mails behind messages of `with_letters` by the key of the message; none for what
    came another way. Two queries at most, however many there are."""
    mails = {row.pk: (row, row.mail) for row in messages if hasattr(row, "mail")}
    sent = {key: _sending(row, mail) for key, (row, mail) in mails.items()}
    others = who_else(sent, ticket=ticket)
    return {key: _letter(row, mail, others.get(key)) for key, (row, mail) in mails.items()}


def _sending(message: Message, mail: InboundMail) -> Sending:
    head = getattr(message, "mail_head", None) or b""
    return Sending(sender=mail.sender, recipients=parse_recipients(bytes(head)))


def _letter(message: Message, mail: InboundMail, also_to: Addressees | None) -> Letter:
    return Letter(
        pk=mail.pk,
        quoted=mail.quoted,
        signature=mail.signature,
        has_html=bool(getattr(message, "html_size", 0)),
        warnings=(*warnings_of(mail), *_decided(mail)),
        also_to=also_to,
    )


def _decided(mail: InboundMail) -> tuple[str, ...]:
    return (f"Let in by {mail.decided_by.name}.",) if mail.decided_by else ()


def warnings_of(mail: InboundMail) -> tuple[str, ...]:
    """Sentences for what matters to who reads it, each once. Flags are codes, or sentences already;
    codes that change nothing for a reader are left out."""
    found = [WARNINGS.get(flag, flag if " " in flag else "") for flag in mail.flags]
    reason = mail.reason if " " in mail.reason or not mail.reason else taken_for(mail)
    return tuple(dict.fromkeys(each for each in (*found, reason) if each))


def taken_for(mail: InboundMail) -> str:
    """Say what a mail of a machine was taken for, and by which header; "" for a person's."""
    words = KINDS.get(mail.kind, "")
    return f"{words} ({mail.reason})." if words and mail.reason else words
