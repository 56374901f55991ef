"""Admin of people, organizations and teams. People are switched off, never deleted: what they did
stays on record under their name."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.addresses import settle_address
from accounts.admin.kept import SWITCHES, Kept, KeptAdmin
from accounts.forms import ChangedUserForm, DomainForm, NewUserForm
from accounts.models import Membership, Organization, OrganizationDomain, Team, User
from accounts.organizations import change_organization

admin.site.site_header = "Helpdesk administration"
admin.site.site_title = "Helpdesk"
admin.site.index_title = "What can be set up"

# Rights follow from a person's role alone; Django's groups would promise what they do not keep.
admin.site.unregister(Group)


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
class UserAdmin(Kept, DjangoUserAdmin[User]):
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
    actions = SWITCHES
    fieldsets = (
        (None, {"fields": ("name", "email", "password")}),
        ("What they may do", {"fields": ("role", "is_active")}),
        (
            "As a customer",
            {
                "fields": (
                    "organization",
                    "is_organization_viewer",
                    "wants_surveys",
                    "wants_begun_mails",
                    "wants_closed_mails",
                )
            },
        ),
        ("As staff", {"fields": ("home_level", "is_taking_work")}),
        ("Contact", {"fields": ("job_title", "phone", "time_zone", "language")}),
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
        if change and settle_address(obj, before=form.initial["email"]):
            messages.info(request, "Links that were mailed to the old address open nothing now.")

    @admin.action(permissions=["change"], description="Switch off: may no longer sign in")
    def switch_off(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Switch off everybody selected but oneself."""
        count = queryset.exclude(email=request.user.get_username()).update(is_active=False)
        messages.success(request, f"{count} switched off.")


@admin.register(Organization)
class OrganizationAdmin(KeptAdmin):
    """Organizations, their tier and their e-mail domains."""

    list_display = ("name", "tier", "people_count", "is_active", "created_at")
    list_filter = ("tier", "is_active")
    search_fields = ("name", "domains__domain")
    readonly_fields = ("created_at",)
    inlines = (DomainInline,)
    actions = SWITCHES

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

    def save_model(
        self, request: HttpRequest, obj: Organization, form: ModelForm[Organization], change: bool
    ) -> None:
        """Store the organization; what goes by its tier follows."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        change_organization(obj, changes=changes)


@admin.register(Team)
class TeamAdmin(KeptAdmin):
    """Teams, their level and their members."""

    list_display = ("name", "level", "member_count", "led_by", "is_confidential", "is_active")
    list_filter = ("level", "is_confidential", "is_active")
    search_fields = ("name",)
    inlines = (TeamMembershipInline,)
    actions = SWITCHES

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        """Count the members in the same query."""
        members = Count("members", distinct=True)
        teams: QuerySet[Team] = super().get_queryset(request)
        return teams.annotate(n_members=members).prefetch_related("memberships__user")

    @admin.display(description="members", ordering="n_members")
    def member_count(self, team: Team) -> int:
        """Return how many are in it."""
        count: int = getattr(team, "n_members", 0)
        return count

    @admin.display(description="led by")
    def led_by(self, team: Team) -> str:
        """Name its leads, or say who hears of missed promises instead."""
        leads = [
            str(each.user)
            for each in team.memberships.all()
            if each.is_lead and each.user.is_active
        ]
        return ", ".join(leads) or "Nobody: leads of its level, else managers, are told"
