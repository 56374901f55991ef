"""Models of the ticket domain; one module per subject."""

from tickets.models.base import LedgerIsAppendOnly, LedgerRow
from tickets.models.calendar import BusinessCalendar, CalendarSlot, Holiday
from tickets.models.catalogue import (
    AgentSkill,
    Category,
    CustomField,
    CustomFieldKind,
    LevelCost,
    Product,
    Tag,
)
from tickets.models.files import Attachment
from tickets.models.intake import IdempotencyRecord, ImportBatch
from tickets.models.ledger import (
    LEDGER_MODELS,
    Assignment,
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    Link,
    Message,
    PropertyChange,
    Transition,
)
from tickets.models.outbox import LedgerTouch, Notice, NoticeKind
from tickets.models.ticket import Ticket

__all__ = [
    "LEDGER_MODELS",
    "AgentSkill",
    "Assignment",
    "Attachment",
    "BusinessCalendar",
    "CalendarSlot",
    "Category",
    "Contact",
    "ContactLeg",
    "Correction",
    "CustomField",
    "CustomFieldKind",
    "Escalation",
    "Holiday",
    "IdempotencyRecord",
    "ImportBatch",
    "LedgerIsAppendOnly",
    "LedgerRow",
    "LedgerTouch",
    "LevelCost",
    "Link",
    "Message",
    "Notice",
    "NoticeKind",
    "Product",
    "PropertyChange",
    "Tag",
    "Ticket",
    "Transition",
]
