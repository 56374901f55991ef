"""Addresses of the metrics page and what it opens."""

from __future__ import annotations

from django.urls import path

from metrics.web import views

urlpatterns = [
    path("metrics/", views.metrics_page, name="metrics"),
    path("metrics/tickets/", views.ticket_list, name="metrics-tickets"),
    path("metrics/export.csv", views.export, name="metrics-export"),
    path("metrics/figures.csv", views.figures_file, name="metrics-figures-file"),
    path("metrics/charts/<slug:card>.csv", views.chart_file, name="metrics-chart-file"),
]
