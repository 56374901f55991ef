"""The text, the HTML and the files of every way in which a mail is put together."""

from __future__ import annotations

import pytest

from tests.tickets.mail.reading import letter, mail_of, raw_letter
from tickets.mail.letters import Flaw
from tickets.mail.parsing import parse_mail

PNG = b"\x89PNG"


def test_of_two_ways_to_say_it_both_are_kept_and_the_files_beside():
    mail = letter("alternative-related-mixed")
    assert mail.text == "See the picture: [image: printer]"
    assert mail.html is not None
    assert 'src="cid:printer%40example.com"' in mail.html
    picture, log = mail.attachments
    assert (picture.name, picture.content_type) == ("printer.png", "image/png")
    assert (picture.content_id, picture.is_inline) == ("printer@example.com", True)
    assert picture.content.startswith(PNG)
    assert (log.name, log.content, log.is_inline) == ("log.txt", b"Error 0x61\n", False)
    assert mail.flaws == ()


def test_a_letter_in_html_alone_is_read_as_text():
    mail = letter("html-only")
    assert mail.text == (
        "Hello,\n\nthe printer says:\n\n"
        "- paper jam\n- call the manual <https://help.example.com/jam>\n\n"
        "Tray | Sheets\n1 | 20\n\n"
        "> Did you open it?\n> And close it?"
    )


def test_parts_in_a_row_are_one_text_and_one_page():
    mail = letter("text-html-text")
    assert mail.text == "Before the table.\n\n1 < 2\n\nAfter <the> table."
    assert mail.html is not None
    assert "<p>1 &lt; 2</p>" in mail.html
    assert "After &lt;the&gt; table." in mail.html


@pytest.mark.parametrize(
    ("name", "text", "flaw"),
    [
        ("mislabelled-utf8", "Der Drucker glüht – sofort!", Flaw.WRONG_CHARSET),
        ("mislabelled-windows", "Der Drucker glüht – „sofort“!", Flaw.WRONG_CHARSET),
        ("unknown-charset", "Der Drucker glüht.", Flaw.UNKNOWN_CHARSET),
    ],
)
def test_a_wrong_charset_is_seen_through(name, text, flaw):
    mail = letter(name)
    assert (mail.text, mail.flaws) == (text, (flaw,))


def test_a_charset_that_nobody_names_is_a_guess_unless_it_is_utf_8():
    head, text = b"From: a@example.com\n\n", "Der Drucker glüht."
    guessed, certain = parse_mail(head + text.encode("cp1252")), parse_mail(head + text.encode())
    assert guessed.text == certain.text == text
    assert Flaw.UNKNOWN_CHARSET in guessed.flaws
    assert Flaw.UNKNOWN_CHARSET not in certain.flaws


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("us-ascii", "cp1252", "It’s “hot”"),
        ("iso-8859-1", "cp1252", "It’s “hot”"),
        ("gb2312", "gb18030", "打印机着火了镕"),
        ("shift_jis", "cp932", "プリンター①"),
        ("iso-2022-jp", "iso2022_jp", "プリンター"),
        ("ks_c_5601-1987", "cp949", "프린터가 불타"),
        ("big5", "big5", "印表機"),
        ("windows-1251", "cp1251", "Принтер"),
        ("utf-7", "utf-7", "glüht"),
        ("utf-16", "utf-16", "glüht"),
        ('"UTF-8"', "utf-8", "glüht"),
    ],
)
def test_each_charset_is_read_as_people_mean_it(charset, codec, text):
    head = f"From: a@example.com\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert parse_mail(head + text.encode(codec)).text == text


@pytest.mark.parametrize("charset", ["zlib", "base64", "idna", "punycode", "undefined", "\\0", "*"])
def test_a_codec_that_is_no_charset_is_none(charset):
    head = f"From: a@example.com\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert parse_mail(head + b"Hello").text == "Hello"


def test_lines_cut_for_the_way_are_put_together():
    mail = letter("flowed")
    assert mail.text.split("\n") == [
        "The printer is on fire and I do not know what I should do about it, so I write to you.",
        "",
        "> You wrote that it was only warm.",
        ">> It was.",
        ">this line begins with a sign",
        "",
        "-- ",
        "Ada",
    ]


def test_parts_are_found_without_their_boundary():
    mail = letter("missing-boundary")
    assert mail.text == "It is on fire – now."
    assert mail.html is not None
    assert "<p>" in mail.html
    assert mail.flaws == (Flaw.BAD_STRUCTURE,)


def test_a_letter_that_breaks_off_keeps_what_came():
    mail = letter("truncated")
    assert mail.text == "It is on fire."
    assert mail.attachments[0].name == "bill.pdf"
    assert mail.attachments[0].content.startswith(b"%PDF-1.4")
    assert Flaw.BAD_STRUCTURE in mail.flaws


