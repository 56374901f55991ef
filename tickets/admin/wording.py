"""Admin of what mails say: every mail in every language, the desk's own words or the shipped ones,
with a preview of what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from accounts.choices import Language
from tickets.errors import InvalidInput
from tickets.models import MailTemplate, NoticeKind
from tickets.notifications.previews import Preview, preview
from tickets.services.wording import check_wording, reset_template, store_template
from tickets.wording.names import variables
from tickets.wording.parts import Wording, html_of
from tickets.wording.shipped import is_shipped, shipped

# The preview holds what somebody typed: it runs and loads nothing, whatever that is.
POLICY: Final = "sandbox; default-src 'none'; style-src 'self' 'unsafe-inline'; base-uri 'none'"


class MailTemplateForm(forms.ModelForm[MailTemplate]):
    """The parts of a mail; a mistake is shown at its part, with its line."""

    class Meta:
        model = MailTemplate
        fields = ("kind", "language", "subject", "text", "html")
        widgets = {
            "kind": forms.HiddenInput,
            "language": forms.HiddenInput,
            "subject": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "text": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 16}),
            "html": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 12}),
        }

    def clean(self) -> dict[str, Any]:
        """Read every part as the mail will."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"kind", "language"} <= cleaned.keys():
            try:
                check_wording(cleaned["kind"], wording_of(cleaned))
            except InvalidInput as refusal:
                for field, words in refusal.fields.items():
                    if field not in self.errors:
                        self.add_error(field, words)
        return cleaned


def wording_of(values: Any) -> Wording:
    """The parts as they were typed."""
    return Wording(**{part: values.get(part, "") for part in ("subject", "text", "html")})


@dataclass(frozen=True, slots=True)
class Line:
    """One mail in the list, with the address at which each language is edited."""

    label: str
    languages: list[tuple[str, str, str, str]]


@admin.register(MailTemplate)
class MailTemplateAdmin(admin.ModelAdmin[MailTemplate]):
    """What mails say. A row is there only where the desk says something of its own."""

    form = MailTemplateForm
    list_display = ("kind", "language", "subject", "changed_at", "changed_by")
    list_select_related = ("changed_by",)
    list_filter = ("language",)
    change_list_template = "admin/tickets/mailtemplate/change_list.html"
    change_form_template = "admin/tickets/mailtemplate/change_form.html"
    actions: Any = None

    def get_urls(self) -> list[URLPattern]:
        """Add the preview."""
        view = self.admin_site.admin_view(require_POST(self.preview_view))
        name = "tickets_mailtemplate_preview"
        return [path("preview/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """List every mail, whether the desk has words of its own for it or not."""
        extra = {**(extra_context or {}), "mails": self._mails(), "languages": Language.choices}
        return super().changelist_view(request, extra)

    def _mails(self) -> list[Line]:
        own = {(row.kind, row.language): row.pk for row in MailTemplate.objects.all()}
        return [
            Line(kind.label, [self._place(kind, language, own) for language in Language])
            for kind in NoticeKind
        ]

    def _place(
        self, kind: NoticeKind, language: Language, own: dict[tuple[str, str], int]
    ) -> tuple[str, str, str, str]:
        """The language, its name, where its words are edited, and whose they are."""
        key = own.get((kind.value, language.value))
        if key is not None:
            change = reverse("admin:tickets_mailtemplate_change", args=[key])
            return language.value, language.label, change, "own words"
        add = reverse("admin:tickets_mailtemplate_add")
        state = "shipped" if is_shipped(kind, language) else "shipped in English"
        return language.value, language.label, f"{add}?kind={kind}&language={language}", state

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what is shipped."""
        kind, language = _asked(request)
        words = shipped(kind, language)
        return {
            "kind": kind,
            "language": language,
            "subject": words.subject,
            "text": words.text,
            "html": words.html,
        }

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say what can be named, and which HTML the shipped text makes."""
        row = kwargs.get("obj")
        kind, language = (row.kind, row.language) if row else _asked(request)
        context |= {
            "mail": f"{NoticeKind(kind).label}, {Language(language).label}",
            "title": f"Mail: {NoticeKind(kind).label}, {Language(language).label}",
            "variables": variables(kind),
            "made_html": html_of(row.text if row else shipped(kind, language).text),
            "shipped": shipped(kind, language),
            "show_save_and_add_another": False,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(
        self, request: Any, obj: MailTemplate, form: MailTemplateForm, change: bool
    ) -> None:
        """Store it by the command; a second one of the same mail replaces the first."""
        words = wording_of(form.cleaned_data)
        row = store_template(obj.kind, obj.language, words, actor=request.user)
        obj.pk, obj.changed_at = row.pk, row.changed_at

    def delete_model(self, request: Any, obj: MailTemplate) -> None:
        """Go back to the shipped words."""
        reset_template(obj.kind, obj.language, actor=request.user)
        messages.info(request, f"“{obj}” says what is shipped again.")

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Show what is typed, with a ticket's values or examples; nothing is stored or sent."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = MailTemplateForm(request.POST, instance=_known(request))
        number = request.POST.get("ticket", "").strip().removeprefix("#")
        shown: Preview | None = None
        if form.is_valid():
            shown = preview(
                form.cleaned_data["kind"],
                form.cleaned_data["language"],
                wording_of(form.cleaned_data),
                number=int(number) if number.isascii() and number.isdigit() else None,
            )
        html = mark_safe(shown.written.html if shown else "")  # noqa: S308  # see POLICY
        context = {"preview": shown, "form": form, "html": html}
        response = render(
            request,
            "admin/tickets/mailtemplate/preview.html",
            context,
            status=200 if shown else 422,
        )
        response.headers["Content-Security-Policy"] = POLICY
        return response


def _asked(request: HttpRequest) -> tuple[str, str]:
    """The mail that an address or a form names; the first where it names none."""
    values = request.POST or request.GET
    kind, language = values.get("kind"), values.get("language")
    return (
        kind if kind in NoticeKind.values else NoticeKind.REPLIED.value,
        language if language in Language.values else Language.ENGLISH.value,
    )


def _known(request: HttpRequest) -> MailTemplate | None:
    """The stored row of the mail that is previewed, which is no second one of it."""
    kind, language = _asked(request)
    return MailTemplate.objects.filter(kind=kind, language=language).first()
