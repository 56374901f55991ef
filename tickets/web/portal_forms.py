"""Forms of the customer's pages. What is allowed is decided by the commands; their refusals come
back to the field that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import File

from tickets.choices import TicketType, Urgency
from tickets.errors import DeskError
from tickets.models import Category, CustomField, CustomFieldKind, Product
from tickets.services.fields import fields_for

TYPES = (
    (TicketType.INCIDENT, "Something is broken"),
    (TicketType.SERVICE_REQUEST, "I need something"),
    (TicketType.QUESTION, "I have a question"),
)
HOLD_UPS = (
    (Urgency.LOW, "We can work around it"),
    (Urgency.MEDIUM, "We work slower"),
    (Urgency.HIGH, "We cannot work"),
)
CUSTOM = "custom."


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
        """Return the files that came, in their order."""
        given: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given if each]


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
            self.add_error(None, error.message)


class AnswerForm(DeskForm):
    """What a customer writes on a ticket."""

    body = forms.CharField(
        label="Your answer",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=50_000,
        error_messages={"required": "Write a line before you send."},
    )
    uploads = FilesField(label="Attach a file")


class RejectForm(DeskForm):
    """Why it does not work."""

    body = forms.CharField(
        label="What do you still see?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=50_000,
        error_messages={"required": "Say in a line what still happens."},
    )


class NewTicketForm(DeskForm):
    """What a customer tells of something new; fields that the desk added come with the category."""

    subject = forms.CharField(
        label="Subject",
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say in a few words what it is about."},
    )
    type = forms.ChoiceField(
        label="What is it?", choices=TYPES, widget=forms.RadioSelect, initial=TicketType.INCIDENT
    )
    description = forms.CharField(
        label="What happens, and what should happen?",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=50_000,
        error_messages={"required": "Describe what happens."},
    )
    category = forms.ModelChoiceField(
        queryset=Category.objects.none(), required=False, empty_label="I do not know"
    )
    product = forms.ModelChoiceField(
        queryset=Product.objects.none(), required=False, empty_label="I do not know"
    )
    urgency = forms.TypedChoiceField(
        label="How much does it hold you up?",
        choices=HOLD_UPS,
        coerce=int,
        initial=Urgency.MEDIUM,
    )
    uploads = FilesField(label="Add files")

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self._choices_of("category").queryset = Category.objects.filter(is_active=True)
        self._choices_of("product").queryset = Product.objects.filter(is_active=True)
        chosen = data.get("category") if data else self.initial.get("category")
        for field in fields_for(_category(chosen), is_customer=True):
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
        custom = {
            name.removeprefix(CUSTOM): value
            for name, value in self.cleaned_data.items()
            if name.startswith(CUSTOM)
        }
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
            return forms.ChoiceField(choices=[("", "Choose"), *words], **shared)
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


def _category(chosen: object) -> Category | None:
    number = str(chosen or "")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return Category.objects.filter(pk=int(number), is_active=True).first()
