"""How allauth behaves here: who may make an account, and where a customer's account belongs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context as allauth
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.addresses import prove_address
from accounts.mails import keep_mail
from accounts.models import User
from accounts.people import join_organization

CODES_LAST = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
LINKS_LAST = timedelta(days=3)
LAST = {"account/email/login_code": CODES_LAST}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Accounts with a password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer whether everybody may make an account; else the desk makes them."""
        return bool(settings.PUBLIC_SIGN_UP)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Store a mail, to be sent by the worker."""
        around = {"email": email, "request": allauth.request, "site_url": settings.SITE_URL}
        message = self.render_mail(template_prefix, email, {**around, **context})
        keep_mail(message, lasts=LAST.get(template_prefix, LINKS_LAST))

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Take it that an address is its owner's where they came by a code that was sent there."""
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        records = get_authentication_records(request, user)
        if response is None and records and records[-1]["method"] == "code":
            prove_address(user)
        return response

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
        max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}), label=_("Your name")
    )
    field_order = ("name", "email", "password1", "password2")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name; allauth stores the rest."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
