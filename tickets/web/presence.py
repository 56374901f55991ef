"""The beat of an open ticket page: who else is there, and what others did since it was opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha1

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from tickets import access
from tickets.errors import NotThere
from tickets.models import Ticket
from tickets.selectors.news import News, news_since
from tickets.web.guards import reader
from tickets.web.onlookers import Onlooker, beat, leave, others_on

NOTHING_NEW = 204


@require_POST
def presence(request: HttpRequest, number: int) -> HttpResponse:
    """Take a page's beat; answer with what has changed around it, or with nothing.

    A page whose reader was signed out, or may see the ticket no more, is told so by the status
    alone: it stops asking, and shows nobody a sign-in form in the middle of a ticket.
    """
    if not getattr(request.user, "is_agent", False):
        return HttpResponseForbidden()
    user, now = reader(request), timezone.now()
    try:
        ticket = access.get_ticket(user, number)
    except NotThere as error:
        raise Http404(error.message) from error
    if request.POST.get("leave"):
        leave(ticket, person=user, now=now)
        return HttpResponse(status=NOTHING_NEW)
    beat(ticket, person=user, writing=request.POST.get("writing", ""), now=now)
    around = look_around(ticket, seq=seq_in(request.POST.get("seen")), reader=user, now=now)
    if around["mark"] == request.POST.get("have"):
        return HttpResponse(status=NOTHING_NEW)
    context = {"ticket": ticket, "is_looking": bool(request.POST.get("look")), **around}
    return render(request, "tickets/_presence_now.html", context)


def look_around(
    ticket: Ticket, *, seq: int | None, reader: User, now: datetime
) -> dict[str, object]:
    """Return what a page shows of others: `onlookers`, those of them who write (`writers`), `news`
    as a sentence, `unread` (its message, where it is one), and a `mark` that changes with them."""
    onlookers = others_on(ticket, reader=reader, now=now)
    news = None if seq is None else news_since(ticket, seq, reader=reader)
    return {
        "onlookers": onlookers,
        "writers": [each for each in onlookers if each.writing],
        "news": news.sentence(now=now) if news else "",
        "unread": news.message if news else None,
        "mark": _mark(onlookers, news, now=now),
    }


def _mark(onlookers: Sequence[Onlooker], news: News | None, *, now: datetime) -> str:
    """A word that stays the same while there is nothing new to read out; ages go by minutes."""
    people = [(each.person.pk, each.writing) for each in onlookers]
    minutes = int((now - news.at).total_seconds() // 60) if news else 0
    said = (news.at.isoformat(), news.words, minutes) if news else ()
    return sha1(f"{people}{said}".encode(), usedforsecurity=False).hexdigest()[:12]


def seq_in(text: str | None) -> int | None:
    """Read the row of the ledger that a form was opened at; None where it names none."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if text and is_number else None
