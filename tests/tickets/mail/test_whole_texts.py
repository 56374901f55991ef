"""The whole text of every real letter, held against what another reader makes of it.

Equal to the last sign, but for line ends and blank lines around. Where the other reader takes
the wrong bytes for the text, the tables say why, and how it is to be read then. Letters in HTML
alone stand in `test_texts_of_pages`.
"""

from __future__ import annotations

import pytest

from tests.tickets.mail.other_reader import (
    Reading,
    all_texts,
    as_it_came,
    attached,
    between,
    in_charset,
    plain_text,
    with_boundary_in_quotes,
    without_files,
)
from tests.tickets.mail.reading import PAGES_ALONE, REAL, real_letters
from tickets.mail.letters import Flaw

pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason=f"the real letters are not on this machine: {REAL}"
)

# It reads the first text alone; a reader shows all of them, one below the other.
SEVERAL_TEXTS = (
    "intermediate-boundaries.msg",
    "multi-badnames.msg",
    "multi-frag.msg",
    "multi-nested.msg",
    "multi-nested2.msg",
    "multi-nested3.msg",
    "multi-simple.msg",
    "raw_email4.eml",
    "uu-junk-target.msg",
    "very-long-boundary.msg",
    "weird-boundary.msg",
)
# It takes a text for a file, since it stands in Content-Disposition that it is one.
NOTHING_BUT_A_FILE = ("russian.msg", "russian-headers.msg")
# It leaves a file that stands uuencoded in the text where it is.
FILES_IN_TEXT = ("sig-uu.msg", "uu-junk.msg", "uu-zeegee.msg")
# It has no text of its own: what hangs on it is what there is to read.
MESSAGES_ATTACHED = (
    "attachment_message_rfc822_inline_image.eml",
    "bad-newlines-multiple-parts-base64.msg",
    "base64encoded-rfc822message-nested.msg",
    "base64encoded-rfc822message.msg",
    "frag.msg",
    "multi-2gifs-base64.msg",
    "multi-digest.msg",
    "multipart_report_multiple_status.eml",
    "multipartdigestnestedemptyparts.msg",
    "multipartnestedemptyparts.msg",
    "re-fwd.msg",
)
# No part begins where the boundary says: all of it is shown rather than none.
NO_PARTS = ("badbound.msg", "missing-boundary.msg", "multipartnopart.msg")
# The boundary has to stand in quotes and does not: everybody but this parser sees what is meant.
BARE_BOUNDARIES = (
    "raw_email_bad_time.eml",
    "raw_email_with_binary_encoded.eml",  # a picture alone
    "raw_email_with_illegal_boundary.eml",
)
# Nobody wrote a word.
FILES_ALONE = (
    "attachment_only_email.eml",
    "attachment_with_quoted_filename.eml",
    "bluedot-simple.msg",
    "dup-names.msg",
    "japanese_attachment_long_name.eml",
    "missing_content_disposition.eml",
)
# They end with their headers.
CUT_OFF = (
    "bad_date_header.eml",
    "bad_date_header2.eml",
    "empty_in_reply_to.eml",
    "missing_body.eml",
    "must_supply_encoding.eml",
)
# The charset that the bytes are really in, and how we say that it is not the one of the label.
CHARSETS = {
    "attachment_pdf_non_ascii.eml": ("utf-8", Flaw.WRONG_CHARSET),
    "attachment_pdf_non_ascii_lf.eml": ("utf-8", Flaw.WRONG_CHARSET),
    "content_transfer_encoding_7-bit.eml": ("utf-8", Flaw.WRONG_CHARSET),
    "content_transfer_encoding_plain.eml": ("utf-8", Flaw.WRONG_CHARSET),
    "infinite.msg": ("iso-8859-1", Flaw.UNKNOWN_CHARSET),
    "raw_email10.eml": ("utf-8", Flaw.UNKNOWN_CHARSET),
    "raw_email6.eml": ("utf-8", Flaw.WRONG_CHARSET),
}
OTHERWISE: dict[str, Reading] = {
    **dict.fromkeys(SEVERAL_TEXTS + NOTHING_BUT_A_FILE + FILES_ALONE, all_texts),
    **dict.fromkeys(FILES_IN_TEXT, without_files),
    **dict.fromkeys(MESSAGES_ATTACHED, attached),
    **dict.fromkeys(NO_PARTS + CUT_OFF, as_it_came),
    **dict.fromkeys(BARE_BOUNDARIES, with_boundary_in_quotes),
    **{name: in_charset(codec) for name, (codec, _) in CHARSETS.items()},
    # No label, and UTF-8 beyond doubt.
    "raw_email5.eml": in_charset("utf-8"),
    # It ends the headers at a blank before a colon, or at a line that is none.
    "example13.eml": between("This is a message", 'So, "Hello".'),
    "raw_email_incorrect_header.eml": between("You are infected", "discon/?xxx@xxx.com"),
    # The headers end at a line of blanks inside of the first one: the others are shown.
    "obsolete.msg": between("Date    :", "body", "cp1252"),
    # Behind each boundary the line goes on. Where the first part begins we see all the same; what
    # should be its end is shown, and all below it.
    "ending-boundaries.msg": between("first part", "=" * 67),
    # A boundary longer than is read: the body is shown as it came.
    "very-very-long-boundary.msg": between("multipart\n", "epilogue"),
    # The inner parts begin nowhere; what stands there is shown below the text before it.
    "missing-inner-boundary.msg": lambda raw: "Foo\n\nAAA",
    "missing-inner-start-boundary.msg": lambda raw: "Foo\n\nAAA",
}


def test_every_text_is_whole_as_another_reader_has_it() -> None:
    letters = real_letters()
    assert len(letters) > 190
    unlike = {name for name, mail in letters.items() if mail.text != plain_text(mail.raw)}
    assert unlike <= OTHERWISE.keys() | PAGES_ALONE


@pytest.mark.parametrize("name", OTHERWISE)
def test_so_is_each_that_it_cannot_read_by_itself(name: str) -> None:
    mail = real_letters()[name]
    assert mail.text == OTHERWISE[name](mail.raw)


@pytest.mark.parametrize("name", CHARSETS)
def test_a_guessed_charset_is_flagged(name: str) -> None:
    assert CHARSETS[name][1] in real_letters()[name].flaws
