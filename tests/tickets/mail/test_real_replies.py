"""Real replies from the test folders of mail libraries, told from what they quote.

Replies with the expected result beside them come from Discourse (trimmed) and Talon (the plain
ones; "Hello" where nothing lies beside). Talon's pages all hold one reply; the letters of Crisp
that begin with one certain paragraph say nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.tickets.mail.reading import REAL, real_letters
from tickets.mail.folding import FoldedText, fold
from tickets.mail.parsing import parse_mail

pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason=f"the real letters are not on this machine: {REAL}"
)

TALON = REAL / "mailgun_talon" / "tests" / "fixtures"
DISCOURSE = REAL / "discourse_email_reply_trimmer" / "test"
CRISP = REAL / "crisp_email_reply_parser" / "test" / "fixtures"
EXPECTED = 0.95
# Below the quote stand two lines of text. The set hides them as "mostly the signature"; shown, no
# answer that a customer wrote there is ever missed.
SHOWN_ON_PURPOSE = frozenset({"embedded_email_1.txt"})
# Text follows a signature without a word that it is quoted, or a quote is torn at its end.
TOLD_IN_VAIN = frozenset({"email_15.txt", "email_7.txt", "email_german_3.txt"})

Case = tuple[str, str, str]
"""Its name, what came, and the reply in it."""


def discourse() -> Iterator[Case]:
    for path in sorted((DISCOURSE / "emails").iterdir()):
        yield path.name, path.read_text(), (DISCOURSE / "trimmed" / path.name).read_text()


def talon_letters() -> Iterator[Case]:
    """The set takes quotes away and leaves signatures."""
    for path in sorted((TALON / "standard_replies").glob("*.eml")):
        beside = path.with_name(f"{path.stem}_reply_text")
        reply = beside.read_text() if beside.exists() else "Hello"
        yield path.name, parse_mail(path.read_bytes()).text, reply


def talon_pages() -> Iterator[Case]:
    for path in sorted((TALON / "html_replies").glob("*.html")):
        page = b"Content-Type: text/html\n\n" + path.read_bytes()
        yield path.name, parse_mail(page).text, "Hi. I am fine.\n\nThanks,\nAlex"


def crisp() -> Iterator[Case]:
    for path in sorted(CRISP.glob("*.txt")):
        text = path.read_text()
        start = text.find("Fusce bibendum, quam hendrerit sagittis tempor, dui turpis")
        stop = text.find("varius aliquet nec nec nibh.", start)
        if start >= 0 and stop >= 0:
            yield path.name, text, text[start : stop + len("varius aliquet nec nec nibh.")]


def plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r", "").strip().split("\n"))


def is_told(text: str, reply: str) -> bool:
    return plain(fold(text).visible) == plain(reply)


def is_told_with_signature(text: str, reply: str) -> bool:
    parted = fold(text)
    return is_told(text, reply) or plain(f"{parted.visible}\n\n{parted.signature}") == plain(reply)


def is_told_but_for_blanks(text: str, reply: str) -> bool:
    return fold(text).visible.split() == reply.split()


@pytest.mark.parametrize(
    ("cases", "judge", "missed"),
    [
        (discourse, is_told, SHOWN_ON_PURPOSE),
        (talon_letters, is_told_with_signature, frozenset()),
        (talon_pages, is_told_but_for_blanks, frozenset()),
        (crisp, is_told, TOLD_IN_VAIN),
    ],
    ids=["discourse", "talon letters", "talon pages", "crisp"],
)
def test_the_reply_is_told_from_what_it_quotes(
    cases: Callable[[], Iterator[Case]], judge: Callable[[str, str], bool], missed: frozenset[str]
) -> None:
    told = {name: judge(text, reply) for name, text, reply in cases()}
    print(f"\n{cases.__name__}: {sum(told.values())} of {len(told)} replies as expected")  # noqa: T201
    assert {name for name, is_right in told.items() if not is_right} <= missed


def test_of_replies_with_an_expected_result_nearly_all_are_told() -> None:
    told = [
        *(is_told(text, reply) for _, text, reply in discourse()),
        *(is_told_with_signature(text, reply) for _, text, reply in talon_letters()),
    ]
    rate = sum(told) / len(told)
    print(f"\n{sum(told)} of {len(told)} replies as expected: {rate:.1%}")  # noqa: T201
    assert rate >= EXPECTED


def test_where_the_reply_is_not_told_more_is_shown_and_never_less() -> None:
    cases = {name: (text, reply) for name, text, reply in (*discourse(), *crisp())}
    for name in SHOWN_ON_PURPOSE | TOLD_IN_VAIN:
        text, reply = cases[name]
        assert plain(fold(text).visible).startswith(plain(reply)), name


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("reply-separated-by-hr.html", "Hi\nthere\nBob"),
        ("OLK_SRC_BODY_SECTION.html", "Reply"),
    ],
)
def test_a_page_that_quotes_below_headers_shows_the_reply(name: str, reply: str) -> None:
    page = b"Content-Type: text/html\n\n" + (TALON / name).read_bytes()
    assert fold(parse_mail(page).text).visible == reply


def test_headers_below_a_sentence_are_quoted_with_it() -> None:
    text = real_letters()["reply-quotations-share-block.eml"].text
    reply, _, quoted = text.partition("\n\n--- On Wed, 4/4/12")
    assert fold(text) == FoldedText(reply, f"--- On Wed, 4/4/12{quoted}", "")


# "Thank you, Noam", a name above a telephone, a ruler above fifteen lines: no mark says that it is
# a signature, and who guesses hides an answer some day.
@pytest.mark.parametrize("name", ["jeff", "johndoeexamplecom", "long", "short_url", "sparse"])
def test_a_signature_without_a_mark_is_shown_on_purpose(name: str) -> None:
    folder = TALON / "signature" / "emails" / "stripped"
    text = (folder / f"{name}_body").read_text()
    signature = (folder / f"{name}_signature").read_text()
    assert fold(text) == FoldedText(text.rstrip(), "", "")
    assert fold(text).visible.endswith(signature.rstrip())
