"""The offer to undo: which acts it names, kept for minutes and shown by a cookie for seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.models import User
from tickets.web import kept

COOKIE = "undo"
SHOWN_SECONDS = 10
# Without a script the button stays on its page; what came after an act is never overwritten.
KEPT_SECONDS = 300
_MADE = "_offer_made"


@dataclass(frozen=True, slots=True)
class OnTicket:
    """An action on a ticket that can be taken back."""

    number: int
    action_id: UUID


@dataclass(frozen=True, slots=True)
class OfView:
    """A saved view that was removed."""

    pk: int


@dataclass(frozen=True, slots=True)
class OfMail:
    """A mail that was dropped."""

    pk: int


Step = OnTicket | OfView | OfMail


class Kept(TypedDict):
    """What an offer remembers."""

    words: str
    steps: Sequence[Step]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a toast says, and for how long it is still shown."""

    key: str
    words: str
    seconds: int


def make(request: HttpRequest, words: str, *, steps: Sequence[Step]) -> None:
    """Say what was done and offer to take it back, from the answer to this request on; where
    nothing can be kept, only say it."""
    value = Kept(words=words, steps=steps, at=timezone.now())
    key = kept.keep(_reader(request), COOKIE, value, seconds=KEPT_SECONDS)
    setattr(request, _MADE, key)
    if not key:
        messages.success(request, words)


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let the browser show the offer that this request made on every page, for its seconds."""
    key = getattr(request, _MADE, "")
    if key:
        response.set_cookie(
            COOKIE,
            key,
            max_age=SHOWN_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def current(request: HttpRequest) -> Offer | None:
    """Return the offer that a page is to show; None where there is none, or no more."""
    key = request.COOKIES.get(COOKIE, "")
    value: Kept | None = kept.recall(_reader(request), COOKIE, key) if key else None
    if value is None:
        return None
    left = value["at"] + timedelta(seconds=SHOWN_SECONDS) - timezone.now()
    seconds = round(left.total_seconds())
    return Offer(key=key, words=value["words"], seconds=seconds) if seconds > 0 else None


def take(user: User, key: str) -> Sequence[Step] | None:
    """Return an offer's steps and forget it; None where it is gone. Of two clicks one gets it."""
    value: Kept | None = kept.take(user, COOKIE, key)
    if value is None or timezone.now() > value["at"] + timedelta(seconds=KEPT_SECONDS):
        return None
    return value["steps"]


def _reader(request: HttpRequest) -> User:
    return cast("User", request.user)
