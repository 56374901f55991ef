"""Parts of a major incident are answered and resolved together: each once, whatever happens."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tickets.choices import LinkKind, Status
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import Broadcast, BroadcastPart, Message, NoticeKind, Outage, Ticket
from tickets.selectors.incidents import incident_of, likely_parts
from tickets.services import broadcasting, talking
from tickets.services.broadcasting import answer_all, resolve_all, run_broadcasts
from tickets.services.ledger_check import find_differences
from tickets.services.outages import declare_outage
from tickets.services.relating import link
from tickets.services.states import cancel

WORDS = "A switch has failed. It is being replaced."


@pytest.fixture
def incident(cast: Cast) -> Ticket:
    ticket = new_ticket(cast)
    declare_outage(ticket, services=[make_service()], actor=cast.agent)
    return ticket


@pytest.fixture
def parts(cast: Cast, incident: Ticket) -> list[Ticket]:
    """Of three customers."""
    found = []
    for customer in (cast.colleague, cast.other_customer, cast.customer):
        part = new_ticket(cast, customer=customer, actor=customer)
        link(part, other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)
        found.append(part)
    return found


def answers(ticket: Ticket) -> int:
    return Message.objects.filter(ticket=ticket, body=WORDS).count()


def test_all_get_the_same_answer_each_once(
    cast: Cast, incident: Ticket, parts: list[Ticket]
) -> None:
    answer_all(incident, body=WORDS, actor=cast.agent)
    assert run_broadcasts() == 3
    assert run_broadcasts() == 0
    for ticket in (incident, *parts):
        assert answers(ticket) == 1
        ticket.refresh_from_db()
        assert ticket.status == Status.IN_PROGRESS
        assert ticket.notices.filter(kind=NoticeKind.REPLIED).count() == 1
    assert not list(find_differences(Ticket.objects.all()))


def test_a_worker_that_dies_in_the_middle_leaves_the_rest_to_the_next(
    cast: Cast, incident: Ticket, parts: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_all(incident, body=WORDS, actor=cast.agent)
    real, calls = talking.reply, iter((False, True))

    def reply(*args: Any, **kwargs: Any) -> object:
        found = real(*args, **kwargs)
        if next(calls, False):
            raise KeyboardInterrupt  # killed after the answer, before its mark
        return found

    monkeypatch.setattr(talking, "reply", reply)
    with pytest.raises(KeyboardInterrupt):
        run_broadcasts()
    assert [answers(part) for part in parts] == [1, 0, 0]
    monkeypatch.undo()
    assert run_broadcasts() == 2
    assert [answers(part) for part in parts] == [1, 1, 1]


def test_one_that_breaks_does_not_hold_up_the_others_and_is_given_up_in_words(
    cast: Cast, incident: Ticket, parts: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_all(incident, body=WORDS, actor=cast.agent)
    real = talking.reply

    def reply(ticket: Ticket, **kwargs: Any) -> object:
        if ticket.pk == parts[0].pk:
            raise RuntimeError
        return real(ticket, **kwargs)

    monkeypatch.setattr(talking, "reply", reply)
    for _ in range(broadcasting.MOST_TRIES):
        run_broadcasts()
    assert [answers(part) for part in parts] == [0, 1, 1]
    shown = incident_of(incident, user=cast.agent)
    assert shown is not None
    (progress,) = shown.broadcasts
    assert (progress.all, progress.done, progress.refused, progress.left) == (3, 2, 1, 0)
    assert not shown.is_busy


def test_what_refuses_the_command_is_left_out_and_says_why(
    cast: Cast, incident: Ticket, parts: list[Ticket]
) -> None:
    answer_all(incident, body=WORDS, actor=cast.agent)
    cancel(parts[1], reason="duplicate", actor=cast.agent)
    run_broadcasts()
    refused = BroadcastPart.objects.exclude(refusal="").get()
    assert refused.ticket == parts[1]
    assert "cancelled" in refused.refusal


def test_parts_that_the_writer_may_not_see_are_not_answered(
    cast: Cast, incident: Ticket, parts: list[Ticket]
) -> None:
    hidden = new_ticket(cast, team=cast.confidential, actor=cast.manager)
    link(hidden, other=incident, kind=LinkKind.CHILD_OF, actor=cast.manager)
    answer_all(incident, body=WORDS, actor=cast.agent)
    run_broadcasts()
    assert answers(hidden) == 0
    shown = incident_of(incident, user=cast.agent)
    assert shown is not None
    assert hidden not in shown.children


def test_resolving_resolves_the_open_ones_with_the_incident(
    cast: Cast, incident: Ticket, parts: list[Ticket]
) -> None:
    cancel(parts[0], reason="withdrawn", actor=cast.agent)
    resolve_all(
        incident,
        body=WORDS,
        resolution_code="solved",
        restored_at=timezone.now(),
        actor=cast.agent,
    )
    run_broadcasts()
    found = {ticket.pk: ticket.status for ticket in Ticket.objects.all()}
    assert [found[part.pk] for part in parts] == ["cancelled", "resolved", "resolved"]
    assert found[incident.pk] == Status.RESOLVED
    assert not Outage.objects.running().exists()
    assert not list(find_differences(Ticket.objects.all()))


def test_words_can_be_shown_to_all_who_use_the_service(
    cast: Cast, incident: Ticket, parts: list[Ticket]
) -> None:
    answer_all(incident, body=WORDS, is_announced=True, actor=cast.agent)
    assert Outage.objects.get().words == WORDS


def test_without_parts_and_without_the_right_nothing_is_promised(
    cast: Cast, incident: Ticket
) -> None:
    with pytest.raises(InvalidInput):
        answer_all(incident, body=WORDS, actor=cast.agent)
    with pytest.raises(NotAllowed):
        answer_all(incident, body=WORDS, actor=cast.customer)
    assert answers(incident) == 0
    assert not Broadcast.objects.exists()


def test_tickets_about_the_same_are_suggested(cast: Cast, incident: Ticket) -> None:
    service = Outage.objects.get().service
    service.categories.add(cast.category)
    near = new_ticket(cast, category=cast.category)
    hidden = new_ticket(cast, category=cast.category, team=cast.confidential, actor=cast.manager)
    other = new_ticket(cast, category=cast.other_category)
    found = set(likely_parts(incident, user=cast.agent))
    assert near in found
    assert not found & {hidden, other, incident}