def test_an_attached_message_is_a_file():
    mail = letter("attached-message")
    assert mail.text == "See below."
    (message,) = mail.attachments
    assert (message.name, message.content_type) == ("Your order n° 12-3.eml", "message/rfc822")
    assert parse_mail(message.content).text == "Thank you."


def test_an_attached_message_alone_is_shown():
    mail = letter("only-an-attached-message")
    assert mail.text == "From: shop@example.org\nSubject: Your order\n\nThank you."
    assert mail.attachments[0].name == "Your order.eml"


def test_a_digest_shows_its_messages():
    mail = letter("digest")
    assert mail.text == (
        "From: one@example.org\nSubject: First\n\nOne.\n\n"
        "From: two@example.org\nSubject: Second\n\nTwo."
    )
    assert [each.name for each in mail.attachments] == ["First.eml", "Second.eml"]


def test_a_file_inside_the_text_is_taken_out_of_it():
    mail = letter("uuencoded")
    assert mail.text == "Here is the log.\n\n\nPlease look."
    assert (mail.attachments[0].name, mail.attachments[0].content) == (
        "log.txt",
        b"Error 0x61\n" * 9,
    )


def test_a_file_of_outlook_is_kept_as_it_is():
    mail = letter("winmail")
    assert mail.text == "See the file."
    assert mail.attachments[0].name == "winmail.dat"
    assert mail.attachments[0].content_type == "application/ms-tnef"


def test_a_signature_beside_the_text_is_a_file():
    mail = letter("signed")
    assert mail.text == "It is on fire."
    assert [each.name for each in mail.attachments] == ["signature.asc"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\bill.pdf", "bill.pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("what?.txt", "what_.txt"),
        ("...", "attachment-1.pdf"),
        ("", "attachment-1.pdf"),
    ],
)
def test_the_name_of_a_file_is_safe(name, kept):
    mail = mail_of(
        content_type="application/pdf", content_disposition=f'attachment; filename="{name}"'
    )
    assert mail.attachments[0].name == kept


def test_a_name_in_the_newer_way_of_writing_is_read():
    disposition = "attachment; filename*0*=utf-8''Rechnung%20f%C3%BCr; filename*1*=%20Ada.pdf"
    mail = mail_of(content_type="application/pdf", content_disposition=disposition)
    assert mail.attachments[0].name == "Rechnung für Ada.pdf"


@pytest.mark.parametrize("encoding", ["7-bit", "8bits", "BASE64 ", '"base64"', "Quoted-Printable;"])
def test_an_encoding_written_badly_is_understood(encoding):
    mail = mail_of("aGVsbG8=", content_transfer_encoding=encoding)
    expected = "hello" if "ase64" in encoding.lower() else "aGVsbG8"
    assert mail.text.startswith(expected)
    assert Flaw.BAD_ENCODING not in mail.flaws


def test_a_footer_below_base64_is_no_part_of_the_file():
    mail = mail_of("aGVsbG8=\n--\nsent by a list", content_transfer_encoding="base64")
    assert mail.text == "hello"
    assert Flaw.BAD_ENCODING in mail.flaws


def test_an_unknown_encoding_is_named():
    assert Flaw.BAD_ENCODING in mail_of(content_transfer_encoding="x-rot13").flaws


def _nested(levels: int) -> bytes:
    parts = (
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n'.encode()
        for n in range(levels)
    )
    return b"From: a@example.com\n" + b"".join(parts) + b"\nIt is on fire.\n"


def test_parts_inside_parts_are_read_to_a_depth():
    mail = parse_mail(_nested(20))
    assert mail.text == "It is on fire."
    deep = parse_mail(_nested(5000))
    assert Flaw.TOO_DEEP in deep.flaws
    assert deep.attachments[0].content


def test_parts_without_number_are_shown_as_the_text_that_they_are():
    head = b'From: a@example.com\nContent-Type: multipart/mixed; boundary="b"\n\n'
    mail = parse_mail(head + b"--b\n\nIt is on fire.\n" * 3000)
    assert mail.flaws.count(Flaw.TOO_MANY_PARTS) == 1
    assert mail.sender is not None
    assert "It is on fire." in mail.text


def test_messages_inside_messages_are_shown_to_a_depth():
    raw = b"Content-Type: message/rfc822\n\n" * 2000 + b"From: a@example.com\n\nHello"
    assert parse_mail(raw).attachments[0].content_type == "message/rfc822"


def test_line_ends_of_all_systems_are_one():
    unix = parse_mail(raw_letter("alternative-related-mixed"))
    windows = parse_mail(raw_letter("alternative-related-mixed").replace(b"\n", b"\r\n"))
    assert (windows.text, windows.subject) == (unix.text, unix.subject)
    assert windows.attachments[0] == unix.attachments[0]
