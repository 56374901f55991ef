"""Takes mail that a provider posts: the message as it is, as the body of the request."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tickets.errors import InvalidInput
from tickets.models import Mailbox
from tickets.services.receiving import LARGEST_MAIL, keep_mail


@csrf_exempt  # a provider has no session; the key in the address is the mailbox's secret
@require_POST
def receive(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep a mail and answer 202; the worker reads it within seconds. The same mail again is kept
    once. An unknown key is 404, a mail beyond all size 413."""
    mailbox = Mailbox.objects.filter(webhook_key=key, is_active=True).first()
    if mailbox is None:
        return JsonResponse({"code": "not_found"}, status=404)
    try:
        row = keep_mail(request.read(LARGEST_MAIL + 1), mailbox=mailbox)
    except InvalidInput as refusal:
        return JsonResponse({"code": "too_large", "message": refusal.message}, status=413)
    return JsonResponse({"mail": row.pk}, status=202)
