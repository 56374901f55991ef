"""The metrics page, the lists behind its numbers, and its files. Nothing is computed here."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from metrics.query import figures, told_keys
from metrics.registry import all_figures
from metrics.web import files, filters, policies
from metrics.web.address import Params
from metrics.web.answers import chart_answers, page_answers, tiles
from metrics.web.cards import CARDS, cards_for
from metrics.web.choosers import choosers, clocks
from metrics.web.drill import read_drill
from metrics.web.fill_state import fill_state
from metrics.web.links import drill_params
from metrics.web.periods import Period
from metrics.web.question import Question, read_question
from metrics.web.wording import ACCURACY_WORDS, days
from metrics.zone import reporting_zone
from tickets.errors import InvalidInput
from tickets.models import Ticket
from tickets.web.guards import reader, staff_page


@require_safe
@staff_page
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Show the figures of the question in the address; one that is written untidily is tidied."""
    lists = dict(request.GET.lists())
    params = Params.read(lists)
    if sorted(params.items) != sorted((key, one) for key, all_ in lists.items() for one in all_):
        return redirect(params.on(request.path))
    try:
        question = read_question(params, now=timezone.now())
    except InvalidInput as fault:
        return render(request, "metrics/page.html", _bar(params) | {"fault": fault}, status=400)
    return render(request, "metrics/page.html", _bar(params) | _figures(question))


def _bar(params: Params) -> dict[str, object]:
    return {
        "section": "metrics",
        "params": params,
        "menus": filters.menus(params),
        "period_label": filters.period_label(params),
        "typed_from": params.get("from"),
        "typed_to": params.get("to"),
        "chips": filters.chips(params),
        "segment_fields": filters.segment_fields(params),
        "policy_fields": policies.policy_fields(params),
        "kept_by_filters": filters.kept_by_filters(params),
        "kept_by_policies": policies.kept_by_policies(params),
        "kept_by_dates": filters.hidden(params, "period", "from", "to"),
        "has_policy": policies.has_policy(params),
        "default_policy_href": policies.without_policy(params),
        "second": policies.second_policy(params),
        "zone": reporting_zone(),
    }


def _figures(question: Question) -> dict[str, object]:
    answers = page_answers(question)
    drawn = tiles(answers)
    scope, before = question.scope, question.before
    today = timezone.localdate(scope.as_of, reporting_zone())
    period_text = days(scope.start, scope.end, today=today)
    own_label = {"period_label": period_text} if question.period == Period.CUSTOM else {}
    return own_label | {
        "question": question,
        "links": answers.links,
        "period_text": period_text,
        "typed_from": scope.start.isoformat(),
        "typed_to": scope.end.isoformat(),
        "before_text": days(before.start, before.end, today=today) if before else "",
        "share_href": question.fixed.on(reverse("metrics")),
        "policy_text": policies.policy_summary(question.policy),
        "second_text": policies.policy_summary(question.other) if question.other else "",
        "fill": fill_state(now=scope.as_of),
        "is_new_desk": not Ticket.objects.exists(),
        "tiles": drawn,
        "accuracy": ACCURACY_WORDS if any(tile.is_rough for tile in drawn) else "",
        "choosers": choosers(question),
        "clocks": clocks(question),
        "cards": [CARDS[name](answers) for name in cards_for(question)],
        "definitions": all_figures(),
    }


@require_safe
@staff_page
def ticket_list(request: HttpRequest) -> HttpResponse:
    """List exactly the tickets behind a part of a figure, as far as the reader may open them."""
    params, now = drill_params(dict(request.GET.lists())), timezone.now()
    try:
        drill = read_drill(params, reader=reader(request), now=now)
    except InvalidInput as fault:
        return _refuse(request, fault)
    rows, next_href = drill.page(request.GET.get("after", ""))
    context = {
        "section": "metrics",
        "fill": fill_state(now=now),
        "drill": drill,
        "rows": rows,
        "next_href": next_href,
    }
    return render(request, "metrics/tickets.html", context)


@require_safe
@staff_page
def export(request: HttpRequest) -> HttpResponseBase:
    """Send the same tickets as a file."""
    params = drill_params(dict(request.GET.lists()))
    try:
        drill = read_drill(params, reader=reader(request), now=timezone.now())
    except InvalidInput as fault:
        return _refuse(request, fault)
    name = f"{drill.figure.key}-{drill.part}-{drill.question.scope.end}"
    return files.csv_response(files.ticket_rows(drill), name=name)


@require_safe
@staff_page
def figures_file(request: HttpRequest) -> HttpResponseBase:
    """Send every figure of the page as a file."""
    params = Params.read(dict(request.GET.lists()))
    try:
        question = read_question(params, now=timezone.now())
    except InvalidInput as fault:
        return _refuse(request, fault)
    scope = question.scope
    found = figures(told_keys(scope), scope, question.policy)
    period = (scope.start.isoformat(), scope.end.isoformat())
    rows = files.figure_rows(found.values(), period=period)
    return files.csv_response(rows, name=f"figures-{scope.end}")


@require_safe
@staff_page
def chart_file(request: HttpRequest, card: str) -> HttpResponseBase:
    """Send a chart's table as a file."""
    if card not in CARDS:
        raise Http404(f"There is no chart “{card}”.")
    params = Params.read(dict(request.GET.lists()))
    try:
        question = read_question(params, now=timezone.now())
    except InvalidInput as fault:
        return _refuse(request, fault)
    if card not in cards_for(question):
        raise Http404(f"The page has no chart “{card}” for this question.")
    rows = files.card_rows(CARDS[card](chart_answers(question)))
    return files.csv_response(rows, name=f"{card}-{question.scope.end}")


def _refuse(request: HttpRequest, fault: InvalidInput) -> HttpResponse:
    context = {"section": "metrics", "fault": fault}
    return render(request, "metrics/refused.html", context, status=400)
