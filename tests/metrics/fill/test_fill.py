"""Filling facts: in step with the ledger, the same rows however often, only the days concerned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import metrics.facts
from accounts.choices import CustomerTier
from metrics.facts import Clock, Measured
from metrics.fill import facts as filling
from metrics.fill import fill_touched
from metrics.fill.days import Dirty
from metrics.fill.drift import follow_tiers
from metrics.history import History
from metrics.models import DirtyDay, TicketFacts
from metrics.verify import verify
from tests.cast import Cast, make_cast
from tests.kept import kept
from tests.metrics.fill.rows import all_facts, forget_facts
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tickets.choices import Status
from tickets.models import LedgerTouch, LevelCost, Ticket
from tickets.services.escalating import accept_escalation, escalate
from tickets.services.picking import pick_up
from tickets.services.properties import change_properties
from tickets.services.relating import link, unlink
from tickets.services.states import cancel, reopen, resolve, wait
from tickets.services.talking import add_note, reply, reply_as_customer
from tickets.services.touching import touch_done_tickets, touch_tickets

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def desk(db: None) -> Cast:
    """A few tickets with something of everything, none measured yet."""
    return kept(_played)


def _played() -> Cast:
    cast = make_cast()
    _play(cast, MORNING)
    return cast


def _play(cast: Cast, at: datetime) -> None:
    """A few tickets with something of everything."""
    for status in Status:
        ticket_in(cast, status, at=at)
    ticket = new_ticket(cast, at=at + DAY, category=cast.category)
    pick_up(ticket, actor=cast.agent, at=at + DAY + HOUR)
    escalate(ticket, actor=cast.agent, to_team=cast.l2, reason="knowledge", tried="All.",
        known="Nothing.", at=at + DAY + 2 * HOUR)  # fmt: skip
    accept_escalation(ticket, actor=cast.l2_agent, at=at + DAY + 3 * HOUR)
    reply(ticket, body="So?", then="waiting_customer", actor=cast.l2_agent, at=at + 2 * DAY)
    reply_as_customer(ticket, body="So.", actor=cast.customer, at=at + 3 * DAY)
    resolve(ticket, resolution_code="solved", is_l1_capable=True, actor=cast.l2_agent,
        at=at + 3 * DAY + HOUR)  # fmt: skip
    reopen(ticket, reason="Again.", actor=cast.agent, at=at + 4 * DAY)
    live_ticket(cast, at=at + 4 * DAY, category=cast.category)


def _dirty() -> set[date]:
    """The marks since the last look."""
    days = set(DirtyDay.objects.values_list("day", flat=True))
    DirtyDay.objects.all().delete()
    return days


def test_every_touched_ticket_has_facts_and_no_touch_is_left(desk: Cast) -> None:
    assert fill_touched() == 10
    assert TicketFacts.objects.count() == 10
    assert not LedgerTouch.objects.exists()
    assert fill_touched() == 0


def test_facts_follow_the_ledger(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    fill_touched()
    assert ticket.facts.picked_up_at is None
    pick_up(ticket, actor=cast.agent, at=now + HOUR)
    fill_touched()
    facts = TicketFacts.objects.get(pk=ticket.pk)
    assert (facts.picked_up_at, facts.ledger_seq) == (now + HOUR, ticket.ledger_seq)


def test_thrown_away_and_rebuilt_they_come_out_the_same(desk: Cast) -> None:
    fill_touched()
    before = all_facts()
    forget_facts()
    fill_touched()
    assert all_facts() == before


def test_measured_again_nothing_is_written(desk: Cast) -> None:
    fill_touched()
    before, stamps = all_facts(), list(TicketFacts.objects.values_list("computed_at"))
    _dirty()
    touch_done_tickets()
    fill_touched()
    assert all_facts() == before
    assert list(TicketFacts.objects.values_list("computed_at")) == stamps
    assert _dirty() == set()


def test_one_ticket_at_a_time_gives_the_same(desk: Cast) -> None:
    fill_touched()
    before = all_facts()
    forget_facts()
    while fill_touched(limit=1):
        pass
    assert all_facts() == before


def test_spoilt_rows_are_put_right(desk: Cast) -> None:
    fill_touched()
    before = all_facts()
    TicketFacts.objects.update(reopens=7, tier="gone", own_followup_seconds=1)
    ticket = TicketFacts.objects.order_by("pk").last()
    assert ticket is not None
    ticket.ticket.stays.all().delete()
    touch_tickets(TicketFacts.objects.values_list("pk", flat=True))
    fill_touched()
    assert all_facts() == before


def test_killed_before_its_end_a_batch_has_not_happened(
    desk: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    touches = set(LedgerTouch.objects.values_list("pk", flat=True))
    with monkeypatch.context() as patch:
        patch.setattr(Dirty, "store", _die)
        with pytest.raises(KeyboardInterrupt):
            fill_touched()
    assert not TicketFacts.objects.exists()
    assert set(LedgerTouch.objects.values_list("pk", flat=True)) == touches
    assert fill_touched() == 10


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_one_broken_history_does_not_hold_up_the_rest(
    desk: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = new_ticket(desk, at=now)

    def measure(history: History, clock: Clock, costs: Mapping[int, Decimal]) -> Measured:
        if history.ticket_key == broken.pk:
            raise LookupError("broken")
        return metrics.facts.measure(history, clock, costs)

    with monkeypatch.context() as patch:
        patch.setattr(filling, "measure", measure)
        assert fill_touched() == 10
    assert LedgerTouch.objects.get().ticket == broken
    assert fill_touched() == 1


def test_the_number_of_queries_does_not_grow_with_the_tickets(desk: Cast, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            fill_touched()
        return len(captured)

    few = queries()
    for _ in range(4):
        _play(desk, now)
    assert queries() <= few


# What the ledger does not tell ---------------------------------------------------------------


def test_a_change_of_category_is_followed(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    fill_touched()
    change_properties(ticket, changes={"category": cast.category}, actor=cast.agent, at=now + HOUR)
    fill_touched()
    assert TicketFacts.objects.get(pk=ticket.pk).category_key == cast.category.pk


def test_the_tier_of_an_organization_is_followed(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    fill_touched()
    assert (ticket.facts.tier, follow_tiers()) == (CustomerTier.PREMIER, 0)
    cast.organization.tier = CustomerTier.BUSINESS
    cast.organization.save()
    assert follow_tiers() == 1
    fill_touched()
    assert TicketFacts.objects.get(pk=ticket.pk).tier == CustomerTier.BUSINESS
    assert follow_tiers() == 0


def test_the_cost_of_a_level_is_followed(cast: Cast, now: datetime) -> None:
    LevelCost.objects.all().delete()
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    fill_touched()
    assert ticket.facts.cost is None
    LevelCost.objects.create(level=1, amount=Decimal("21.50"))
    assert touch_done_tickets() == 1
    fill_touched()
    assert TicketFacts.objects.get(pk=ticket.pk).cost == Decimal("21.50")


# Dirty days ---------------------------------------------------------------------------------


def test_a_new_ticket_dirties_its_day_up_to_today(cast: Cast) -> None:
    moment = timezone.now() - timedelta(minutes=1)
    new_ticket(cast, at=moment)
    fill_touched()
    assert len(_dirty()) in (1, 2), "two where it is a minute past midnight"


def test_resolving_dirties_the_day_of_resolution_and_of_receipt(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    fill_touched()
    _dirty()
    resolve(ticket, resolution_code="solved", actor=cast.agent, at=now + 3 * DAY)
    fill_touched()
    days = _dirty()
    assert {MONDAY, MONDAY + 3 * DAY} <= days
    assert MONDAY + DAY not in days, "who held it on Tuesday is as it was"


def test_a_reopen_dirties_the_day_that_the_ticket_leaves(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    fill_touched()
    _dirty()
    reopen(ticket, reason="Again.", actor=cast.agent, at=now + 5 * DAY)
    fill_touched()
    assert {MONDAY, MONDAY + 5 * DAY} <= _dirty()


def test_a_change_of_category_dirties_every_day_of_the_ticket(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    wait(ticket, for_="customer", actor=cast.agent, at=now + 2 * DAY)
    resolve(ticket, resolution_code="solved", actor=cast.agent, at=now + 4 * DAY)
    fill_touched()
    _dirty()
    change_properties(ticket, changes={"category": cast.category}, actor=cast.agent)
    fill_touched()
    assert _dirty() >= {MONDAY + n * DAY for n in range(5)}


def test_a_private_note_dirties_nothing(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.RESOLVED, at=now)
    fill_touched()
    _dirty()
    add_note(ticket, body="Hm.", actor=cast.agent, at=now + HOUR)
    fill_touched()
    assert _dirty() == set()


def test_live_work_never_asks_for_a_past_backlog(desk: Cast) -> None:
    fill_touched()
    assert not DirtyDay.objects.filter(needs_backlog=True).exists()


# Neighbours ---------------------------------------------------------------------------------


def test_a_later_ticket_changes_the_earlier_one_and_dirties_its_days(
    cast: Cast, now: datetime
) -> None:
    earlier = ticket_in(cast, Status.RESOLVED, at=now)
    fill_touched()
    _dirty()
    new_ticket(cast, at=now + 10 * DAY)
    fill_touched()
    facts = TicketFacts.objects.get(pk=earlier.pk)
    assert facts.customer_followup_days == 8
    assert facts.category_followup_days is None, "neither has a category"
    assert MONDAY in _dirty()


def test_a_ticket_that_gets_the_category_becomes_the_next_of_it(cast: Cast, now: datetime) -> None:
    earlier = ticket_in(cast, Status.RESOLVED, at=now)
    change_properties(earlier, changes={"category": cast.category}, actor=cast.agent)
    later = new_ticket(cast, at=now + DAY, category=cast.other_category)
    fill_touched()
    assert TicketFacts.objects.get(pk=earlier.pk).category_followup_days is None
    change_properties(later, changes={"category": cast.category}, actor=cast.agent)
    fill_touched()
    assert TicketFacts.objects.get(pk=earlier.pk).category_followup_days == 1
    change_properties(later, changes={"category": cast.other_category}, actor=cast.agent)
    fill_touched()
    assert TicketFacts.objects.get(pk=earlier.pk).category_followup_days is None


@pytest.mark.parametrize(
    ("reason", "follows"),
    [("spam", False), ("duplicate", False), ("mistake", False), ("withdrawn", True)],
)
def test_what_was_cancelled_follows_nothing_unless_the_customer_withdrew_it(
    cast: Cast, now: datetime, reason: str, follows: bool
) -> None:
    earlier = ticket_in(cast, Status.RESOLVED, at=now)
    later = new_ticket(cast, at=now + DAY)
    fill_touched()
    assert TicketFacts.objects.get(pk=earlier.pk).customer_followup_days == 1
    cancel(later, reason=reason, actor=cast.agent, at=now + DAY + HOUR)
    fill_touched()
    facts = TicketFacts.objects.get(pk=earlier.pk)
    assert (facts.customer_followup_days == 1) is follows
    assert (facts.next_issue_customer_seconds is not None) is follows


def test_a_link_makes_a_follow_up_also_of_what_was_cancelled(cast: Cast, now: datetime) -> None:
    earlier = ticket_in(cast, Status.RESOLVED, at=now)
    later = new_ticket(cast, at=now + DAY)
    cancel(later, reason="duplicate", actor=cast.agent, at=now + DAY + HOUR)
    made = link(later, other=earlier, kind="duplicate", actor=cast.agent, at=now + DAY + 2 * HOUR)
    fill_touched()
    assert TicketFacts.objects.get(pk=earlier.pk).linked_followup_days == 1
    assert made is not None
    unlink(later, link=made, actor=cast.agent, at=now + DAY + 3 * HOUR)
    fill_touched()
    assert TicketFacts.objects.get(pk=earlier.pk).linked_followup_days is None


def _resolved_and_later(cast: Cast, now: datetime) -> tuple[Ticket, Ticket]:
    """A resolved ticket, and another of the same customer a day later."""
    return ticket_in(cast, Status.RESOLVED, at=now), new_ticket(cast, at=now + DAY)


def _linked_days(ticket: Ticket) -> int | None:
    fill_touched()
    return TicketFacts.objects.get(pk=ticket.pk).linked_followup_days


def test_a_duplicate_is_one_whichever_of_the_two_was_called_so(cast: Cast, now: datetime) -> None:
    earlier, later = _resolved_and_later(cast, now)
    at = now + 2 * DAY
    made = link(earlier, other=later, kind="duplicate", actor=cast.agent, at=at)
    assert made is not None
    assert _linked_days(earlier) == 1
    assert _linked_days(later) is None
    unlink(earlier, link=made, actor=cast.agent, at=at)
    assert _linked_days(earlier) is None
    link(earlier, other=later, kind="follow_up", actor=cast.agent, at=at)
    assert _linked_days(earlier) is None, "it cannot follow what came after it"


@pytest.mark.parametrize(
    ("reason", "follows"),
    [("spam", False), ("mistake", False), ("duplicate", True), ("withdrawn", True)],
)
@pytest.mark.parametrize("is_back", [False, True])
def test_linked_or_not_a_ticket_by_mistake_follows_nothing(
    cast: Cast, now: datetime, reason: str, follows: bool, is_back: bool
) -> None:
    """ "Thanks" that came too late to reopen opens a linked ticket: to cancel it is to say that it
    was only an acknowledgement."""
    earlier, later = _resolved_and_later(cast, now)
    one, other = (earlier, later) if is_back else (later, earlier)
    link(one, other=other, kind="duplicate", actor=cast.agent, at=now + 2 * DAY)
    assert _linked_days(earlier) == 1
    cancel(later, reason=reason, actor=cast.agent, at=now + 2 * DAY)
    assert (_linked_days(earlier) == 1) is follows
    assert verify().differences == ()


def test_a_colleagues_ticket_follows_for_the_organization_alone(cast: Cast, now: datetime) -> None:
    earlier = ticket_in(cast, Status.RESOLVED, at=now)
    new_ticket(cast, at=now + DAY, customer=cast.colleague, actor=cast.colleague)
    new_ticket(cast, at=now + HOUR, customer=cast.other_customer, actor=cast.other_customer)
    fill_touched()
    facts = TicketFacts.objects.get(pk=earlier.pk)
    assert (facts.customer_followup_days, facts.organization_followup_days) == (None, 1)
    assert facts.next_issue_organization_seconds is not None
