"""What a mail is: a person's, or one of a machine, a list, a mail server, ourselves. RFC 3834.

What this says decides whether a mail is answered by itself, never whether it is kept. A sign that
people's mail may bear too only keeps us from answering.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from tickets.mail.bounces import Bounce, read_letter, read_report
from tickets.mail.groups import is_through
from tickets.mail.letters import ParsedMail


class Kind(enum.StrEnum):
    """Who speaks in a mail. Codes are stable."""

    PERSON = "person"
    AUTO_REPLY = "auto_reply"
    """An answer that a machine gave for somebody: out of office, "we got your mail"."""
    BOUNCE = "bounce"
    """What a mail server says of a mail of ours; a delay, too."""
    LIST = "list"
    """Came through a mailing list."""
    MACHINE = "machine"
    """A notice, newsletter or receipt: nobody waits for an answer."""
    OWN = "own"
    """Our own mail coming back: a loop."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a mail is and which header says so; `reason` is "" for a person. `bounce` is set for
    bounces only. `is_quiet`: a person's, and a header asks machines not to answer."""

    kind: Kind
    reason: str = ""
    evidence: str = ""
    bounce: Bounce | None = None
    is_quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """How the desk knows itself. `message_hosts`: what stands after the "@" in Message-IDs of its
    own and of nobody else, and in `header`, which it puts on every mail; `list_ids`: of mailing
    lists that are only the way to the desk, such as a group that forwards to it. All in lower
    case."""

    message_hosts: Collection[str] = ()
    header: str = ""
    list_ids: Collection[str] = ()


QUIET: Final = "quiet"
"""Among the flags of a kept mail: a person's, that asks machines not to answer."""
AUTO_HEADERS: Final = (
    "x-autoreply",
    "x-autorespond",
    "x-autoreply-from",
    "x-autoreply-domain",
    "x-mail-autoreply",
    "x-autoresponder",
)
LIST_HEADERS: Final = (
    "list-id",
    "list-post",
    "mailing-list",
    "x-mailing-list",
    "x-mailman-version",
    "x-beenthere",
)
MACHINE_HEADERS: Final = ("list-unsubscribe", "x-fc-machinegenerated")
LONGEST_EVIDENCE: Final = 200
SUPPRESSES_ALL: Final = re.compile(r"(?i)\ball\b")
# Set by customers' own systems on what their people write, as by those that only send notices.
SUPPRESSES: Final = re.compile(r"(?i)\b(autoreply|oof)\b")
FEEDBACK: Final = "feedback-id"
SUPPRESS: Final = "x-auto-response-suppress"
# Whole subjects or beginnings with a colon: "Out of office message is broken" is a ticket.
AWAY: Final = re.compile(
    r"(?i)(?:automatic reply|auto(?:matic)? ?response|auto-?reply|out of (?:the )?office"
    r"(?: (?:auto-?reply|reply|message))?|away from (?:the )?office|i am out of the office"
    r"|abwesenheitsnotiz|automatische antwort|abwesend|abwesenheit|nicht im büro"
    r"|réponse automatique|absence du bureau|absent(?:e)? du bureau"
    r"|automatisch antwoord|afwezigheidsbericht|afwezig|respuesta automática"
    r"|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)"
    r"|resposta automática|ausência do escritório|autosvar|automatisk svar|automatiskt svar"
    r"|frånvaro|fravær|ikke på kontoret|automaattinen vastaus|poissaoloilmoitus"
    r"|odpowiedź automatyczna|automatyczna odpowiedź|poza biurem|automatická odpověď"
    r"|автоответ|автоматический ответ|自动回复|自動返信|자동 회신)\s*(?:[:：].*|!|\.)?"
)
RETURNED: Final = re.compile(
    r"(?i)(?:undeliver(?:able|ed)|delivery (?:status notification|failure|has failed|delayed)"
    r"|mail delivery (?:failed|system)|mail system error|returned mail|failure notice"
    r"|message not delivered|delivery problem|warning: (?:could not send|message)"
    r"|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|non remis|échec de la remise"
    r"|no se puede entregar|onbestelbaar|niet bezorgd|mancata consegna|niedostarczon)"
)
DAEMON: Final = re.compile(r"(?i)(?:mailer-daemon|postmaster|mail-daemon|maildaemon)@")
NO_REPLY: Final = re.compile(r"(?i)(?:no|do-?not|donot|nie|ne)[-_.]?reply[^@]*@|bounces?@")


def find_kind(mail: ParsedMail, *, desk: Desk) -> Finding:
    """Say what a mail is. Headers decide before words; the first of these that fits: our own, a
    bounce, an answer or notice of a machine, a list."""
    steps: tuple[Callable[[], Finding | None], ...] = (
        lambda: _own(mail, desk),
        lambda: _report(mail),
        lambda: _auto_submitted(mail),
        lambda: _auto_header(mail),
        lambda: _returned(mail),
        lambda: _precedence(mail),
        lambda: _list(mail, desk),
        lambda: _machine(mail),
        lambda: _away(mail),
        lambda: _no_sender(mail),
    )
    found = next((found for step in steps if (found := step())), None)
    return found or Finding(Kind.PERSON, is_quiet=_wants_no_answer(mail))


def _wants_no_answer(mail: ParsedMail) -> bool:
    suppressed = SUPPRESSES.search(mail.first(SUPPRESS) or "")
    return bool(suppressed) or mail.first(FEEDBACK) is not None


