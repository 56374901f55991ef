"""What tickets are sorted by: categories, products, tags, custom fields, skills."""

from __future__ import annotations

from django.db import models

from accounts.choices import SupportLevel


class Category(models.Model):
    """An issue type in a tree. `path` is the names from the root, joined by " › ", kept by the
    command that renames or moves a category."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(max_length=80)
    path = models.CharField(max_length=400, unique=True, editable=False)
    default_team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("path",)
        verbose_name_plural = "categories"
        constraints = (
            models.UniqueConstraint(
                fields=("parent", "name"), nulls_distinct=False, name="category_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.path

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep `path` in step with the names, here and below."""
        self.path = self.path_by_names
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments on
        for child in self.children.all():
            child.save()

    @property
    def path_by_names(self) -> str:
        """What `path` is to be: the names from the root to here."""
        return f"{self.parent.path} › {self.name}" if self.parent else self.name


class Product(models.Model):
    """A product line that tickets are about."""

    name = models.CharField(max_length=120, unique=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A free word on a ticket."""

    name = models.SlugField(max_length=50, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class CustomFieldKind(models.TextChoices):
    """What a custom field holds."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    DATE = "date", "Date"
    CHOICE = "choice", "Choice"
    BOOLEAN = "boolean", "Yes or no"


class CustomField(models.Model):
    """A field that this desk added to tickets; values are in `Ticket.custom` under `key`."""

    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=CustomFieldKind.choices)
    choices = models.JSONField(default=list, blank=True, help_text="For kind choice: the words.")
    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="custom_fields",
        help_text="Empty: on every ticket.",
    )
    is_required = models.BooleanField(default=False)
    is_public = models.BooleanField("customers see and fill it", default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "label")

    def __str__(self) -> str:
        return self.label


class AgentSkill(models.Model):
    """A category that an agent knows well."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="skills")
    category = models.ForeignKey(Category, models.CASCADE, related_name="skilled_agents")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "category"), name="skill_once"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.category}"


class LevelCost(models.Model):
    """What one ticket costs at a level; each level that held a ticket adds its cost."""

    level = models.PositiveSmallIntegerField(choices=SupportLevel.choices, unique=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3, default="USD")

    class Meta:
        ordering = ("level",)

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.amount} {self.currency}"
