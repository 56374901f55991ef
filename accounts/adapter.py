"""How allauth behaves here: who may make an account, and where a customer's account belongs."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.conf import settings
from django.http import HttpRequest

from accounts.choices import Role
from accounts.models import OrganizationDomain, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Accounts with a password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer whether everybody may make an account; else the desk makes them."""
        return bool(settings.PUBLIC_SIGN_UP)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Note that an address is its owner's, and only then let them join the organization whose
        domain it is of."""
        is_confirmed = bool(super().confirm_email(request, email_address))
        if is_confirmed:
            join_organization(email_address.user)
        return is_confirmed


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # likewise
    """Accounts of a company's own sign-in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Answer as for accounts with a password."""
        return bool(settings.PUBLIC_SIGN_UP)


class SignUpForm(forms.Form):
    """What a new account needs besides address and password."""

    name = forms.CharField(
        max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}), label="Your name"
    )
    field_order = ("name", "email", "password1", "password2")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name; allauth stores the rest."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


def join_organization(user: User) -> None:
    """Make a customer a member of the organization that owns their address's domain, if any and if
    they are in none. Safe to call twice."""
    if user.role != Role.CUSTOMER or user.organization_id:
        return
    domain = user.email.rpartition("@")[2].lower()
    match = OrganizationDomain.objects.filter(domain=domain).select_related("organization").first()
    if match and match.organization.is_active:
        user.organization = match.organization
        user.save(update_fields=["organization"])
