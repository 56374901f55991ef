"""Mail that came in: from which mailboxes, every message as it was, and what became of it."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tickets.choices import TO_DECIDE, MailboxSecurity, MailOutcome, WatchMode
from tickets.querysets import InboundMailQuerySet


def check_names(value: object) -> None:
    """Refuse what is no list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValidationError('Write a list of names, such as ["mx.example.org"].')


class Mailbox(models.Model):
    """An address of the desk. Its mail is fetched by IMAP where a host is set, and may be handed in
    by command and webhook always. The password is in the environment, under a name kept here."""

    address = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True, help_text="Shown as the sender.")
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+"
    )
    category = models.ForeignKey(
        "tickets.Category", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(default=True)
    host = models.CharField("IMAP host", max_length=253, blank=True)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(
        max_length=8, choices=MailboxSecurity.choices, default=MailboxSecurity.TLS
    )
    username = models.CharField(max_length=253, blank=True)
    password_variable = models.CharField(
        max_length=80, blank=True, help_text="The environment variable that holds the password."
    )
    folder = models.CharField(max_length=120, default="INBOX")
    read_since = models.DateTimeField(
        "reads mail since",
        default=timezone.now,
        null=True,
        blank=True,
        help_text="What came to the mail server before stays there, unread by the desk. Empty: all "
        "that is in the folder becomes tickets.",
    )
    trusted_servers = models.JSONField(
        default=list,
        blank=True,
        validators=(check_names,),
        help_text="Names that our own mail servers use in Authentication-Results, such as "
        '["mx.example.org"]. Without one nothing vouches for any sender: who writes belongs to no '
        "organization until they confirm that the ticket is theirs.",
    )
    list_ids = models.JSONField(
        "groups",
        default=list,
        blank=True,
        validators=(check_names,),
        help_text="List-Ids of groups that only forward to this address, such as "
        '["support.example.org"]: what comes through them is people\'s mail.',
    )
    webhook_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # How far the folder was read; a new validity means that the server numbers anew.
    uid_validity = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    last_uid = models.PositiveBigIntegerField(default=0, editable=False)
    # Numbers up to it of mails that the server has and does not give.
    owed_uids = models.JSONField(default=list, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name_plural = "mailboxes"
        ordering = ("address",)

    def __str__(self) -> str:
        return self.address


class OrganizationSender(models.Model):
    """An organization's people are written to from this mailbox, under this name. It is one of the
    desk's own, so that answers and bounces come back."""

    organization = models.OneToOneField(
        "accounts.Organization", models.CASCADE, related_name="sender"
    )
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="organizations")
    name = models.CharField(
        max_length=120, blank=True, help_text="Shown as the sender. Empty: the mailbox's name."
    )

    class Meta:
        verbose_name = "organization that it writes to"
        verbose_name_plural = "organizations that it writes to"

    def __str__(self) -> str:
        return f"{self.organization}: {self.mailbox}"


class InboundMail(models.Model):
    """One mail, stored before anything is done about it. A Message-ID comes once: from two
    mailboxes it is still one mail. What comes under a known one and says something else is a mail
    of its own, with a digest of both."""

    mail_id = models.CharField("Message-ID", max_length=1000)
    # Message-IDs may be longer than an index takes; the digest of it is what is unique.
    mail_digest = models.CharField(max_length=64, unique=True, editable=False)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="mails")
    received_at = models.DateTimeField(help_text="When it came to the desk's mail server.")
    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=1000, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    outcome = models.CharField(
        max_length=10, choices=MailOutcome.choices, default=MailOutcome.PENDING
    )
    reason = models.CharField(max_length=250, blank=True, help_text="Why this became of it.")
    flags = models.JSONField(default=list, blank=True)
    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="mails"
    )
    message = models.OneToOneField(
        "tickets.Message", models.PROTECT, null=True, blank=True, related_name="mail"
    )
    quoted = models.TextField(blank=True)
    signature = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="Cleaned; shows nothing from other hosts.")
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_after = models.DateTimeField()
    last_error = models.TextField(blank=True)

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            # What is still to be done, oldest first.
            models.Index(
                fields=("try_after", "id"),
                condition=Q(outcome=MailOutcome.PENDING),
                name="mail_pending",
            ),
            # What waits for a person, and how much: WHERE outcome IN (held, failed).
            models.Index(fields=("id",), condition=Q(outcome__in=TO_DECIDE), name="mail_to_decide"),
            # How many a sender sent lately: WHERE sender = … AND received_at >= ….
            models.Index(fields=("sender", "received_at"), name="mail_sender"),
        )

    def __str__(self) -> str:
        return f"{self.subject or self.mail_id}"


class RawMail(models.Model):
    """The bytes of a mail as they came; kept apart, so that lists do not carry them."""

    mail = models.OneToOneField(InboundMail, models.CASCADE, primary_key=True, related_name="raw")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"raw {self.mail_id}"


class Watcher(models.Model):
    """A customer who follows a ticket of another: sees it, and may answer."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="watchers")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="watched")
    added_at = models.DateTimeField()
    mode = models.CharField(
        max_length=8,
        choices=WatchMode.choices,
        default=WatchMode.DIGEST,
        help_text="What they are mailed of it.",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=("ticket", "user"), name="watcher_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.ticket_id}"
