"""Asking without an account, for the programs of other sites: their servers hand in what was
typed there. As with the public form, the person is asked by mail to confirm it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tickets.api.fields import Key, Words
from tickets.api.idempotency import HEADER, LONGEST_KEY
from tickets.api.throttles import seconds_to_wait
from tickets.api.views.tickets import IDEMPOTENCY
from tickets.choices import Source, TicketType
from tickets.errors import InvalidInput, NotThere
from tickets.models import Category
from tickets.services.once import Answer, answer_once
from tickets.services.public_requests import receive_request, sender_of_request
from tickets.services.stored_files import stored_together


class NewRequestSerializer(serializers.Serializer[Any]):
    """What somebody asks. `custom` holds the category's own public fields, by key."""

    name = Words(max_length=150)
    email = serializers.EmailField()
    subject = Words(max_length=250)
    description = Words(max_length=50_000)
    type = serializers.ChoiceField(choices=TicketType.choices, required=False)
    category = Key(
        queryset=Category.objects.filter(is_active=True), required=False, allow_null=True
    )
    custom = serializers.DictField(required=False)


class ReceivedSerializer(serializers.Serializer[Any]):
    """That it was received; nothing else is told to whom nobody knows."""

    received = serializers.BooleanField()


class Requests(APIView):
    """Requests of people without an account."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @extend_schema(
        summary="Ask without an account",
        parameters=[IDEMPOTENCY],
        request=NewRequestSerializer,
        responses={202: ReceivedSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Open a ticket that its sender confirms by mail. Limited by where it comes from (20 an
        hour) and by whose address it names (5 an hour)."""
        if not settings.PUBLIC_FORM:
            raise NotThere("This desk takes requests from people with an account.")
        serializer = NewRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = dict(serializer.validated_data)
        wait = seconds_to_wait(request, address=given["email"], view=self)
        if wait:
            raise Throttled(wait=wait)
        name, email = given.pop("name"), given.pop("email")
        with stored_together():
            sender = sender_of_request(name=name, email=email)

            def run() -> Answer:
                receive_request(sender, source=Source.API, **given)
                return Answer(status_code=status.HTTP_202_ACCEPTED, body={"received": True})

            key = _key(request)
            if key:
                answer_once(sender, key=key, fingerprint=_print(request), run=run)
            else:
                run()
        return Response({"received": True}, status=status.HTTP_202_ACCEPTED)


def _key(request: Request) -> str:
    key = str(request.headers.get(HEADER, ""))
    if len(key) > LONGEST_KEY - len("public:") or not (key.isprintable() or not key):
        raise InvalidInput(f"{HEADER} is too long or holds control characters.")
    return f"public:{key}" if key else ""


def _print(request: Request) -> str:
    return hashlib.sha256(json.dumps(request.data, sort_keys=True).encode()).hexdigest()
