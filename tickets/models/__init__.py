"""Models of the ticket domain; one module per subject."""

from tickets.models.base import LedgerIsAppendOnly, LedgerRow
from tickets.models.broadcasts import Broadcast, BroadcastPart
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
from tickets.models.intake import DomainRule, IdempotencyRecord, ImportBatch
from tickets.models.ledger import (
    LEDGER_MODELS,
    Assignment,
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    Link,
    Message,
    OutageEvent,
    PolicyChoice,
    PropertyChange,
    SurveyResponse,
    TargetAlarm,
    Transition,
)
from tickets.models.mail import InboundMail, Mailbox, OrganizationSender, RawMail, Watcher
from tickets.models.outbox import ASKING, CONVERSATION, LedgerTouch, Notice, NoticeKind
from tickets.models.saved_view import SavedView
from tickets.models.services import Outage, Service, ServiceAgreement
from tickets.models.sla import SlaPolicy, SlaPolicyTarget, SlaTarget, SlaVersion
from tickets.models.surveys import Survey, SurveyRules, SurveySchedule, SurveyTask
from tickets.models.ticket import Ticket
from tickets.models.wording import MailTemplate

__all__ = [
    "ASKING",
    "CONVERSATION",
    "LEDGER_MODELS",
    "AgentSkill",
    "Assignment",
    "Attachment",
    "Broadcast",
    "BroadcastPart",
    "BusinessCalendar",
    "CalendarSlot",
    "Category",
    "Contact",
    "ContactLeg",
    "Correction",
    "CustomField",
    "CustomFieldKind",
    "DomainRule",
    "Escalation",
    "Holiday",
    "IdempotencyRecord",
    "ImportBatch",
    "InboundMail",
    "LedgerIsAppendOnly",
    "LedgerRow",
    "LedgerTouch",
    "LevelCost",
    "Link",
    "MailTemplate",
    "Mailbox",
    "Message",
    "Notice",
    "NoticeKind",
    "OrganizationSender",
    "Outage",
    "OutageEvent",
    "PolicyChoice",
    "Product",
    "PropertyChange",
    "RawMail",
    "SavedView",
    "Service",
    "ServiceAgreement",
    "SlaPolicy",
    "SlaPolicyTarget",
    "SlaTarget",
    "SlaVersion",
    "Survey",
    "SurveyResponse",
    "SurveyRules",
    "SurveySchedule",
    "SurveyTask",
    "Tag",
    "TargetAlarm",
    "Ticket",
    "Transition",
    "Watcher",
]
