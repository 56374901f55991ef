"""Forms about people: those of administrators, and everybody's own profile."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from accounts.choices import Role
from accounts.models import OrganizationDomain, User


class UserChecks:
    """What both forms check: one address per person, a level for staff only, a real time zone."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        """Return the address in lower case, as it is stored."""
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_time_zone(self) -> str:
        """Refuse a name that the time zone database does not know."""
        name = str(self.cleaned_data.get("time_zone") or "")
        if name and name not in zoneinfo.available_timezones():
            raise forms.ValidationError("Write an IANA name, such as Europe/Amsterdam, or nothing.")
        return name

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


class DomainForm(forms.ModelForm[OrganizationDomain]):
    """An e-mail domain, kept in lower case and without the @."""

    class Meta:
        model = OrganizationDomain
        fields = ("domain",)

    def clean_domain(self) -> str:
        """Return the bare domain."""
        domain = str(self.cleaned_data["domain"]).strip().lower().rpartition("@")[2]
        if "." not in domain or " " in domain:
            raise forms.ValidationError("Write a domain, such as example.org.")
        return domain


def _zone_choices() -> list[tuple[str, str]]:
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name)
    return [("", "The desk's own"), *((name, name.replace("_", " ")) for name in names)]


class ProfileForm(forms.ModelForm[User]):
    """What people may change about themselves."""

    time_zone = forms.ChoiceField(
        choices=_zone_choices, required=False, help_text="All times are shown in it."
    )

    class Meta:
        model = User
        fields = ("name", "job_title", "phone", "time_zone")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "job_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }
