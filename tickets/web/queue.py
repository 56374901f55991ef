"""The queue: a view of tickets, narrowed and sorted by its address."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tickets import access
from tickets.search.words import number_in
from tickets.selectors import filters, sorting, views
from tickets.selectors import queue as rows
from tickets.selectors.incidents import running_outages
from tickets.selectors.incoming import count_to_decide
from tickets.web import trail
from tickets.web.addresses import QueueAddress
from tickets.web.bulk import marks
from tickets.web.guards import reader, staff_page
from tickets.web.listing import tickets_at
from tickets.web.saved import saved_views


@require_safe
@staff_page
def queue(request: HttpRequest) -> HttpResponse:
    """Show one page of a view. A search looks through all tickets, whatever the view."""
    user, now = reader(request), timezone.now()
    known = filters.Choices()
    address = QueueAddress.read(request.GET, known=known)
    saved = saved_views(user, known=known)
    current = next((each for each in saved if str(each.row.pk) == address.saved), None)
    is_changed = current is not None and not current.means(address)
    title = current.row.name if current else address.title
    tickets = tickets_at(address, user)
    page = rows.page(
        tickets,
        sort=address.sort,
        first=number_in(address.search),
        after=address.after,
        now=now,
    )
    context = {
        "section": "queue",
        "address": address,
        "title": title,
        "saved": saved,
        "current": current,
        "is_changed": is_changed,
        "may_update": current is not None and access.may_change_view(user, current.row),
        "meaning": urlencode(address.meaning),
        "page": page,
        "views": views.VIEWS,
        "counts": views.counts(
            user, more={each.key: each.condition(user) for each in saved if not each.is_wide}
        ),
        "mails_to_decide": count_to_decide(user),
        "sorts": sorting.SORTS,
        "running": running_outages(user),
        "marks": marks(request, page, tickets),
        "now": now,
    }
    response = render(request, "tickets/queue.html", context)
    trail.lay(response, address, label=title)
    return response
