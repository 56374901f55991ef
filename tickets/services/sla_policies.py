"""Publishing service level policies: what was edited becomes a version, which never changes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tickets.models import SlaPolicy, SlaPolicyTarget, SlaVersion
from tickets.services.base import past_or_now
from tickets.services.nudge import nudge_on_commit
from tickets.sla.terms import Conditions, TargetTerms, read_terms, write_terms

MINUTE = 60


@transaction.atomic
def publish(
    policy: SlaPolicy, *, author: User | None, at: datetime | None = None
) -> SlaVersion | None:
    """Make a version of what the policy says now, valid from `at` (default: now). None, and no
    version, where it says what its last version says. Open tickets follow within seconds.

    Raises InvalidInput for a moment to come.
    """
    valid_from = past_or_now(at, now=timezone.now())
    policy = _lock(policy)
    last = policy.versions.order_by("-number").first()
    version = SlaVersion(
        policy=policy,
        number=last.number + 1 if last else 1,
        valid_from=valid_from,
        name=policy.name,
        position=policy.position,
        is_active=policy.is_active,
        document=write_terms(_conditions(policy), map(_terms, policy.targets.all())),
        author=author,
    )
    if last is not None and _said(last) == _said(version):
        return None
    version.save()
    nudge_on_commit()
    return version


def _lock(policy: SlaPolicy) -> SlaPolicy:
    """Lock all policies: versions are numbered in the order in which they are committed, so that
    whoever has read one has read all before it."""
    every = {each.pk: each for each in SlaPolicy.objects.select_for_update().order_by("pk")}
    return every[policy.pk]


def _said(version: SlaVersion) -> tuple[object, ...]:
    """What it comes to, whatever its document leaves out."""
    terms = read_terms(
        0, name=version.name, number=0, position=version.position, document=version.document
    )
    return (terms, version.is_active)


def _conditions(policy: SlaPolicy) -> Conditions:
    return Conditions(
        tiers=frozenset(policy.tiers),
        priorities=frozenset(int(each) for each in policy.priorities),
        channels=frozenset(policy.channels),
        organization_keys=frozenset(policy.organizations.values_list("pk", flat=True)),
        category_keys=frozenset(policy.categories.values_list("pk", flat=True)),
        product_keys=frozenset(policy.products.values_list("pk", flat=True)),
    )


def _terms(target: SlaPolicyTarget) -> TargetTerms:
    return TargetTerms(
        kind=target.kind,
        level=target.level or 0,
        seconds=target.minutes * MINUTE,
        is_business=target.is_business,
        calendar_key=target.calendar_id,
        pauses=frozenset(target.pauses),
        warn_before_seconds=target.warn_before_minutes * MINUTE,
        tell_at_warning=frozenset(target.tell_at_warning),
        tell_at_breach=frozenset(target.tell_at_breach),
        escalates=target.escalates,
        escalates_at_warning=target.escalates_at_warning,
    )
