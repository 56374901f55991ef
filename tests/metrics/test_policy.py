"""Policies: read from words and back, and refused with a sentence."""

from __future__ import annotations

import pytest

from metrics.policy import (
    DEFAULT,
    Clock,
    Match,
    Policy,
    SelfService,
    Span,
    Window,
    WindowUnit,
)
from tickets.errors import InvalidInput


def test_the_default_is_the_contract_s() -> None:
    assert DEFAULT.window == Window(5, WindowUnit.BUSINESS_DAYS)
    assert DEFAULT.span == Span.EXCHANGE
    assert DEFAULT.match == Match.CATEGORY
    assert DEFAULT.self_service == SelfService.COUNTS
    assert DEFAULT.nia_days == 30
    assert DEFAULT.ttr_stops == {Clock.WAITING_CUSTOMER, Clock.RESOLVED}
    assert DEFAULT.changes() == {}


@pytest.mark.parametrize(
    "texts",
    [
        {"window": "48h"},
        {"window": "10bd", "span": "until_resolved", "confirmation": "customer"},
        {"self_service": "excluded", "match": "organization", "denominator": "resolved"},
        {"live_hand_over": "not", "reopen_window": "7d", "nia_days": "14", "nia_match": "any"},
        {"ttr_stops": "none"},
        {"ttr_stops": "on_hold,waiting_vendor"},
    ],
)
def test_words_are_read_back(texts: dict[str, str]) -> None:
    policy = Policy.parse(texts)
    assert policy.changes() == texts
    assert Policy.parse(policy.as_texts()) == policy
    assert hash(policy) == hash(Policy.parse(texts))


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("window", "five"),
        ("window", "0bd"),
        ("window", "5"),
        ("span", "week"),
        ("reopen_window", "0"),
        ("nia_days", "-1"),
        ("ttr_stops", "lunch"),
        ("colour", "blue"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(key: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Policy.parse({key: text})
    assert key in refusal.value.fields
    assert key in refusal.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [("1h", "1 hour"), ("48h", "48 hours"), ("1bd", "1 business day"), ("5bd", "5 business days")],
)
def test_windows_are_said_in_words(text: str, words: str) -> None:
    assert Policy.parse({"window": text}).window.label == words
