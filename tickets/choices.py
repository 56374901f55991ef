"""Closed lists of the ticket domain, in the words of docs/glossary.md."""

from django.db import models


class Status(models.TextChoices):
    """Where a ticket stands."""

    NEW = "new", "New"
    IN_PROGRESS = "in_progress", "In progress"
    WAITING_CUSTOMER = "waiting_customer", "Waiting on customer"
    WAITING_VENDOR = "waiting_vendor", "Waiting on vendor"
    ON_HOLD = "on_hold", "On hold"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


OPEN_STATUSES = frozenset(
    {
        Status.NEW,
        Status.IN_PROGRESS,
        Status.WAITING_CUSTOMER,
        Status.WAITING_VENDOR,
        Status.ON_HOLD,
    }
)
DONE_STATUSES = frozenset({Status.RESOLVED, Status.CLOSED})


class Channel(models.TextChoices):
    """The way a customer and the desk speak with each other."""

    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"
    CHAT = "chat", "Chat"
    SCREEN_SHARE = "screen_share", "Screen share"
    WALK_IN = "walk_in", "Walk-in"
    PORTAL = "portal", "Portal"
    SLACK = "slack", "Slack"
    LETTER = "letter", "Letter"
    API = "api", "API"


LIVE_CHANNELS = frozenset({Channel.PHONE, Channel.CHAT, Channel.SCREEN_SHARE, Channel.WALK_IN})


class TicketType(models.TextChoices):
    """What kind of issue it is."""

    INCIDENT = "incident", "Incident"
    SERVICE_REQUEST = "service_request", "Service request"
    QUESTION = "question", "Question"
    PROBLEM = "problem", "Problem"


class Impact(models.IntegerChoices):
    """How many are affected."""

    HIGH = 1, "High"
    MEDIUM = 2, "Medium"
    LOW = 3, "Low"


class Urgency(models.IntegerChoices):
    """How soon it hurts."""

    HIGH = 1, "High"
    MEDIUM = 2, "Medium"
    LOW = 3, "Low"


class Priority(models.IntegerChoices):
    """What to do first; derived from impact and urgency (see tickets/priority.py)."""

    URGENT = 1, "Urgent"
    HIGH = 2, "High"
    NORMAL = 3, "Normal"
    LOW = 4, "Low"


class Complexity(models.TextChoices):
    """How hard it is to solve, as judged by agents. Empty: not judged."""

    SIMPLE = "simple", "Simple"
    MODERATE = "moderate", "Moderate"
    COMPLEX = "complex", "Complex"


class Source(models.TextChoices):
    """The interface that an action came through."""

    WEB = "web", "Web"
    API = "api", "API"
    MAIL = "mail", "Mail"
    IMPORT = "import", "Import"
    SYSTEM = "system", "System"


class Capacity(models.TextChoices):
    """In which capacity somebody acted."""

    AGENT = "agent", "Agent"
    CUSTOMER = "customer", "Customer"
    SYSTEM = "system", "System"
    IMPORT = "import", "Import"


class TransitionReason(models.TextChoices):
    """Why a status changed: the verb behind it."""

    OPENED = "opened", "Opened"
    PICKED_UP = "picked_up", "Picked up"
    WAITED = "waited", "Put to waiting"
    RESUMED = "resumed", "Resumed"
    CUSTOMER_REPLIED = "customer_replied", "Customer replied"
    RESOLVED = "resolved", "Resolved"
    CONFIRMED = "confirmed", "Customer confirmed"
    REJECTED = "rejected", "Customer said not solved"
    REOPENED = "reopened", "Reopened"
    CLOSED = "closed", "Closed"
    CLOSED_BY_TIME = "closed_by_time", "Closed by time"
    CANCELLED = "cancelled", "Cancelled"
    CORRECTED = "corrected", "Corrected"
    IMPORTED = "imported", "Imported"


