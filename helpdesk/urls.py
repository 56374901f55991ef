"""The addresses of the site; each app's are in its own urls modules."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from helpdesk import health

# One door for all: with its limits on tries, and two-factor sign-in.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's own recipe

handler400 = "helpdesk.pages.bad_request"
handler500 = "helpdesk.pages.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("monitoring", health.monitoring, name="monitoring"),
    path("", include("accounts.urls")),
    path("", include("tickets.web.urls")),
    path("", include("tickets.web.portal_urls")),
    path("", include("tickets.web.survey_urls")),
    path("", include("metrics.web.urls")),
    path("api/", include("helpdesk.api_urls")),
    path("admin/", admin.site.urls),
]
