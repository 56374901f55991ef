"""A reply is shown without the mail that it answers; nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tickets.mail.folding import FoldedText, fold

ATTRIBUTIONS = {
    "English": "On Fri, Nov 20, 2026 at 2:30 PM Ada Byron <ada@example.com> wrote:",
    "English, Apple": "On 20 Nov 2026, at 14:30, Ada Byron <ada@example.com> wrote:",
    "German": "Am 20.11.2026 um 14:30 schrieb Ada Byron:",
    "German, Gmail": "Ada Byron <ada@example.com> schrieb am Fr., 20. Nov. 2026 um 14:30 Uhr:",
    "French": "Le ven. 20 nov. 2026 à 14:30, Ada Byron <ada@example.com> a écrit :",
    "Dutch": "Op vr 20 nov 2026 om 14:30 schreef Ada Byron <ada@example.com>:",
    "Dutch, Apple": "Op 20 nov. 2026 om 14:30 heeft Ada Byron <ada@example.com> geschreven:",
    "Spanish": "El vie, 20 nov 2026 a las 14:30, Ada Byron (<ada@example.com>) escribió:",
    "Italian": "Il giorno ven 20 nov 2026 alle ore 14:30 Ada <ada@example.com> ha scritto:",
    "Polish": "pt., 20 lis 2026 o 14:30 Ada Byron <ada@example.com> napisał(a):",
    "Polish, Thunderbird": "W dniu 20.11.2026 o 14:30, Ada Byron pisze:",
    "Portuguese": "Em sex., 20 de nov. de 2026 às 14:30, Ada <ada@example.com> escreveu:",
    "Swedish": "Den fre 20 nov. 2026 kl 14:30 skrev Ada Byron <ada@example.com>:",
    "Danish": "Den fre. 20. nov. 2026 kl. 14.30 skrev Ada Byron <ada@example.com>:",
    "Norwegian": "fre. 20. nov. 2026 kl. 14:30 skrev Ada Byron <ada@example.com>:",
    "Finnish": "pe 20. marrask. 2026 klo 14.30 Ada Byron (ada@example.com) kirjoitti:",
    "Russian": "пт, 20 нояб. 2026 г. в 14:30, Ada Byron <ada@example.com>:",
    "Czech": "Dne 20. 11. 2026 v 14:30 Ada Byron napsala:",
}
HEADERS = {
    "English": "From: Ada Byron\nSent: Friday, 20 November 2026 14:30\nTo: Desk\nSubject: Fire",
    "German": "Von: Ada Byron\nGesendet: Freitag, 20. November 2026\nAn: Desk\nBetreff: Feuer",
    "French": "De : Ada Byron\nEnvoyé : vendredi 20 novembre 2026\nÀ : Desk\nObjet : Feu",
    "Dutch": "Van: Ada Byron\nVerzonden: vrijdag 20 november 2026\nAan: Desk\nOnderwerp: Brand",
    "Spanish": "De: Ada Byron\nEnviado: viernes, 20 de noviembre\nPara: Desk\nAsunto: Fuego",
    "Italian": "Da: Ada Byron\nInviato: venerdì 20 novembre 2026\nA: Desk\nOggetto: Fuoco",
    "Polish": "Od: Ada Byron\nWysłano: piątek, 20 listopada 2026\nDo: Desk\nTemat: Ogień",
    "Portuguese": "De: Ada Byron\nEnviada em: 20 de novembro\nPara: Desk\nAssunto: Fogo",
    "Swedish": "Från: Ada Byron\nSkickat: den 20 november 2026\nTill: Desk\nÄmne: Eld",
    "Danish": "Fra: Ada Byron\nSendt: 20. november 2026\nTil: Desk\nEmne: Ild",
    "Bold": "*From:* Ada Byron\n*Sent:* 2026-11-20\n*To:* Desk\n*Subject:* Fire",
}
MARKERS = [
    "-----Original Message-----",
    "-------- Ursprüngliche Nachricht --------",
    "-------- Message d'origine --------",
    "-----Oorspronkelijk bericht-----",
    "-----Mensaje original-----",
    "-----Messaggio originale-----",
    "---------- Forwarded message ---------",
    "---------- Weitergeleitete Nachricht ---------",
]
MOBILE = [
    "Sent from my iPhone",
    "Sent from my cell, please excuse any typos.",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Von meinem iPhone gesendet",
    "Gesendet mit der GMX Mail App",
    "Envoyé de mon iPhone",
    "Verzonden vanaf mijn iPad",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Wysłane z iPhone'a",
    "Enviado do meu iPhone",
    "Skickat från min iPhone",
    "Sendt fra min iPad",
]


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_what_follows_somebody_wrote_is_quoted(line):
    parted = fold(f"It still burns.\n\n{line}\n\n> Is it hot?\n> Ada")
    assert parted == FoldedText("It still burns.", f"{line}\n\n> Is it hot?\n> Ada", "")


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_it_need_not_be_marked_line_by_line(line):
    assert fold(f"It still burns.\n\n{line}\n\nIs it hot?").visible == "It still burns."


@pytest.mark.parametrize("block", HEADERS.values(), ids=HEADERS.keys())
def test_what_follows_headers_is_quoted(block):
    parted = fold(f"It still burns.\n\n{block}\n\nIs it hot?")
    assert parted == FoldedText("It still burns.", f"{block}\n\nIs it hot?", "")


@pytest.mark.parametrize("marker", MARKERS)
def test_what_follows_a_marked_ruler_is_quoted(marker):
    parted = fold(f"It still burns.\n\n{marker}\nFrom: Ada\nDate: Friday\n\nIs it hot?")
    assert parted.visible == "It still burns."


@pytest.mark.parametrize("line", MOBILE)
def test_what_a_telephone_adds_is_the_signature(line):
    assert fold(f"It still burns.\n\n{line}\n") == FoldedText("It still burns.", "", line)


@pytest.mark.parametrize(
    "text",
    [
        "On the other hand, it burns.\nOn 3 May it burnt as well.",
        "He wrote: it burns.",
        "Sent from my desk, it is much easier than to walk.",
        "From: London\nTo: Paris\nDate: 3 May",
        "Steps\n-----\n1. Open it.\n2. Close it.",
        "Log:\n\n-----\nERROR 0x61\nit stops\n-----\n\nThanks",
        "- one\n- two\n-- three",
        "2026-11-20 14:30 GMT is when it burnt, see line 3",
        "```\n--\n> not a quote\nOn 3 May 2026, Ada <ada@example.com> wrote:\n```\nWhy?",
        "Dear desk,\n\nmy data: see below.\n\nTo: me\n\nThanks",
        "mysql> select 1;\nERROR 1064",
    ],
)
def test_what_only_looks_like_it_stays(text):
    assert fold(text) == FoldedText(text, "", "")


def test_a_sentence_cut_over_lines_is_one():
    line = "On Fri, Nov 20, 2026 at 2:30 PM Ada Byron <\nada@example.com> wrote:"
    assert fold(f"Yes.\n\n{line}\n\n> Is it?") == FoldedText("Yes.", f"{line}\n\n> Is it?", "")


def test_an_answer_below_is_the_reply():
    text = "On 20 Nov 2026, at 14:30, Ada wrote:\n> Is it hot?\n\nIt is."
    assert fold(text).visible == "It is."


def test_answers_in_between_are_shown_with_what_they_answer():
    text = "See below.\n\nOn 20 Nov 2026, at 14:30, Ada wrote:\n> Is it hot?\n\nYes.\n\n> Ada"
    assert fold(text).visible == "See below.\n\n> Is it hot?\n\nYes."


def test_one_answer_below_the_quote_is_never_hidden():
    text = "Hello,\n\nOn 20 Nov 2026, at 14:30, Ada wrote:\n> Did you open it?\n\nYes, it is empty."
    assert "Yes, it is empty." in fold(text).visible


def test_a_short_answer_right_below_a_question_is_an_answer():
    question = "> Did you try to open it, wait for a minute and then close it again, as I said?"
    text = f"Hello,\n\nOn 20 Nov 2026, at 14:30, Ada wrote:\n{question}\nyes"
    assert fold(text).visible.endswith("yes")


def test_a_mail_passed_on_without_a_word_is_shown():
    text = "---------- Forwarded message ---------\nFrom: Ada\nDate: Friday\n\nIt burns."
    parted = fold(text)
    assert parted.visible == "It burns."
    assert "From: Ada" in parted.quoted


def test_a_signature_is_kept_apart_wherever_it_stands():
    line = "On 20 Nov 2026, at 14:30, Ada wrote:"
    above = fold(f"Yes.\n-- \nJo\nDesk 7\n\n{line}\n> Is it?")
    assert above == FoldedText("Yes.", f"{line}\n> Is it?", "-- \nJo\nDesk 7")
    below = fold(f"Yes.\n\n{line}\n> Is it?\n\n-- \nJo")
    assert below == FoldedText("Yes.", f"{line}\n> Is it?", "-- \nJo")


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("> only a quote", "> only a quote"),
        ("> a quote\n\nand a word", "> a quote\n\nand a word"),
        ("a word\n\n> and a quote", "a word"),
        ("-- \nonly a signature", "-- \nonly a signature"),
        ("Sent from my iPhone", "Sent from my iPhone"),
        ("", ""),
        ("\n \n", ""),
        ("    indented\n  less", "    indented\n  less"),
    ],
)
def test_what_is_said_is_always_shown(text, visible):
    assert fold(text).visible == visible


LINES = st.sampled_from(
    (
        "", " ", "Yes.", "> quote", ">> deeper", "-- ", "--", "_____", "-----", "```",
        "Sent from my iPhone", "On 20 Nov 2026, at 14:30, Ada wrote:", "From: Ada", "To: a@b.c",
        "Subject: Fire", "Date: Friday", "-----Original Message-----", "> From: Ada", "Ada> x",
        "wrote:", "lower case", "> " + "long " * 16, "tel. 12345",
    )
)  # fmt: skip


@settings(max_examples=examples(150))
@given(st.lists(st.one_of(LINES, st.text(max_size=20)), max_size=30))
def test_every_line_is_kept_once(lines):
    text = "\n".join(lines)
    parted = fold(text)
    kept = "\n".join((parted.visible, parted.quoted, parted.signature))
    assert sorted(_said(kept)) == sorted(_said(text))


def _said(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    return [line.rstrip() for line in lines if line.strip()]
