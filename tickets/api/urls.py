"""Addresses under /api/v1/ that belong to tickets and people."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from tickets.api.views import (
    files,
    history,
    people,
    requests,
    services,
    sla,
    surveys,
    tickets,
    tokens,
    verbs,
)

router = SimpleRouter()
router.register("tickets", tickets.TicketViewSet, basename="ticket")
router.register("customers", people.CustomerViewSet, basename="customer")
router.register("organizations", people.OrganizationViewSet, basename="organization")
router.register("teams", people.TeamViewSet, basename="team")
router.register("categories", people.CategoryViewSet, basename="category")
router.register("sla-policies", sla.SlaPolicyViewSet, basename="sla-policy")
router.register("services", services.ServiceViewSet, basename="service")
router.register("outages", services.OutageViewSet, basename="outage")
router.register("products", people.ProductViewSet, basename="product")

urlpatterns = [
    *router.urls,
    *verbs.verb_patterns(),
    path("tickets/<int:number>/messages/", history.TicketMessages.as_view()),
    path(
        "tickets/<int:number>/messages/<int:message>/attachments/",
        files.MessageAttachments.as_view(),
    ),
    path("attachments/<uuid:key>/", files.AttachmentFile.as_view(), name="attachment-file"),
    path("tickets/<int:number>/contacts/", history.TicketContacts.as_view()),
    path("tickets/<int:number>/links/", history.Links.as_view()),
    path("tickets/<int:number>/transitions/", history.Transitions.as_view()),
    path("tickets/<int:number>/escalations/", history.Escalations.as_view()),
    path("tickets/<int:number>/assignments/", history.Assignments.as_view()),
    path("tickets/<int:number>/targets/", sla.Targets.as_view()),
    path("targets/", sla.Targets.as_view()),
    path("tickets/<int:number>/surveys/", surveys.Surveys.as_view()),
    path("tickets/<int:number>/survey-responses/", surveys.SurveyResponses.as_view()),
    path("surveys/", surveys.Surveys.as_view()),
    path("survey-responses/", surveys.SurveyResponses.as_view()),
    path("requests/", requests.Requests.as_view()),
    path("messages/", history.Messages.as_view()),
    path("transitions/", history.Transitions.as_view()),
    path("escalations/", history.Escalations.as_view()),
    path("contacts/", history.Contacts.as_view()),
    path("links/", history.Links.as_view()),
    path("assignments/", history.Assignments.as_view()),
    path("tokens/", tokens.Tokens.as_view()),
    path("tokens/<str:key>/", tokens.TokenDetail.as_view()),
]
