"""One thing that is not as it should be, in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that the ledger does not say, or the other way round."""

    subject: str
    stored: str
    recounted: str
    tickets: tuple[int, ...] = ()

    def __str__(self) -> str:
        named = ", ".join(f"#{key}" for key in self.tickets[:20])
        more = f" and {len(self.tickets) - 20} more" if len(self.tickets) > 20 else ""
        tickets = f" (tickets {named}{more})" if self.tickets else ""
        return f"{self.subject}: stored {self.stored}, by the ledger {self.recounted}{tickets}"
