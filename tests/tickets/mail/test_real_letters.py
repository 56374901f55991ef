"""Real, awkward letters from the test folders of mail libraries: each is read as it is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tickets.mail.other_reader import sender, subject
from tests.tickets.mail.reading import REAL, real_letters
from tickets.mail.kinds import Desk, Kind, find_kind
from tickets.mail.letters import Address
from tickets.mail.parsing import parse_mail

pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason=f"the real letters are not on this machine: {REAL}"
)

MIKEL = REAL / "mikel_mail" / "spec" / "fixtures" / "emails"
MIME4J = REAL / "apache_mime4j" / "core" / "src" / "test" / "resources"
HELPDESK = REAL / "django_helpdesk" / "tests" / "test_files"
# Another parser overlooks a name in brackets behind the address, takes a word for an address and a
# name for a part of one, keeps blanks between encoded words, leaves bytes undecoded, or ends the
# headers early.
SENDERS = {
    "bad_subject.eml": ("carol@mysurvey.com", "MySurvey.com & Carol Adams"),
    "example13.eml": ("jdoe@machine.example", "John Doe"),
    "german.msg": ("deuschle@mnh.telekom.de", "Guenter Deuschle"),
    "mix_caps_content_type.eml": ("bb@bug.com", ""),
    "multi_address_bounce1.eml": ("mailer-daemon@lvmail01.ll.com", "Mail Delivery System"),
    "multi_address_bounce2.eml": ("mailer-daemon@lvmail01.ll.com", "Mail Delivery System"),
    "must_supply_encoding.eml": (
        "info@here2there-travelers-msgs.net",
        "Biz Phone Systems from EclipseMediaOnline\ufffd\ufffd",  # as it came
    ),
    "not-mime.msg": ("s.rahtz@elsevier.co.uk", "Sebastian Rahtz"),
    "raw_email_incorrect_header.eml": ("xxx@xxx.xxx", "xxx xxx"),
    "re-fwd.msg": ("", ""),
    "utf8_headers.eml": ("jdöe@mächine.example", "Jöhn Doe"),
    "uu-zeegee.msg": ("", ""),
}
SUBJECTS = {
    "example13.eml": "Saying Hello",
    "invalid_subject_characters.eml": (
        "Formação FrenetikPolis: Mega Campanha Final Verão | Cursos de Setembro"
    ),
    "obsolete.msg": (
        "The obsolete syntax allow spaces before the colon and also empty lines in folding."
    ),
    "raw_email_incorrect_header.eml": "Stop adware/spyware once and for all.",
}


def test_every_letter_is_kept_as_it_came() -> None:
    paths = [path for path in REAL.rglob("*") if path.suffix in (".eml", ".msg")]
    assert len(paths) == len(real_letters()) > 190
    assert [path for path in paths if real_letters()[path.name].raw != path.read_bytes()] == []


def test_each_names_its_sender_as_another_reader_does() -> None:
    ours = {name: _sender(mail.sender) for name, mail in real_letters().items()}
    theirs = {name: sender(mail.raw) for name, mail in real_letters().items()}
    assert ours == theirs | SENDERS


def test_each_has_the_subject_that_another_reader_shows() -> None:
    ours = {name: mail.subject for name, mail in real_letters().items()}
    theirs = {name: subject(mail.raw) for name, mail in real_letters().items()}
    assert ours == theirs | SUBJECTS


def _sender(found: Address | None) -> tuple[str, str]:
    return (found.address.lower(), found.name) if found else ("", "")


@pytest.mark.parametrize(
    ("folder", "name", "sender", "subject", "text"),
    [
        (MIKEL, "rfc2822/example01", "jdoe@machine.example", "Saying Hello", "This is a message"),
        (MIKEL, "rfc2822/example03", "john.q.public@example.com", "", "Hi everyone."),
        (MIKEL, "rfc2822/example10", "pete@silly.test", "", "Testing."),
        (MIKEL, "rfc2822/example11", "john.q.public@example.com", "", "Hi everyone."),
        (MIKEL, "rfc2822/example13", "jdoe@machine.example", "Saying Hello", "This is a message"),
        (MIKEL, "rfc2822/example14", "atsushi@example.com", "Re: TEST テストテスト", "Hello"),
        (MIKEL, "rfc6532/utf8_headers", "jdöe@mächine.example", "Säying Hello", "body"),
        (MIKEL, "multi_charset/japanese", "raasdnil@gmail.com", "まみむめも", "かきくえこ"),
        (
            MIKEL,
            "multi_charset/japanese_iso_2022",
            "raasdnil@gmail.com",
            "まみむめも",
            "すみません。",
        ),
        (MIKEL, "multi_charset/japanese_shift_jis", "xxxxxxx@docomo.ne.jp", "test", "あいうえお"),
        (MIKEL, "multi_charset/ks_c_5601-1987", "from@example.com", "test", "스티해"),
        (
            MIKEL,
            "error_emails/invalid_subject_characters",
            "info@formacaofrenetik.info",
            "Formação FrenetikPolis: Mega Campanha Final Verão | Cursos de Setembro",
            "TEST",
        ),
        (
            MIKEL,
            "error_emails/cant_parse_from",
            "News@insideapple.apple.com",
            "Meet the new MacBook Pro family. Now includes 13-inch.",
            "From one solid piece of aluminum",
        ),
        (
            MIKEL,
            "plain_emails/raw_email_incorrect_header",
            "xxx@xxx.xxx",
            "Stop adware/spyware once and for all.",
            "You are infected with:",
        ),
        (
            MIKEL,
            "plain_emails/raw_email_with_partially_quoted_subject",
            "jamis@37signals.com",
            'Re: Test: "漢字" mid "漢字" tail',
            "대부분의 마찬가지로",
        ),
        (
            MIKEL,
            "plain_emails/mix_caps_content_type",
            "bb@bug.com",
            "undef method parameter bug",
            "foo bar",
        ),
        (
            HELPDESK,
            "all-special-chars",
            "timothy.hobbs@auto-mat.cz",
            "Testovácí email",
            "íářčšáíéřášč",
        ),
        (
            HELPDESK,
            "quoted_printable",
            "tim.thelion@gmail.com",
            "Český test",
            "Tohle je test českých",
        ),
        (
            HELPDESK,
            "blank-body-with-attachment",
            "timothy.hobbs@auto-mat.cz",
            "Attachment without body",
            "",
        ),
        (
            HELPDESK,
            "utf-nondecodable",
            "john.smith@example.cz",
            "Fwd: Cyklozaměstnavatel - změna vyhodnocení",
            "-------- Forwarded Message --------",
        ),
        (
            HELPDESK,
            "pgp",
            "bugreporter@example.com",
            "example email that crashes",
            "hi, thanks for",
        ),
        (MIME4J, "mimetools-testmsgs/german-qp", "joern@zyn.de", "Testnachricht", "Hallo,"),
        (
            MIME4J,
            "mimetools-testmsgs/multi-simple",
            "nsb@bellcore.com",
            "Sample message",
            "This is impl",
        ),
        (
            MIME4J,
            "mimetools-testmsgs/multi-digest",
            "nsb@bellcore.com",
            "Sample digest",
            "From: noone@",
        ),
        (
            MIME4J,
            "mimetools-testmsgs/double-bound",
            "eryq@rhine.gsfc.nasa.gov",
            "test of double",
            "This mess",
        ),
        (MIME4J, "testmsgs/missing-inner-boundary", None, "", "Foo\n\nAAA"),
        (MIME4J, "testmsgs/missing-inner-start-boundary", None, "", "Foo\n\nAAA"),
        (
            MIME4J,
            "mimetools-testmsgs/multi-badnames",
            "nsb@bellcore.com",
            "Sample message",
            "This is explicitly typed plain ASCII text.",
        ),
        (MIME4J, "mimetools-testmsgs/uu-zeegee", None, "uudecoding", "I've uuencoded the ZeeGee"),
        (MIME4J, "mimetools-testmsgs/re-fwd", None, "Re: Fwd: hello world", "From: user1"),
        (MIKEL, "mime_emails/raw_email4", "xxx@xxxx.xxx", "Filth", "Some text\n\n--\nThis Orange"),
        (MIKEL, "plain_emails/raw_email10", "xxx@xxxx.xxx", "", "Test test. Hi. Waving. m"),
        (MIME4J, "mimetools-testmsgs/frag", "omrec@mailandnews.com", "[Fwd: [Fwd: ", "From: Vynce"),
        (MIME4J, "testmsgs/intermediate-boundaries", None, "", "first part\n\nfrom the rfc:"),
        (MIME4J, "testmsgs/very-long-boundary", None, "", "Text body\n\nThe above line"),
        (MIME4J, "testmsgs/very-very-long-boundary", None, "", "multipart\n\n--0123"),
        (MIME4J, "testmsgs/weird-boundary", None, "", "Text body\n\nThe above line"),
        (MIME4J, "testmsgs/obsolete", None, "The obsolete syntax allow spaces", "Date    :   "),
        (
            MIKEL,
            "error_emails/content_transfer_encoding_7-bit",
            "discovercard_newsflash@discover.qrs1.net",
            "Discover(R) Card News Online - January 2002",
            "DISCOVERÆ CARD",
        ),
        (
            MIME4J,
            "testmsgs/base64encoded-rfc822message",
            None,
            "a simple rfc822 message",
            "Text body",
        ),
    ],
)
def test_sender_subject_and_text_are_as_they_are_meant(
    folder: Path, name: str, sender: str | None, subject: str, text: str
) -> None:
    (path,) = folder.glob(f"{name}.*")
    mail = parse_mail(path.read_bytes())
    assert (mail.sender.address if mail.sender else None) == sender
    assert mail.subject.startswith(subject)
    assert bool(mail.subject) == bool(subject)
    assert mail.text.startswith(text)
    assert bool(mail.text) == bool(text)


@pytest.mark.parametrize(
    ("name", "recipients", "is_permanent"),
    [
        ("report_422", ["fraser@oooooooo.com.au"], False),
        ("report_530", ["edwin@zzzzzzz.com"], True),
        ("multipart_report_multiple_status", ["u@ci.com"], True),
    ],
)
def test_reports_of_servers_name_who_was_not_reached(
    name: str, recipients: list[str], is_permanent: bool
) -> None:
    mail = parse_mail((MIKEL / "multipart_report_emails" / f"{name}.eml").read_bytes())
    found = find_kind(mail, desk=Desk())
    assert found.kind is Kind.BOUNCE
    assert found.bounce is not None
    assert [each.recipient for each in found.bounce.deliveries] == recipients
    assert found.bounce.is_permanent is is_permanent
    assert found.bounce.original_id
