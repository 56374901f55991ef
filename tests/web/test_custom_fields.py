"""The desk's own fields where a ticket's properties are edited."""

from __future__ import annotations

from django.urls import reverse

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.web.conftest import Do, SignIn
from tickets.models import CustomField, PropertyChange, Ticket


def edit(sign_in: SignIn, cast: Cast, ticket: Ticket, **values: object) -> int:
    """Open the properties as they are, change some, save; return the answer's status."""
    client, url = sign_in(cast.agent), reverse("properties", kwargs={"number": ticket.pk})
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    filled = {name: "" if value is None else value for name, value in shown.items()}
    status = client.post(url, {**filled, **values}).status_code
    ticket.refresh_from_db()
    return status


def test_what_a_letter_left_out_is_filled_in_later(cast: Cast, sign_in: SignIn) -> None:
    CustomField.objects.create(key="device", label="Device", kind="text", is_required=True)
    ticket = new_ticket(cast)
    assert edit(sign_in, cast, ticket, urgency=1) == 302
    assert (ticket.urgency, ticket.custom) == (1, {})
    assert edit(sign_in, cast, ticket, **{"custom.device": "Phone"}) == 302
    assert ticket.custom == {"device": "Phone"}
    assert edit(sign_in, cast, ticket, **{"custom.device": ""}) == 422
    assert ticket.custom == {"device": "Phone"}


def test_yes_and_no_stay_what_they_are(cast: Cast, sign_in: SignIn) -> None:
    for key in ("power", "light"):
        CustomField.objects.create(key=key, label=key, kind="boolean", is_required=True)
    ticket = new_ticket(cast, actor=cast.agent, custom={"power": True, "light": False})
    assert edit(sign_in, cast, ticket, subject="Another") == 302
    assert ticket.custom == {"power": True, "light": False}
    assert PropertyChange.objects.get().field == "subject"


def test_who_solves_is_asked_for_what_is_missing_and_for_nothing_else(
    cast: Cast, sign_in: SignIn, do: Do
) -> None:
    for key, is_required in (("device", True), ("room", True), ("colour", False)):
        CustomField.objects.create(key=key, label=key, kind="text", is_required=is_required)
    ticket = new_ticket(cast, actor=cast.agent, custom={"device": "Phone", "room": "2"})
    Ticket.objects.filter(pk=ticket.pk).update(custom={"device": "Phone"})
    url = reverse("act", kwargs={"number": ticket.pk, "slug": "resolve"})
    asked = sign_in(cast.agent).get(url).context["form"]
    assert [name for name in asked.fields if name.startswith("custom.")] == ["custom.room"]

    refused = do(cast.agent, ticket, "resolve", resolution_code="solved", note="Swapped it.")
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"custom.room": ["room is required."]}
    assert "Swapped it." in refused.content.decode(), "what was typed is kept"

    values = {"resolution_code": "solved", "note": "Swapped it.", "custom.room": "9"}
    assert "is resolved" in do(cast.agent, ticket, "resolve", **values).content.decode()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.custom) == ("resolved", {"device": "Phone", "room": "9"})
