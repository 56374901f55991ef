"""Everything under /api/: version 1, its schema and its pages."""

from __future__ import annotations

from django.urls import include, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tickets.errors import NotThere


class NothingHere(APIView):
    """Any other address under /api/: the API's own error body, not a page."""

    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def dispatch(self, *args: object, **kwargs: object) -> Response:
        """Answer 404 to every method."""
        return super().dispatch(*args, **kwargs)  # type: ignore[return-value, arg-type]  # as DRF has it

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Refuse before any handler is looked for."""
        raise NotThere("There is no such address; /api/schema/ lists those there are.")


urlpatterns = [
    path("v1/", include("tickets.api.urls")),
    path("v1/", include("metrics.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    # The split view: its script comes by an address of its own, nothing is inline.
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api/docs.html"),
        name="api-docs",
    ),
    re_path(r"", NothingHere.as_view()),
]
