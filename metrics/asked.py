"""Reads which surveys about tickets were sent, and their answers: two queries, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from metrics.history import AskedSurvey, GivenAnswer
from tickets.models import SurveyResponse
from tickets.selectors.surveys import asked_surveys


def load_surveys(
    ticket_keys: Sequence[int], *, known_at: datetime | None = None
) -> Mapping[int, tuple[AskedSurvey, ...]]:
    """Return ticket → the surveys that were asked about it (see `asked_surveys`), in the order in
    which they were sent. `known_at` leaves out what we learned later."""
    sent = asked_surveys().filter(ticket_id__in=ticket_keys)
    columns = ("pk", "ticket_id", "kind", "sent_at", "locks_at")
    rows: list[Any] = list(sent.order_by("sent_at", "pk").values_list(*columns))
    answers = _answers([pk for pk, *_ in rows], known_at) if rows else {}
    found: dict[int, list[AskedSurvey]] = defaultdict(list)
    for pk, ticket, kind, sent_at, locks_at in rows:
        if known_at is None or sent_at <= known_at:
            answered = tuple(answers.get(pk, ()))
            found[ticket].append(AskedSurvey(kind, sent_at, locks_at, answered))
    return {ticket: tuple(listed) for ticket, listed in found.items()}


def _answers(
    survey_keys: Sequence[int], known_at: datetime | None
) -> Mapping[int, Sequence[GivenAnswer]]:
    responses = SurveyResponse.objects.filter(survey_id__in=survey_keys)
    if known_at is not None:
        responses = responses.filter(recorded_at__lte=known_at)
    found: dict[int, list[GivenAnswer]] = defaultdict(list)
    columns = ("survey_id", "occurred_at", "seq", "score", "comment")
    rows = responses.order_by("ticket_id", "seq").values_list(*columns)
    for survey, at, seq, score, comment in rows:
        found[survey].append(GivenAnswer(at, seq, score, bool(comment)))
    return found
