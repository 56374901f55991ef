"""Files that came with a message."""

from __future__ import annotations

import uuid

from django.db import models


def storage_path(attachment: Attachment, filename: str) -> str:
    """A path that tells nothing and cannot be guessed; the name given is kept in the row."""
    return f"attachments/{uuid.uuid4().hex}"


class Attachment(models.Model):
    """A file, its type found from its content, served only to those who may read its message."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey("tickets.Message", models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=storage_path)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
