"""Mails to those who watch a ticket: what is new in a digest, and the way out of all of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts.choices import Role
from tickets import access
from tickets.choices import Visibility, WatchMode
from tickets.models import Message, Notice, NoticeKind, Watcher
from tickets.watch_links import watch_stop_url, watch_url
from tickets.wording.parts import Value


def watcher_of(notice: Notice) -> Watcher | None:
    """Who watches, where the notice goes to somebody who does; None for customer and staff."""
    person = notice.recipient
    if person.role != Role.CUSTOMER or person.pk == notice.ticket.customer_id:
        return None
    return Watcher.objects.filter(ticket=notice.ticket_id, user=person).first()


def needless_watch(notice: Notice) -> str:
    """Say why a mail to somebody who watches need not go out; empty where it is to."""
    watcher = watcher_of(notice)
    if watcher is not None and watcher.mode == WatchMode.NONE:
        return "They want no mails of this ticket."
    if notice.kind != NoticeKind.DIGEST:
        return ""
    if watcher is None:
        return "They watch this ticket no more."
    has_news = bool(news_of(notice)) or not notice.ticket.is_open
    return "" if has_news else "Nothing is new."


def news_of(notice: Notice) -> Sequence[Message]:
    """The public words that a digest holds, oldest first: those of others, from the row that it
    begins with up to where the next digest begins. Composed again it holds the same."""
    found = access.readable_messages(notice.recipient, notice.ticket).filter(
        visibility=Visibility.PUBLIC, is_machine=False, seq__gte=notice.since_seq or 0
    )
    after = Notice.objects.filter(
        kind=NoticeKind.DIGEST,
        ticket=notice.ticket_id,
        recipient=notice.recipient_id,
        since_seq__gt=notice.since_seq or 0,
    )
    end = after.order_by("since_seq").values_list("since_seq", flat=True).first()
    if end is not None:
        found = found.filter(seq__lt=end)
    return list(found.exclude(author=notice.recipient).select_related("author"))


def watch_values(notice: Notice) -> dict[str, Value]:
    """What the template of a digest may name."""
    watcher = watcher_of(notice)
    if notice.kind != NoticeKind.DIGEST or watcher is None:
        return {}
    news = news_of(notice)
    return {
        "digest.news": _written(news),
        "digest.is_done": Value("" if notice.ticket.is_open else "yes"),
        "watch.url": Value(f"{settings.SITE_URL}{watch_url(watcher)}"),
    }


def _written(news: Sequence[Message]) -> Value:
    heads = [_head(message) for message in news]
    text = "\n\n".join(
        f"{head}\n\n{message.body}" for head, message in zip(heads, news, strict=True)
    )
    parts = (
        (head, mark_safe(linebreaks(message.body, autoescape=True)))  # noqa: S308  # escaped
        for head, message in zip(heads, news, strict=True)
    )
    html = format_html_join("\n", "<p>{}</p><blockquote>{}</blockquote>", parts)
    return Value(text, html=format_html("{}", html))


def _head(message: Message) -> str:
    """Who wrote, and when, in the reader's own zone."""
    local = timezone.localtime(message.occurred_at)
    author = message.author.name if message.author else _("Support")
    return f"{author}, {date_format(local, 'SHORT_DATETIME_FORMAT')}"


def watch_way_out(notice: Notice) -> dict[str, str]:
    """The headers by which a mail program ends the mails of a ticket with one click (RFC 8058)."""
    watcher = watcher_of(notice)
    if watcher is None:
        return {}
    return {
        "List-Unsubscribe": f"<{settings.SITE_URL}{watch_stop_url(watcher)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
