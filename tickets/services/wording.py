"""Storing the desk's own words of a mail, and going back to the shipped ones."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts.choices import Language
from accounts.models import User
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import MailTemplate, NoticeKind
from tickets.services.base import require_choice
from tickets.wording.names import names
from tickets.wording.parsing import WordingError, parse
from tickets.wording.parts import Wording


@transaction.atomic
def store_template(
    kind: str, language: str, wording: Wording, *, actor: User | None
) -> MailTemplate:
    """Let a mail say `wording` from now on. Raises NotAllowed to all but administrators, and
    InvalidInput that names the part, the line and what is wrong there."""
    _require_administrator(actor)
    require_choice(kind, NoticeKind, field="kind")
    require_choice(language, Language, field="language")
    check_wording(kind, wording)
    values = {"subject": wording.subject, "text": wording.text, "html": wording.html}
    row, _ = MailTemplate.objects.update_or_create(
        kind=kind, language=language, defaults={**values, "changed_by": actor}
    )
    return row


@transaction.atomic
def reset_template(kind: str, language: str, *, actor: User | None) -> bool:
    """Let a mail say what is shipped. Returns whether it said anything else before."""
    _require_administrator(actor)
    count, _ = MailTemplate.objects.filter(kind=kind, language=language).delete()
    return count > 0


def check_wording(kind: str, wording: Wording) -> None:
    """Raise InvalidInput for parts that are missing or cannot be read."""
    known = names(kind)
    found = {
        "subject": _mistake(wording.subject, known),
        "text": _mistake(wording.text, known),
        "html": _mistake(wording.html, known) if wording.html.strip() else "",
    }
    mistakes = {part: words for part, words in found.items() if words}
    if mistakes:
        raise InvalidInput("; ".join(mistakes.values()), fields=mistakes)


def _mistake(source: str, known: Collection[str]) -> str:
    if not source.strip():
        return "Write something here."
    try:
        parse(source, names=known)
    except WordingError as error:
        return str(error)
    return ""


def _require_administrator(actor: User | None) -> None:
    if actor is not None and not (actor.is_active and actor.is_superuser):
        raise NotAllowed("Only administrators change what mails say.")
