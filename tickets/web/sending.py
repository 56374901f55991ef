"""Forms that are sent once: each carries a key of its own, and what comes with a key that was used
shows what came of it. A button pressed twice, a page loaded again and a line that broke do no harm,
without any script."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from tickets.models import Ticket
from tickets.services.files import digest_of
from tickets.services.once import Answer, answer_once

FIELD = "once"
KEY_BYTES = 16
# They differ between two pages that say the same.
NOT_CONTENT = frozenset({FIELD, "csrfmiddlewaretoken"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of a form: the ticket that it is on, the words that say so, and the last row of its
    ledger then. `is_again` where it was sent before and nothing was done now."""

    ticket: int
    words: str
    seq: int = 0
    is_again: bool = False

    @property
    def is_stale(self) -> bool:
        """Whether something happened on the ticket since it was sent first: who presses again, on
        a page from before, means it."""
        rows = Ticket.objects.filter(pk=self.ticket, ledger_seq=self.seq)
        return self.is_again and not rows.exists()


def new_key() -> str:
    """Return a key for one form."""
    return secrets.token_hex(KEY_BYTES)


def send_once(
    request: HttpRequest, person: User, *, send: Callable[[], Sent | HttpResponseBase]
) -> Sent | HttpResponseBase:
    """Let `send` do what a form asks for and say what came of it, or return the page that says why
    not. Where this person sent the same form with the same content before, nothing is done again.

    Changed and sent again (back, one more line, send) it is another message, so it counts anew.
    """
    key = request.POST.get(FIELD, "")
    if not _is_key(key):
        return send()

    pages: list[HttpResponseBase] = []

    def answer() -> Answer | None:
        sent = send()
        if isinstance(sent, Sent):
            return Answer(status_code=302, body=dataclasses.asdict(sent))
        pages.append(sent)
        return None

    fingerprint = _fingerprint(request)
    name = f"page:{key}:{fingerprint}"
    kept = answer_once(person, key=name, fingerprint=fingerprint, run=answer)
    return pages[0] if kept is None else Sent(**{**kept.body, "is_again": kept.is_again})


def _is_key(text: str) -> bool:
    return len(text) == 2 * KEY_BYTES and text.isascii() and text.isalnum()


def _fingerprint(request: HttpRequest) -> str:
    fields = [
        [name, request.POST.getlist(name)] for name in sorted(request.POST.keys() - NOT_CONTENT)
    ]
    content = json.dumps([request.path, fields, list(_files(request))])
    return hashlib.sha256(content.encode()).hexdigest()


def _files(request: HttpRequest) -> Iterator[tuple[str, str, str]]:
    """Each file as field, name and digest; every file is left at its start."""
    for field in sorted(request.FILES):
        for file in request.FILES.getlist(field):
            yield field, str(file.name), digest_of(file)
