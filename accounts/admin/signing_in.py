"""Admin of what signs people in: to look at and to take away, for nobody to add or change. No page
shows a secret."""

from __future__ import annotations

from typing import Any

from allauth.account import admin as _registers_addresses  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa import admin as _registers_factors  # noqa: F401
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as _registers_accounts  # noqa: F401
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from knox import admin as _registers_tokens  # noqa: F401
from knox.models import AuthToken

from accounts.admin.taken import TakenAwayAdmin

# The pages that come with these add what only its owner may have, and show it.
for model in (AuthToken, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(model)


@admin.register(AuthToken)
class TokenAdmin(TakenAwayAdmin):
    """Tokens of programs, by how they begin; deleting one signs its programs out."""

    list_display = ("token_key", "user", "created", "expiry")
    list_filter = ("created",)
    search_fields = ("token_key", "user__name", "user__email")
    fields = ("token_key", "user", "created", "expiry")


@admin.register(Authenticator)
class AuthenticatorAdmin(TakenAwayAdmin):
    """Second factors: deleted where somebody lost theirs."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("user__name", "user__email")
    fields = ("user", "type", "created_at", "last_used_at")


@admin.register(EmailAddress)
class AddressAdmin(TakenAwayAdmin):
    """Addresses that were used to sign in, and whether they are proved. An address changes on the
    person's page; with it goes what belonged to the old one."""

    list_display = ("email", "user", "verified", "primary")
    list_filter = ("verified",)
    search_fields = ("email", "user__name")
    actions: Any = None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: a proof that is gone would have to be given again."""
        return False


@admin.register(SocialAccount)
class CompanyAccountAdmin(TakenAwayAdmin):
    """Accounts of a company's own sign-in; deleted where they belong to somebody else."""

    list_display = ("user", "provider", "uid", "last_login")
    list_filter = ("provider",)
    search_fields = ("uid", "user__name", "user__email")
    fields = ("user", "provider", "uid", "last_login", "date_joined")
