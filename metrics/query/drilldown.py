"""From a number to its tickets: the same declarations that counted, as a filter on tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from metrics.policy import DEFAULT, Policy
from metrics.query.available import outage_rows
from metrics.query.counting import is_narrowed, rows
from metrics.query.levels import backlog_tickets
from metrics.query.marks import EVERY, Mark
from metrics.query.scope import Scope
from metrics.query.work import worked_rows
from metrics.registry import (
    AgreedOf,
    CountOf,
    Figure,
    HeldOf,
    IndexOf,
    Kind,
    RateOf,
    ValueOf,
    get_figure,
)
from metrics.terms import Terms
from tickets.errors import InvalidInput
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

RATE_PARTS = ("numerator", "denominator", "missed", "undecided", "unmeasured")
INDEX_PARTS = ("denominator", "promoters", "passives", "detractors")


def parts_of(figure: Figure) -> tuple[str, ...]:
    """What a figure opens to; `missed` is what stands in the denominator alone."""
    if figure.is_of_services:
        return ("missed",)
    if figure.kind == Kind.RATE:
        return RATE_PARTS
    if figure.kind == Kind.INDEX:
        return INDEX_PARTS
    return ("count", "waiting") if figure.waiting else ("count",)


def tickets(
    key: str,
    scope: Scope,
    policy: Policy = DEFAULT,
    *,
    part: str,
    user: User | AnonymousUser,
    variant: str = "",
    mark: Mark = EVERY,
) -> TicketQuerySet:
    """The tickets behind a part of a figure, as far as `user` may open them.

    Figures that count events (responses, escalations) give each ticket once. A level gives those
    counted at the end of the scope's last day. `mark` narrows to one of a chart. Raises
    InvalidInput for an unknown figure, part or variant.
    """
    keys = _keys(key, scope, policy, part=part, variant=variant)
    return mark.narrow(Ticket.objects.visible_to(user).filter(pk__in=keys), scope)


def count_tickets(
    key: str,
    scope: Scope,
    policy: Policy = DEFAULT,
    *,
    part: str,
    variant: str = "",
    mark: Mark = EVERY,
) -> int:
    """How many tickets `tickets` gives to one who may open them all."""
    keys = _keys(key, scope, policy, part=part, variant=variant)
    return mark.narrow(Ticket.objects.filter(pk__in=keys), scope).count()


def _keys(key: str, scope: Scope, policy: Policy, *, part: str, variant: str) -> QuerySet[Any, Any]:
    figure = get_figure(key)
    variant = figure.variant(variant)
    if part not in parts_of(figure):
        known = ", ".join(parts_of(figure))
        raise InvalidInput(f"“{key}” has no part “{part}”; choose from {known}.")
    if not is_narrowed(figure, scope):
        return Ticket.objects.none().values("pk")
    measure = figure.measures[variant]
    if isinstance(measure, HeldOf) and figure.kind == Kind.LEVEL:
        return backlog_tickets(figure, measure, scope)
    return _rows(figure, variant, scope, Terms(policy, scope.as_of), part)


def _rows(
    figure: Figure, variant: str, scope: Scope, terms: Terms, part: str
) -> QuerySet[Any, Any]:
    measure = figure.measures[variant]
    if isinstance(measure, AgreedOf):
        return outage_rows(figure, scope, terms).values("ticket_id")
    if isinstance(measure, HeldOf):
        return worked_rows(figure, measure, scope).values("ticket_id")
    condition = _condition(figure, variant, terms, part)
    return rows(figure.source, scope).filter(condition).values("ticket_id")


def _condition(figure: Figure, variant: str, terms: Terms, part: str) -> Q:
    measure = figure.measures[variant]
    if part == "waiting":
        return figure.waiting[variant].rows(terms)
    match measure:
        case RateOf() if part == "missed":
            return measure.denominator(terms) & ~measure.numerator(terms)
        case RateOf():
            predicates = {
                "numerator": measure.numerator,
                "denominator": measure.denominator,
                "undecided": measure.undecided,
                "unmeasured": measure.unmeasured,
            }
            return predicates[part](terms)
        case IndexOf():
            return _part_of_index(measure, terms, part)
        case ValueOf() | CountOf():
            return measure.rows(terms)
        case _:
            return Q(pk__in=())


def _part_of_index(measure: IndexOf, terms: Terms, part: str) -> Q:
    promoters, detractors = measure.promoters(terms), measure.detractors(terms)
    everybody = measure.denominator(terms)
    conditions = {
        "denominator": everybody,
        "promoters": promoters,
        "passives": everybody & ~(promoters | detractors),
        "detractors": detractors,
    }
    return conditions[part]
