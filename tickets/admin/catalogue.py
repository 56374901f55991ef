"""Admin of what tickets are sorted by: categories, products, tags, custom fields, level costs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import SWITCHES, KeptAdmin
from tickets.models import (
    AgentSkill,
    Category,
    CustomField,
    CustomFieldKind,
    LevelCost,
    Product,
    Tag,
    Ticket,
)
from tickets.services.resettling import category_moved
from tickets.services.touching import touch_done_tickets

SHOWN = 10


class CategoryForm(forms.ModelForm[Category]):
    """A category whose parent is not itself or below it, and which is there once."""

    class Meta:
        model = Category
        fields = ("parent", "name", "default_team", "is_active")

    def clean_parent(self) -> Category | None:
        """Refuse a circle: a path that contains itself has no end."""
        parent: Category | None = self.cleaned_data["parent"]
        ancestor = parent
        while ancestor is not None:
            if ancestor.pk == self.instance.pk:
                raise forms.ValidationError("Choose a parent that is not below this category.")
            ancestor = ancestor.parent
        return parent

    def clean(self) -> dict[str, Any]:
        """Refuse a category that would read as another does: its path is to be the only one."""
        cleaned = super().clean() or self.cleaned_data
        if {"parent", "name"} <= cleaned.keys():
            path = Category(parent=cleaned["parent"], name=cleaned["name"]).path_by_names
            if Category.objects.filter(path=path).exclude(pk=self.instance.pk).exists():
                self.add_error("name", f"There is a category “{path}” already.")
        return cleaned


class CategorySkillInline(admin.TabularInline[AgentSkill, Category]):
    """Who knows this category well."""

    model = AgentSkill
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Category)
class CategoryAdmin(KeptAdmin):
    """The category tree."""

    form = CategoryForm
    list_display = ("path", "default_team", "is_active")
    list_filter = ("is_active", "default_team")
    list_select_related = ("default_team",)
    search_fields = ("path",)
    autocomplete_fields = ("parent", "default_team")
    inlines = (CategorySkillInline,)
    actions = SWITCHES

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        """Store the category; promises to what lies above it reach its tickets."""
        super().save_model(request, obj, form, change)
        if change and "parent" in form.changed_data:
            category_moved(obj)


@admin.register(Product)
class ProductAdmin(KeptAdmin):
    """Product lines."""

    list_display = ("name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    actions = SWITCHES


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin[Tag]):
    """Free words on tickets. One that tickets carry stays: it is taken off them first, where the
    history notes it."""

    list_display = ("name",)
    search_fields = ("name",)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the tickets that keep a tag from being deleted."""
        gone, counts, missing_rights, keeping = super().get_deleted_objects(objs, request)
        carriers = Ticket.objects.filter(tags__in=objs).order_by("-pk").distinct()[:SHOWN]
        keeping += [f"It is on ticket #{ticket.pk}: {ticket.subject}" for ticket in carriers]
        return gone, counts, missing_rights, keeping


class CustomFieldForm(forms.ModelForm[CustomField]):
    """A custom field; its words to choose from are written one a line."""

    choices = forms.CharField(
        label="Words to choose from",
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        help_text="One a line; only for a field of kind choice.",
    )

    class Meta:
        model = CustomField
        fields = (
            "label",
            "key",
            "kind",
            "choices",
            "category",
            "is_required",
            "is_public",
            "position",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["choices"] = "\n".join(self.instance.choices or ())

    def clean_choices(self) -> list[str]:
        """Return the words, without empty lines and repeats."""
        lines = (line.strip() for line in self.cleaned_data["choices"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        """Ask for words exactly where the kind needs them."""
        cleaned = super().clean() or self.cleaned_data
        is_choice = cleaned.get("kind") == CustomFieldKind.CHOICE
        if is_choice and not cleaned.get("choices"):
            self.add_error("choices", "Write at least one word to choose from.")
        if not is_choice:
            cleaned["choices"] = []
        return cleaned


@admin.register(CustomField)
class CustomFieldAdmin(admin.ModelAdmin[CustomField]):
    """Fields that this desk added to tickets."""

    form = CustomFieldForm
    list_display = ("label", "key", "kind", "category", "is_required", "is_public", "position")
    list_filter = ("kind", "is_required", "is_public")
    list_select_related = ("category",)
    search_fields = ("label", "key")
    autocomplete_fields = ("category",)
    prepopulated_fields = {"key": ("label",)}


@admin.register(AgentSkill)
class AgentSkillAdmin(admin.ModelAdmin[AgentSkill]):
    """Who knows which category well."""

    list_display = ("user", "category")
    list_filter = ("user__home_level",)
    list_select_related = ("user", "category")
    search_fields = ("user__name", "user__email", "category__path")
    autocomplete_fields = ("user", "category")


@admin.register(LevelCost)
class LevelCostAdmin(admin.ModelAdmin[LevelCost]):
    """What one ticket costs at each level. A change reaches every resolved ticket."""

    list_display = ("level", "amount", "currency")
    actions: Any = None

    def save_model(self, request: HttpRequest, obj: LevelCost, form: Any, change: bool) -> None:
        """Save, and have what it costs counted anew."""
        super().save_model(request, obj, form, change)
        touch_done_tickets()

    def delete_model(self, request: HttpRequest, obj: LevelCost) -> None:
        """Delete, and have what it costs counted anew."""
        super().delete_model(request, obj)
        touch_done_tickets()
