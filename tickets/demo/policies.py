"""What the demo desk promises: four policies, by customer tier and priority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from accounts.choices import CustomerTier, SupportLevel
from tickets.choices import Listener, Priority, TargetKind
from tickets.models import SlaPolicy, SlaPolicyTarget
from tickets.services.sla_policies import publish
from tickets.sla.terms import USUAL_PAUSES

HOUR: Final = 60
DAY: Final = 10 * HOUR  # the open hours of one

# Name → conditions, then minutes to pick-up, each further answer and resolution.
POLICIES: Final[Mapping[str, tuple[Mapping[str, Any], int, int, int]]] = {
    "Urgent": ({"priorities": [Priority.URGENT]}, 30, HOUR, 8 * HOUR),
    "Premier": ({"tiers": [CustomerTier.PREMIER]}, HOUR, 4 * HOUR, 2 * DAY),
    "Business": ({"tiers": [CustomerTier.BUSINESS]}, 2 * HOUR, DAY, 3 * DAY),
    "Everybody": ({}, 4 * HOUR, DAY, 5 * DAY),
}


def store_policies(*, at: datetime) -> None:
    """Store the policies, in force from `at` on."""
    for position, (name, (conditions, *minutes)) in enumerate(POLICIES.items(), start=1):
        policy = SlaPolicy.objects.create(name=name, position=10 * position, **conditions)
        _promise(policy, *minutes)
        publish(policy, author=None, at=at)


def _promise(policy: SlaPolicy, pick_up: int, answer: int, resolve: int) -> None:
    SlaPolicyTarget.objects.bulk_create(
        [
            _target(policy, TargetKind.FIRST_RESPONSE, pick_up),
            _target(policy, TargetKind.FIRST_REPLY, 2 * pick_up),
            _target(policy, TargetKind.NEXT_RESPONSE, answer),
            _target(policy, TargetKind.RESOLUTION, resolve, escalates=True),
            _target(policy, TargetKind.HAND_OVER, answer, level=SupportLevel.L1),
            _target(policy, TargetKind.ACCEPT, HOUR, level=SupportLevel.L2, escalates=True),
            _target(policy, TargetKind.LEVEL_RESOLUTION, resolve // 2, level=SupportLevel.L2),
        ]
    )


def _target(
    policy: SlaPolicy,
    kind: TargetKind,
    minutes: int,
    *,
    level: int | None = None,
    escalates: bool = False,
) -> SlaPolicyTarget:
    return SlaPolicyTarget(
        policy=policy,
        kind=kind,
        level=level,
        minutes=minutes,
        pauses=sorted(USUAL_PAUSES.get(kind, ())),
        warn_before_minutes=minutes // 4,
        tell_at_warning=[Listener.ASSIGNEE],
        tell_at_breach=[Listener.ASSIGNEE, Listener.LEAD],
        escalates=escalates,
    )
