"""A customer answers a survey by a signed link, or ends all of them. A GET never answers anything,
so that mail scanners may follow links: the page that they land on posts, for a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from tickets import access
from tickets.choices import Source
from tickets.models import Survey
from tickets.portal_links import LinkInvalid
from tickets.selectors.surveys import is_answerable
from tickets.services.surveys.answering import allow_surveys, end_surveys
from tickets.survey_links import open_survey_link, survey_url, unsubscribe_url
from tickets.web.guards import reader
from tickets.web.portal_doors import reading_as
from tickets.web.survey_forms import SurveyForm, keep_answer, survey_form

View = Callable[..., HttpResponseBase]


def by_survey_link(view: View) -> View:
    """Open the survey of a signed link, for whoever holds it, as its customer. Staff who follow a
    customer's link are sent to the ticket, so that they never answer for somebody else."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **kwargs: int) -> HttpResponseBase:
        try:
            survey = open_survey_link(token)
        except LinkInvalid:
            return _closed(request, None, status=404)
        if not (survey.customer.is_active and access.may_see(survey.customer, survey.ticket)):
            return _closed(request, None, status=404)
        user = request.user
        if isinstance(user, User) and user.is_agent and user != survey.customer:
            return redirect("ticket", number=survey.ticket_id)
        with reading_as(survey.customer):
            response = view(request, survey, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return guarded


def _closed(request: HttpRequest, survey: Survey | None, *, status: int) -> HttpResponse:
    return render(request, "surveys/closed.html", {"survey": survey}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@by_survey_link
def survey(request: HttpRequest, survey: Survey, score: int | None = None) -> HttpResponse:
    """Show the question, with the score that the mail's link chose; keep the answer that is
    posted."""
    if not is_answerable(survey, now=timezone.now()):
        return _closed(request, survey, status=410)
    if request.method != "POST":
        chosen = score if score in survey.scores else None
        return _show(request, survey, survey_form(survey, chosen=chosen), chosen=chosen)
    form = survey_form(survey, request.POST)
    if not keep_answer(form, actor=survey.customer, source=Source.MAIL):
        return _show(request, survey, form, chosen=None)
    return redirect(survey_url(survey))


def _show(
    request: HttpRequest, survey: Survey, form: SurveyForm, *, chosen: int | None
) -> HttpResponse:
    answered = survey.response.score if survey.response else None
    # A page that a score was chosen on posts it as soon as a person shows up there.
    unsent = chosen if chosen != answered else None
    context = {
        "survey": survey,
        "ticket": survey.ticket,
        "form": form,
        "answer_url": survey_url(survey),
        "unsubscribe_url": unsubscribe_url(survey),
        "unsent": unsent,
    }
    status = 422 if form.errors else 200
    return render(request, "surveys/survey.html", context, status=status)


@csrf_exempt  # a mail program posts it without a page (RFC 8058); the signed link is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@by_survey_link
def unsubscribe(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Ask whether somebody wants no more surveys, and end them."""
    if request.method == "POST":
        end_surveys(survey.customer)
        survey.customer.refresh_from_db()
    context = {"survey": survey, "customer": survey.customer}
    return render(request, "surveys/unsubscribe.html", context)


@require_POST
@login_required
def wish(request: HttpRequest) -> HttpResponse:
    """Keep what somebody says in their profile: ask me, or do not."""
    user = reader(request)
    if request.POST.get("surveys") == "yes":
        allow_surveys(user)
        messages.success(request, _("Good. We may ask you how we did."))
    else:
        end_surveys(user)
        messages.success(request, _("We ask you nothing more."))
    return redirect("profile")
