"""A desk at work: random tickets, moved by the real commands, each at its own moment."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import time_machine

from accounts.models import User
from metrics.fill import fill_touched
from metrics.fill.rollup import fill_days
from metrics.histogram import ACCURACY
from metrics.models import Snapshot
from metrics.query import Distribution, FigureValue, Level, Scope
from metrics.query.values import Value
from metrics.zone import day_of
from tests.cast import Cast
from tests.metrics.policies import promise
from tests.tickets.scenes import live_ticket, new_ticket
from tests.tickets.services_of import make_service
from tickets.choices import Channel, Status
from tickets.errors import DeskError
from tickets.models import Message, Ticket
from tickets.services.auditing import audit_l1
from tickets.services.contacting import end_contact, start_contact
from tickets.services.escalating import accept_escalation, deescalate, escalate, return_escalation
from tickets.services.holding import assign
from tickets.services.outages import correct_outage, declare_outage, end_outage
from tickets.services.picking import pick_up
from tickets.services.properties import change_properties
from tickets.services.states import cancel, close, confirm, reopen, resolve, resume, wait
from tickets.services.surveys.answering import answer_survey
from tickets.services.surveys.asking import ask_due, ask_in_turn
from tickets.services.talking import acknowledge, reply, reply_as_customer

Step = Callable[[Ticket], object]


class RandomDesk:
    """Plays at random, from a seed; `now` is its clock, which only goes forward."""

    def __init__(self, cast: Cast, *, seed: int, start: datetime) -> None:
        self.cast = cast
        self.now = start
        self.tickets: list[Ticket] = []
        promise(first_response=240, next_response=600, resolution=2_000, hand_over=(300, 1))
        self._random = random.Random(seed)
        self._services = (make_service("Shop", calendar=cast.calendar), make_service())

    def play(self, steps: int) -> None:
        """Do so many things, hours apart. What a ticket's state does not allow is left out."""
        for _ in range(steps):
            self.now += timedelta(seconds=self._random.randint(1, 20 * 3600))
            with time_machine.travel(self.now, tick=False):
                if len(self.tickets) < 3 or self._random.random() < 0.2:
                    self.tickets.append(self._opened())
                    continue
                ticket = self._random.choice(self.tickets[-6:])
                ticket.refresh_from_db()
                try:
                    self._random.choice(self._steps())(ticket)
                except DeskError:
                    continue

    def fill(self) -> None:
        """Bring everything up to date."""
        with time_machine.travel(self.now, tick=False):
            fill_touched()
            fill_days(now=self.now)

    def scope(self, start: date, **filters: tuple[str, ...]) -> Scope:
        """From a day until now."""
        return Scope(start=start, end=day_of(self.now), filters=filters, as_of=self.now)

    def _opened(self) -> Ticket:
        cast = self.cast
        customer = self._random.choice((cast.customer, cast.colleague, cast.other_customer))
        category = self._random.choice((cast.category, cast.other_category, None))
        if self._random.random() < 0.4:
            return live_ticket(cast, customer=customer, category=category)
        channel = self._random.choice((Channel.EMAIL, Channel.PORTAL))
        return new_ticket(
            cast, customer=customer, actor=customer, category=category, channel=channel
        )

    def _steps(self) -> list[Step]:
        cast = self.cast
        agent = self._random.choice((cast.agent, cast.second_agent))
        above = self._random.choice((cast.l2_agent, cast.l3_agent))
        handover: dict[str, Any] = {"reason": "knowledge", "tried": "All.", "known": "Nothing."}
        return [
            lambda t: pick_up(t, actor=agent),
            lambda t: reply(t, body="So?", actor=agent, then=Status.WAITING_CUSTOMER),
            lambda t: reply_as_customer(t, body="So.", actor=t.customer),
            lambda t: escalate(t, actor=agent, to_team=cast.l2, **handover),
            lambda t: escalate(t, actor=above, to_team=cast.l3, **handover),
            lambda t: escalate(t, actor=agent, to_team=cast.l2, is_warm=True, **handover),
            lambda t: accept_escalation(t, actor=above),
            lambda t: return_escalation(t, reason="incomplete", note="What?", actor=above),
            lambda t: deescalate(t, reason="done", note="Done.", to_team=cast.l1, actor=above),
            lambda t: resolve(t, resolution_code="solved", actor=agent, reply="Do this."),
            lambda t: self._resolve_above(t, above, is_audited=agent == cast.agent),
            lambda t: resolve(t, resolution_code="solved", actor=agent, is_l1_capable=False),
            lambda t: close(t, actor=agent),
            lambda t: reopen(t, reason="Again.", actor=agent),
            lambda t: confirm(t, actor=t.customer),
            lambda t: wait(t, for_="vendor", actor=agent),
            lambda t: wait(t, for_="hold", actor=agent),
            lambda t: resume(t, actor=agent),
            lambda t: start_contact(t, channel=Channel.PHONE, actor=agent),
            lambda t: end_contact(t, actor=agent),
            lambda t: cancel(t, reason="spam", actor=agent),
            lambda t: assign(t, assignee=above, actor=agent),
            lambda t: change_properties(t, changes={"category": cast.other_category}, actor=agent),
            lambda t: acknowledge(t, message=_last_word(t), actor=agent),
            lambda t: self._fail(t, agent),
            lambda t: self._mend(t, agent),
            lambda t: self._ask(),
            self._answer,
        ]

    def _resolve_above(self, ticket: Ticket, above: User, *, is_audited: bool) -> None:
        """Say that L1 could have solved it; an audit may find otherwise."""
        resolve(ticket, resolution_code="solved", actor=above, is_l1_capable=True)
        if is_audited:
            audit_l1(ticket, is_l1_capable=False, note="Needs root.", actor=self.cast.lead)

    def _fail(self, ticket: Ticket, agent: User) -> None:
        """Let a service go down, some hours before anybody says so; or be slow."""
        services = self._random.sample(self._services, self._random.randint(1, 2))
        impact = self._random.choice(("down", "down", "degraded"))
        began = self.now - timedelta(seconds=self._random.randint(0, 30 * 3600))
        declare_outage(ticket, services=services, impact=impact, began_at=began, actor=agent)

    def _mend(self, ticket: Ticket, agent: User) -> None:
        """Say of an outage that it is over, or was not as it was said."""
        outage = ticket.outages.order_by("pk").last()
        if outage is None:
            return
        kind = self._random.choice(("ended", "ended", "resumed", "voided", "begin_corrected"))
        moment = outage.began_at + timedelta(seconds=self._random.randint(0, 40 * 3600))
        if kind == "ended":
            end_outage(ticket, outage=outage, ended_at=moment, actor=agent)
        else:
            correct_outage(
                ticket, outage=outage, kind=kind, began_at=moment, note="So.", actor=agent
            )

    def _ask(self) -> None:
        """Send the surveys that are due by now, of any ticket."""
        ask_due(self.now)
        ask_in_turn(self.now)

    def _answer(self, ticket: Ticket) -> None:
        """Answer one of the surveys about a ticket, or change the answer."""
        surveys = list(ticket.surveys.select_related("customer").order_by("pk"))
        if surveys:
            survey = self._random.choice(surveys)
            score = self._random.choice(survey.scores)
            answer_survey(survey, score=score, comment="So.", actor=survey.customer)


