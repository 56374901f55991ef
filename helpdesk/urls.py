"""The addresses of the site; each app's are in its own urls modules."""

from django.contrib import admin
from django.urls import include, path

from helpdesk import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("monitoring", health.monitoring, name="monitoring"),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
