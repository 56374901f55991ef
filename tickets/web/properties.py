"""Editing what a ticket is about: category, product, impact, urgency and the rest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Manager, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tickets import access
from tickets.choices import Complexity, Impact, Priority, TicketType, Urgency
from tickets.errors import DeskError
from tickets.lifecycle import Verb
from tickets.models import Category, Product, PropertyChange, Ticket
from tickets.priority import derive_priority
from tickets.services.fields import fields_for
from tickets.services.properties import change_properties
from tickets.web.act_forms import ActForm
from tickets.web.custom_fields import (
    CUSTOM,
    custom_form_field,
    custom_values,
    shown_value,
)
from tickets.web.guards import go_back, reader, staff_page
from tickets.web.sending import Sent, send_once
from tickets.web.ticket import ticket_page
from tickets.web.undo import steps_of, tell

DERIVED = ""
PLAIN = ("subject", "type", "category", "product", "impact", "urgency", "complexity")


class PropertiesForm(ActForm):
    """A ticket's properties as they are, to change. It carries what its reader was shown: what
    somebody else set meanwhile stays, and where both set the same, it is asked once."""

    subject = forms.CharField(max_length=250)
    type = forms.ChoiceField(choices=TicketType.choices)
    category = forms.ModelChoiceField(Category.objects.filter(is_active=True), required=False)
    product = forms.ModelChoiceField(Product.objects.filter(is_active=True), required=False)
    impact = forms.TypedChoiceField(choices=Impact.choices, coerce=int)
    urgency = forms.TypedChoiceField(choices=Urgency.choices, coerce=int)
    priority = forms.TypedChoiceField(
        choices=[(DERIVED, "From impact and urgency"), *Priority.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Change it if you know better.",
    )
    complexity = forms.ChoiceField(
        choices=[("", "Not judged"), *Complexity.choices], required=False
    )
    tags = forms.CharField(required=False, help_text="Words, with commas between.")

    def prepare(self) -> None:
        """Show the values as they are, and the fields that the desk added."""
        ticket = self.ticket
        own = {name: getattr(ticket, name) for name in (*PLAIN, "priority")}
        tags = ", ".join(tag.name for tag in ticket.tags.all())
        self.initial = {**own, "tags": tags, **self.initial}
        self.rows = [
            ("subject",),
            ("type", "category"),
            ("product", "complexity"),
            ("impact", "urgency"),
            ("priority", "tags"),
        ]
        self._offer("category", Category.objects, ticket.category_id)
        self._offer("product", Product.objects, ticket.product_id)
        self._ask_custom()
        for name, field in self.fields.items():
            is_known = not self.is_bound or self.add_initial_prefix(name) in self.data
            field.show_hidden_initial = is_known

    def clean(self) -> dict[str, Any]:
        """Ask about what is set over somebody else's change."""
        cleaned = super().clean() or self.cleaned_data
        for name in self.changed_data:
            if self.fields[name].show_hidden_initial and self._is_stale(name):
                self.add_error(name, self._who_set(name))
                self._show_anew(name)
        return cleaned

    def _is_stale(self, name: str) -> bool:
        """Whether the value is another by now than its reader saw, and than they want."""
        field, now = self.fields[name], self[name].initial
        seen = self.data[self.add_initial_prefix(name)]
        return field.has_changed(now, seen) and field.has_changed(now, self[name].data)

    def _who_set(self, name: str) -> str:
        row = PropertyChange.objects.filter(ticket=self.ticket, field=name[:40]).last()
        if row is None:
            return "It was changed meanwhile. Save again to set yours."
        what = f"set it to “{row.new_value}”" if row.new_value else "emptied it"
        return f"{row.actor or 'The desk'} {what} meanwhile. Save again to set yours."

    def _show_anew(self, name: str) -> None:
        """Remember that the reader is shown the new value now."""
        value = self.fields[name].prepare_value(self[name].initial)
        self.carry(self.add_initial_prefix(name), "" if value is None else str(value))

    def _ask_custom(self) -> None:
        """Ask the desk's own fields. One that is missing (a letter cannot be asked for it) may stay
        so, or the rest could not be changed by who does not know it."""
        for field in fields_for(self.ticket.category):
            name, value = CUSTOM + field.key, self.ticket.custom.get(field.key)
            is_required = field.is_required and value is not None
            self.fields[name] = custom_form_field(field, is_required=is_required)
            self.initial.setdefault(name, shown_value(value))
            self.rows = [*self.rows, (name,)]

    def _offer(self, name: str, rows: Manager[Any], pk: int | None) -> None:
        """Offer those in use, and the value as it is: saving must not lose one switched off."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # as declared above
        field.queryset = rows.filter(Q(is_active=True) | Q(pk=pk))

    def changes(self) -> dict[str, Any]:
        """Return what was entered differently, as the command takes it."""
        changed = set(self.changed_data)
        found = {name: self.cleaned_data[name] for name in PLAIN if name in changed}
        if "priority" in changed:
            found["priority"] = self.cleaned_data["priority"] or derive_priority(
                impact=self.cleaned_data["impact"], urgency=self.cleaned_data["urgency"]
            )
        if "tags" in changed:
            found["tags"] = self.cleaned_data["tags"].split(",")
        custom = custom_values({name: self.cleaned_data[name] for name in changed})
        return found | ({"custom": custom} if custom else {})


@require_http_methods(["GET", "POST"])
@staff_page
def properties(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show the properties to edit, or change them; what was typed is kept where it is refused."""
    user = reader(request)
    ticket = access.get_ticket(user, number)
    access.require(user, Verb.CHANGE_PROPERTIES, ticket)
    if request.method != "POST":
        return _show(request, ticket, PropertiesForm(ticket=ticket, user=user))
    sent = send_once(request, user, send=lambda: _change(request, ticket))
    if isinstance(sent, Sent) and sent.is_stale:
        sent = _change(request, ticket)
    if isinstance(sent, HttpResponseBase):
        return sent
    if sent.is_again:  # the first time, it was said with an offer to undo it
        messages.success(request, sent.words)
    return go_back(request, number)


def _change(request: HttpRequest, ticket: Ticket) -> Sent | HttpResponse:
    user = reader(request)
    form = PropertiesForm(request.POST, ticket=ticket, user=user)
    if not form.is_valid():
        return _show(request, ticket, form, status=422)
    try:
        rows = change_properties(ticket, actor=user, changes=form.changes())
    except DeskError as error:
        form.take(error)
        return _show(request, access.get_ticket(user, ticket.pk), form, status=422)
    words = "Properties saved." if rows else "Nothing was changed."
    tell(request, words, steps=steps_of(ticket, rows, user=user))
    return Sent(ticket=ticket.pk, words=words, seq=ticket.ledger_seq)


def _show(
    request: HttpRequest, ticket: Ticket, form: PropertiesForm, *, status: int = 200
) -> HttpResponse:
    dialog = {
        "act": {"slug": "properties", "button": "Save"},
        "form": form,
        "ticket": ticket,
        "title": f"Properties of #{ticket.pk}",
        "lead": "Every change is kept in the history.",
    }
    if getattr(request, "htmx", False):
        return render(request, "tickets/_act_dialog.html", dialog, status=status)
    return ticket_page(request, ticket, dialog=dialog, status=status)