def _because(kind: Kind, reason: str, evidence: str | None) -> Finding:
    return Finding(kind, reason, (evidence or "")[:LONGEST_EVIDENCE])


def _own(mail: ParsedMail, desk: Desk) -> Finding | None:
    said = mail.first(desk.header.lower()) if desk.header else None
    if said is not None and said.strip().lower() in desk.message_hosts:
        return _because(Kind.OWN, desk.header.lower(), said)
    host = mail.message_id.strip("<>").rpartition("@")[2].lower()
    is_own = host in desk.message_hosts
    return _because(Kind.OWN, "message-id", mail.message_id) if is_own else None


def _report(mail: ParsedMail) -> Finding | None:
    """A report is one by its own type: a person may attach somebody else's."""
    kind = mail.first("content-type") or ""
    if not re.match(r"(?i)\s*multipart/report\b", kind):
        return None
    if re.search(r"(?i)report-type\s*=\s*\"?(?:global-)?delivery-status", kind):
        bounce = read_report(mail)
        return Finding(Kind.BOUNCE, "content-type", kind[:LONGEST_EVIDENCE], bounce)
    return _because(Kind.MACHINE, "content-type", kind)


def _auto_submitted(mail: ParsedMail) -> Finding | None:
    value = mail.first("auto-submitted")
    keyword = re.match(r"[\w-]*", value.strip().lower()) if value else None
    if keyword is None or keyword[0] in ("", "no"):
        return None
    if _is_returned(mail):
        return _bounce(mail, "auto-submitted", value)
    is_reply = keyword[0] == "auto-replied" or _is_away(mail)
    return _because(Kind.AUTO_REPLY if is_reply else Kind.MACHINE, "auto-submitted", value)


def _auto_header(mail: ParsedMail) -> Finding | None:
    for name in AUTO_HEADERS:
        value = mail.first(name)
        if value is not None and value.lower() not in ("no", "false", "0"):
            return _because(Kind.AUTO_REPLY, name, value)
    value = mail.first("precedence") or mail.first("x-precedence")
    is_reply = bool(value) and re.fullmatch(r"auto[-_ ]?reply", (value or "").strip().lower())
    return _because(Kind.AUTO_REPLY, "precedence", value) if is_reply else None


def _returned(mail: ParsedMail) -> Finding | None:
    """A server's letter that is no report: nobody to answer to, and it says what it is."""
    if mail.first("x-failed-recipients") is not None:
        return _bounce(mail, "x-failed-recipients", mail.first("x-failed-recipients"))
    return _bounce(mail, "from", mail.first("from")) if _is_returned(mail) else None


def _bounce(mail: ParsedMail, reason: str, evidence: str | None) -> Finding:
    return Finding(Kind.BOUNCE, reason, (evidence or "")[:LONGEST_EVIDENCE], read_letter(mail))


def _is_returned(mail: ParsedMail) -> bool:
    address = mail.sender.address if mail.sender else ""
    is_daemon = bool(DAEMON.match(address)) or (not address and _is_null(mail))
    return is_daemon and bool(RETURNED.search(mail.subject))


def _precedence(mail: ParsedMail) -> Finding | None:
    value = (mail.first("precedence") or "").strip().lower()
    if value not in ("bulk", "junk"):
        return None
    if _is_away(mail):
        return _because(Kind.AUTO_REPLY, "precedence", value)
    is_list = any(mail.first(name) is not None for name in LIST_HEADERS)
    return None if is_list else _because(Kind.MACHINE, "precedence", value)


def _list(mail: ParsedMail, desk: Desk) -> Finding | None:
    if is_through(mail, desk.list_ids):
        return None
    for name in LIST_HEADERS:
        if mail.first(name) is not None:
            return _because(Kind.LIST, name, mail.first(name))
    is_list = (mail.first("precedence") or "").strip().lower() == "list"
    return _because(Kind.LIST, "precedence", "list") if is_list else None


def _machine(mail: ParsedMail) -> Finding | None:
    value = mail.first(SUPPRESS)
    if value and SUPPRESSES_ALL.search(value):
        is_reply = _is_away(mail)
        return _because(Kind.AUTO_REPLY if is_reply else Kind.MACHINE, SUPPRESS, value)
    for name in MACHINE_HEADERS:
        if mail.first(name) is not None and not mail.first("list-id"):
            return _because(Kind.MACHINE, name, mail.first(name))
    return None


def _away(mail: ParsedMail) -> Finding | None:
    return _because(Kind.AUTO_REPLY, "subject", mail.subject) if _is_away(mail) else None


def _is_away(mail: ParsedMail) -> bool:
    return bool(AWAY.fullmatch(mail.subject.strip()))


def _no_sender(mail: ParsedMail) -> Finding | None:
    """Who gives no address for failures, or says not to reply, gets no machine's answer."""
    if _is_null(mail):
        return _because(Kind.MACHINE, "return-path", "<>")
    address = mail.sender.address if mail.sender else ""
    is_mute = bool(NO_REPLY.match(address) or DAEMON.match(address))
    return _because(Kind.MACHINE, "from", address) if is_mute else None


def _is_null(mail: ParsedMail) -> bool:
    return re.sub(r"\s", "", mail.first("return-path") or "") == "<>"
