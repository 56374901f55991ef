"""Acts on several tickets of a list: ask once, do each by its own command, say which refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from tickets import access
from tickets.errors import DeskError, InvalidInput
from tickets.querysets import TicketQuerySet
from tickets.search.words import number_in
from tickets.selectors.queue import QueuePage
from tickets.web import kept
from tickets.web.addresses import QueueAddress
from tickets.web.bulk_acts import BY_KEY, BulkAct, Values, said
from tickets.web.guards import back_to, reader, staff_page
from tickets.web.listing import tickets_at
from tickets.web.offers import Step
from tickets.web.undo import steps_of, tell

MOST_AT_ONCE = 200
SUBJECT = "bulk"
KEPT_SECONDS = 600


@dataclass(slots=True)
class Outcome:
    """What became of each ticket."""

    done: int = 0
    steps: list[Step] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


@require_http_methods(["GET", "POST"])
@staff_page
def bulk(request: HttpRequest) -> HttpResponse:
    """Do an act to all chosen tickets; one that has something to ask, or cannot be undone, shows
    its dialog first, with the number."""
    if request.method != "POST":  # after a new sign-in, say
        return redirect("queue")
    act = BY_KEY.get(request.POST.get("act", ""))
    if act is None:
        raise InvalidInput("Choose what to do with the tickets.")
    numbers = _chosen(request)
    if not numbers:
        messages.error(request, "No ticket was chosen: mark some first.")
        return back_to(request, request.POST.get("back", ""))
    if act.form is None:
        return _do(request, act, numbers, {})
    form = act.form(request.POST if request.POST.get("sure") else None)
    if not form.is_valid():
        return _ask(request, act, numbers, form)
    return _do(request, act, numbers, form.cleaned_data)


def _chosen(request: HttpRequest) -> list[int]:
    """Return the numbers that were marked, or the first of the whole list, without repeats."""
    if request.POST.get("all"):
        address = QueueAddress.read(QueryDict(request.POST.get("list", "")))
        listed = tickets_at(address, reader(request))
        first = number_in(address.search)
        return [each.pk for each in address.sort.read(listed, most=MOST_AT_ONCE, first=first)]
    marked = [int(each) for each in request.POST.getlist("ticket") if _is_key(each)]
    return list(dict.fromkeys(marked))[:MOST_AT_ONCE]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _ask(
    request: HttpRequest, act: BulkAct, numbers: Sequence[int], form: forms.Form
) -> HttpResponse:
    """Draw the dialog: alone for a page that is there already, else on a page of its own."""
    user = reader(request)
    context = {
        "section": "queue",
        "act": act,
        "form": form,
        "numbers": numbers,
        "title": said(act.title, number=len(numbers), user=user, values={}),
        "button": said(act.button, number=len(numbers), user=user, values={}),
        "back": request.POST.get("back", ""),
        "is_capped": len(numbers) == MOST_AT_ONCE and bool(request.POST.get("all")),
    }
    is_fragment = getattr(request, "htmx", False)
    template = "tickets/_bulk_dialog.html" if is_fragment else "tickets/bulk.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _do(request: HttpRequest, act: BulkAct, numbers: Sequence[int], values: Values) -> HttpResponse:
    user = reader(request)
    outcome = _run(act, numbers, user=user, values=values)
    if outcome.done:
        words = said(act.done, number=outcome.done, user=user, values=values)
        tell(request, words, steps=outcome.steps)
    back = request.POST.get("back") or reverse("queue")
    return back_to(request, _with_result(request, back, outcome))


def _run(act: BulkAct, numbers: Sequence[int], *, user: User, values: Values) -> Outcome:
    """Do the act ticket by ticket; one that refuses stops no other."""
    outcome = Outcome()
    for number in numbers:
        try:
            ticket = access.get_ticket(user, number)
            result = act.run(ticket, user, values)
        except DeskError as error:
            outcome.refused.append((number, error.message))
            continue
        outcome.done += 1
        outcome.steps += steps_of(ticket, result, user=user)
    return outcome


def _with_result(request: HttpRequest, back: str, outcome: Outcome) -> str:
    """Name in the address of the list what was refused now, and no more what was before. Where
    nothing can be kept, say the first of it."""
    parts = urlsplit(back)
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] != "result"]
    if outcome.refused:
        key = kept.keep(reader(request), SUBJECT, outcome.refused, seconds=KEPT_SECONDS)
        pairs += [("result", key)] if key else []
        for number, sentence in [] if key else outcome.refused[:3]:
            messages.error(request, f"#{number}: {sentence}")
    return parts._replace(query=urlencode(pairs)).geturl()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What the page of a list needs for acts on many: how many the whole list holds (None where
    the page shows them all), what the last act refused, why, and which of those are elsewhere."""

    whole: int | None
    reasons: Sequence[tuple[str, Sequence[int]]]
    picked: frozenset[int]
    elsewhere: Sequence[int]

    @property
    def most(self) -> int:
        """How many are chosen with the whole list."""
        return MOST_AT_ONCE if self.is_capped else self.whole or 0

    @property
    def is_capped(self) -> bool:
        """Whether the list holds more than can be chosen at once."""
        return self.whole is not None and self.whole > MOST_AT_ONCE


def marks(request: HttpRequest, page: QueuePage, tickets: TicketQuerySet) -> Marks:
    """Read them; a list is counted only where it goes on, and no further than can be chosen."""
    found: list[tuple[int, str]] = (
        kept.recall(reader(request), SUBJECT, request.GET.get("result", "")) or []
    )
    by_reason: dict[str, list[int]] = {}
    for number, sentence in found:
        by_reason.setdefault(sentence, []).append(number)
    picked = frozenset(number for number, _ in found)
    is_whole = page.is_first and not page.next_cursor
    return Marks(
        whole=None if is_whole else tickets[: MOST_AT_ONCE + 1].count(),
        reasons=list(by_reason.items()),
        picked=picked,
        elsewhere=sorted(picked - {row.ticket.pk for row in page.rows}),
    )
