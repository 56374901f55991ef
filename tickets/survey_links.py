"""Links that let a customer answer one survey, or end all of them, without a sign-in.

The signature depends on the survey's own key and on its ticket's: a new one of either makes the
link useless. It has no time limit of its own, as a survey locks by itself and the way out of
surveys must stay open in old mails.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from tickets.models import Survey
from tickets.portal_links import SEPARATOR, LinkInvalid, number_in_token

SALT = "tickets.survey_links"


def survey_token(survey: Survey) -> str:
    """Return the part of the link that proves it."""
    return _signer(survey).sign(str(survey.pk))


def survey_url(survey: Survey, score: int | None = None) -> str:
    """Return the address, from the site's root, of the survey's page; with a score, of the page on
    which it is chosen already. Opening either answers nothing."""
    token = survey_token(survey)
    if score is None:
        return reverse("survey", args=[token])
    return reverse("survey_score", args=[token, score])


def unsubscribe_url(survey: Survey) -> str:
    """Return the address at which the survey's customer ends all surveys."""
    return reverse("survey_unsubscribe", args=[survey_token(survey)])


def open_survey_link(token: str) -> Survey:
    """Return the survey that a link opens, with ticket, customer and answer. Raises LinkInvalid;
    what is made up, for another survey or taken back looks the same."""
    around = ("ticket", "customer", "response")
    surveys = Survey.objects.select_related(*around)
    survey = surveys.filter(pk=number_in_token(token)).first()
    if survey is None:
        raise LinkInvalid
    try:
        _signer(survey).unsign(token)
    except BadSignature as error:
        raise LinkInvalid from error
    return survey


def revoke_survey_links(surveys: Iterable[Survey]) -> int:
    """Give surveys new keys, so that links mailed so far open nothing. Returns how many."""
    renewed = list(surveys)
    for survey in renewed:
        survey.key = uuid.uuid4()
    return Survey.objects.bulk_update(renewed, ["key"], batch_size=500)


def _signer(survey: Survey) -> Signer:
    keys = f"{survey.key.hex}.{survey.ticket.access_key.hex}"
    return Signer(salt=f"{SALT}.{keys}", sep=SEPARATOR)
