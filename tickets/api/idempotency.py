"""Creating requests that may be sent again: one key, one effect, the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from tickets.api.caller import caller
from tickets.errors import InvalidInput
from tickets.services.files import digest_of
from tickets.services.once import Answer, answer_once

HEADER = "Idempotency-Key"
LONGEST_KEY = 200


def once(request: Request, run: Callable[[], Response]) -> Response:
    """Run `run`, or give the stored answer where this user sent this key before.

    Without the header it just runs. Raises Conflict where the key came with another request.
    """
    key = request.headers.get(HEADER, "")
    if not key:
        return run()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidInput(f"{HEADER} is too long or holds control characters.")
    first: list[Response] = []

    def answer() -> Answer:
        first.append(run())
        return Answer(status_code=first[0].status_code, body=_plain(first[0].data))

    kept = answer_once(caller(request), key=key, fingerprint=_fingerprint(request), run=answer)
    if kept is None or not kept.is_again:
        return first[0]
    return Response(kept.body, status=kept.status_code, headers={"Idempotent-Replay": "true"})


def _fingerprint(request: Request) -> str:
    body = json.dumps(_sent(request.data), sort_keys=True, cls=JSONEncoder)
    text = f"{request.method} {request.path}\n{body}"
    return hashlib.sha256(text.encode()).hexdigest()


def _sent(data: Any) -> Any:
    """What was sent, as JSON can hold it: of a form's file, its name and its digest."""
    if not isinstance(data, QueryDict):
        return data
    return {name: [_part(part) for part in parts] for name, parts in data.lists()}


def _part(part: object) -> list[str]:
    if isinstance(part, UploadedFile):
        return [str(part.name), digest_of(part)]
    return [str(part)]


def _plain(data: Any) -> Any:
    """The body as JSON will show it: dates as text."""
    return json.loads(json.dumps(data, cls=JSONEncoder))
