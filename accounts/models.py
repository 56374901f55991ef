"""Users, organizations and teams. Who may see which ticket is decided in tickets/access.py."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from accounts.choices import CustomerTier, Language, Role, SupportLevel
from accounts.zones import check_zone

STAFF_ROLES = (Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR)


class Organization(models.Model):
    """The account that customers belong to."""

    name = models.CharField(max_length=200, unique=True)
    tier = models.CharField(
        max_length=16, choices=CustomerTier.choices, default=CustomerTier.STANDARD
    )
    notes = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class OrganizationDomain(models.Model):
    """An e-mail domain whose senders belong to the organization. Stored in lower case."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253, unique=True)

    def __str__(self) -> str:
        return self.domain


class UserManager(BaseUserManager["User"]):
    """Creates users; addresses are kept in lower case, so that one address is one person."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a user. Without a password the account cannot be used to sign in with one."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store an administrator (the name is the one that `createsuperuser` calls)."""
        return self.create_user(email, password, role=Role.ADMINISTRATOR, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of an address, whatever its case."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in or is served. Rights follow from `role` alone"""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CUSTOMER)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_organization_viewer = models.BooleanField(
        "may see the whole organization's tickets", default=False
    )
    home_level = models.PositiveSmallIntegerField(
        choices=SupportLevel.choices, null=True, blank=True, help_text="Staff only."
    )
    job_title = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        help_text="Empty: the desk's own time zone.",
        validators=[check_zone],
    )
    language = models.CharField(
        max_length=8,
        blank=True,
        choices=Language.choices,
        help_text="Empty: the desk's own language.",
    )
    is_active = models.BooleanField(default=True)
    is_stand_in = models.BooleanField(
        "stands for nobody known",
        default=False,
        editable=False,
        help_text="Made for one imported ticket, as its log names no customer.",
    )
    is_taking_work = models.BooleanField("takes calls and tickets", default=True)
    wants_begun_mails = models.BooleanField("is told when work begins", default=True)
    wants_closed_mails = models.BooleanField("is told when a ticket is closed", default=True)
    wants_surveys = models.BooleanField("may be asked how we did", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name", "pk")
        indexes = (
            # Who can be assigned: SELECT … WHERE role IN (…) AND is_active ORDER BY name.
            models.Index(fields=("role", "is_active", "name"), name="user_role_active_name"),
        )
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_lower_unique"),)

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_agent(self) -> bool:
        """Whether the person works for the desk, in whatever role (all but customers)."""
        return self.role in STAFF_ROLES

    @property
    def is_staff(self) -> bool:
        """Whether the admin site opens for this person."""
        return self.role in (Role.MANAGER, Role.ADMINISTRATOR)

    @property
    def is_superuser(self) -> bool:
        """Whether everything is allowed."""
        return self.role == Role.ADMINISTRATOR

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        words = (self.name or self.email).split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Answer Django's admin: administrators may do all, managers may look."""
        if not self.is_active:
            return False
        is_view = perm.partition(".")[2].startswith("view_")
        return self.is_superuser or (self.role == Role.MANAGER and is_view)

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        """Answer Django's admin for several permissions at once."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Answer whether an app shows in the admin at all."""
        return self.is_active and self.is_staff


class AccountMail(models.Model):
    """A mail about somebody's account that is to be sent: a sign-in code, a link for a new
    password. Such a mail opens doors, so its row is deleted once it is out, or of no use."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    address = models.EmailField()
    subject = models.CharField(max_length=250)
    body = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField()
    # What is to be sent, oldest first: WHERE send_after <= … ORDER BY send_after.
    send_after = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("send_after", "pk")

    def __str__(self) -> str:
        return f"mail to {self.address}"


class Team(models.Model):
    """Agents who work one support level. A confidential team's tickets are seen by its members,
    managers and administrators only."""

    name = models.CharField(max_length=120, unique=True)
    level = models.PositiveSmallIntegerField(choices=SupportLevel.choices, default=SupportLevel.L1)
    is_confidential = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        ordering = ("level", "name")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A member of a team; leads are told of what goes wrong there."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("team", "user"), name="membership_once_per_team"),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
