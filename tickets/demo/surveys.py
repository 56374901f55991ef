"""What the demo desk asked its customers in the year, by the same rules as a desk at work, and what
they answered."""

from __future__ import annotations

import heapq
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from random import Random

from django.db.models import Min

from accounts.models import User
from tickets.choices import (
    DONE_STATUSES,
    OPEN_STATUSES,
    Capacity,
    EscalationKind,
    EscalationReason,
    Source,
    SurveyKind,
    Withdrawal,
)
from tickets.demo.desk import Desk
from tickets.demo.opinions import Course, Given, answers
from tickets.demo.topics import phrases
from tickets.ledger import Action, append_all
from tickets.models import (
    Escalation,
    Survey,
    SurveyResponse,
    SurveyRules,
    SurveySchedule,
    SurveyTask,
    Ticket,
    Transition,
)
from tickets.models.surveys import ONLY
from tickets.surveys.rules import Candidate, Terms, next_nps_at, objection, quiet_until
from tickets.surveys.words import LOW, band
from tickets.updating import update_each

BATCH = 500
TERMS = Terms(csat_bad_score=2, nps_bad_score=3)
OPEN_TASKS = 2


@dataclass(order=True, slots=True)
class Occasion:
    """A moment at which somebody may be asked; `place` keeps the order of equal ones."""

    at: datetime
    place: int
    kind: str = field(compare=False)
    customer: int = field(compare=False)
    ticket: Ticket | None = field(compare=False, default=None)


@dataclass
class Asking:
    """A year of questions. `last` is when each customer was asked last; everything is stored at the
    end, in few queries."""

    desk: Desk
    until: datetime
    rng: Random
    done: list[Ticket]
    courses: dict[int, Course]
    solvers: dict[int, int | None]
    last: dict[int, datetime] = field(default_factory=dict)
    surveys: list[Survey] = field(default_factory=list)
    given: list[tuple[datetime, Survey, Given]] = field(default_factory=list)

    def ask(self) -> None:
        """Go through all occasions in the order of time."""
        queue = [*self._after_resolutions(), *self._turns()]
        heapq.heapify(queue)
        while queue:
            occasion = heapq.heappop(queue)
            later = self._look_at(occasion)
            if later is not None:
                heapq.heappush(queue, later)

    def _after_resolutions(self) -> Iterator[Occasion]:
        delay = timedelta(hours=TERMS.csat_delay_hours)
        for place, ticket in enumerate(self.done):
            at = self.courses[ticket.pk].resolved_at + delay
            yield Occasion(at, place, SurveyKind.CSAT, ticket.customer_id, ticket)

    def _turns(self) -> Iterator[Occasion]:
        """Customers count from one here, so that the same seed asks the same people."""
        first = {ticket.customer_id: ticket for ticket in reversed(self.done)}
        for place, customer in enumerate(sorted(first), start=1):
            at, every = self.courses[first[customer].pk].resolved_at, TERMS.nps_every_days
            while (at := next_nps_at(place, after=at, every_days=every)) <= self.until:
                yield Occasion(at, len(self.done) + place, SurveyKind.NPS, customer)

    def _look_at(self, occasion: Occasion) -> Occasion | None:
        """Ask, or leave it; who was asked a short while ago has their turn later."""
        ticket = occasion.ticket or self._resolved_last(occasion)
        if ticket is None:
            return None
        if occasion.at > self.until:
            self._plan(ticket, occasion)
            return None
        reason = objection(self._candidate(ticket, occasion), TERMS, at=occasion.at)
        if reason is None:
            self._send(ticket, occasion)
        elif reason == Withdrawal.QUIET and occasion.kind == SurveyKind.NPS:
            occasion.at = quiet_until(self.last[occasion.customer], TERMS)
            return occasion
        return None

    def _resolved_last(self, occasion: Occasion) -> Ticket | None:
        since = occasion.at - timedelta(days=TERMS.nps_every_days)
        found = [
            ticket
            for ticket in self._by_customer[occasion.customer]
            if since <= self.courses[ticket.pk].resolved_at <= occasion.at
        ]
        return found[-1] if found and occasion.at <= self.until else None

    @cached_property
    def _by_customer(self) -> dict[int, list[Ticket]]:
        found = defaultdict(list)
        for ticket in self.done:
            found[ticket.customer_id].append(ticket)
        return found

    def _candidate(self, ticket: Ticket, occasion: Occasion) -> Candidate:
        return Candidate(
            kind=occasion.kind,
            ticket_key=ticket.pk,
            is_ticket_done=True,
            is_solver_customer=self.solvers[ticket.pk] == ticket.customer_id,
            is_unconfirmed=ticket.unconfirmed_since is not None,
            is_active=True,
            wants_surveys=True,
            last_asked_at=self.last.get(ticket.customer_id),
        )

    def _survey(self, ticket: Ticket, occasion: Occasion, **more: datetime | None) -> Survey:
        survey = Survey(
            kind=occasion.kind,
            ticket=ticket,
            customer_id=ticket.customer_id,
            key=self._key(),
            created_at=min(self.courses[ticket.pk].resolved_at, occasion.at),
            send_after=occasion.at,
            **more,
        )
        self.surveys.append(survey)
        return survey

    def _key(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def _plan(self, ticket: Ticket, occasion: Occasion) -> None:
        """What is due after the demo's time waits to be sent."""
        quiet = quiet_until(self.last.get(ticket.customer_id), TERMS)
        if occasion.at >= quiet:
            self._survey(ticket, occasion)

    def _send(self, ticket: Ticket, occasion: Occasion) -> None:
        sent_at = occasion.at
        self.last[ticket.customer_id] = sent_at
        said = [
            one
            for one in answers(occasion.kind, self.courses[ticket.pk], self.rng)
            if sent_at + one.after <= self.until
        ]
        remind_at = TERMS.remind_at(sent_at)
        is_silent = remind_at is not None and not (said and sent_at + said[0].after < remind_at)
        is_reminded = is_silent and remind_at is not None and remind_at <= self.until
        survey = self._survey(
            ticket,
            occasion,
            sent_at=sent_at,
            locks_at=TERMS.locks_at(sent_at),
            remind_at=remind_at if is_silent and not is_reminded else None,
            reminded_at=remind_at if is_reminded else None,
        )
        self.given += [(sent_at + one.after, survey, one) for one in said]

    # Storing --------------------------------------------------------------------------------

    def store(self) -> None:
        """Store the surveys, then the answers and what the bad ones set off."""
        Survey.objects.bulk_create(self.surveys, batch_size=BATCH)
        drawn_in: set[int] = set()
        actions: list[Action] = []
        for at, survey, one in sorted(self.given, key=lambda each: each[0]):
            actions += self._answer(survey, one, drawn_in, at=at)
        append_all(actions)
        for action in actions:
            for row in action.rows:
                if isinstance(row, SurveyResponse):
                    row.survey.response = row
        answered = [survey for survey in self.surveys if survey.response]
        update_each(Survey, ("response",), answered)
        SurveyTask.objects.bulk_create(self._tasks(answered))

    def _answer(
        self, survey: Survey, one: Given, drawn_in: set[int], *, at: datetime
    ) -> Iterator[Action]:
        customer = survey.ticket.customer
        action = self._action(survey.ticket, customer, Capacity.CUSTOMER, Source.MAIL, at)
        action.write(SurveyResponse, survey=survey, score=one.score, comment=one.comment)
        yield action
        if TERMS.is_bad(survey.kind, one.score) and survey.pk not in drawn_in:
            drawn_in.add(survey.pk)
            rule = self._action(survey.ticket, None, Capacity.SYSTEM, Source.SYSTEM, at)
            said = f"{survey.kind.upper()} {one.score} of {survey.highest}"
            rule.escalate(
                EscalationKind.HIERARCHICAL,
                manager=self.desk.lead,
                reason=EscalationReason.DISSATISFIED,
                known=f"{said}: {one.comment}" if one.comment else f"{said}, without a word.",
            )
            yield rule

    def _action(
        self, ticket: Ticket, actor: User | None, capacity: str, source: str, at: datetime
    ) -> Action:
        return Action(
            ticket=ticket,
            actor=actor,
            capacity=capacity,
            source=source,
            at=at,
            recorded_at=self.until,  # the closing that came later is in the ledger already
            action_id=self._key(),
        )

    def _tasks(self, answered: list[Survey]) -> Iterator[SurveyTask]:
        """Most low answers are followed up; the newest still wait."""
        low = [
            row.survey
            for row in sorted(
                (survey.response for survey in answered if survey.response),
                key=lambda each: each.occurred_at,
            )
            if band(row.survey.kind, row.score) == LOW
        ]
        for place, survey in enumerate(reversed(low)):
            if place < OPEN_TASKS or self.rng.random() < 0.7:
                yield self._task(survey, is_open=place < OPEN_TASKS)

    def _task(self, survey: Survey, *, is_open: bool) -> SurveyTask:
        assert survey.response is not None  # noqa: S101  # tasks are about answers
        answered_at = survey.response.occurred_at
        created_at = answered_at + timedelta(hours=self.rng.uniform(0.2, 6))
        done_at = created_at + timedelta(hours=self.rng.uniform(2, 70))
        is_done = not is_open and done_at < self.until
        return SurveyTask(
            survey=survey,
            note=self.rng.choice(phrases()["survey_notes"]),
            assignee=self.desk.lead,
            created_by=self.desk.manager if self.rng.random() < 0.3 else self.desk.lead,
            created_at=min(created_at, self.until),
            done_by=self.desk.lead if is_done else None,
            done_at=done_at if is_done else None,
            outcome=self.rng.choice(phrases()["survey_outcomes"]) if is_done else "",
        )


def store_surveys(desk: Desk, *, until: datetime, seed: int) -> int:
    """Ask the customers of a stored desk through the year and store all of it; return how many
    surveys there are. The same seed gives the same data. Call it inside a transaction."""
    SurveyRules.objects.update_or_create(
        pk=ONLY,
        defaults={"csat_bad_score": TERMS.csat_bad_score, "nps_bad_score": TERMS.nps_bad_score},
    )
    done = list(
        Ticket.objects.done()
        .select_related("customer", "team", "assignee")
        .order_by("resolved_at", "pk")
    )
    asking = Asking(
        desk=desk,
        until=until,
        rng=Random(f"{seed} surveys"),  # noqa: S311  # a story, not a secret
        done=done,
        courses=_courses(done),
        solvers=_solvers(),
    )
    asking.ask()
    asking.store()
    _begin_schedules(until)
    return len(asking.surveys)


def _courses(done: list[Ticket]) -> dict[int, Course]:
    moves = Transition.objects.filter(from_status__in=DONE_STATUSES, to_status__in=OPEN_STATUSES)
    reopens = Counter(moves.filter(corrections=None).values_list("ticket_id", flat=True))
    rows = list(Escalation.objects.values_list("ticket_id", "kind"))
    bounces = Counter(key for key, kind in rows if kind == EscalationKind.RETURNED)
    escalations = Counter(key for key, kind in rows if kind == EscalationKind.FUNCTIONAL)
    return {
        ticket.pk: Course(
            received_at=ticket.received_at,
            resolved_at=ticket.resolved_at or ticket.received_at,
            resolution_code=ticket.resolution_code,
            reopens=reopens[ticket.pk],
            bounces=bounces[ticket.pk],
            escalations=escalations[ticket.pk],
        )
        for ticket in done
    }


def _solvers() -> dict[int, int | None]:
    """Who resolved each ticket last."""
    moves = Transition.objects.filter(from_status__in=OPEN_STATUSES, to_status__in=DONE_STATUSES)
    return dict(moves.order_by("ticket_id", "seq").values_list("ticket_id", "actor_id"))


def _begin_schedules(until: datetime) -> None:
    """From here on everybody has a turn as at a desk at work."""
    customers = Ticket.objects.done().order_by().values("customer_id")
    keys = customers.annotate(first=Min("resolved_at")).values_list("customer_id", flat=True)
    SurveySchedule.objects.bulk_create(
        SurveySchedule(
            customer_id=key,
            nps_due_at=next_nps_at(key, after=until, every_days=TERMS.nps_every_days),
        )
        for key in sorted(keys)
    )
