"""Verbs of a ticket: POST /tickets/<number>/<verb>/ calls the command of that name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
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
from tickets.api.serializers import services as about_services
from tickets.api.serializers.tickets import TicketSerializer
from tickets.api.views.tickets import IDEMPOTENCY, NUMBER
from tickets.choices import Source
from tickets.errors import NotThere
from tickets.lifecycle import Verb
from tickets.models import Ticket
from tickets.services import (
    auditing,
    broadcasting,
    contacting,
    escalating,
    holding,
    outages,
    picking,
    relating,
    states,
    talking,
)

DONE, CREATED = status.HTTP_200_OK, status.HTTP_201_CREATED


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One verb: its address, its command and what the command takes."""

    name: str
    summary: str
    run: Callable[..., object]
    takes: type[Serializer[Any]] = inputs.VerbInput
    by: Verb | None = None
    """Where the address is not that of a verb: whose rights it asks for."""
    makes_ticket: bool | None = False
    """Whether the command returns a ticket that it opened, which is the answer then; None: at
    times."""

    @property
    def verb(self) -> Verb:
        """What the address does."""
        return self.by or Verb(self.name.replace("-", "_"))

    @property
    def statuses(self) -> tuple[int, ...]:
        """What it answers with where it was done: 201 where a ticket was opened."""
        if self.makes_ticket is None:
            return (DONE, CREATED)
        return (CREATED,) if self.makes_ticket else (DONE,)


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
    Endpoint(
        "reject",
        "It does not work (customer)",
        states.reject,
        inputs.RejectInput,
        makes_ticket=None,
    ),
    Endpoint("reopen", "Reopen", states.reopen, inputs.ReopenInput),
    Endpoint(
        "audit-l1",
        "Overrule whether L1 could have solved it",
        auditing.audit_l1,
        inputs.AuditL1Input,
    ),
    Endpoint("close", "Close", states.close, inputs.CloseInput),
    Endpoint("cancel", "Cancel", states.cancel, inputs.CancelInput),
    Endpoint("merge", "Merge into another ticket", relating.merge, inputs.MergeInput),
    Endpoint(
        "split",
        "Make a message a ticket of its own",
        relating.split,
        inputs.SplitInput,
        makes_ticket=True,
    ),
    Endpoint("link", "Link to another ticket", relating.link, inputs.LinkInput),
    Endpoint(
        "declare-outage",
        "Declare a major incident",
        outages.declare_outage,
        about_services.DeclareOutageInput,
    ),
    Endpoint(
        "end-outage", "Service is restored", outages.end_outage, about_services.EndOutageInput
    ),
    Endpoint(
        "correct-outage",
        "Correct what was said of an outage",
        outages.correct_outage,
        about_services.CorrectOutageInput,
    ),
    Endpoint(
        "announce-outage",
        "Tell customers how it stands",
        outages.announce_outage,
        about_services.AnnounceOutageInput,
    ),
    Endpoint(
        "answer-all",
        "Answer a major incident and its parts",
        broadcasting.answer_all,
        about_services.AnswerAllInput,
        by=Verb.REPLY,
    ),
    Endpoint(
        "resolve-all",
        "Resolve a major incident and its parts",
        broadcasting.resolve_all,
        about_services.ResolveAllInput,
        by=Verb.RESOLVE,
    ),
    Endpoint("unlink", "Take a link back", relating.unlink, inputs.UnlinkInput),
)


class VerbView(APIView):
    """Calls one command and answers with the ticket as it is then, or with the one it opened."""

    endpoint: Endpoint

    def post(self, request: Request, number: int) -> Response:
        """Fetch and authorise, parse, act, show."""
        return once(request, lambda: self._act(request, number))

    def _act(self, request: Request, number: int) -> Response:
        ticket = access.get_ticket(request.user, number)
        serializer = self.endpoint.takes(data=request.data)
        serializer.is_valid(raise_exception=True)
        fields = dict(serializer.validated_data)
        access.require_dating(caller(request), self.endpoint.verb, at=fields.get("at"))
        self._hide_what_is_not_theirs(request, fields)
        made = self.endpoint.run(ticket, actor=caller(request), source=Source.API, **fields)
        # As it was left: it may be out of the caller's sight now, with a confidential team.
        row, done = (made, CREATED) if isinstance(made, Ticket) else (ticket, DONE)
        shown = TicketSerializer(Ticket.objects.get(pk=row.pk), context={"request": request})
        return Response(shown.data, status=done)

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
        responses=dict.fromkeys(endpoint.statuses, TicketSerializer),
        tags=["tickets"],
    )
    return extend_schema_view(post=description)(view)