def _last_word(ticket: Ticket) -> Message:
    found = Message.objects.filter(ticket=ticket, author=ticket.customer).last()
    if found is None:
        raise DeskError("Nothing was said.")
    return found


def all_snapshots() -> list[tuple[object, ...]]:
    """Every snapshot but when it was computed."""
    columns = [field.attname for field in Snapshot._meta.concrete_fields]
    kept = [name for name in columns if name not in ("id", "computed_at")]
    return list(Snapshot.objects.order_by(*kept[:5]).values_list(*kept))


def alike(one: FigureValue, other: FigureValue) -> bool:
    """Whether two answers are the same, percentiles within what a histogram knows."""
    return one.variants.keys() == other.variants.keys() and all(
        _alike(value, other.variants[name]) for name, value in one.variants.items()
    )


def _alike(one: Value, other: Value) -> bool:
    if isinstance(one, Distribution) and isinstance(other, Distribution):
        pairs = ((one.mean, other.mean), (one.median, other.median), (one.p90, other.p90))
        return (one.n, one.waiting) == (other.n, other.waiting) and all(map(_near, pairs))
    if isinstance(one, Level) and isinstance(other, Level):
        return (one.value, one.at) == (other.value, other.at)
    return one == other or (
        (one.n, one.undecided) == (other.n, other.undecided) and _near((one.value, other.value))
    )


def _near(pair: tuple[float | None, float | None]) -> bool:
    one, other = pair
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 2 * ACCURACY * max(abs(one), abs(other)) + 1e-6
