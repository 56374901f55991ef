"""Addresses of the staff pages."""

from __future__ import annotations

from django.urls import path

from tickets.web import (
    acting,
    bulk,
    composing,
    files,
    incident,
    incoming,
    letters,
    mail_hook,
    new,
    palette,
    presence,
    properties,
    queue,
    resending,
    saved_views,
    stepping,
    ticket,
    undo,
    watchers,
)

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/bulk/", bulk.bulk, name="queue_bulk"),
    path("queue/mail/", incoming.mails, name="incoming"),
    path("queue/mail/<int:pk>/", incoming.mail, name="incoming_mail"),
    path("queue/mail/<int:pk>/decide/", incoming.decide, name="decide_mail"),
    path("queue/views/", saved_views.views_page, name="saved_views"),
    path("queue/views/new/", saved_views.new_view, name="new_view"),
    path("queue/views/counts/", saved_views.wide_counts, name="wide_counts"),
    path("queue/views/<int:pk>/", saved_views.view_page, name="saved_view"),
    path("queue/views/<int:pk>/change/", saved_views.change_view, name="change_view"),
    path("tickets/new/", new.new_ticket, name="new_ticket"),
    path("tickets/new/customers/", new.find_customers, name="find_customers"),
    path("tickets/new/fields/", new.new_ticket_fields, name="new_ticket_fields"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/compose/", composing.compose, name="compose"),
    path("tickets/<int:number>/properties/", properties.properties, name="properties"),
    path("tickets/<int:number>/next/", stepping.next_ticket, name="next_ticket"),
    path("tickets/<int:number>/previous/", stepping.previous_ticket, name="previous_ticket"),
    path("tickets/<int:number>/mails/<int:pk>/again/", resending.again, name="send_again"),
    path("tickets/<int:number>/presence/", presence.presence, name="presence"),
    path("tickets/<int:number>/watchers/", watchers.watchers, name="watchers"),
    path("tickets/<int:number>/incident/", incident.incident, name="incident"),
    path("tickets/<int:number>/<slug:slug>/", acting.act_view, name="act"),
    path("palette/", palette.palette, name="palette"),
    path("undo/", undo.undo, name="undo"),
    path("mail/<uuid:key>/", mail_hook.receive, name="mail_hook"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("attachments/<uuid:key>/", files.attachment, name="attachment"),
]
