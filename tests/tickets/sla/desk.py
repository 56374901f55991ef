"""A desk that promises: policies stored and published, and where promises are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tickets.models import SlaPolicy, SlaPolicyTarget, SlaTarget, Ticket
from tickets.services.sla_policies import publish

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CONDITIONS = ("organizations", "categories", "products")


def promise(
    name: str = "Everybody",
    *,
    position: int = 100,
    at: datetime | None = LONG_AGO,
    target: dict[str, Any] | None = None,
    tiers: tuple[str, ...] = (),
    priorities: tuple[int, ...] = (),
    channels: tuple[str, ...] = (),
    asks: dict[str, Any] | None = None,
    **minutes: int | tuple[int, int],
) -> SlaPolicy:
    """Store and publish a policy: kind → minutes, or (minutes, level), in calendar time unless
    `target` (what all its targets say) tells otherwise; `asks` names organizations, categories,
    products."""
    policy = SlaPolicy.objects.create(
        name=name,
        position=position,
        tiers=list(tiers),
        priorities=list(priorities),
        channels=list(channels),
    )
    for field, row in (asks or {}).items():
        getattr(policy, field).add(row)
    _write(policy, minutes, target or {})
    publish(policy, author=None, at=at)
    return policy


def revise(
    policy: SlaPolicy,
    *,
    at: datetime | None = None,
    target: dict[str, Any] | None = None,
    **minutes: int | tuple[int, int],
) -> None:
    """Let a policy promise something else, and publish that."""
    policy.targets.all().delete()
    _write(policy, minutes, target or {})
    publish(policy, author=None, at=at)


def _write(policy: SlaPolicy, minutes: dict[str, Any], fields: dict[str, Any]) -> None:
    for kind, words in minutes.items():
        length, level = words if isinstance(words, tuple) else (words, None)
        SlaPolicyTarget.objects.create(
            **{
                "policy": policy,
                "kind": kind,
                "level": level,
                "minutes": length,
                "is_business": False,
                **fields,
            }
        )


def stored(ticket: Ticket, kind: str, *, cycle: int = 1) -> SlaTarget:
    """How a promise stands in the database."""
    return SlaTarget.objects.get(ticket=ticket, kind=kind, cycle=cycle)


def policy_of(ticket: Ticket) -> str | None:
    """The name of the policy that holds, as stored."""
    version = Ticket.objects.get(pk=ticket.pk).sla_version
    return version.policy.name if version else None


def choices(ticket: Ticket) -> list[tuple[str | None, datetime]]:
    """Every choice in the ledger, in order of time: the policy's name and version, since when."""
    rows = ticket.policychoices.order_by("occurred_at", "seq").select_related("version")
    return [(str(row.version) if row.version else None, row.occurred_at) for row in rows]
