"""One ticket as its customer sees it: read, answer, attach, judge. Each view is reached by both
doors (see portal_doors); a GET never changes anything, so mail scanners may follow links."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets import access
from tickets.choices import Source
from tickets.errors import DeskError
from tickets.models import Attachment, Message, Ticket
from tickets.selectors.incidents import Known, known_beside, known_of
from tickets.selectors.portal import load_page, public_messages
from tickets.selectors.surveys import survey_in_portal
from tickets.services.confirming import confirm_sender
from tickets.services.states import confirm, reject, say_it_works
from tickets.services.stored_files import stored_together
from tickets.services.talking import reply_as_customer
from tickets.web.portal_doors import Door, Page, by_link, signed_in
from tickets.web.portal_files import attach_all, serve
from tickets.web.portal_forms import AnswerForm, DeskForm, RejectForm, customers_words
from tickets.web.portal_live import FRAGMENT, NOTHING_NEW, mark_of
from tickets.web.sending import Sent, send_once
from tickets.web.survey_forms import SurveyForm, keep_answer, survey_form

ADDRESSES = ("answer", "works", "works_not", "rate", "mine", "news")

Act = Callable[[HttpRequest, Door], Sent | HttpResponse]
"""What a customer does on their ticket: done, or the page that says why not."""


def show(request: HttpRequest, door: Door) -> HttpResponse:
    """Show where the ticket stands, what happens next and what was said."""
    return _render(request, door)


def news(request: HttpRequest, door: Door) -> HttpResponse:
    """Answer a page that is open: with itself as it is now, or with nothing where it is up to date
    (the ticket was read already; one query adds what stands beside it, one what is out)."""
    if request.GET.get("have") == mark_of(door.ticket, _known(door), now=timezone.now()):
        return HttpResponse(status=NOTHING_NEW)
    return _render(request, door, frame=FRAGMENT)


def answer(request: HttpRequest, door: Door) -> Sent | HttpResponse:
    """Add the customer's message with its files; a late answer begins a follow-up ticket."""
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render(request, door, answer_form=form)
    try:
        with stored_together():
            said = reply_as_customer(door.ticket, body=form.cleaned_data["body"], actor=door.reader)
            row = said if isinstance(said, Message) else said.messages.get()
            attach_all(row, form.cleaned_data["uploads"], actor=door.reader)
    except DeskError as error:
        form.blame(error)
        return _render(request, door, answer_form=form)
    is_here = row.ticket_id == door.ticket.pk
    words = _("Sent.") if is_here else _goes_on(row.ticket_id)
    return Sent(ticket=row.ticket_id, words=words)


def works(request: HttpRequest, door: Door) -> Sent | HttpResponse:
    """Close a resolved ticket as confirmed; on one that is still open, tell the desk."""
    try:
        if door.ticket.is_open:
            say_it_works(door.ticket, body=_("It works now."), actor=door.reader)
            return Sent(ticket=door.ticket.pk, words=_("Good to know. We finish it."))
        confirm(door.ticket, actor=door.reader)
    except DeskError as error:
        messages.error(request, customers_words(error))
        return redirect(door.url())
    return Sent(ticket=door.ticket.pk, words=_("Good to know. The ticket is closed."))


def works_not(request: HttpRequest, door: Door) -> Sent | HttpResponse:
    """Reopen a resolved ticket with what the customer still sees; said late, it begins a follow-up
    ticket."""
    form = RejectForm(request.POST, prefix="not")
    if not form.is_valid():
        return _render(request, door, reject_form=form)
    try:
        done = reject(door.ticket, body=form.cleaned_data["body"], actor=door.reader)
    except DeskError as error:
        form.blame(error)
        return _render(request, door, reject_form=form)
    if isinstance(done, Ticket):
        return Sent(ticket=done.pk, words=_goes_on(done.pk))
    return Sent(ticket=door.ticket.pk, words=_("Sent. We look at it again."))


