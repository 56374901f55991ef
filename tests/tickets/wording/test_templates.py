"""The desk's own words: stored by administrators, checked, previewed, reset; told in the
recipient's language and time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.choices import Language
from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.choices import SurveyKind
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import MailTemplate, Notice, NoticeKind, Survey
from tickets.notifications.rendering import compose
from tickets.services.holding import assign
from tickets.services.picking import pick_up
from tickets.services.talking import add_note, reply
from tickets.services.wording import reset_template, store_template
from tickets.wording.parts import Wording

WORDS = Wording(subject="About {{ ticket.subject }}", text="Dear {{ recipient.name }}\n")
ADD = reverse("admin:tickets_mailtemplate_add")
LIST = reverse("admin:tickets_mailtemplate_changelist")
PREVIEW = reverse("admin:tickets_mailtemplate_preview")


@pytest.fixture
def receipt(cast: Cast) -> Notice:
    """The receipt of a ticket, to its customer."""
    new_ticket(cast)
    return Notice.objects.get()


def typed(**values: str) -> dict[str, str]:
    return {
        "kind": "received",
        "language": "en",
        "subject": "S",
        "text": "T {{ ticket.number }}",
        "html": "",
        **values,
    }


def html(notice: Notice) -> str:
    return str(compose(notice).alternatives[0][0])


def test_the_desks_own_words_go_out_and_are_reset(cast: Cast, receipt: Notice) -> None:
    before = compose(receipt).body
    store_template("received", "en", WORDS, actor=cast.administrator)
    mail = compose(receipt)
    assert (mail.subject, mail.body) == ("About No way in", "Dear Carla Customer\n")
    assert "<p>Dear Carla Customer</p>" in html(receipt)
    assert reset_template("received", "en", actor=cast.administrator)
    assert compose(receipt).body[:40] == before[:40]


def test_who_is_written_to_reads_their_own_language(
    cast: Cast, receipt: Notice, settings: Settings
) -> None:
    User.objects.filter(pk=cast.customer.pk).update(language="de")
    mail = compose(Notice.objects.get())
    assert mail.subject.endswith("Eingegangen: No way in")
    assert mail.extra_headers["Content-Language"] == "de"
    assert '<html lang="de">' in html(Notice.objects.get())
    User.objects.filter(pk=cast.customer.pk).update(language="")
    assert "We received" in compose(Notice.objects.get()).subject
    settings.DESK_LANGUAGE = "de"
    assert "Eingegangen" in compose(Notice.objects.get()).subject


def test_a_mail_without_words_in_the_recipients_language_is_english_and_says_so(
    cast: Cast, settings: Settings
) -> None:
    """Staff's mails are shipped in English alone."""
    settings.DESK_LANGUAGE = "de"
    assign(new_ticket(cast), assignee=cast.agent, actor=cast.lead)
    notice = Notice.objects.get(kind=NoticeKind.ASSIGNED)
    assert compose(notice).extra_headers["Content-Language"] == "en"
    assert '<html lang="en">' in html(notice)
    german = Wording(subject="Für Sie", text="{{ ticket.subject }}\n")
    store_template("assigned", "de", german, actor=cast.administrator)
    assert compose(notice).extra_headers["Content-Language"] == "de"
    assert compose(notice).subject == "Für Sie"


def test_days_are_told_in_the_recipients_zone_and_language(cast: Cast, receipt: Notice) -> None:
    at = datetime(2026, 3, 5, 20, tzinfo=UTC)
    receipt.kind = NoticeKind.SURVEY_CSAT
    receipt.survey = Survey(
        pk=1,
        kind=SurveyKind.CSAT,
        ticket=receipt.ticket,
        customer=cast.customer,
        created_at=at,
        send_after=at,
        locks_at=at,
    )
    receipt.recipient.time_zone = "Asia/Tokyo"
    assert "until 6 March" in compose(receipt).body
    receipt.recipient.language = "de"
    assert "bis 6. März" in compose(receipt).body
    receipt.recipient.time_zone = "Europe/Amsterdam"
    assert "bis 5. März" in compose(receipt).body
    assert timedelta(0) == at.utcoffset()


def test_only_administrators_change_words(cast: Cast) -> None:
    for person in (cast.customer, cast.agent, cast.manager):
        with pytest.raises(NotAllowed):
            store_template("received", "en", WORDS, actor=person)
        with pytest.raises(NotAllowed):
            reset_template("received", "en", actor=person)


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_a_mistake_is_refused_at_its_part(cast: Cast, part: str) -> None:
    parts = {"subject": "a", "text": "b", "html": "c"} | {part: "{{ message.secret }}"}
    with pytest.raises(InvalidInput) as refusal:
        store_template("replied", "en", Wording(**parts), actor=cast.administrator)
    assert set(refusal.value.fields) == {part}
    assert not MailTemplate.objects.exists()