class ResolutionCode(models.TextChoices):
    """How a ticket was resolved."""

    SOLVED = "solved", "Solved"
    WORKAROUND = "workaround", "Workaround given"
    ANSWERED = "answered", "Question answered"
    FULFILLED = "fulfilled", "Request fulfilled"
    NO_FAULT = "no_fault", "No fault found"
    KNOWN_ERROR = "known_error", "Known error, fix planned"
    NOT_SUPPORTED = "not_supported", "Not supported"
    NO_ANSWER = "no_answer", "Customer did not answer"


class CancelReason(models.TextChoices):
    """Why a ticket counts no more."""

    SPAM = "spam", "Spam"
    DUPLICATE = "duplicate", "Duplicate"
    MERGED = "merged", "Merged into another"
    WITHDRAWN = "withdrawn", "Withdrawn by the customer"
    MISTAKE = "mistake", "Opened by mistake"


NO_ISSUE = frozenset(
    {CancelReason.SPAM, CancelReason.DUPLICATE, CancelReason.MERGED, CancelReason.MISTAKE}
)
"""Cancelled so, a ticket never was an issue of its customer's. One that they withdrew was."""


class EscalationKind(models.TextChoices):
    """What one row of the escalation ledger says."""

    FUNCTIONAL = "functional", "Functional"
    HIERARCHICAL = "hierarchical", "Hierarchical"
    ACCEPTED = "accepted", "Accepted"
    RETURNED = "returned", "Returned"
    DEESCALATED = "deescalated", "De-escalated"
    SHIFTED = "shifted", "Level corrected"


class EscalationReason(models.TextChoices):
    """Why responsibility moved."""

    KNOWLEDGE = "knowledge", "Needs deeper knowledge"
    ACCESS = "access", "Needs access or rights we lack"
    DEFECT = "defect", "Looks like a product defect"
    ON_SITE = "on_site", "Needs somebody on site"
    VENDOR = "vendor", "Needs the vendor"
    TIME = "time", "No progress in time"
    CUSTOMER_DEMAND = "customer_demand", "Customer asks for it"
    IMPACT = "impact", "Impact is growing"
    NOT_OURS = "not_ours", "Belongs to another team"
    INCOMPLETE = "incomplete", "Hand-off is incomplete"
    DONE = "done", "Our part is done"
    DISSATISFIED = "dissatisfied", "Customer is dissatisfied"
    OTHER = "other", "Other"


class AssignmentReason(models.TextChoices):
    """Why a ticket changed hands."""

    TAKEN = "taken", "Taken"
    ASSIGNED = "assigned", "Assigned"
    TRANSFERRED = "transferred", "Transferred"
    PICKED_UP = "picked_up", "Picked up"
    ESCALATED = "escalated", "Escalated"
    RELEASED = "released", "Released"
    IMPORTED = "imported", "Imported"


class Direction(models.TextChoices):
    """Who began a contact."""

    INBOUND = "inbound", "Customer came to us"
    OUTBOUND = "outbound", "We went to the customer"


class LegKind(models.TextChoices):
    """What happened inside a live contact."""

    JOINED = "joined", "Joined"
    TRANSFERRED = "transferred", "Transferred"
    ENDED = "ended", "Ended"


class Visibility(models.TextChoices):
    """Who may read a message."""

    PUBLIC = "public", "Public"
    PRIVATE = "private", "Private note"


class WatchMode(models.TextChoices):
    """What somebody who watches a ticket is mailed of it."""

    EACH = "each", "Every answer, at once"
    DIGEST = "digest", "One mail now and then, with all that is new"
    NONE = "none", "No mails"


class LinkKind(models.TextChoices):
    """How a ticket relates to another; read from `ticket` to `other`."""

    RELATED = "related", "Related to"
    FOLLOW_UP = "follow_up", "Follow-up of"
    CAUSED_BY = "caused_by", "Caused by"
    DUPLICATE = "duplicate", "Duplicate of"
    SPLIT_FROM = "split_from", "Split from"
    CHILD_OF = "child_of", "Part of the major incident"


class OutageImpact(models.TextChoices):
    """What an outage does to a service; only one that is down is not available."""

    DOWN = "down", "Down"
    DEGRADED = "degraded", "Degraded"


