"""Addresses of the customer's pages: signed in under /portal/, by link under /portal/t/."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets.web import portal, portal_ticket

PATHS = {
    "": "",
    "answer": "answer/",
    "works": "works/",
    "works_not": "works-not/",
    "file": "files/<uuid:key>/",
}


def _ticket_paths() -> list[URLPattern]:
    patterns = []
    for page, rest in PATHS.items():
        suffix = f"_{page}" if page else ""
        patterns += [
            path(
                f"portal/<int:number>/{rest}",
                portal_ticket.BY_SIGN_IN[page],
                name=f"portal_ticket{suffix}",
            ),
            path(
                f"portal/t/<str:token>/{rest}",
                portal_ticket.BY_LINK[page],
                name=f"portal_link{suffix}",
            ),
        ]
    return patterns


urlpatterns = [
    path("portal/", portal.my_tickets, name="portal"),
    path("portal/new/", portal.new_ticket, name="portal_new"),
    path("portal/new/fields/", portal.new_ticket_fields, name="portal_new_fields"),
    *_ticket_paths(),
]
