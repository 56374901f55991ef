"""A policy of a few promises in calendar time, for every ticket."""

from __future__ import annotations

from datetime import UTC, datetime

from tickets.models import SlaPolicy, SlaPolicyTarget
from tickets.services.sla_policies import publish
from tickets.sla.terms import USUAL_PAUSES

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def promise(**targets: int | tuple[int, int]) -> SlaPolicy:
    """Store and publish a policy: kind → minutes, or minutes and level."""
    policy = SlaPolicy.objects.create(name="Everybody")
    for kind, words in targets.items():
        minutes, level = words if isinstance(words, tuple) else (words, None)
        SlaPolicyTarget.objects.create(
            policy=policy,
            kind=kind,
            level=level,
            minutes=minutes,
            is_business=False,
            pauses=sorted(USUAL_PAUSES.get(kind, ())),
            warn_before_minutes=minutes // 4,
            tell_at_breach=["assignee"],
        )
    publish(policy, author=None, at=LONG_AGO)
    return policy
