"""What is sent twice is done once: an answer is kept with the key that came with the request.

Effect and answer commit together, so that nothing is done without an answer to give again, and no
answer is kept of what was not done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from tickets.errors import Conflict
from tickets.models import IdempotencyRecord

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a request was answered with, as JSON can hold it; `is_again` where it was kept."""

    status_code: int
    body: Any
    is_again: bool = False


Run = Callable[[], Answer | None]


class _KeyTaken(Exception):
    """Somebody stored the key between our look and our insert."""


def answer_once(person: User, *, key: str, fingerprint: str, run: Run) -> Answer | None:
    """Run `run` and keep its answer, or give the kept one where this person sent this key before.

    Where `run` raises, or returns None because nothing was done, nothing is kept and the key is
    free. A second request waits for the first of its key to end. Raises Conflict where the key came
    with another fingerprint.
    """
    kept = _find(person, key)
    if kept is None:
        try:
            return _run_first(person, key, fingerprint, run)
        except _KeyTaken:
            kept = _find(person, key)
    if kept is None or kept.fingerprint != fingerprint or kept.status_code is None:
        raise Conflict("This key was used for another request: send a new one.")
    return Answer(status_code=kept.status_code, body=kept.body, is_again=True)


@transaction.atomic
def _run_first(person: User, key: str, fingerprint: str, run: Run) -> Answer | None:
    try:
        with transaction.atomic():
            record = IdempotencyRecord.objects.create(
                user=person, key=key, fingerprint=fingerprint, created_at=timezone.now()
            )
    except IntegrityError:
        raise _KeyTaken from None
    answer = run()
    if answer is None:
        record.delete()
        return None
    record.status_code, record.body = answer.status_code, answer.body
    record.save(update_fields=["status_code", "body"])
    return answer


def _find(person: User, key: str) -> IdempotencyRecord | None:
    return IdempotencyRecord.objects.filter(user=person, key=key).first()


def forget_answers(*, at: datetime | None = None) -> int:
    """Delete the answers that were kept for thirty days; return how many. Safe to call twice."""
    oldest = (at or timezone.now()) - KEPT
    deleted, _ = IdempotencyRecord.objects.filter(created_at__lt=oldest).delete()
    return deleted
