"""Bodies (of Crisp) that seem to quote or to sign and do not, or do so in an unusual way."""

from __future__ import annotations

import pytest

from tests.tickets.mail.reading import REAL
from tickets.mail.folding import FoldedText, fold

BODIES = REAL / "crisp_email_reply_parser" / "test" / "fixtures"

pytestmark = pytest.mark.skipif(
    not BODIES.exists(), reason=f"the real letters are not on this machine: {BODIES}"
)


def folded(name: str) -> tuple[str, FoldedText]:
    text = (BODIES / f"{name}.txt").read_text()
    return text.strip(), fold(text)


@pytest.mark.parametrize(
    "name",
    [
        "email_not_a_signature_2",
        "email_sent_from_my_not_signature",
        "email_tricky_13_timestamp_variations",
        "email_tricky_19_quote_without_header",  # answers stand between what is quoted
        "email_tricky_1_on_false_positive",
        "email_tricky_2_url_with_wrote",
        "email_tricky_3_code_block",
        "email_tricky_4_from_in_body",
        "email_tricky_6_regards_in_sentence",
        "email_tricky_7_multiple_dashes",
        "email_tricky_8_sent_from_in_content",
        "email_with_date_headers",
        "email_with_from_headers",
        "email_with_regards",
    ],
)
def test_what_neither_quotes_nor_signs_is_shown_whole(name: str) -> None:
    text, parted = folded(name)
    assert parted.visible.strip() == text
    assert parted.signature == ""


@pytest.mark.parametrize(
    ("name", "end", "signature"),
    [
        ("email_1", "-Abhishek Kona", "__\nriak-users mailing list"),
        ("email_2_1", "Outlook with a reply", ""),
        ("email_4", "problem with it.", ""),
        ("email_custom_quote_header", "Thank you!", "-- \nGyőrvári Gábor"),
        ("email_customer_quote_header_2", "Thank you very much.", ""),
        ("email_sent_from", "words or paragraphs.", "Sent from TypeApp"),
        ("email_tricky_11_double_signature", "Best regards,\nJohn", "--\nJohn Doe"),
        ("email_tricky_16_unicode_signatures", "Cheers 🎉\nSarah", "—————\nSarah Johnson"),
        ("email_tricky_17_forward_header", "See the forwarded message below.", ""),
        ("email_tricky_20_html_entities", "handled correctly.", ""),
        ("email_unquoted_reply", "This is my reply.", ""),
        ("email_zoho", "running a test?", ""),
        ("sig_no_empty_line", "no empty line above.", "--\nrick"),
    ],
)
def test_what_follows_the_reply_is_folded(name: str, end: str, signature: str) -> None:
    text, parted = folded(name)
    assert parted.visible == text[: text.index(end) + len(end)]
    assert parted.signature.startswith(signature)
    assert bool(parted.signature) == bool(signature)


def test_answers_below_each_question_are_shown_with_the_questions() -> None:
    text, parted = folded("email_tricky_18_inline_reply")
    assert parted.visible == text.partition("wrote:\n")[2]
