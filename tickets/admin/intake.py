"""Admin of how tickets came in: imports, files, and answers kept for repeated API requests."""

from __future__ import annotations

from django.contrib import admin

from accounts.forms import DomainForm
from tickets.admin.base import LookOnlyAdmin
from tickets.models import Attachment, DomainRule, IdempotencyRecord, ImportBatch


@admin.register(ImportBatch)
class ImportBatchAdmin(LookOnlyAdmin):
    """Logs that were imported; `import_history` adds them."""

    list_display = (
        "name",
        "file_name",
        "started_at",
        "finished_at",
        "tickets_added",
        "rows_skipped",
    )
    list_filter = ("started_at", ("finished_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "file_name")


@admin.register(Attachment)
class AttachmentAdmin(LookOnlyAdmin):
    """Files that came with messages. They are opened on the ticket's page, by those who may."""

    list_display = ("name", "message", "content_type", "size", "uploaded_at")
    list_filter = ("uploaded_at", "content_type")
    list_select_related = ("message",)
    search_fields = ("name", "=message__ticket__id", "sha256")
    fields = ("message", "name", "content_type", "size", "sha256", "uploaded_at")


class DomainRuleForm(DomainForm):
    """A rule, its domain in lower case and without the @."""

    class Meta:
        model = DomainRule
        fields = ("domain", "is_allowed", "note")


@admin.register(DomainRule)
class DomainRuleAdmin(admin.ModelAdmin[DomainRule]):
    """Whose addresses may ask without an account."""

    form = DomainRuleForm  # type: ignore[assignment]  # a form of domains, as of organizations
    list_display = ("domain", "is_allowed", "note")
    list_filter = ("is_allowed",)
    search_fields = ("domain", "note")


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(LookOnlyAdmin):
    """Answers to creating API requests; the same key gives the same answer."""

    list_display = ("key", "user", "status_code", "created_at")
    list_filter = ("status_code", "created_at")
    list_select_related = ("user",)
    search_fields = ("key", "user__email")