def _goes_on(number: int) -> str:
    return _("Sent. It goes on as ticket #%(number)s.") % {"number": number}


def mine(request: HttpRequest, door: Door) -> Sent | HttpResponse:
    """Take it that a request from the public form is the customer's own."""
    try:
        confirm_sender(door.ticket, actor=door.reader)
    except DeskError as error:
        messages.error(request, customers_words(error))
        return redirect(door.url())
    return Sent(ticket=door.ticket.pk, words=_("Thank you. We know now that it is yours."))


def rate(request: HttpRequest, door: Door) -> Sent | HttpResponse:
    """Keep how the customer rates the solution."""
    survey = survey_in_portal(door.reader, door.ticket, now=timezone.now())
    if survey is None:
        messages.error(request, _("There is nothing to answer any more."))
        return redirect(door.url())
    form = survey_form(survey, request.POST)
    if not keep_answer(form, actor=door.reader, source=Source.WEB):
        return _render(request, door, rate_form=form)
    return Sent(ticket=door.ticket.pk, words=_("Thank you."))


def file(request: HttpRequest, door: Door, key: UUID) -> HttpResponseBase:
    """Hand out a file of a public message of this ticket."""
    of_ticket = public_messages(door.reader, door.ticket).values("pk")
    found = Attachment.objects.filter(key=key, message__in=of_ticket).first()
    if found is None:
        raise Http404("There is no such file on this ticket.")
    return serve(found)


def _known(door: Door) -> list[Known]:
    return known_beside(door.ticket, reader=door.reader, is_by_link=door.is_link)


def _render(
    request: HttpRequest,
    door: Door,
    *,
    answer_form: DeskForm | None = None,
    reject_form: DeskForm | None = None,
    rate_form: SurveyForm | None = None,
    frame: str = "portal/layout.html",
) -> HttpResponse:
    has_failed = bool(answer_form or reject_form or rate_form)
    # What a command refused may be half changed in memory: the page is read anew.
    ticket = access.get_ticket(door.reader, door.ticket.pk) if has_failed else door.ticket
    now = timezone.now()
    survey, known = survey_in_portal(door.reader, ticket, now=now), _known(door)
    context = {
        "frame": frame,
        "mark": mark_of(ticket, known, now=now),
        "door": door,
        "page": load_page(door.reader, ticket),
        "ticket": ticket,
        "answer_form": answer_form or AnswerForm(),
        "reject_form": reject_form or RejectForm(prefix="not"),
        "is_rejecting": reject_form is not None,
        "survey": survey,
        "known": known,
        "known_of": known_of(ticket),
        "rate_form": rate_form or (survey and survey_form(survey)),
        "urls": {name: door.url(name) for name in ADDRESSES},
    }
    return render(request, "portal/ticket.html", context, status=422 if has_failed else 200)


def acting(act: Act) -> Page:
    """Let only a POST act, and once; then go to where the result is. Who reloads the address
    afterwards is shown the ticket."""

    @wraps(act)
    def guarded(request: HttpRequest, door: Door) -> HttpResponseBase:
        if request.method != "POST":
            return redirect(door.url())
        sent = send_once(request, door.reader, send=lambda: act(request, door))
        if isinstance(sent, HttpResponseBase):
            return sent
        messages.success(request, sent.words)
        if sent.ticket == door.ticket.pk:
            return redirect(door.url())
        return redirect(door.url_of(Ticket.objects.get(pk=sent.ticket)))

    return guarded


PAGES: dict[str, Page] = {
    "": show,
    "news": news,
    "answer": acting(answer),
    "works": acting(works),
    "works_not": acting(works_not),
    "rate": acting(rate),
    "mine": acting(mine),
    "file": file,
}
BY_SIGN_IN = {name: signed_in(page) for name, page in PAGES.items()}
BY_LINK = {name: by_link(page) for name, page in PAGES.items()}