def test_a_template_that_a_release_broke_gives_way_to_the_shipped_one(receipt: Notice) -> None:
    MailTemplate.objects.create(kind="received", language="en", subject="x", text="{{ gone }}")
    assert "We received" in compose(receipt).subject


def test_no_template_reaches_a_private_note_or_what_is_the_desks_own(cast: Cast) -> None:
    ticket = new_ticket(cast)
    pick_up(ticket, actor=cast.agent)
    note = add_note(ticket, body="The customer is difficult.", actor=cast.agent)
    reply(ticket, body="Off and on.", actor=cast.agent)
    everything = Wording(
        subject="{{ ticket.subject }}",
        text="{{ message.author }} {{ message.body }} {{ escalation.known }} {{ task.note }}",
    )
    for kind in (NoticeKind.REPLIED, NoticeKind.RESOLVED):
        with pytest.raises(InvalidInput):
            store_template(kind, "en", everything, actor=cast.administrator)
        words = Wording(subject="x", text="{{ message.author }}: {{ message.body }}")
        store_template(kind, "en", words, actor=cast.administrator)
        notice = Notice(kind=kind, ticket=ticket, recipient=cast.customer, message=note)
        assert "difficult" not in str(compose(notice).message())


# The administration ------------------------------------------------------------------------------


def test_the_list_has_a_column_for_each_language_in_its_own_words(admin: Client) -> None:
    page = admin.get(LIST).content.decode()
    for code, label in Language.choices:
        assert re.search(rf'<th scope="col" lang="{code}">{label}</th>', page)
    assert page.count(f"{ADD}?kind=") == len(NoticeKind) * len(Language)


def test_the_list_names_every_mail_and_where_it_is_edited(admin: Client, cast: Cast) -> None:
    page = admin.get(LIST).content.decode()
    for kind in NoticeKind:
        assert kind.label in page
    assert f"{ADD}?kind=replied&amp;language=de" in page
    store_template("replied", "de", WORDS, actor=cast.administrator)
    assert "own words" in admin.get(LIST).content.decode()


def test_editing_begins_with_what_is_shipped(admin: Client) -> None:
    page = admin.get(ADD, {"kind": "received", "language": "de"}).content.decode()
    assert "wir haben Ihre Anfrage erhalten" in page
    assert "ticket.subject" in page
    assert admin.get(ADD, {"kind": "nonsense", "language": "xx"}).status_code == 200


def test_saving_keeps_what_was_typed_and_names_the_line(admin: Client, cast: Cast) -> None:
    bad = admin.post(ADD, typed(text="One\n{{ ticket.nmber }}"))
    page = bad.content.decode()
    assert "Line 2: “ticket.nmber” is no value of this mail. Did you mean ticket.number?" in page
    assert "One\n{{ ticket.nmber }}" in page
    assert admin.post(ADD, typed()).status_code == 302
    row = MailTemplate.objects.get()
    assert (row.text, row.changed_by) == ("T {{ ticket.number }}", cast.administrator)
    change = reverse("admin:tickets_mailtemplate_change", args=[row.pk])
    assert admin.post(change, typed(text="New")).status_code == 302
    assert MailTemplate.objects.get().text == "New"
    delete = reverse("admin:tickets_mailtemplate_delete", args=[row.pk])
    assert admin.post(delete, {"post": "yes"}).status_code == 302
    assert not MailTemplate.objects.exists()


def test_a_preview_shows_both_parts_and_sends_nothing(admin: Client, receipt: Notice) -> None:
    shown = admin.post(PREVIEW, typed(text="Hi {{ recipient.name }}: {{ ticket.url }}"))
    assert shown.status_code == 200
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "Carla Customer" in shown.content.decode()
    real = admin.post(PREVIEW, typed(ticket=f"#{receipt.ticket_id}")).content.decode()
    assert f"T {receipt.ticket_id}" in real
    assert receipt.ticket.access_key.hex not in real
    wrong = admin.post(PREVIEW, typed(text="{{ no }}"))
    assert wrong.status_code == 422
    assert "Line 1" in wrong.content.decode()
    assert not MailTemplate.objects.exists()


def test_managers_look_and_change_nothing(cast: Cast, receipt: Notice) -> None:
    client = Client()
    client.force_login(cast.manager)
    assert client.get(LIST).status_code == 200
    assert client.post(ADD, typed()).status_code == 403
    assert client.post(PREVIEW, typed()).status_code == 403
