"""The language of templates: it reads nothing but what it is given, and says what is wrong."""

from __future__ import annotations

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import Language
from helpdesk.environment import LANGUAGES
from tickets.models import NoticeKind
from tickets.wording.names import examples, names
from tickets.wording.parsing import WordingError, fill, parse
from tickets.wording.parts import Value, Wording, html_of, parse_wording, write
from tickets.wording.shipped import is_shipped, shipped

NAMES = {"ticket.subject", "ticket.url", "message.body"}


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("Hello {{ticket.subject}}!", "Hello dark!"),
        ("{% if ticket.subject %}yes{% else %}no{% endif %}", "yes"),
        ("{% if ticket.url %}yes{% else %}no{% endif %}", "no"),
        ("a\n{% if ticket.url %}\nb\n{% endif %}\nc", "a\nc"),
        ("a\n  {% if ticket.subject %}  \nb\n{% endif %}\nc", "a\nb\nc"),
        ("a {% if ticket.subject %}b{% endif %}\nc", "a b\nc"),
        ("{% if ticket.subject %}{% if ticket.url %}x{% else %}y{% endif %}{% endif %}", "y"),
        ("}} and { and %} stay", "}} and { and %} stay"),
    ],
)
def test_a_template_is_filled(source: str, written: str) -> None:
    assert fill(parse(source, names=NAMES), {"ticket.subject": "dark"}) == written


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "a\n{{ ticket.subjct }}",
            "Line 2: “ticket.subjct” is no value of this mail. Did",
        ),
        ("{{ settings.SECRET_KEY }}", "no value of this mail"),
        ("{{ ticket.customer.password }}", "no value of this mail"),
        ("{{ ticket.subject|safe }}", "no value of this mail"),
        ("{{ }}", "no value of this mail"),
        ("{{ ticket.subject", "Line 1: “{{” is not closed"),
        ("a\nb {% if x", "Line 2: “{%” is not closed"),
        ("{% for a in b %}", "only if, else and endif"),
        ('{% include "x" %}', "only if, else and endif"),
        ("{% load i18n %}", "only if, else and endif"),
        ("\n\n{% if ticket.url %}x", "Line 3: this “if” has no “endif”"),
        ("{% endif %}", "has no “if”"),
        ("{% if ticket.url %}a{% else %}b{% else %}c{% endif %}", "has no “endif”"),
        ("{% if ticket.url %}" * 11 + "{% endif %}" * 11, "not known here"),
        ("x" * 20_001, "longer than"),
    ],
)
def test_a_mistake_is_named_with_its_line(source: str, words: str) -> None:
    with pytest.raises(WordingError, match="Line") as error:
        parse(source, names=NAMES)
    assert words in str(error.value)


@given(st.text(alphabet="{}% abif\nelsd.ticksurh", max_size=80))
def test_whatever_is_typed_is_read_or_refused(source: str) -> None:
    try:
        nodes = parse(source, names=NAMES)
    except WordingError:
        return
    assert isinstance(fill(nodes, {}), str)


@given(st.text(max_size=60))
def test_a_value_is_never_read_as_a_template(text: str) -> None:
    assert fill(parse("{{ message.body }}", names=NAMES), {"message.body": text}) == text


def test_values_are_escaped_in_html_and_subjects_are_one_line() -> None:
    wording = Wording(subject="Re: {{ ticket.subject }}", text="{{ message.body }}")
    values = {
        "ticket.subject": Value("a\r\nBcc: x@y.example"),
        "message.body": Value("<script>\n{{ ticket.url }}", is_block=True),
    }
    written = write(parse_wording(wording, names=NAMES), values)
    assert written.subject == "Re: a Bcc: x@y.example"
    assert "<script>" in written.text
    assert "&lt;script&gt;<br>{{ ticket.url }}" in written.html


def test_html_is_made_from_the_text() -> None:
    made = html_of("Hi & <b>\nyou\n\n{{ message.body }}\n\nSee it: {{ ticket.url }}\n")
    assert made == (
        "<p>Hi &amp; &lt;b&gt;<br>you</p>\n{{ message.body }}\n"
        '<p><a href="{{ ticket.url }}">See it</a></p>\n'
    )


def test_one_language_is_named_wherever_languages_are() -> None:
    """Who adds one and forgets a place is told; docs/operations.md lists them."""
    assert {code.partition("-")[0] for code, _ in settings.LANGUAGES} == set(Language.values)
    assert set(Language.values) == LANGUAGES


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("kind", NoticeKind.values)
def test_what_is_shipped_can_be_written(kind: str, language: str) -> None:
    written = write(parse_wording(shipped(kind, language), names=names(kind)), examples(kind))
    assert "4711" in written.subject
    assert ("Carla Customer" in written.text) == ("recipient.name" in names(kind))
    assert written.html.count("<p>") > 2


def test_customers_are_written_to_in_every_language_and_of_nothing_internal() -> None:
    for kind in NoticeKind:
        if "(customer)" in kind.label:
            assert all(is_shipped(kind, language) for language in Language), kind
            internal = ("escalation", "task", "alarms", "mail.", "ticket.priority", "ticket.level")
            assert not [name for name in names(kind) if name.startswith(internal)]
