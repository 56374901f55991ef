"""Forms about people: those of administrators, and everybody's own profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from accounts.choices import Language, Role
from accounts.models import OrganizationDomain, User
from accounts.organizations import NoDomain, bare_domain
from accounts.zones import zone_names


class UserChecks:
    """What both forms check: one address per person, a level for staff only."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        """Return the address in lower case, as it is stored."""
        return str(self.cleaned_data["email"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        """Keep the fields of staff and of customers apart."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc]  # a form is beside it
        role = cleaned.get("role")
        if role == Role.CUSTOMER and cleaned.get("home_level"):
            self._refuse("home_level", "A customer has no support level.")
        if cleaned.get("is_organization_viewer") and not cleaned.get("organization"):
            self._refuse("is_organization_viewer", "Choose the organization whose tickets to see.")
        return cleaned

    def _refuse(self, field: str, sentence: str) -> None:
        if field in self.fields:  # type: ignore[attr-defined]  # a form is beside it
            self.add_error(field, sentence)  # type: ignore[attr-defined]  # likewise


class NewUserForm(UserChecks, AdminUserCreationForm[User]):
    """A new person; without a password they sign in by the "forgotten" link of the sign-in page."""

    class Meta:
        model = User
        fields = ("email", "name", "role")
        field_classes: dict[str, Any] = {}


class ChangedUserForm(UserChecks, UserChangeForm[User]):
    """A person as they are."""

    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, Any] = {}
        help_texts = {
            "email": "A new address makes the links useless that were mailed to the old one."
        }


class DomainForm(forms.ModelForm[OrganizationDomain]):
    """An e-mail domain, kept in lower case and without the @."""

    class Meta:
        model = OrganizationDomain
        fields = ("domain",)

    def clean_domain(self) -> str:
        """Return the bare domain."""
        try:
            return bare_domain(str(self.cleaned_data["domain"]))
        except NoDomain as fault:
            raise forms.ValidationError(str(fault)) from fault


def _zone_choices() -> list[tuple[str, Any]]:
    names = sorted(zone_names(), key=lambda name: ("/" not in name, name))
    return [("", _("The desk's own")), *((name, name.replace("_", " ")) for name in names)]


def _language_choices() -> list[tuple[str, Any]]:
    return [("", _("The desk's own")), *Language.choices]


class ProfileForm(forms.ModelForm[User]):
    """What people may change about themselves."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_zone_choices,
        required=False,
        help_text=_("All times are shown in it."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=_language_choices,
        required=False,
        help_text=_("Pages and mails come in it."),
    )
    wants_begun_mails = forms.BooleanField(
        label=_("Tell me when somebody begins with my request"), required=False
    )
    wants_closed_mails = forms.BooleanField(
        label=_("Tell me when my request is closed"), required=False
    )
    # Pages and mails of staff are in English.
    OF_CUSTOMERS = ("language", "wants_begun_mails", "wants_closed_mails")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_agent:
            for name in self.OF_CUSTOMERS:
                del self.fields[name]
        else:
            self.fields["language"].help_text = _("Pages and mails are in it.")

    def about_me(self) -> list[forms.BoundField]:
        """The fields about the person."""
        return [self[name] for name in self.fields if not name.startswith("wants_")]

    def mails(self) -> list[forms.BoundField]:
        """Which mails a customer wants; none for staff."""
        return [self[name] for name in self.fields if name.startswith("wants_")]

    class Meta:
        model = User
        fields = (
            "name",
            "job_title",
            "phone",
            "time_zone",
            "language",
            "wants_begun_mails",
            "wants_closed_mails",
        )
        labels = {"name": _("Name"), "job_title": _("Job title"), "phone": _("Phone")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "job_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }
