"""Creating requests that may be sent again: one key, one effect, the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from tickets.api.caller import caller
from tickets.errors import Conflict, InvalidInput
from tickets.models import IdempotencyRecord

HEADER = "Idempotency-Key"
LONGEST_KEY = 200


def once(request: Request, run: Callable[[], Response]) -> Response:
    """Run `run`, or give the stored answer where this user sent this key before.

    Effect and answer commit together; a refused request stores nothing and may be sent again.
    Without the header it just runs. Raises Conflict where the key came with another request.
    """
    key = request.headers.get(HEADER, "")
    if not key:
        return run()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidInput(f"{HEADER} is too long or holds control characters.")
    fingerprint = _fingerprint(request)
    stored = _find(request, key)
    if stored is None:
        try:
            return _run_first(request, key, fingerprint, run)
        except _KeyTaken:
            stored = _find(request, key)
    if stored is None or stored.fingerprint != fingerprint or stored.status_code is None:
        raise Conflict(f"This {HEADER} was used for another request: send a new one.")
    return Response(stored.body, status=stored.status_code, headers={"Idempotent-Replay": "true"})


class _KeyTaken(Exception):
    """Somebody stored the key between our look and our insert."""


def _run_first(
    request: Request, key: str, fingerprint: str, run: Callable[[], Response]
) -> Response:
    with transaction.atomic():
        try:
            with transaction.atomic():
                record = IdempotencyRecord.objects.create(
                    user=caller(request),
                    key=key,
                    fingerprint=fingerprint,
                    created_at=timezone.now(),
                )
        except IntegrityError:
            raise _KeyTaken from None
        response = run()
        record.status_code = response.status_code
        record.body = _plain(response.data)
        record.save(update_fields=["status_code", "body"])
    return response


def _find(request: Request, key: str) -> IdempotencyRecord | None:
    return IdempotencyRecord.objects.filter(user=caller(request), key=key).first()


def _fingerprint(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, cls=JSONEncoder)
    text = f"{request.method} {request.path}\n{body}"
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(data: Any) -> Any:
    """The body as JSON will show it: dates as text."""
    return json.loads(json.dumps(data, cls=JSONEncoder))
