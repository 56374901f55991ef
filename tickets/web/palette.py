"""The command palette: what the reader may do or open, found by a few letters, as a fragment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from tickets import access
from tickets.choices import Status
from tickets.errors import NotThere
from tickets.lifecycle import Verb
from tickets.models import Ticket
from tickets.search.people import search_people
from tickets.search.tickets import search_tickets
from tickets.search.words import number_in
from tickets.selectors import sorting, views
from tickets.web.act_labels import PROPERTIES, offered
from tickets.web.acts import BY_SLUG
from tickets.web.guards import reader, staff_page
from tickets.web.saved import saved_views
from tickets.web.sending import new_key

MOST_TICKETS = 6
MOST_PEOPLE = 4
SHORTEST = 2
"""Letters before tickets and people are searched; a number is looked up from its first digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One line: where it leads, or what it does. `way` is "open" (a page), "ask" (a dialog) or "do"
    (at once); `once` is the key of a form that is sent once."""

    label: str
    url: str
    way: str = "open"
    detail: str = ""
    icon: str = ""
    glyph: str = ""
    status: Status | None = None
    ticket: Ticket | None = None
    key: str = ""
    once: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines under one heading."""

    label: str
    options: Sequence[Option]


@require_safe
@staff_page
def palette(request: HttpRequest) -> HttpResponse:
    """Find what fits the letters typed: acts on the ticket at hand first, then tickets, views,
    people and pages. Everything is asked of the rights that its own page asks."""
    user, text = reader(request), request.GET.get("q", "").strip()[:100]
    ticket = _ticket(user, request.GET.get("ticket", ""))
    groups = [
        *([Group(label=f"For #{ticket.pk}", options=_acts(user, ticket, text))] if ticket else []),
        Group(label="Tickets", options=_tickets(user, text)),
        Group(label="Views", options=_views(user, text)),
        Group(label="People", options=_people(user, text)),
        Group(label="Pages", options=_pages(user, text)),
        Group(label="Search", options=_search(text)),
    ]
    context = {"groups": [group for group in groups if group.options]}
    return render(request, "tickets/_palette_options.html", context)


def _ticket(user: User, number: str) -> Ticket | None:
    """The ticket that the palette was opened on, if the reader (still) sees it."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    try:
        return access.get_ticket(user, int(number))
    except NotThere:
        return None


def _fits(text: str, *words: str) -> bool:
    """Answer whether every word typed stands somewhere in the words shown."""
    shown = " ".join(words).casefold()
    return all(word in shown for word in text.casefold().split())


def _acts(user: User, ticket: Ticket, text: str) -> list[Option]:
    written = [
        Option(label="Write a reply", url="#reply", icon="reply", key="m"),
        Option(label="Write a private note", url="#note", icon="lock", key="n"),
    ]
    found = [
        Option(
            label=label.spoken or label.words,
            url=_act_url(ticket, slug),
            way="ask" if slug == PROPERTIES or BY_SLUG[slug].title else "do",
            icon=label.icon,
            glyph=label.glyph,
            key=label.key,
            once=new_key(),
        )
        for slug, label in offered(user, ticket).items()
    ]
    if not access.may(user, Verb.ADD_NOTE, ticket):
        written = []
    return [each for each in (*found, *written) if _fits(text, each.label)]


def _act_url(ticket: Ticket, slug: str) -> str:
    if slug == PROPERTIES:
        return reverse("properties", kwargs={"number": ticket.pk})
    return reverse("act", kwargs={"number": ticket.pk, "slug": slug})


def _tickets(user: User, text: str) -> list[Option]:
    """The newest that fit; the one whose number was typed before all."""
    if len(text) < SHORTEST and not text.isdigit():
        return []
    found = search_tickets(Ticket.objects.visible_to(user), text, reader=user)
    rows = sorting.BY_KEY["newest"].read(
        found.select_related("customer").defer("description", "custom"),
        most=MOST_TICKETS,
        first=number_in(text),
    )
    return [
        Option(
            label=row.subject,
            url=reverse("ticket", kwargs={"number": row.pk}),
            detail=f"#{row.pk} · {row.customer}",
            status=Status(row.status),
            ticket=row,
        )
        for row in rows
    ]


def _search(text: str) -> list[Option]:
    """The last line looks for what was typed in the queue, where nothing above was meant."""
    if not text:
        return []
    url = f"{reverse('queue')}?{urlencode({'q': text})}"
    return [Option(label=f"Search all tickets for “{text}”", url=url, icon="search")]


def _views(user: User, text: str) -> list[Option]:
    built_in = [
        Option(label=view.label, url=f"{reverse('queue')}?view={view.key}", icon=view.icon)
        for view in views.VIEWS
    ]
    saved = [
        Option(label=each.row.name, url=each.url, icon="inbox", detail="Saved view")
        for each in saved_views(user)
    ]
    return [each for each in (*built_in, *saved) if _fits(text, each.label)]


def _people(user: User, text: str) -> list[Option]:
    """Customers and colleagues: their page in the administration for who may open it, else the
    tickets that they asked for or hold."""
    if len(text) < SHORTEST:
        return []
    active = User.objects.filter(is_active=True).select_related("organization")
    return [
        Option(
            label=person.name,
            url=_person_url(user, person),
            detail=_person_words(person),
            icon="user",
        )
        for person in search_people(active, text)[:MOST_PEOPLE]
    ]


def _person_url(user: User, person: User) -> str:
    if user.is_staff:
        return reverse("admin:accounts_user_change", args=[person.pk])
    narrowed = (
        {"view": "open", "assignee": person.pk}
        if person.is_agent
        else {"view": "all", "q": person.email}
    )
    return f"{reverse('queue')}?{urlencode(narrowed)}"


def _person_words(person: User) -> str:
    at = str(person.organization) if person.organization else person.get_role_display()
    return f"{at} · {person.email}"


def _pages(user: User, text: str) -> list[Option]:
    known = [
        ("New ticket", "new_ticket", "plus", "c"),
        ("Metrics", "metrics", "chart", ""),
        ("Mail to decide", "incoming", "mail", ""),
        ("Saved views: rename, order, remove", "saved_views", "pencil", ""),
        ("Profile", "profile", "user", ""),
        *([("Administration", "admin:index", "sliders", "")] if user.is_staff else []),
    ]
    options = (
        Option(label=label, url=url, icon=icon, key=key)
        for label, name, icon, key in known
        if (url := _page(name))
    )
    return [each for each in options if _fits(text, each.label)]


def _page(name: str) -> str:
    """The address of a page of another app; empty where the site has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