class OutageEventKind(models.TextChoices):
    """What one row of the ledger says of an outage; a correction is a later row."""

    BEGAN = "began", "Began"
    ENDED = "ended", "Restored"
    RESUMED = "resumed", "Not over after all"
    BEGIN_CORRECTED = "begin_corrected", "Beginning corrected"
    TOLD = "told", "Customers told"
    VOIDED = "voided", "Was no outage"


class CorrectionKind(models.TextChoices):
    """What a correction row takes back or adds."""

    ACKNOWLEDGEMENT = "acknowledgement", "Message was an acknowledgement"
    CONTACT_VOIDED = "contact_voided", "Contact did not happen"
    LINK_REMOVED = "link_removed", "Link removed"
    L1_AUDITED = "l1_audited", "Audited: could L1 have solved it"


class BroadcastKind(models.TextChoices):
    """What is done with all parts of a major incident."""

    ANSWER = "answer", "Answer"
    RESOLVE = "resolve", "Resolve"


class TargetKind(models.TextChoices):
    """What a service level policy promises a time for. The last three are internal, per level."""

    FIRST_RESPONSE = "first_response", "First response"
    FIRST_REPLY = "first_reply", "First reply"
    NEXT_RESPONSE = "next_response", "Next response"
    RESOLUTION = "resolution", "Resolution"
    HAND_OVER = "hand_over", "Hand-over"
    ACCEPT = "accept", "Acceptance"
    LEVEL_RESOLUTION = "level_resolution", "Resolution at level"


LEVEL_TARGETS = frozenset({TargetKind.HAND_OVER, TargetKind.ACCEPT, TargetKind.LEVEL_RESOLUTION})


class TargetState(models.TextChoices):
    """How a target stands. Void: it ended without a verdict (cancelled, level left, withdrawn)."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    MET = "met", "Met"
    BREACHED = "breached", "Breached"
    VOID = "void", "Void"


class AlarmKind(models.TextChoices):
    """What was noted about a target in the ledger."""

    WARNING = "warning", "Due soon"
    BREACH = "breach", "Breached"


class Listener(models.TextChoices):
    """Who is told of a target that is due soon, or was missed."""

    ASSIGNEE = "assignee", "Assignee"
    TEAM = "team", "Team"
    LEAD = "lead", "Team lead"


class SurveyKind(models.TextChoices):
    """What a survey asks: how one ticket was solved, or whether the customer recommends us."""

    CSAT = "csat", "Satisfaction (CSAT)"
    NPS = "nps", "Recommendation (NPS)"


class Withdrawal(models.TextChoices):
    """Why a survey that was planned is not sent."""

    REOPENED = "reopened", "Ticket is open again, or cancelled"
    OFF = "off", "Surveys are switched off"
    NOT_SAMPLED = "not_sampled", "Not in the sample"
    SOLVER = "solver", "Who asked is who solved"
    UNCONFIRMED = "unconfirmed", "Nobody confirmed that they asked"
    INACTIVE = "inactive", "Account is switched off"
    UNSUBSCRIBED = "unsubscribed", "Wants no surveys"
    QUIET = "quiet", "Was asked a short while ago"


class MailboxSecurity(models.TextChoices):
    """How the connection to a mail server is kept private."""

    TLS = "tls", "TLS from the start"
    STARTTLS = "starttls", "STARTTLS"
    NONE = "none", "None: on this machine only"


class MailOutcome(models.TextChoices):
    """What became of a mail that came in."""

    PENDING = "pending", "Not read yet"
    OPENED = "opened", "Opened a ticket"
    ANSWERED = "answered", "Is a message of a ticket"
    RECORDED = "recorded", "Recorded, nothing else"
    HELD = "held", "Waits for a person"
    DISCARDED = "discarded", "Discarded by a person"
    FAILED = "failed", "Could not be read"


TO_DECIDE = (MailOutcome.HELD, MailOutcome.FAILED)
"""What waits until a person decides."""
