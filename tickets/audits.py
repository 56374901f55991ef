"""Whether L1 could have solved a ticket: the resolver's answer, and the audit that overrules it.
Pure: rows of one ticket in, what counts out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from accounts.choices import SupportLevel
from tickets.choices import DONE_STATUSES, OPEN_STATUSES, CorrectionKind
from tickets.models import Correction, Transition


@dataclass(frozen=True, slots=True)
class L1Answer:
    """What was said of a resolution above L1. `audit` is the newest one since, if any."""

    resolution: Transition
    audit: Correction | None

    @property
    def is_l1_capable(self) -> bool | None:
        """What counts: the audit's word before the resolver's; None where nobody answered."""
        row = self.audit or self.resolution
        return row.is_l1_capable


def l1_answer(
    transitions: Iterable[Transition],
    corrections: Iterable[Correction],
    *,
    voided: Collection[int],
) -> L1Answer | None:
    """Return what was said of the last resolution; None while the ticket is open or cancelled, and
    where it was resolved at L1. `voided`: the keys of transitions that were taken back."""
    resolution = _last_resolution(row for row in transitions if row.pk not in voided)
    if resolution is None or resolution.level <= SupportLevel.L1:
        return None
    audits = (
        row
        for row in corrections
        if row.kind == CorrectionKind.L1_AUDITED and row.seq > resolution.seq
    )
    return L1Answer(resolution, max(audits, key=lambda row: row.seq, default=None))


def _last_resolution(transitions: Iterable[Transition]) -> Transition | None:
    status, found = "", None
    for row in sorted(transitions, key=lambda row: (row.occurred_at, row.seq)):
        if row.to_status not in DONE_STATUSES:
            found = None
        elif status in OPEN_STATUSES:
            found = row
        status = row.to_status
    return found
