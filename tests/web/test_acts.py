"""Every act can be done from its page, keeps what was typed, and says why it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import live_ticket, new_ticket, resolved_above_l1, ticket_in
from tests.tickets.services_of import make_service
from tests.web.conftest import Do, SignIn
from tickets.choices import Status
from tickets.models import Contact, Correction, Escalation, Link, Ticket
from tickets.services import escalating, talking
from tickets.services.outages import declare_outage
from tickets.services.relating import link
from tickets.web.acts import ACTS


def at_l2(cast: Cast) -> Ticket:
    """A ticket that was escalated to L2 and waits to be accepted."""
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    escalating.escalate(
        ticket, actor=cast.agent, to_team=cast.l2, reason="access", tried="a", known="b"
    )
    return ticket


def in_work(cast: Cast) -> Ticket:
    return ticket_in(cast, Status.IN_PROGRESS)


@dataclass(frozen=True, kw_only=True)
class Case:
    """An act that is done as it should be, and what is so afterwards."""

    slug: str
    given: Callable[[Cast], Ticket] = in_work
    by: str = "agent"
    values: Callable[[Cast, Ticket], dict[str, Any]] = lambda cast, ticket: {}
    then: Callable[[Cast, Ticket], bool]


def out_of_mail(cast: Cast) -> Ticket:
    """A major incident: mail is down."""
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    declare_outage(ticket, services=[make_service()], actor=cast.agent)
    return ticket


def with_part(cast: Cast) -> Ticket:
    """A major incident that another ticket is part of."""
    ticket = out_of_mail(cast)
    link(new_ticket(cast), other=ticket, kind="child_of", actor=cast.agent)
    return ticket


CASES = (
    Case(
        slug="add-parts",
        given=out_of_mail,
        values=lambda cast, ticket: {"numbers": f"#{new_ticket(cast).pk}"},
        then=lambda cast, ticket: ticket.children.count() == 1,
    ),
    Case(
        slug="answer-all",
        given=with_part,
        values=lambda cast, ticket: {"body": "We are on it."},
        then=lambda cast, ticket: ticket.broadcasts.get().parts.count() == 1,
    ),
    Case(
        slug="resolve-all",
        given=with_part,
        values=lambda cast, ticket: {
            "body": "It works.",
            "resolution_code": "solved",
            "restored_at": "",
        },
        then=lambda cast, ticket: (
            ticket.status == Status.RESOLVED and not ticket.outages.running().exists()
        ),
    ),
    Case(
        slug="declare-outage",
        values=lambda cast, ticket: {"services": [make_service().pk], "impact": "down"},
        then=lambda cast, ticket: ticket.outages.running().count() == 1,
    ),
    Case(
        slug="end-outage",
        given=out_of_mail,
        values=lambda cast, ticket: {"outage": "", "words": "All is back."},
        then=lambda cast, ticket: ticket.outages.get().words == "All is back.",
    ),
    Case(
        slug="correct-outage",
        given=out_of_mail,
        values=lambda cast, ticket: {
            "outage": ticket.outages.get().pk,
            "kind": "voided",
            "note": "A test.",
        },
        then=lambda cast, ticket: ticket.outages.get().is_void,
    ),
    Case(
        slug="announce-outage",
        given=out_of_mail,
        values=lambda cast, ticket: {"words": "We are on it."},
        then=lambda cast, ticket: ticket.outages.get().words == "We are on it.",
    ),
    Case(
        slug="customer-wrote",
        given=lambda cast: ticket_in(cast, Status.WAITING_CUSTOMER),
        values=lambda cast, ticket: {"channel": "slack", "body": "Blue."},
        then=lambda cast, ticket: (
            ticket.status == Status.IN_PROGRESS
            and ticket.messages.latest("seq").author == cast.customer
        ),
    ),
    Case(
        slug="pick-up",
        given=new_ticket,
        then=lambda cast, ticket: ticket.status == Status.IN_PROGRESS,
    ),
    Case(
        slug="take",
        by="second_agent",
        then=lambda cast, ticket: ticket.assignee == cast.second_agent,
    ),
    Case(
        slug="assign",
        values=lambda cast, ticket: {"assignee": cast.second_agent.pk, "note": "Knows it"},
        then=lambda cast, ticket: ticket.assignee == cast.second_agent,
    ),
    Case(
        slug="assign",
        values=lambda cast, ticket: {"assignee": "nobody"},
        then=lambda cast, ticket: ticket.assignee is None,
    ),
    Case(
        slug="transfer",
        given=lambda cast: new_ticket(cast, team=cast.l2),
        by="l2_agent",
        values=lambda cast, ticket: {"team": cast.confidential.pk},
        then=lambda cast, ticket: ticket.team == cast.confidential,
    ),
    Case(
        slug="escalate",
        values=lambda cast, ticket: {
            "to": f"2:{cast.l2.pk}",
            "reason": "access",
            "tried": "Rights",
            "known": "It is denied",
        },
        then=lambda cast, ticket: (ticket.level, ticket.team) == (2, cast.l2),
    ),
    Case(
        slug="escalate",
        given=live_ticket,
        values=lambda cast, ticket: {
            "how": "warm",
            "to": f"3:{cast.l3.pk}",
            "to_agent": cast.l3_agent.pk,
            "reason": "defect",
            "tried": "Restart",
            "known": "It is hot",
        },
        then=lambda cast, ticket: (
            ticket.assignee == cast.l3_agent and Escalation.objects.get(ticket=ticket).is_warm
        ),
    ),
    Case(
        slug="escalate",
        given=live_ticket,
        values=lambda cast, ticket: {
            "how": "cold",
            "to": f"3:{cast.l3.pk}",
            "to_agent": cast.l3_agent.pk,
            "reason": "defect",
            "tried": "Restart",
            "known": "It is hot",
        },
        then=lambda cast, ticket: (
            ticket.assignee is None and not Escalation.objects.get(ticket=ticket).is_warm
        ),
    ),
    Case(
        slug="escalate-to-manager",
        values=lambda cast, ticket: {
            "manager": cast.manager.pk,
            "reason": "impact",
            "note": "The whole site",
        },
        then=lambda cast, ticket: Escalation.objects.get(ticket=ticket).manager == cast.manager,
    ),
    Case(
        slug="accept-escalation",
        given=at_l2,
        by="l2_agent",
        then=lambda cast, ticket: ticket.assignee == cast.l2_agent,
    ),
    Case(
        slug="return-escalation",
        given=at_l2,
        by="l2_agent",
        values=lambda cast, ticket: {"reason": "incomplete", "note": "Which site?"},
        then=lambda cast, ticket: ticket.level == 1,
    ),
    Case(
        slug="deescalate",
        given=at_l2,
        by="l2_agent",
        values=lambda cast, ticket: {
            "to": f"1:{cast.l1.pk}",
            "reason": "done",
            "note": "Tell them",
        },
        then=lambda cast, ticket: (ticket.level, ticket.team) == (1, cast.l1),
    ),
    Case(
        slug="wait",
        values=lambda cast, ticket: {"wait_for": "vendor", "note": "Case 17"},
        then=lambda cast, ticket: ticket.status == Status.WAITING_VENDOR,
    ),
    Case(
        slug="resume",
        given=lambda cast: ticket_in(cast, Status.ON_HOLD),
        then=lambda cast, ticket: ticket.status == Status.IN_PROGRESS,
    ),
    Case(
        slug="resolve",
        values=lambda cast, ticket: {"resolution_code": "solved", "reply": "Try again"},
        then=lambda cast, ticket: ticket.status == Status.RESOLVED,
    ),
    Case(
        slug="resolve",
        given=at_l2,
        by="l2_agent",
        values=lambda cast, ticket: {"resolution_code": "solved", "is_l1_capable": "no"},
        then=lambda cast, ticket: ticket.transitions.filter(is_l1_capable=False).exists(),
    ),
    Case(
        slug="resolve",
        given=out_of_mail,
        values=lambda cast, ticket: {"resolution_code": "solved", "restored_at": ""},
        then=lambda cast, ticket: not ticket.outages.running().exists(),
    ),
    Case(
        slug="close",
        given=out_of_mail,
        values=lambda cast, ticket: {"resolution_code": "solved", "restored_at": ""},
        then=lambda cast, ticket: not ticket.outages.running().exists(),
    ),
    Case(
        slug="cancel",
        given=out_of_mail,
        values=lambda cast, ticket: {"reason": "mistake", "outages": "voided", "restored_at": ""},
        then=lambda cast, ticket: ticket.outages.get().is_void,
    ),
    Case(
        slug="audit-l1",
        given=resolved_above_l1,
        by="lead",
        values=lambda cast, ticket: {"is_l1_capable": "yes", "note": "A reset."},
        then=lambda cast, ticket: ticket.corrections.get().is_l1_capable is True,
    ),
    Case(
        slug="reopen",
        given=lambda cast: ticket_in(cast, Status.CLOSED),
        values=lambda cast, ticket: {"reason": "It is back"},
        then=lambda cast, ticket: ticket.status == Status.IN_PROGRESS,
    ),
    Case(
        slug="close",
        given=lambda cast: ticket_in(cast, Status.RESOLVED),
        then=lambda cast, ticket: ticket.status == Status.CLOSED,
    ),
    Case(
        slug="close",
        values=lambda cast, ticket: {"resolution_code": "no_answer"},
        then=lambda cast, ticket: ticket.status == Status.CLOSED,
    ),
    Case(
        slug="cancel",
        values=lambda cast, ticket: {"reason": "spam"},
        then=lambda cast, ticket: ticket.status == Status.CANCELLED,
    ),
    Case(
        slug="merge",
        values=lambda cast, ticket: {
            "other": f"#{(other := new_ticket(cast)).pk}",
            "sure": other.pk,
        },
        then=lambda cast, ticket: ticket.merged_into is not None,
    ),
    Case(
        slug="split",
        values=lambda cast, ticket: {
            "subject": "The printer too",
            "message": talking.reply_as_customer(ticket, actor=cast.customer, body="Printer").pk,
        },
        then=lambda cast, ticket: Ticket.objects.filter(subject="The printer too").exists(),
    ),
    Case(
        slug="link",
        values=lambda cast, ticket: {"kind": "related", "other": new_ticket(cast).pk},
        then=lambda cast, ticket: Link.objects.filter(ticket=ticket).exists(),
    ),
    Case(
        slug="start-contact",
        values=lambda cast, ticket: {"channel": "phone", "direction": "outbound"},
        then=lambda cast, ticket: ticket.live_contact is not None,
    ),
    Case(
        slug="join-contact",
        given=live_ticket,
        by="second_agent",
        then=lambda cast, ticket: ticket.contacts.get().legs.count() == 2,
    ),
    Case(
        slug="end-contact",
        given=live_ticket,
        values=lambda cast, ticket: {"note": "Solved together"},
        then=lambda cast, ticket: ticket.live_contact is None,
    ),
    Case(
        slug="log-contact",
        given=lambda cast: new_ticket(cast, at=timezone.now() - timedelta(hours=3)),
        values=lambda cast, ticket: {
            "channel": "phone",
            "direction": "inbound",
            "started_at": f"{timezone.now() - timedelta(hours=2):%Y-%m-%dT%H:%M}Z",
            "ended_at": f"{timezone.now() - timedelta(hours=1):%Y-%m-%dT%H:%M}Z",
        },
        then=lambda cast, ticket: Contact.objects.filter(ticket=ticket).count() == 1,
    ),
)


DIALOGS = {act.slug for act in ACTS if act.title}
WITH_DIALOG = [case for case in CASES if case.slug in DIALOGS]


def url_of(ticket: Ticket, slug: str) -> str:
    return reverse("act", kwargs={"number": ticket.pk, "slug": slug})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
def test_an_act_is_done_from_its_page(cast: Cast, do: Do, case: Case) -> None:
    ticket, by = case.given(cast), getattr(cast, case.by)
    answer = do(by, ticket, case.slug, **case.values(cast, ticket))
    assert answer.status_code == 200, answer.context["form"].errors
    assert case.then(cast, Ticket.objects.get(pk=ticket.pk))


@pytest.mark.parametrize("case", WITH_DIALOG, ids=lambda case: case.slug)
def test_its_dialog_opens_on_the_page_and_alone(cast: Cast, sign_in: SignIn, case: Case) -> None:
    ticket, client = case.given(cast), sign_in(getattr(cast, case.by))
    whole = client.get(url_of(ticket, case.slug)).content.decode()
    part = client.get(url_of(ticket, case.slug), headers={"HX-Request": "true"}).content.decode()
    assert "<dialog open" in whole
    assert '<div class="shell">' in whole
    assert "<dialog open" in part
    assert "<html" not in part


def test_every_act_is_tried() -> None:
    tried = {case.slug for case in CASES} | {"acknowledge", "unlink", "void-contact"}
    assert {act.slug for act in ACTS} == tried


def test_what_is_missing_is_said_and_what_was_typed_is_kept(cast: Cast, sign_in: SignIn) -> None:
    ticket = in_work(cast)
    values = {"to": f"2:{cast.l2.pk}", "reason": "", "tried": "Turned it off & on", "known": " "}
    answer = sign_in(cast.agent).post(url_of(ticket, "escalate"), values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Turned it off &amp; on" in page
    assert "Choose why it goes up." in page
    assert "Say what is known" in page
    assert page.count('aria-invalid="true"') == 2
    ticket.refresh_from_db()
    assert ticket.level == 1


def test_a_refusal_of_the_command_stands_at_its_field(cast: Cast, sign_in: SignIn) -> None:
    ticket = in_work(cast)
    values = {"assignee": cast.agent.pk, "note": "Keep this"}
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.confidential, assignee=cast.insider)
    answer = sign_in(cast.manager).post(url_of(ticket, "assign"), values)
    page = answer.content.decode()
    assert "is no member of Personnel matters" in page
    assert "Keep this" in page
    assert answer.context["form"].errors["assignee"]


def test_above_l1_the_resolver_says_whether_l1_could_have_done_it(
    cast: Cast, sign_in: SignIn
) -> None:
    answer = sign_in(cast.l2_agent).post(
        url_of(at_l2(cast), "resolve"), {"resolution_code": "solved"}
    )
    assert "Answer yes or no" in answer.content.decode()
    at_l1 = sign_in(cast.agent).get(url_of(in_work(cast), "resolve"))
    assert "Could L1 have solved it?" not in at_l1.content.decode()


@pytest.mark.parametrize(
    ("slug", "status", "words"),
    [
        ("escalate", Status.CLOSED, "it is closed: reopen it first"),
        ("pick-up", Status.IN_PROGRESS, "it is in progress"),
        ("reopen", Status.CANCELLED, "it is cancelled: open a new ticket instead"),
    ],
)
def test_an_act_out_of_place_says_why(
    cast: Cast, sign_in: SignIn, slug: str, status: str, words: str
) -> None:
    client = sign_in(cast.agent)
    url = url_of(ticket_in(cast, status), slug)
    assert words in client.get(url, follow=True).content.decode()


def test_an_act_that_is_not_ones_own_is_refused(cast: Cast, do: Do) -> None:
    ticket = at_l2(cast)
    assert "You may not" in do(cast.agent, ticket, "accept-escalation").content.decode()
    assert do(cast.agent, ticket, "paint-it-blue").status_code == 404


@pytest.mark.parametrize("number", ["", "abc", "999999", "99999999999999999999"])
def test_a_number_that_leads_nowhere_is_asked_for_again(
    cast: Cast, sign_in: SignIn, number: str
) -> None:
    answer = sign_in(cast.agent).post(url_of(in_work(cast), "merge"), {"other": number})
    assert answer.status_code == 422
    assert answer.context["form"].errors["other"]


def test_who_ends_an_incident_is_asked_when_service_was_restored(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket, client = out_of_mail(cast), sign_in(cast.agent)
    for slug in ("resolve", "close", "cancel"):
        assert "Mail restored at" in client.get(url_of(ticket, slug)).content.decode()
        assert "restored at" not in client.get(url_of(in_work(cast), slug)).content.decode()
    sent = {"reason": "mistake", "restored_at": ""}
    answer = client.post(url_of(ticket, "cancel"), sent)
    assert "Say what became of the outage." in answer.content.decode()


def test_an_outage_that_was_declared_meanwhile_is_not_ended_unasked(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = out_of_mail(cast)
    answer = sign_in(cast.agent).post(url_of(ticket, "resolve"), {"resolution_code": "solved"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["restored_at"]
    assert ticket.outages.running().exists()


def test_a_ticket_cannot_be_linked_to_one_that_its_agent_may_not_see(
    cast: Cast, sign_in: SignIn
) -> None:
    hidden = new_ticket(cast, team=cast.confidential)
    values = {"kind": "related", "other": hidden.pk}
    answer = sign_in(cast.agent).post(url_of(in_work(cast), "link"), values)
    assert "or it is not yours to see" in answer.content.decode()


def test_links_and_contacts_can_be_taken_back(cast: Cast, do: Do) -> None:
    ticket = in_work(cast)
    do(cast.agent, ticket, "link", kind="related", other=new_ticket(cast).pk)
    do(cast.agent, ticket, "unlink", link=Link.objects.get(ticket=ticket).pk)
    do(cast.agent, ticket, "start-contact", channel="phone", direction="outbound")
    do(cast.agent, ticket, "end-contact")
    contact = Contact.objects.get(ticket=ticket)
    do(cast.agent, ticket, "void-contact", contact=contact.pk, note="Wrong number")
    assert Correction.objects.filter(ticket=ticket).count() == 2


def test_rows_of_another_ticket_are_not_there(cast: Cast, do: Do) -> None:
    other = in_work(cast)
    message = other.messages.get()
    assert do(cast.agent, in_work(cast), "acknowledge", message=message.pk).status_code == 404


def test_whoever_sends_a_ticket_out_of_sight_lands_on_the_queue(cast: Cast, do: Do) -> None:
    ticket = new_ticket(cast, team=cast.l2)
    answer = do(cast.l2_agent, ticket, "transfer", team=cast.confidential.pk)
    assert answer.redirect_chain[-1][0] == reverse("queue")


def test_a_fragment_moves_the_whole_page_when_it_is_done(cast: Cast, sign_in: SignIn) -> None:
    ticket = in_work(cast)
    answer = sign_in(cast.agent).post(
        url_of(ticket, "wait"), {"wait_for": "hold"}, headers={"HX-Request": "true"}
    )
    assert answer["HX-Redirect"] == reverse("ticket", kwargs={"number": ticket.pk})


def test_properties_are_changed_and_priority_follows(cast: Cast, sign_in: SignIn) -> None:
    ticket = in_work(cast)
    url = reverse("properties", kwargs={"number": ticket.pk})
    client = sign_in(cast.agent)
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    values |= {"impact": 1, "urgency": 1, "category": cast.category.pk, "tags": "VPN, Hall 2"}
    page = client.post(url, values, follow=True).content.decode()
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.category) == (1, cast.category)
    assert {tag.name for tag in ticket.tags.all()} == {"vpn", "hall-2"}
    assert "Properties saved." in page
    assert "Medium → High" in page


def test_a_priority_set_by_hand_can_follow_impact_and_urgency_again(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = in_work(cast)
    url, client = reverse("properties", kwargs={"number": ticket.pk}), sign_in(cast.agent)
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    for chosen, stored in (("1", 1), ("", 3)):
        client.post(url, {**values, "priority": chosen})
        ticket.refresh_from_db()
        assert ticket.priority == stored


def test_properties_that_are_wrong_are_kept_as_typed(cast: Cast, sign_in: SignIn) -> None:
    ticket = in_work(cast)
    url = reverse("properties", kwargs={"number": ticket.pk})
    answer = sign_in(cast.agent).post(url, {"subject": "", "tags": "keep-me"})
    assert answer.status_code == 422
    assert "keep-me" in answer.content.decode()


def test_nobody_is_offered_as_a_role_of_users(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.agent).get(url_of(in_work(cast), "assign")).content.decode()
    people: list[User] = [cast.customer, cast.viewer]
    assert not [person for person in people if f'value="{person.pk}">{person}' in page]
