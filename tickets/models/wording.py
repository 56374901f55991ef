"""Mail templates that an administrator wrote instead of those that are shipped."""

from __future__ import annotations

from django.db import models

from accounts.choices import Language
from tickets.models.outbox import NoticeKind


class MailTemplate(models.Model):
    """The desk's own words of one mail in one language. Where there is no row, the shipped ones in
    templates/emails/<language>/<kind>.txt hold. What can be written is in tickets/wording/."""

    kind = models.CharField("mail", max_length=20, choices=NoticeKind.choices)
    language = models.CharField(max_length=8, choices=Language.choices)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField("HTML", blank=True, help_text="Empty: made from the text.")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ("kind", "language")
        constraints = (
            models.UniqueConstraint(fields=("kind", "language"), name="mail_template_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_language_display()}"
