"""Who speaks in a mail, and the header that says so."""

from __future__ import annotations

import pytest

from tests.tickets.mail.reading import letter, mail_of
from tickets.mail.kinds import Desk, Kind, find_kind

DESK = Desk(message_hosts=frozenset({"helpdesk.example"}), header="X-Desk-Loop")


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("plain", Kind.PERSON, ""),
        ("html-only", Kind.PERSON, ""),
        ("attached-message", Kind.PERSON, ""),
        ("auto-replied", Kind.AUTO_REPLY, "auto-submitted"),
        ("exchange-away", Kind.AUTO_REPLY, "auto-submitted"),
        ("x-autoreply", Kind.AUTO_REPLY, "x-autoreply"),
        ("subject-away", Kind.AUTO_REPLY, "subject"),
        ("away-is-broken", Kind.PERSON, ""),
        ("machine-notice", Kind.MACHINE, "auto-submitted"),
        ("newsletter", Kind.MACHINE, "list-unsubscribe"),
        ("read-receipt", Kind.MACHINE, "content-type"),
        ("empty-return-path", Kind.MACHINE, "return-path"),
        ("no-reply", Kind.MACHINE, "from"),
        ("mailing-list", Kind.LIST, "list-id"),
        ("bounce", Kind.BOUNCE, "content-type"),
        ("bounce-qmail", Kind.BOUNCE, "from"),
        ("own", Kind.OWN, "x-desk-loop"),
        ("own-id", Kind.OWN, "message-id"),
    ],
)
def test_a_letter_is_known_by_a_header(name, kind, reason):
    found = find_kind(letter(name), desk=DESK)
    assert (found.kind, found.reason) == (kind, reason)
    assert (found.bounce is not None) == (kind is Kind.BOUNCE)
    assert bool(found.evidence) == (kind is not Kind.PERSON)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"auto_submitted": "no"}, Kind.PERSON),
        ({"auto_submitted": "No (said the server)"}, Kind.PERSON),
        ({"auto_submitted": "AUTO-REPLIED"}, Kind.AUTO_REPLY),
        ({"auto_submitted": "auto-notified; owner=x"}, Kind.MACHINE),
        ({"x_autoreply": "no"}, Kind.PERSON),
        ({"x_autorespond": ""}, Kind.AUTO_REPLY),
        ({"precedence": "auto_reply"}, Kind.AUTO_REPLY),
        ({"precedence": "bulk"}, Kind.MACHINE),
        ({"precedence": "bulk", "subject": "Automatische Antwort: Feuer"}, Kind.AUTO_REPLY),
        ({"precedence": "bulk", "list_id": "<a.example>"}, Kind.LIST),
        ({"precedence": "list"}, Kind.LIST),
        ({"precedence": "first-class"}, Kind.PERSON),
        ({"x_auto_response_suppress": "OOF, AutoReply"}, Kind.PERSON),
        ({"x_auto_response_suppress": "All"}, Kind.MACHINE),
        ({"x_auto_response_suppress": "All", "subject": "Out of office"}, Kind.AUTO_REPLY),
        ({"feedback_id": "1:2:3:x"}, Kind.PERSON),
        ({"x_desk_loop": "helpdesk.example"}, Kind.OWN),
        ({"x_desk_loop": "HelpDesk.example "}, Kind.OWN),
        ({"x_desk_loop": "another.example"}, Kind.PERSON),
        ({"x_desk_loop": ""}, Kind.PERSON),
        ({"x_auto_response_suppress": "DR, RN"}, Kind.PERSON),
        ({"return_path": "<ada@example.com>"}, Kind.PERSON),
        ({"from": "donotreply@example.com"}, Kind.MACHINE),
        ({"from": "MAILER-DAEMON@example.com"}, Kind.MACHINE),
        ({"from": "noreen@example.com"}, Kind.PERSON),
    ],
)
def test_each_header_is_read_as_it_is_meant(headers, kind):
    assert find_kind(mail_of(**headers), desk=DESK).kind is kind


@pytest.mark.parametrize(
    ("headers", "is_quiet"),
    [
        ({}, False),
        ({"x_auto_response_suppress": "DR, RN"}, False),
        ({"x_auto_response_suppress": "DR, OOF, AutoReply"}, True),
        ({"feedback_id": "1:2:3:x"}, True),
        ({"auto_submitted": "no"}, False),
    ],
)
def test_what_people_send_too_only_asks_for_no_answer_by_a_machine(headers, is_quiet):
    found = find_kind(mail_of(**headers), desk=DESK)
    assert (found.kind, found.is_quiet) == (Kind.PERSON, is_quiet)


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Automatic reply: Fire", Kind.AUTO_REPLY),
        ("Out of office", Kind.AUTO_REPLY),
        ("Réponse automatique : Feu", Kind.AUTO_REPLY),
        ("Automatisch antwoord: Brand", Kind.AUTO_REPLY),
        ("Respuesta automática: Fuego", Kind.AUTO_REPLY),
        ("Risposta automatica: Fuoco", Kind.AUTO_REPLY),
        ("Autosvar: Eld", Kind.AUTO_REPLY),
        ("Re: Automatic reply: Fire", Kind.PERSON),
        ("Automatic reply does not go out", Kind.PERSON),
        ("Abwesenheit eintragen geht nicht", Kind.PERSON),
        ("Mail delivery failed, why?", Kind.PERSON),
    ],
)
def test_a_subject_counts_only_where_it_says_nothing_else(subject, kind):
    assert find_kind(mail_of(subject=subject), desk=DESK).kind is kind


def test_a_list_that_is_only_the_way_to_the_desk_is_none():
    desk = Desk(list_ids=frozenset({"support.example.com"}))
    mail = mail_of(list_id="Support <Support.Example.com>", precedence="list")
    assert find_kind(mail, desk=desk).kind is Kind.PERSON
    assert find_kind(mail, desk=Desk()).kind is Kind.LIST


def test_a_reply_to_our_mail_is_not_our_mail():
    mail = mail_of(references="<1@helpdesk.example>", in_reply_to="<1@helpdesk.example>")
    assert find_kind(mail, desk=DESK).kind is Kind.PERSON
