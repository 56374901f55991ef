"""Admin of people, organizations and teams. People are switched off, never deleted: what they did
stays on record under their name."""

from __future__ import annotations

from typing import Any

from allauth.mfa import admin as _registers_too  # noqa: F401
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as _registers_first  # noqa: F401
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.forms import ChangedUserForm, DomainForm, NewUserForm
from accounts.models import Membership, Organization, OrganizationDomain, Team, User
from accounts.people import forget_other_addresses

admin.site.site_header = "Helpdesk administration"
admin.site.site_title = "Helpdesk"
admin.site.index_title = "What can be set up"

# Rights follow from a person's role alone; Django's groups would promise what they do not keep.
admin.site.unregister(Group)
# allauth's own page of second factors shows their secrets to whoever may look.
admin.site.unregister(Authenticator)
if not settings.SOCIALACCOUNT_PROVIDERS:
    # Without a company sign-in these pages would set up what never happens.
    for model in (SocialAccount, SocialApp, SocialToken):
        admin.site.unregister(model)


class UserMembershipInline(admin.TabularInline[Membership, User]):
    """The teams of a person."""

    model = Membership
    autocomplete_fields = ("team",)
    extra = 0


class TeamMembershipInline(admin.TabularInline[Membership, Team]):
    """The members of a team."""

    model = Membership
    autocomplete_fields = ("user",)
    extra = 0


class DomainInline(admin.TabularInline[OrganizationDomain, Organization]):
    """The e-mail domains whose senders belong to an organization."""

    model = OrganizationDomain
    form = DomainForm
    extra = 0


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """People: customers and staff."""

    form = ChangedUserForm
    add_form = NewUserForm
    list_display = ("name", "email", "role", "organization", "home_level", "is_active")
    list_filter = ("role", "is_active", "is_taking_work", "home_level", "organization__tier")
    list_select_related = ("organization",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "email", "organization__name")
    ordering = ("name", "pk")
    filter_horizontal = ()
    autocomplete_fields = ("organization",)
    readonly_fields = ("last_login", "created_at")
    inlines = (UserMembershipInline,)
    actions = ("switch_off", "switch_on")
    fieldsets = (
        (None, {"fields": ("name", "email", "password")}),
        ("What they may do", {"fields": ("role", "is_active")}),
        ("As a customer", {"fields": ("organization", "is_organization_viewer")}),
        ("As staff", {"fields": ("home_level", "is_taking_work")}),
        ("Contact", {"fields": ("job_title", "phone", "time_zone")}),
        ("When", {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "role", "usable_password", "password1", "password2"),
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: a person is switched off."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Keep administrators from locking themselves out."""
        fields = super().get_readonly_fields(request, obj)
        is_self = obj is not None and obj.pk == request.user.pk
        return (*fields, "role", "is_active") if is_self else fields

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """Ask for teams once the person is stored."""
        return super().get_inlines(request, obj) if obj else ()

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool
    ) -> None:
        """Store the person; an address they no longer have opens no door any more."""
        super().save_model(request, obj, form, change)
        forget_other_addresses(obj)

    @admin.action(permissions=["change"], description="Switch off: may no longer sign in")
    def switch_off(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Switch off everybody selected but oneself."""
        count = queryset.exclude(email=request.user.get_username()).update(is_active=False)
        messages.success(request, f"{count} switched off.")

    @admin.action(permissions=["change"], description="Switch on again")
    def switch_on(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Switch everybody selected on again."""
        messages.success(request, f"{queryset.update(is_active=True)} switched on.")


class KeptAdmin(admin.ModelAdmin[Any]):
    """Pages of what past tickets name: it is switched off, never deleted."""

    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: it can only be switched off."""
        return False


@admin.register(Organization)
class OrganizationAdmin(KeptAdmin):
    """Organizations, their tier and their e-mail domains."""

    list_display = ("name", "tier", "people_count", "is_active", "created_at")
    list_filter = ("tier", "is_active")
    search_fields = ("name", "domains__domain")
    readonly_fields = ("created_at",)
    inlines = (DomainInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """Count the people in the same query."""
        people = Count("people", distinct=True)
        organizations: QuerySet[Organization] = super().get_queryset(request)
        return organizations.annotate(n_people=people)

    @admin.display(description="people", ordering="n_people")
    def people_count(self, organization: Organization) -> int:
        """Return how many people belong to it."""
        count: int = getattr(organization, "n_people", 0)
        return count


@admin.register(Team)
class TeamAdmin(KeptAdmin):
    """Teams, their level and their members."""

    list_display = ("name", "level", "member_count", "is_confidential", "is_active")
    list_filter = ("level", "is_confidential", "is_active")
    search_fields = ("name",)
    inlines = (TeamMembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        """Count the members in the same query."""
        members = Count("members", distinct=True)
        teams: QuerySet[Team] = super().get_queryset(request)
        return teams.annotate(n_members=members)

    @admin.display(description="members", ordering="n_members")
    def member_count(self, team: Team) -> int:
        """Return how many are in it."""
        count: int = getattr(team, "n_members", 0)
        return count


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin[Any]):
    """Second factors: deleted where somebody lost theirs; the secret is never shown."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    fields = ("user", "type", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: people set up their own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: likewise."""
        return False
