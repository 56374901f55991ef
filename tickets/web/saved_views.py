"""The pages of saved views: save what is shown, rename and share, put in order, remove."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Team, User
from tickets import access
from tickets.errors import DeskError, NotThere
from tickets.models import SavedView
from tickets.selectors import filters
from tickets.selectors.saved_views import views_of
from tickets.services import saved_views as commands
from tickets.web import offers
from tickets.web.addresses import QueueAddress
from tickets.web.guards import back_to, go_to, reader, staff_page
from tickets.web.offers import OfView
from tickets.web.saved import Saved, count_wide, saved_views


class ViewForm(forms.Form):
    """A view's name, and for those who lead a team, with whom it is shared."""

    name = forms.CharField(
        max_length=commands.LONGEST, error_messages={"required": "Give it a name."}
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label="Share with",
        empty_label="Nobody: mine alone",
        required=False,
        help_text="Its members see it beside their own. Each sees only tickets that they may see.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = access.teams_to_share_with(user)
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # as declared above
        field.queryset = teams
        if not teams.exists():
            del self.fields["team"]

    def take(self, error: DeskError) -> None:
        """Show a command's refusal at the field that it names, or above them."""
        named = {key: text for key, text in error.fields.items() if key in self.fields}
        for key, text in named.items():
            self.add_error(key, text)
        if not named:
            self.add_error(None, error.message)


@require_safe
@staff_page
def views_page(request: HttpRequest) -> HttpResponse:
    """Show one's views to rename, share, put in order and remove."""
    user = reader(request)
    context = {
        "section": "queue",
        "saved": saved_views(user),
        "led": set(access.teams_to_share_with(user).values_list("pk", flat=True)),
    }
    return render(request, "tickets/saved_views.html", context)


@require_http_methods(["GET", "POST"])
@staff_page
def new_view(request: HttpRequest) -> HttpResponse:
    """Ask for a name, or keep the list under it; what was typed stays where it is refused."""
    user, is_post = reader(request), request.method == "POST"
    query = QueryDict(request.POST.get("query", "") if is_post else urlencode(_pairs(request)))
    address = QueueAddress.read(query)
    form = ViewForm(request.POST if is_post else None, user=user)
    if not is_post or not form.is_valid():
        return _show(request, form, address=address)
    try:
        view = commands.save_view(
            form.cleaned_data["name"],
            query=urlencode(address.meaning),
            labels=filters.labels(address.filters),
            team=form.cleaned_data.get("team"),
            actor=user,
        )
    except DeskError as error:
        form.take(error)
        return _show(request, form, address=address)
    messages.success(request, f"“{view.name}” is among your views.")
    return go_to(request, f"{reverse('queue')}?{urlencode([*address.meaning, ('saved', view.pk)])}")


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    return [(key, each) for key, values in request.GET.lists() for each in values]


def _show(
    request: HttpRequest,
    form: ViewForm,
    *,
    address: QueueAddress | None = None,
    view: SavedView | None = None,
) -> HttpResponse:
    """Draw the dialog alone for a page that is there already, else on a page of its own."""
    context = {"section": "queue", "form": form, "address": address, "view": view}
    context["query"] = urlencode(address.meaning) if address else ""
    is_fragment = getattr(request, "htmx", False)
    template = "tickets/_view_dialog.html" if is_fragment else "tickets/saved_view.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@staff_page
def view_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for another name, or give it."""
    view, user = _get(request, pk), reader(request)
    form = ViewForm(
        request.POST if request.method == "POST" else None,
        user=user,
        initial={"name": view.name, "team": view.team_id},
    )
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, view=view)
    team = form.cleaned_data["team"] if "team" in form.fields else view.team
    try:
        commands.rename_view(view, name=form.cleaned_data["name"], team=team, actor=user)
    except DeskError as error:
        form.take(error)
        return _show(request, form, view=view)
    messages.success(request, f"“{view.name}” is saved.")
    return go_to(request, reverse("saved_views"))


@require_http_methods(["GET", "POST"])
@staff_page
def change_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what a button of a view says: "up", "down", "remove", or "update" to what is shown."""
    if request.method != "POST":  # after a new sign-in, say
        return redirect("saved_views")
    view, user, act = _get(request, pk), reader(request), request.POST.get("act", "")
    if act in ("up", "down"):
        commands.move_view(view, is_up=act == "up", actor=user)
    elif act == "remove":
        commands.remove_view(view, actor=user)
        offers.make(request, f"“{view.name}” is removed.", steps=[OfView(view.pk)])
    elif act == "update":
        address = QueueAddress.read(QueryDict(request.POST.get("query", "")))
        labels = filters.labels(address.filters)
        commands.update_view(view, query=urlencode(address.meaning), labels=labels, actor=user)
        messages.success(request, f"“{view.name}” shows this now.")
    return back_to(request, request.POST.get("back", reverse("saved_views")))


@require_safe
@staff_page
def wide_counts(request: HttpRequest) -> HttpResponse:
    """Count the views that no page waits for, as a fragment that goes to each of their places."""
    user = reader(request)
    counts: list[tuple[Saved, str]] = [
        (saved, count_wide(saved, user=user)) for saved in saved_views(user) if saved.is_wide
    ]
    return render(request, "tickets/_wide_counts.html", {"counts": counts})


def _get(request: HttpRequest, pk: int) -> SavedView:
    """Return a view that the reader has. Raises NotThere."""
    view = views_of(reader(request)).filter(pk=pk).first()
    if view is None:
        raise NotThere("There is no such view, or it is not yours.")
    return view
