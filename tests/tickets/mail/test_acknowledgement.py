"""What says only thanks, and what must never be taken for it."""

from __future__ import annotations

import pytest

from tickets.mail.acknowledgement import find_acknowledgement

NAMES = ("Jonas Weber", "Anna Lee")
THANKS = [
    "Thanks, works!",
    "Vielen Dank, klappt",
    "thanks",
    "Thank you so much for your quick help!",
    "Hi Anna,\n\nperfect, it works now. Thank you!\n\nBest regards,\nJonas Weber",
    "Danke!",
    "Vielen Dank für die schnelle Hilfe!",
    "Hallo Frau Lee,\n\njetzt funktioniert es wieder, vielen Dank.\n\nViele Grüße\nJonas Weber",
    "Super, danke 👍",
    "Great, thanks :)",
    "Thanks a lot, that did the trick",
    "Problem solved, thanks!",
    "It works again. Thanks",
    "Thanks again and have a nice weekend",
    "Das Problem ist behoben. Besten Dank und schönes Wochenende",
    "Works now",
    "Danke, hat geklappt.",
    "Vielen Dank!\nJonas",
    "Alles klar, danke!",
    "Merci beaucoup",
    "Got it, thanks!",
    "Thank you Anna",
]
SPEECH = [
    "Thanks, but it still does not work",
    "Thanks for nothing",
    "Thanks in advance",
    "Vielen Dank im Voraus",
    "Danke, klappt leider nicht",
    "Thanks! Does it also work on Mac?",
    "Yes, thanks",
    "Ja, danke",
    "Ok thanks",
    "Thanks, that works for me",
    "That works, thanks",
    "Danke, passt",
    "It works. Now the printer is broken, thanks",
    "Thanks. Please close the ticket",
    "thanks, I will try",
    "Thanks\nUrgent",
    "Vielen Dank, aber das Problem besteht weiterhin",
    "works not",
    "Thanks 👎",
    "Thanks :(",
    "Danke, es funktioniert nicht",
    "Danke, jetzt funktioniert nichts",
    "Danke für gar nichts",
    "Thank you for calling me at 555-1234",
    "klappt nicht, danke",
    "Thanks, it works 50% of the time",
    "all good except the login",
    "Danke, geht so",
    "Danke, so geht das nicht",
    "it works, no it does not",
    "Thanks. It works not",
    "thanks see https://example.com",
    "Thanks, working on it",
    "Thanks all is lost",
    "thanks team it fails",
    "Problem resolved itself and came back, thanks",
    "Thanks now it hangs",
    "Thanks, works now and again",
    "alles läuft schief",
    "thanks for the fix that broke everything",
    "it is working against us",
    "Dank Ihnen geht jetzt alles kaputt",
    "> Thanks",
]


@pytest.mark.parametrize("text", THANKS)
def test_what_says_only_thanks_is_known_and_why(text):
    found = find_acknowledgement(text, names=NAMES)
    assert found.is_pure, found.obstacle
    assert found.evidence


@pytest.mark.parametrize("text", SPEECH)
def test_one_word_more_is_speech(text):
    found = find_acknowledgement(text, names=NAMES)
    assert not found.is_pure
    assert found.obstacle
    assert not found.evidence


@pytest.mark.parametrize("thanks", THANKS)
@pytest.mark.parametrize(
    "more",
    [
        "But the fan is loud.",
        "not",
        "leider nicht",
        "One more thing",
        "?",
        "Tray 2",
        "aber",
        "however",
        "Still broken",
        "noch nicht",
        "x" * 300,
    ],
)
def test_thanks_and_anything_else_is_speech(thanks, more):
    assert not find_acknowledgement(f"{thanks}\n{more}", names=NAMES).is_pure


@pytest.mark.parametrize("text", ["Great", "Perfect!", "Hallo", "ok", "Best regards\nJonas"])
def test_praise_and_greetings_alone_may_answer_a_question(text):
    assert not find_acknowledgement(text, names=NAMES).is_pure


def test_only_names_of_the_ticket_may_stand_beside():
    assert find_acknowledgement("Thanks!\nJonas", names=NAMES).is_pure
    assert not find_acknowledgement("Thanks!\nJonas", names=()).is_pure


@pytest.mark.parametrize(
    ("text", "obstacle"),
    [
        ("", "empty"),
        ("thanks " * 40, "long"),
        ("thanks?", "question"),
        ("great", "no_thanks"),
        ("thanks, however", "however"),
    ],
)
def test_what_stands_against_it_is_said(text, obstacle):
    assert find_acknowledgement(text).obstacle == obstacle
