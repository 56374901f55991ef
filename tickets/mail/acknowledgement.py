"""Whether a reply says nothing but thanks: "Thanks, works!", "Vielen Dank, klappt".

Every phrase has to be known. One word that is not, and the message is speech: to miss thanks costs
an agent a click, to take a problem for thanks costs the customer an answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 300
MOST_WORDS: Final = 35

# What stands for nothing by itself, and what a smile adds.
SMILES: Final = re.compile(
    "(?:[:;]-?[)D]|\\^\\^|<3|[\U0001f44d\U0001f64f\U0001f60a\U0001f642\U0001f600-\U0001f604"
    "\U0001f389\u2764\u2705\U0001f44c\U0001f973\U0001f917\U0001f4aa\u2b50\u2728]"
    "[\U0001f3fb-\U0001f3ff\ufe0f]*)"
)
FOREIGN: Final = re.compile(r"[:;]-?[(/|]|[^\w\s'.,!;:…–—&()-]|\d|_")
CUTS: Final = re.compile(r"[.,!;:…–—()]+|\s-+\s|\n")

_GOOD: Final = "great|perfect|awesome|excellent|wonderful|brilliant|fantastic|amazing|super|cool"
_HELP: Final = (
    "help|support|assistance|reply|response|answer|fix|solution|info|information|explanation"
    "|feedback|service|time|effort|update|tip|hint|clarification"
)
_HILFE: Final = (
    "hilfe|unterstützung|antwort|rückmeldung|info|infos|information|informationen|lösung"
    "|bearbeitung|erklärung|auskunft|mühe|reaktion|tipp|hinweis|support|service"
)
_PRAISE: Final = (
    rf"(?:{_GOOD})|very good|nice|got it|understood|prima|perfekt|klasse|toll|wunderbar|spitze"
    r"|sehr gut|alles klar|parfait|perfecto|perfetto"
)
_THANKS: Final = (
    r"(?:many |a thousand )?(?:thanks|thank you|thank u|thx|tnx)"
    r"(?: (?:so much|very much|a lot|a million|again|once again|everyone|all|guys|team|both))*"
    rf"(?: for (?:(?:your|the|all|this|that|such|a|quick|fast|prompt|great|kind|very|super"
    rf"|excellent|immediate|speedy|good|patient) )*(?:{_HELP})(?: and (?:{_HELP}))?)?"
    r"|much appreciated|i (?:really )?appreciate it|cheers"
    r"|(?:(?:vielen|herzlichen|besten|lieben|tausend|schönen|recht|ganz) )*dank"
    r"(?: (?:nochmal|nochmals|ihnen|euch|dir))*"
    r"|danke(?:schön| schön| sehr| vielmals| nochmal| nochmals| ihnen| euch| dir)*"
    r"|wir danken(?: ihnen| euch)?|ich bedanke mich"
    r"|merci(?: beaucoup| bien)?|(?:muchas |mil )?gracias|grazie(?: mille)?"
    r"|(?:hartelijk |heel erg )?(?:bedankt|dank je wel|dank u wel)"
)
_FUER: Final = (
    r"für (?:(?:die|ihre|eure|deine|den|ihren|euren|deinen|das|schnelle|schnellen|rasche|prompte"
    rf"|gute|tolle|super|nette|freundliche) )*(?:{_HILFE})"
)
_AGAIN: Final = r"(?: (?:now|again|perfectly|fine|great|well|like a charm|as expected))"
_WORKS: Final = (
    rf"(?:it|everything|all)?\s?(?:is )?(?:now |all |finally )*(?:works|working){_AGAIN}*"
    rf"|(?:that|this|now it) works{_AGAIN}+|now it works"
    r"|(?:it|that|this) (?:has )?(?:worked|helped|did the trick|did it|solved it|fixed it)"
    r"|(?:it|that|this|which) (?:has )?(?:solved|fixed) (?:it|(?:the|my|our) (?:problem|issue))"
    r"|(?:the |my |our )?(?:problem|issue) (?:is |has been )?(?:now )?(?:solved|fixed|resolved)"
    r"|(?:it|everything|all) (?:is|'s) (?:now )?(?:solved|fixed|resolved|sorted|fine now|good now)"
    r"|all (?:good|fine|set)(?: now)?"
    r"|(?:(?:es|das|nun|jetzt|alles) )*(?:klappt|funktioniert|läuft)"
    r"(?: (?:es|jetzt|nun|wieder|alles|prima|super|perfekt|einwandfrei|bestens|wunderbar|gut))*"
    r"|(?:es |alles )?(?:geht|tut) (?:jetzt|nun|wieder)(?: wieder)?"
    r"|(?:jetzt|nun) (?:geht|klappt|funktioniert|läuft) (?:es|alles|'s)(?: wieder)?"
    r"|(?:(?:es|das) )?hat (?:super |prima |gut )?(?:geklappt|funktioniert|geholfen)"
    r"|(?:(?:das|mein|unser) )?problem (?:ist |wurde )?(?:jetzt |nun )?(?:gelöst|behoben|erledigt)"
    r"|(?:es |das |alles )?(?:ist |hat sich )?(?:jetzt |nun )?(?:erledigt|behoben|gelöst)"
    r"|(?:ça|cela) marche|(?:ya )?funciona|(?:ora )?funziona|het werkt(?: nu| weer)*"
)
_WISH: Final = (
    r"(?:i wish you )?(?:have )?a (?:nice|great|good|lovely|wonderful) "
    r"(?:day|weekend|evening|week|afternoon|one)|enjoy your (?:day|weekend|evening)"
    r"|(?:(?:ich|wir|wünsche|wünschen|ihnen|euch|dir|noch|einen|ein|eine|schönen|schönes|schöne"
    r"|gutes|guten|angenehmen) )+(?:tag|abend|wochenende|feierabend|woche)(?: noch)?"
)
_GREETING: Final = (
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)"
    r"|moin|servus|liebe[rs]?|sehr geehrte[rs]?)"
    r"(?: (?:there|all|everyone|team|support|zusammen|frau|herr|damen und herren|support-team))*"
)
_CLOSING: Final = (
    r"(?:best |kind |warm |many )?regards|best(?: wishes)?|sincerely|br|kr|mfg|lg|vg"
    r"|(?:(?:mit|viele|liebe|beste|freundlichen|freundliche|schöne|herzliche|besten|vielen) )*"
    r"(?:grüße|grüßen|gruß|grüsse|grüssen|gruss)(?: aus \w+)?"
)
_AND: Final = r"and|und|&|now|so"
PHRASES: Final = re.compile(
    "|".join(
        f"(?P<{name}>(?:{words})(?!\\w))"
        for name, words in (
            ("works", _WORKS),
            ("thanks", rf"(?:{_THANKS})(?: {_FUER})?"),
            ("wish", _WISH),
            ("greeting", _GREETING),
            ("closing", _CLOSING),
            ("praise", _PRAISE),
            ("link", _AND),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """`is_pure`: the text says thanks or that it works, and nothing else. `evidence` are the
    phrases that say so; `obstacle` is what stands against it: "long", "question", "empty",
    "no_thanks", or the words that are not known."""

    is_pure: bool
    evidence: tuple[str, ...] = ()
    obstacle: str = ""


def find_acknowledgement(text: str, *, names: Collection[str] = ()) -> Acknowledgement:
    """Judge the visible part of a reply (see `folding`).

    `names` are those of the people in the ticket: only they may stand beside the thanks.
    """
    if not text.strip():
        return Acknowledgement(is_pure=False, obstacle="empty")
    if len(text) > LONGEST or len(text.split()) > MOST_WORDS:
        return Acknowledgement(is_pure=False, obstacle="long")
    if re.search("[?？¿]", text):
        return Acknowledgement(is_pure=False, obstacle="question")
    plain = SMILES.sub(" . ", text).lower().replace("’", "'")
    foreign = FOREIGN.search(plain)
    if foreign:
        return Acknowledgement(is_pure=False, obstacle=foreign[0])
    known = {word for name in names for word in re.findall(r"[^\W\d_]+", name.lower())}
    return _judge([" ".join(piece.split()) for piece in CUTS.split(plain)], known)


def _judge(pieces: list[str], names: Collection[str]) -> Acknowledgement:
    evidence: list[str] = []
    for piece in filter(None, pieces):
        rest = piece
        while rest:
            match = PHRASES.match(rest)
            word = rest.split(maxsplit=1)[0]
            if match and match[0]:
                if match.lastgroup in ("thanks", "works"):
                    evidence.append(match[0].strip())
                rest = rest[match.end() :].lstrip()
            elif word in names:
                rest = rest[len(word) :].lstrip()
            else:
                return Acknowledgement(is_pure=False, obstacle=rest)
    if not evidence:
        return Acknowledgement(is_pure=False, obstacle="no_thanks")
    return Acknowledgement(is_pure=True, evidence=tuple(evidence))
