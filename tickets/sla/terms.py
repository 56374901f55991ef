"""What a service level policy promises, and which one holds for a ticket: plain values.

A policy is kept as versions. A version never changes, so what it judged can always be told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tickets.choices import Status, TargetKind

Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTerms:
    """One promise: `seconds` of a clock, which stands still in the statuses `pauses`.

    `level` is 0 but for the internal targets of a level. `calendar_key` None is the ticket's own
    calendar; it matters in business time only. `warn_before_seconds` is 0 for no warning. `tell_*`
    name who hears of it: assignee, team, lead; `escalates` draws the lead in at breach,
    `escalates_at_warning` at the warning already.
    """

    kind: str
    seconds: int
    level: int = 0
    is_business: bool = True
    calendar_key: int | None = None
    pauses: frozenset[str] = frozenset()
    warn_before_seconds: int = 0
    tell_at_warning: frozenset[str] = frozenset()
    tell_at_breach: frozenset[str] = frozenset()
    escalates: bool = False
    escalates_at_warning: bool = False

    @property
    def key(self) -> Key:
        """What tells it from the other targets of its policy."""
        return (self.kind, self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What conditions are asked of: how a ticket stands at one moment. `category_keys` are its
    category and those above it; 0 or "" stands for none."""

    tier: str = ""
    organization_key: int = 0
    category_keys: frozenset[int] = frozenset()
    product_key: int = 0
    priority: int = 0
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Which tickets a policy holds for. An empty set asks nothing; all others must hold."""

    tiers: frozenset[str] = frozenset()
    organization_keys: frozenset[int] = frozenset()
    category_keys: frozenset[int] = frozenset()
    product_keys: frozenset[int] = frozenset()
    priorities: frozenset[int] = frozenset()
    channels: frozenset[str] = frozenset()

    def hold(self, subject: Subject) -> bool:
        """Answer whether a ticket that stands so is meant."""
        asked = (
            (self.tiers, {subject.tier}),
            (self.organization_keys, {subject.organization_key}),
            (self.category_keys, subject.category_keys),
            (self.product_keys, {subject.product_key}),
            (self.priorities, {subject.priority}),
            (self.channels, {subject.channel}),
        )
        return all(not wanted or wanted & given for wanted, given in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTerms:
    """One version of a policy; `key` is the version's. The lowest `position` is asked first."""

    key: int
    name: str
    number: int
    position: int
    conditions: Conditions
    targets: tuple[TargetTerms, ...]
    by_key: Mapping[Key, TargetTerms] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {target.key: target for target in self.targets})

    def target(self, kind: str, level: int) -> TargetTerms | None:
        """The promise of a kind at a level, None where it makes none."""
        return self.by_key.get((kind, level))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The policies in force from `since` until the next edition, in the order in which they are
    asked. `revision` is the key of the version that made it; it rises."""

    revision: int
    since: datetime
    in_force: Sequence[PolicyTerms]

    def choose(self, subject: Subject) -> PolicyTerms | None:
        """The first policy whose conditions hold; None where none does."""
        return next((each for each in self.in_force if each.conditions.hold(subject)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """All versions by key, and its editions, oldest first: every change of a policy makes one."""

    versions: Mapping[int, PolicyTerms]
    editions: Sequence[Edition]

    @property
    def revision(self) -> int:
        """Which edition is the last; 0 where there is none."""
        return self.editions[-1].revision if self.editions else 0

    def after(self, revision: int) -> list[Edition]:
        """The editions that came after one."""
        return [each for each in self.editions if each.revision > revision]

    def choose(self, subject: Subject, *, at: datetime | None = None) -> PolicyTerms | None:
        """The first policy whose conditions hold, by the last edition, or by that of a moment; None
        where none does."""
        known = [each for each in self.editions if at is None or each.since <= at]
        return known[-1].choose(subject) if known else None


def read_terms(
    key: int, *, name: str, number: int, position: int, document: Mapping[str, Any]
) -> PolicyTerms:
    """Return the terms that a stored version tells in its document (see `write_terms`)."""
    return PolicyTerms(
        key=key,
        name=name,
        number=number,
        position=position,
        conditions=Conditions(
            **{field: frozenset(values) for field, values in document["conditions"].items()}
        ),
        targets=tuple(_read_target(each) for each in document["targets"]),
    )


def write_terms(conditions: Conditions, targets: Iterable[TargetTerms]) -> dict[str, Any]:
    """Return what a version says as a document of plain lists, for the database."""
    return {
        "conditions": {name: _plain(getattr(conditions, name)) for name in _CONDITIONS},
        "targets": [_write_target(each) for each in targets],
    }


_CONDITIONS = tuple(Conditions.__slots__)
_SETS = ("pauses", "tell_at_warning", "tell_at_breach")


def _read_target(document: Mapping[str, Any]) -> TargetTerms:
    sets = {name: frozenset(document[name]) for name in _SETS}
    return TargetTerms(**{**document, **sets})


def _write_target(target: TargetTerms) -> dict[str, Any]:
    return {name: _plain(getattr(target, name)) for name in TargetTerms.__slots__}


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


# What stops each clock where a policy says nothing else: an answer that is owed stays owed.
USUAL_PAUSES: Mapping[str, frozenset[str]] = {
    TargetKind.RESOLUTION: frozenset({Status.WAITING_CUSTOMER}),
    TargetKind.HAND_OVER: frozenset({Status.WAITING_CUSTOMER}),
    TargetKind.LEVEL_RESOLUTION: frozenset({Status.WAITING_CUSTOMER}),
}
