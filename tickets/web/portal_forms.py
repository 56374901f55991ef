"""Forms of the customer's pages. What is allowed is decided by the commands; their refusals come
back to the field that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets.choices import TicketType, Urgency
from tickets.errors import DeskError, WrongState
from tickets.models import Category, CustomField, CustomFieldKind, Product
from tickets.services.fields import fields_for
from tickets.web.custom_fields import CUSTOM, chosen_category, custom_values

TYPES = (
    (TicketType.INCIDENT, _("Something is broken")),
    (TicketType.SERVICE_REQUEST, _("I need something")),
    (TicketType.QUESTION, _("I have a question")),
)
HOLD_UPS = (
    (Urgency.LOW, _("We can work around it")),
    (Urgency.MEDIUM, _("We work slower")),
    (Urgency.HIGH, _("We cannot work")),
)


class FilesInput(forms.ClearableFileInput):
    """A control for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none included."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(), required=False, **kwargs)

    @property
    def max_megabytes(self) -> int:
        """How large each file may be; the command decides."""
        return int(settings.ATTACHMENT_MAX_BYTES // 2**20)

    def clean(self, data: Any, initial: Any = None) -> list[File[bytes]]:
        """Return the files that came, in their order; the command judges each."""
        given: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        return [each for each in given if isinstance(each, UploadedFile)]


class DeskForm(forms.Form):
    """A form that a command may refuse."""

    aliases: Mapping[str, str] = {"file": "uploads"}
    """Where a command's word for a field is not the form's."""

    def blame(self, error: DeskError) -> None:
        """Show a refusal at the fields that it names, or above the form."""
        renamed = {self.aliases.get(field, field): words for field, words in error.fields.items()}
        named = {field: words for field, words in renamed.items() if field in self.fields}
        for field, words in named.items():
            self.add_error(field, words)
        if not named:
            self.add_error(None, customers_words(error))


def customers_words(error: DeskError) -> str:
    """Return a refusal in words for customers: what somebody else did meanwhile is no fault."""
    if isinstance(error, WrongState):
        return gettext("It has moved on meanwhile: here you see how it stands now.")
    return error.message


class AnswerForm(DeskForm):
    """What a customer writes on a ticket."""

    body = forms.CharField(
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=50_000,
        error_messages={"required": _("Write a line before you send.")},
    )
    uploads = FilesField(label=_("Attach a file"))


class RejectForm(DeskForm):
    """Why it does not work."""

    body = forms.CharField(
        label=_("What do you still see?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=50_000,
        error_messages={"required": _("Say in a line what still happens.")},
    )


class NewTicketForm(DeskForm):
    """What a customer tells of something new; fields that the desk added come with the category."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    type = forms.ChoiceField(
        label=_("What is it?"), choices=TYPES, widget=forms.RadioSelect, initial=TicketType.INCIDENT
    )
    description = forms.CharField(
        label=_("What happens, and what should happen?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=50_000,
        error_messages={"required": _("Describe what happens.")},
    )
    category = forms.ModelChoiceField(
        queryset=Category.objects.none(),
        label=_("Category"),
        required=False,
        empty_label=_("I do not know"),
    )
    product = forms.ModelChoiceField(
        queryset=Product.objects.none(),
        label=_("Product"),
        required=False,
        empty_label=_("I do not know"),
    )
    urgency = forms.TypedChoiceField(
        label=_("How much does it hold you up?"),
        choices=HOLD_UPS,
        coerce=int,
        initial=Urgency.MEDIUM,
    )
    uploads = FilesField(label=_("Add files"))

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self._choices_of("category").queryset = Category.objects.filter(is_active=True)
        self._choices_of("product").queryset = Product.objects.filter(is_active=True)
        chosen = data.get("category") if data else self.initial.get("category")
        for field in fields_for(chosen_category(chosen), is_customer=True):
            self.fields[f"{CUSTOM}{field.key}"] = form_field(field)

    @property
    def custom_fields(self) -> list[forms.BoundField]:
        """The fields that the desk added, in their order."""
        return [self[name] for name in self.fields if name.startswith(CUSTOM)]

    @property
    def has_products(self) -> bool:
        """Whether there is a product to choose."""
        return bool(self._choices_of("product").queryset.exists())

    def ticket_fields(self) -> dict[str, Any]:
        """Return what the command takes, without the files."""
        custom = custom_values(self.cleaned_data)
        names = ("subject", "description", "type", "category", "product", "urgency")
        return {name: self.cleaned_data[name] for name in names} | {"custom": custom}

    def _choices_of(self, name: str) -> Any:
        return self.fields[name]


def form_field(field: CustomField) -> forms.Field:
    """Return the form field of a field that the desk added. Values are checked by the command."""
    shared: dict[str, Any] = {"label": field.label, "required": field.is_required}
    match field.kind:
        case CustomFieldKind.BOOLEAN:
            return forms.BooleanField(label=field.label, required=False)
        case CustomFieldKind.CHOICE:
            words = [(str(word), str(word)) for word in field.choices]
            return forms.ChoiceField(choices=[("", _("Choose")), *words], **shared)
        case CustomFieldKind.NUMBER:
            return forms.CharField(
                widget=forms.NumberInput(attrs={"step": "any"}), max_length=40, **shared
            )
        case CustomFieldKind.DATE:
            return forms.CharField(
                widget=forms.DateInput(attrs={"type": "date"}), max_length=10, **shared
            )
        case _:
            return forms.CharField(max_length=2000, **shared)
