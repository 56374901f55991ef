"""What a notice says: the words of its template, in its recipient's language and time zone, and its
mail headers."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from accounts.languages import language_of, locale_of
from accounts.zones import zone_of
from tickets.models import MailTemplate, Notice
from tickets.notifications import envelope
from tickets.notifications.surveys import asked_survey, way_out
from tickets.notifications.values import values_of
from tickets.notifications.watching import watch_way_out
from tickets.wording.names import names
from tickets.wording.parsing import WordingError
from tickets.wording.parts import Value, Wording, Written, parse_wording, write
from tickets.wording.shipped import FALLBACK, is_shipped, shipped

log = structlog.get_logger(__name__)


def compose(notice: Notice) -> EmailMultiAlternatives:
    """Return the mail of a notice. Composed again it has the same Message-ID, so that a repeat
    after a crash is recognised as the same mail by whoever receives it."""
    language, sender = _language(notice), envelope.sender_of(notice)
    with translation.override(locale_of(language)), timezone.override(zone_of(notice.recipient)):
        written = write_mail(notice.kind, language, values_of(notice))
    mail = EmailMultiAlternatives(
        subject=written.subject,
        body=written.text,
        from_email=sender.address,
        to=[notice.sent_to],
        reply_to=envelope.answer_address(notice, sender.mailbox),
        headers={
            **envelope.headers(notice),
            **way_out(asked_survey(notice)),
            **watch_way_out(notice),
            "Content-Language": language,
        },
    )
    mail.attach_alternative(whole_page(written, language), "text/html")
    return mail


def _language(notice: Notice) -> str:
    """The recipient's language; English where the mail has no words in it, as staff's mostly."""
    kind, language = notice.kind, language_of(notice.recipient)
    own = MailTemplate.objects.filter(kind=kind, language=language)
    return language if is_shipped(kind, language) or own.exists() else FALLBACK


def write_mail(kind: str, language: str, values: Mapping[str, Value]) -> Written:
    """Fill the desk's own template of a mail, else the shipped one. One of the desk's that cannot
    be read any more, since a release took a name away, gives way: the mail goes out."""
    own = MailTemplate.objects.filter(kind=kind, language=language).first()
    if own is not None:
        wording = Wording(subject=own.subject, text=own.text, html=own.html)
        try:
            return write(parse_wording(wording, names=names(kind)), values)
        except WordingError as error:
            log.error("mail_template_is_broken", template=str(own), error=str(error))
    return write(parse_wording(shipped(kind, language), names=names(kind)), values)


def whole_page(written: Written, language: str) -> str:
    """Put the HTML of a mail into its page."""
    html = mark_safe(written.html)  # noqa: S308  # an administrator's, its values escaped
    context = {"subject": written.subject, "language": language, "html": html}
    return render_to_string("emails/layout.html", context)
