"""Addresses under /api/v1/ that belong to figures."""

from __future__ import annotations

from django.urls import path

from metrics.api import views

urlpatterns = [
    path("metrics/definitions/", views.Definitions.as_view()),
    path("metrics/figures/", views.Figures.as_view()),
    path("metrics/figures/<slug:key>/", views.OneFigure.as_view()),
    path("metrics/figures/<slug:key>/series/", views.Series.as_view()),
    path("metrics/figures/<slug:key>/breakdown/", views.Breakdown.as_view()),
    path("metrics/figures/<slug:key>/tickets/", views.FigureTickets.as_view()),
]
