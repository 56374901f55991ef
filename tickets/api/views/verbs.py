"""Verbs of a ticket: POST /tickets/<number>/<verb>/ calls the command of that name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from tickets import access
from tickets.api.caller import caller
from tickets.api.fields import Key
from tickets.api.idempotency import once
from tickets.api.serializers import commands as inputs
from tickets.api.serializers.tickets import TicketSerializer
from tickets.api.views.tickets import IDEMPOTENCY, NUMBER
from tickets.choices import Source
from tickets.errors import NotThere
from tickets.models import Ticket
from tickets.services import (
    contacting,
    escalating,
    holding,
    picking,
    relating,
    states,
    talking,
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One verb: its address, its command and what the command takes."""

    name: str
    summary: str
    run: Callable[..., object]
    takes: type[Serializer[Any]] = inputs.VerbInput


ENDPOINTS = (
    Endpoint("pick-up", "Begin to work on a new ticket", picking.pick_up),
    Endpoint("take", "Take the ticket", holding.take),
    Endpoint("assign", "Give the ticket to an agent", holding.assign, inputs.AssignInput),
    Endpoint("transfer", "Give it to another team", holding.transfer, inputs.TransferInput),
    Endpoint("escalate", "Escalate to a higher level", escalating.escalate, inputs.EscalateInput),
    Endpoint(
        "escalate-to-manager",
        "Draw a manager in",
        escalating.escalate_to_manager,
        inputs.DrawInInput,
    ),
    Endpoint("accept-escalation", "Accept an escalation", escalating.accept_escalation),
    Endpoint(
        "return-escalation",
        "Return an escalation",
        escalating.return_escalation,
        inputs.ReturnInput,
    ),
    Endpoint("deescalate", "Bring to a lower level", escalating.deescalate, inputs.DeescalateInput),
    Endpoint(
        "acknowledge",
        "Mark a customer's message as an acknowledgement",
        talking.acknowledge,
        inputs.AcknowledgeInput,
    ),
    Endpoint(
        "start-contact",
        "Begin a live contact",
        contacting.start_contact,
        inputs.StartContactInput,
    ),
    Endpoint("join-contact", "Join the live contact", contacting.join_contact),
    Endpoint("end-contact", "End the live contact", contacting.end_contact, inputs.EndContactInput),
    Endpoint(
        "log-contact",
        "Log a live contact that is over",
        contacting.log_contact,
        inputs.LogContactInput,
    ),
    Endpoint(
        "void-contact",
        "Take a contact back that did not happen",
        contacting.void_contact,
        inputs.VoidContactInput,
    ),
    Endpoint("wait", "Wait on customer, vendor or hold", states.wait, inputs.WaitInput),
    Endpoint("resume", "Work on it again", states.resume, inputs.NoteInput),
    Endpoint("resolve", "Resolve", states.resolve, inputs.ResolveInput),
    Endpoint("confirm", "It works (customer)", states.confirm),
    Endpoint("reject", "It does not work (customer)", states.reject, inputs.RejectInput),
    Endpoint("reopen", "Reopen", states.reopen, inputs.ReopenInput),
    Endpoint("close", "Close", states.close, inputs.CloseInput),
    Endpoint("cancel", "Cancel", states.cancel, inputs.CancelInput),
    Endpoint("merge", "Merge into another ticket", relating.merge, inputs.MergeInput),
    Endpoint("split", "Make a message a ticket of its own", relating.split, inputs.SplitInput),
    Endpoint("link", "Link to another ticket", relating.link, inputs.LinkInput),
    Endpoint("unlink", "Take a link back", relating.unlink, inputs.UnlinkInput),
)


class VerbView(APIView):
    """Calls one command and answers with the ticket as it is then."""

    endpoint: Endpoint

    def post(self, request: Request, number: int) -> Response:
        """Fetch and authorise, parse, act, show."""
        return once(request, lambda: self._act(request, number))

    def _act(self, request: Request, number: int) -> Response:
        ticket = access.get_ticket(request.user, number)
        serializer = self.endpoint.takes(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        fields = dict(serializer.validated_data)
        self._hide_what_is_not_theirs(request, fields)
        self.endpoint.run(ticket, actor=caller(request), source=Source.API, **fields)
        # As it was left: it may be out of the caller's sight now, with a confidential team.
        shown = Ticket.objects.get(pk=ticket.pk)
        return Response(TicketSerializer(shown, context={"request": request}).data)

    @staticmethod
    def _hide_what_is_not_theirs(request: Request, fields: dict[str, Any]) -> None:
        """Another ticket that is named must be one that the caller may see; one that is not looks
        like one that is not there."""
        for name, value in fields.items():
            other = value if isinstance(value, Ticket) else getattr(value, "ticket", None)
            if isinstance(other, Ticket):
                try:
                    access.get_ticket(request.user, other.pk)
                except NotThere:
                    words = Key.default_error_messages["does_not_exist"]
                    sentence = words.format(pk_value=value.pk)
                    raise ValidationError({name: sentence}) from None


def verb_patterns() -> list[URLPattern]:
    """One address per verb, each described in the schema by its own input."""
    return [
        path(
            f"tickets/<int:number>/{endpoint.name}/",
            _described(endpoint).as_view(),
            name=f"ticket-{endpoint.name}",
        )
        for endpoint in ENDPOINTS
    ]


def _described(endpoint: Endpoint) -> type[VerbView]:
    """A class of its own, since the schema is kept on classes."""
    name = endpoint.name.replace("-", " ").title().replace(" ", "")
    view: type[VerbView] = type(f"{name}View", (VerbView,), {"endpoint": endpoint})
    description = extend_schema(
        operation_id=f"tickets_{endpoint.name.replace('-', '_')}",
        summary=endpoint.summary,
        parameters=[NUMBER, IDEMPOTENCY],
        request=endpoint.takes,
        responses={200: TicketSerializer},
        tags=["tickets"],
    )
    return extend_schema_view(post=description)(view)
