"""Addresses of the customer's pages: signed in under /portal/, by link under /portal/t/."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets.web import portal, portal_services, portal_ticket, public, watch_mails

PATHS = {
    "": "",
    "news": "news/",
    "answer": "answer/",
    "works": "works/",
    "works_not": "works-not/",
    "rate": "rate/",
    "mine": "mine/",
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
    path("ask/", public.ask, name="ask"),
    path("ask/fields/", public.ask_fields, name="ask_fields"),
    path("ask/sent/", public.ask_sent, name="ask_sent"),
    path("watch/<str:token>/", watch_mails.watch, name="watch"),
    path("watch/<str:token>/stop/", watch_mails.stop, name="watch_stop"),
    path("portal/", portal.my_tickets, name="portal"),
    path("portal/news/", portal.list_news, name="portal_news"),
    path("portal/new/", portal.new_ticket, name="portal_new"),
    path("portal/new/fields/", portal.new_ticket_fields, name="portal_new_fields"),
    path("portal/services/", portal_services.services, name="portal_services"),
    path("portal/services/news/", portal_services.services_news, name="portal_services_news"),
    path("portal/services/<int:pk>/join/", portal_services.join, name="portal_join"),
    *_ticket_paths(),
]
