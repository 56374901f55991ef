"""Every figure, declared once each and registered in the order of docs/definitions.md."""

from metrics.definitions.availability import AVAILABILITY, RESTORE_TIME
from metrics.definitions.escalation import BOUNCE_RATE, ESCALATION_RATE, FLR, L1_CAPABLE
from metrics.definitions.fcr import FCR
from metrics.definitions.feedback import CSAT, NPS, SURVEY_RESPONSE
from metrics.definitions.resolution import COST, NIA, REOPEN_RATE, TTR
from metrics.definitions.response import RESPONSE_TIME, TTFR
from metrics.definitions.sla import SLA, SLA_LEFT, SLA_OVER
from metrics.definitions.volume import (
    BACKLOG,
    CANCELLED_VOLUME,
    CREATED,
    RESOLVED_VOLUME,
    TOUCH_TIME,
)
from metrics.registry import register

for _figure in (
    FCR,
    FLR,
    TTFR,
    RESPONSE_TIME,
    TTR,
    SLA,
    SLA_LEFT,
    SLA_OVER,
    AVAILABILITY,
    RESTORE_TIME,
    REOPEN_RATE,
    ESCALATION_RATE,
    BOUNCE_RATE,
    CSAT,
    NPS,
    SURVEY_RESPONSE,
    NIA,
    BACKLOG,
    CREATED,
    RESOLVED_VOLUME,
    CANCELLED_VOLUME,
    L1_CAPABLE,
    COST,
    TOUCH_TIME,
):
    register(_figure)
