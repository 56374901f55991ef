"""Admin of service level policies. Saving one publishes a version; versions are only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from accounts.admin import KeptAdmin
from accounts.choices import CustomerTier
from tickets.admin.base import LookOnlyAdmin
from tickets.choices import (
    LEVEL_TARGETS,
    OPEN_STATUSES,
    Channel,
    Listener,
    Priority,
    Status,
)
from tickets.models import SlaPolicy, SlaPolicyTarget, SlaTarget, SlaVersion
from tickets.services.sla_policies import publish

KEY = {"kind", "level"}  # what a target of a policy is about
CAN_PAUSE = [choice for choice in Status.choices if choice[0] in OPEN_STATUSES]


def _several(choices: Any, **options: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


class PolicyForm(forms.ModelForm[SlaPolicy]):
    """Conditions are ticked; none ticked asks nothing."""

    tiers = _several(CustomerTier.choices, label="Customer tiers")
    priorities = _several(Priority.choices, coerce=int)
    channels = _several(Channel.choices)

    class Meta:
        model = SlaPolicy
        fields = (
            "name",
            "position",
            "is_active",
            "tiers",
            "priorities",
            "channels",
            "organizations",
            "categories",
            "products",
        )


class TargetForm(forms.ModelForm[SlaPolicyTarget]):
    """One promise. Internal targets name their level, the others none."""

    pauses = _several(CAN_PAUSE, label="Clock stops while")
    tell_at_warning = _several(Listener.choices, label="Warn")
    tell_at_breach = _several(Listener.choices, label="Tell of a breach")

    class Meta:
        model = SlaPolicyTarget
        fields = (
            "kind",
            "level",
            "minutes",
            "is_business",
            "calendar",
            "pauses",
            "warn_before_minutes",
            "tell_at_warning",
            "tell_at_breach",
            "escalates",
            "escalates_at_warning",
        )

    def clean(self) -> dict[str, Any]:
        """Ask for a level exactly where the target is a level's; warn before, not after."""
        cleaned = super().clean() or self.cleaned_data
        is_internal = cleaned.get("kind") in LEVEL_TARGETS
        if is_internal and not cleaned.get("level"):
            self.add_error("level", "Choose the level that this is asked of.")
        if not is_internal and cleaned.get("level"):
            self.add_error("level", "Leave this empty: the promise is made to the customer.")
        minutes, before = cleaned.get("minutes") or 0, cleaned.get("warn_before_minutes") or 0
        if minutes and before >= minutes:
            self.add_error("warn_before_minutes", "Warn later: this is before the clock starts.")
        if cleaned.get("escalates_at_warning") and not before:
            self.add_error("warn_before_minutes", "Say how long before the lead is drawn in.")
        return cleaned


class TargetFormSet(
    forms.BaseInlineFormSet[SlaPolicyTarget, SlaPolicy, forms.ModelForm[SlaPolicyTarget]]
):
    """The promises of one policy."""

    def clean(self) -> None:
        """Refuse two promises about the same thing, before Django does in other words. On SQLite
        nothing else does: its tables have no such constraint."""
        seen = set()
        for form in self.forms:
            if form in self.deleted_forms or "kind" not in form.cleaned_data:
                continue
            key = (form.cleaned_data["kind"], form.cleaned_data.get("level"))
            if key in seen:
                form.add_error("kind", "The policy promises this already.")
            seen.add(key)
        super().clean()

    def save_existing_objects(self, commit: bool = True) -> list[SlaPolicyTarget]:
        """Take out first what goes or becomes another promise, then store it under its old key:
        two that change places would be the same for a moment, which PostgreSQL refuses."""
        of_another_kind = [form for form in self.initial_forms if KEY & set(form.changed_data)]
        leaving = [form.instance.pk for form in (*of_another_kind, *self.deleted_forms)]
        SlaPolicyTarget.objects.filter(pk__in=leaving).delete()
        return super().save_existing_objects(commit)


class TargetInline(admin.StackedInline[SlaPolicyTarget, SlaPolicy]):
    """What the policy promises."""

    model = SlaPolicyTarget
    form = TargetForm
    formset = TargetFormSet
    extra = 0
    fields = (
        ("kind", "level"),
        ("minutes", "is_business", "calendar"),
        "pauses",
        ("warn_before_minutes", "tell_at_warning", "escalates_at_warning"),
        ("tell_at_breach", "escalates"),
    )


@admin.register(SlaPolicy)
class SlaPolicyAdmin(KeptAdmin):
    """Policies, in the order in which they are asked."""

    form = PolicyForm
    list_display = ("name", "position", "is_active", "conditions", "promises")
    list_filter = ("is_active",)
    search_fields = ("name",)
    autocomplete_fields = ("organizations", "categories", "products")
    inlines = (TargetInline,)
    fieldsets = (
        (None, {"fields": ("name", "position", "is_active")}),
        (
            "Which tickets it holds for",
            {
                "fields": (
                    "tiers",
                    "priorities",
                    "channels",
                    "organizations",
                    "categories",
                    "products",
                ),
                "description": "What is left empty asks nothing; all that is set must hold. The "
                "first policy that holds is the ticket's.",
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch what the list tells of each policy."""
        around = ("organizations", "categories", "products", "targets")
        return super().get_queryset(request).prefetch_related(*around)

    @admin.display(description="holds for")
    def conditions(self, policy: SlaPolicy) -> str:
        """What is asked, in short."""
        parts = [
            *(str(CustomerTier(tier).label) for tier in policy.tiers),
            *(str(Priority(priority).label) for priority in policy.priorities),
            *(str(Channel(channel).label) for channel in policy.channels),
            *map(str, policy.organizations.all()),
            *map(str, policy.categories.all()),
            *map(str, policy.products.all()),
        ]
        return ", ".join(parts) or "every ticket"

    @admin.display(description="promises")
    def promises(self, policy: SlaPolicy) -> str:
        """What is promised, in short."""
        return ", ".join(map(str, policy.targets.all())) or "nothing"

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Publish what was saved: open tickets follow within seconds, what was spent is kept."""
        super().save_related(request, form, formsets, change)
        version = publish(form.instance, author=request.user)
        if version is not None:
            messages.info(
                request,
                f"Version {version.number} holds from now on. Open tickets follow; time that was "
                "spent stays spent, and what was missed stays missed.",
            )


@admin.register(SlaVersion)
class SlaVersionAdmin(LookOnlyAdmin):
    """What each policy said from when on."""

    list_display = ("name", "number", "valid_from", "position", "is_active", "author")
    list_filter = ("policy", "is_active")
    list_select_related = ("author", "policy")
    search_fields = ("name",)
    ordering = ("-pk",)


@admin.register(SlaTarget)
class SlaTargetAdmin(LookOnlyAdmin):
    """How the promises of tickets stand."""

    list_display = ("ticket", "kind", "level", "cycle", "state", "due_at", "ended_at", "version")
    list_filter = ("kind", "state", "level")
    list_select_related = ("ticket", "version")
    search_fields = ("=ticket__id",)
    ordering = ("-pk",)
