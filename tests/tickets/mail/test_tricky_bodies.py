"""Bodies (of Crisp) that are judged one by one: replies, quotes and signatures of many kinds, and
what only seems to be one. What is expected is what a person calls the new words."""

from __future__ import annotations

import pytest

from tests.tickets.mail.reading import REAL
from tests.tickets.mail.test_real_replies import crisp
from tickets.mail.folding import FoldedText, fold

BODIES = REAL / "crisp_email_reply_parser" / "test" / "fixtures"

pytestmark = pytest.mark.skipif(
    not BODIES.exists(), reason=f"the real letters are not on this machine: {BODIES}"
)

NOTHING_BUT_WORDS = (
    "email_21",  # hundreds of paragraphs below "On Thursday:"
    "email_5",
    "email_not_a_signature",
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
)
# The name of a body, the end of its new words, and the beginning of the signature.
REPLIES = (
    ("correct_sig", "correct -- signature.", "--\nrick"),
    ("email_1", "-Abhishek Kona", "__\nriak-users mailing list"),
    ("email_19", "proper rendering.", "Sent from a magnificent torch of pixels"),
    ("email_20", "On Thursday.", ""),
    ("email_2_1", "Outlook with a reply", ""),
    ("email_3", "-Abhishek Kona", "__\nriak-users mailing list"),
    ("email_4", "problem with it.", ""),
    ("email_6", "Sent a magnificent torch of pixels", ""),  # not sent "from" it: words, maybe
    ("email_blackberry", "another email", "Sent from my BlackBerry"),
    ("email_bullets", "- and another", "--\n\n*Joe Smith | Director"),
    ("email_custom_quote_header", "Thank you!", "-- \nGyőrvári Gábor"),
    ("email_customer_quote_header_2", "Thank you very much.", ""),
    ("email_customer_quote_header_3", "merci d'avance", ""),
    ("email_emoji", "🎉", "—\nJohn Doe\nCEO at Pandaland\n\n@pandaland"),
    ("email_iphone", "another email", "Sent from my iPhone"),
    (
        "email_multi_word_sent_from_my_mobile_device",
        "another email",
        "Sent from my Verizon Wireless BlackBerry",
    ),
    ("email_one_is_not_on", "when I run...", ""),
    ("email_reply_header", "could happen TWICE!\n\nStranger", "--\nMy name is Stranger"),
    ("email_sent_from", "words or paragraphs.", "Sent from TypeApp"),
    ("email_thread", "thread from bellow.", ""),
    ("email_tricky_11_double_signature", "Best regards,\nJohn", "--\nJohn Doe"),
    ("email_tricky_16_unicode_signatures", "Cheers 🎉\nSarah", "—————\nSarah Johnson"),
    ("email_tricky_17_forward_header", "See the forwarded message below.", ""),
    ("email_tricky_20_html_entities", "handled correctly.", ""),
    ("email_tricky_9_nested_quotes", "the points below.", ""),
    ("email_unquoted_reply", "This is my reply.", ""),
    ("email_zoho", "running a test?", ""),
    ("sig_no_empty_line", "no empty line above.", "--\nrick"),
)
ANSWERS_BELOW = ("email_2", "email_tricky_18_inline_reply")


def folded(name: str) -> tuple[str, FoldedText]:
    text = (BODIES / f"{name}.txt").read_text()
    return text.strip(), fold(text)


@pytest.mark.parametrize("name", NOTHING_BUT_WORDS)
def test_what_neither_quotes_nor_signs_is_shown_whole(name: str) -> None:
    text, parted = folded(name)
    assert parted.visible.strip() == text
    assert parted.signature == ""


@pytest.mark.parametrize(("name", "end", "signature"), REPLIES)
def test_what_follows_the_reply_is_folded(name: str, end: str, signature: str) -> None:
    text, parted = folded(name)
    assert parted.visible == text[: text.index(end) + len(end)]
    assert parted.signature.startswith(signature)
    assert bool(parted.signature) == bool(signature)


def test_answers_below_each_question_are_shown_with_the_questions() -> None:
    text, parted = folded("email_tricky_18_inline_reply")
    assert parted.visible == text.partition("wrote:\n")[2]


def test_an_answer_below_a_greeting_and_a_quote_is_shown_with_the_question() -> None:
    text, parted = folded("email_2")
    head, attribution, below = text.partition(
        "On Tue, 2011-03-01 at 18:02 +0530, Abhishek Kona wrote:\n"
    )
    answer, end, _ = below.partition('delete them all individually."')
    assert parted.visible == head + answer + end
    assert parted.quoted.startswith(attribution)
    assert parted.signature.startswith("__\nriak-users mailing list")


def test_every_body_is_judged() -> None:
    by_itself = {*NOTHING_BUT_WORDS, *(name for name, _, _ in REPLIES), *ANSWERS_BELOW}
    alike = {name.removesuffix(".txt") for name, _, _ in crisp()}
    assert by_itself | alike == {path.stem for path in BODIES.iterdir()}
