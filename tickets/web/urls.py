"""Addresses of the staff pages."""

from __future__ import annotations

from django.urls import path

from tickets.web import acting, composing, files, new, properties, queue, ticket

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/bulk/", queue.bulk, name="queue_bulk"),
    path("tickets/new/", new.new_ticket, name="new_ticket"),
    path("tickets/new/customers/", new.find_customers, name="find_customers"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/compose/", composing.compose, name="compose"),
    path("tickets/<int:number>/properties/", properties.properties, name="properties"),
    path("tickets/<int:number>/<slug:slug>/", acting.act_view, name="act"),
    path("attachments/<uuid:key>/", files.attachment, name="attachment"),
]
