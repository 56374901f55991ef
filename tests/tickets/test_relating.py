"""Merging, splitting, linking."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from tests.cast import Cast
from tests.tickets.calls import count_rows, first_message
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tickets.choices import CorrectionKind, LegKind, LinkKind, Status, Visibility
from tickets.errors import InvalidInput, NotAllowed, WrongState
from tickets.models import Notice, NoticeKind, Ticket
from tickets.services.files import attach
from tickets.services.ledger_check import find_differences
from tickets.services.relating import current_links, link, merge, split, unlink
from tickets.services.talking import reply

LATER = timedelta(hours=1)


@pytest.mark.parametrize("status", [Status.NEW, Status.IN_PROGRESS, Status.RESOLVED])
def test_merge(cast: Cast, now: datetime, status: Status) -> None:
    source, target = ticket_in(cast, status, at=now), ticket_in(cast, Status.CLOSED, at=now)
    notices = Notice.objects.count()
    row = merge(source, into=target, actor=cast.agent, at=now + LATER)
    assert row is not None
    stored = Ticket.objects.get(pk=source.pk)
    assert (stored.status, stored.cancel_reason) == (Status.CANCELLED, "merged")
    assert (stored.merged_into, stored.resolved_at) == (target, None)
    for ticket, other in ((source, target), (target, source)):
        told = ticket.messages.order_by("-seq")[0]
        assert told.visibility == Visibility.PRIVATE
        assert f"#{other.pk}" in told.body
        assert told.action_id == row.action_id
    target.refresh_from_db()
    assert target.status == Status.CLOSED
    assert Notice.objects.count() == notices
    assert list(find_differences(Ticket.objects.all())) == []


def test_merging_ends_the_call(cast: Cast, now: datetime) -> None:
    source = live_ticket(cast, at=now)
    merge(source, into=new_ticket(cast, at=now), actor=cast.agent, at=now + LATER)
    assert source.contacts.get().legs.filter(kind=LegKind.ENDED).exists()


def test_colleagues_tickets_merge_strangers_do_not(cast: Cast, now: datetime) -> None:
    target = new_ticket(cast, at=now)
    colleagues = new_ticket(cast, at=now, customer=cast.colleague, actor=cast.agent)
    strangers = new_ticket(cast, at=now, customer=cast.other_customer, actor=cast.agent)
    merge(colleagues, into=target, actor=cast.agent, at=now + LATER)
    rows = count_rows()
    for source in (strangers, target):
        with pytest.raises(InvalidInput):
            merge(source, into=target, actor=cast.agent, at=now + LATER)
    assert count_rows() == rows


def test_nothing_merges_into_a_cancelled_ticket(cast: Cast, now: datetime) -> None:
    source, target = new_ticket(cast, at=now), ticket_in(cast, Status.CANCELLED, at=now)
    with pytest.raises(WrongState):
        merge(source, into=target, actor=cast.agent, at=now + LATER)


def test_nobody_merges_into_what_they_may_not_see(cast: Cast, now: datetime) -> None:
    source, target = new_ticket(cast, at=now), new_ticket(cast, at=now, team=cast.confidential)
    with pytest.raises(NotAllowed):
        merge(source, into=target, actor=cast.agent, at=now + LATER)


def test_split(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    message = first_message(ticket)
    file = attach(message, upload=ContentFile(b"hello", "a.txt"), actor=cast.customer)
    part = split(ticket, subject="Also", message=message, actor=cast.agent, at=now + LATER)
    stored = Ticket.objects.get(pk=part.pk)
    assert (stored.status, stored.subject, stored.team) == (Status.NEW, "Also", cast.l1)
    assert stored.received_at == message.occurred_at, "the customer asked then"
    copy = first_message(part)
    assert (copy.body, copy.author) == (message.body, cast.customer)
    assert copy.attachments.get().sha256 == file.sha256
    told = part.propertychanges.get()
    assert (told.field, told.new_value, told.actor) == ("file", "a.txt", cast.agent)
    assert told.action_id == copy.action_id
    assert (part.links.get().kind, part.links.get().other) == (LinkKind.SPLIT_FROM, ticket)
    assert f"#{part.pk}" in ticket.messages.order_by("-seq")[0].body
    assert ticket.messages.filter(pk=message.pk).exists()
    assert Notice.objects.filter(ticket=part, kind=NoticeKind.RECEIVED).exists()
    assert list(find_differences(Ticket.objects.all())) == []


def test_only_the_customers_own_words_split_off(cast: Cast, now: datetime) -> None:
    ticket, other = ticket_in(cast, Status.IN_PROGRESS, at=now), new_ticket(cast, at=now)
    answer = reply(ticket, body="Try.", actor=cast.agent, at=now + LATER)
    rows = count_rows()
    for message in (answer, first_message(other)):
        with pytest.raises(InvalidInput):
            split(ticket, subject="Also", message=message, actor=cast.agent, at=now + LATER)
    with pytest.raises(InvalidInput):
        split(ticket, subject=" ", message=first_message(ticket), actor=cast.agent)
    assert count_rows() == rows


@pytest.mark.parametrize("kind", ["related", "follow_up", "caused_by", "duplicate"])
def test_link_and_unlink(cast: Cast, now: datetime, kind: str) -> None:
    ticket, other = new_ticket(cast, at=now), new_ticket(cast, at=now)
    fields: dict[str, Any] = {"other": other, "kind": kind, "actor": cast.agent, "at": now + LATER}
    row = link(ticket, **fields)
    assert row is not None
    assert list(current_links(ticket)) == [row]
    rows = count_rows()
    assert link(ticket, **fields) is None
    assert count_rows() == rows
    taken_back = unlink(ticket, link=row, actor=cast.agent, at=now + LATER)
    assert taken_back is not None
    assert (taken_back.kind, taken_back.link) == (CorrectionKind.LINK_REMOVED, row)
    assert not current_links(ticket).exists()
    assert unlink(ticket, link=row, actor=cast.agent, at=now + LATER) is None
    assert link(ticket, **fields) is not None, "it can be linked again"


@pytest.mark.parametrize("kind", ["split_from", "", "odd"])
def test_only_some_links_are_made_by_hand(cast: Cast, now: datetime, kind: str) -> None:
    ticket, other = new_ticket(cast, at=now), new_ticket(cast, at=now)
    with pytest.raises(InvalidInput):
        link(ticket, other=other, kind=kind, actor=cast.agent, at=now)


def test_no_link_to_itself_nor_to_what_is_hidden(cast: Cast, now: datetime) -> None:
    ticket, hidden = new_ticket(cast, at=now), new_ticket(cast, at=now, team=cast.confidential)
    with pytest.raises(InvalidInput):
        link(ticket, other=ticket, kind="related", actor=cast.agent, at=now)
    with pytest.raises(NotAllowed):
        link(ticket, other=hidden, kind="related", actor=cast.agent, at=now)


def test_a_link_of_another_ticket_is_not_taken_back_here(cast: Cast, now: datetime) -> None:
    ticket, other = new_ticket(cast, at=now), new_ticket(cast, at=now)
    row = link(ticket, other=other, kind="related", actor=cast.agent, at=now)
    assert row is not None
    with pytest.raises(InvalidInput):
        unlink(other, link=row, actor=cast.agent, at=now)
