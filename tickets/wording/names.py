"""What each mail's template may name, what it means, and an example of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tickets.wording.parts import Value

SITE: Final = "https://help.example.com"
SCORES: Final = "\n".join(f"{score}\n  {SITE}/surveys/…/{score}/" for score in range(1, 6))
SCORE_LINKS: Final = (
    '<p class="scores">'
    + " ".join(f'<a href="{SITE}/">{score}</a>' for score in range(1, 6))
    + "</p>"
)


@dataclass(frozen=True, slots=True)
class Variable:
    """One name. `example` shows what stands in its place."""

    name: str
    words: str
    example: Value


def _line(name: str, words: str, example: str) -> Variable:
    return Variable(name, words, Value(example))


def _block(name: str, words: str, example: str) -> Variable:
    return Variable(name, words, Value(example, is_block=True))


COMMON: Final = (
    _line("recipient.name", "Who gets the mail", "Carla Customer"),
    _line("ticket.number", "The ticket's number", "4711"),
    _line("ticket.subject", "The ticket's subject", "The scanner is dark"),
    _line("ticket.url", "The address that opens the ticket for who gets the mail", f"{SITE}/t/…"),
    _line("ticket.customer", "The customer's name", "Carla Customer"),
    _line("ticket.assignee", "Who works on it; empty: nobody yet", "Anna Agent"),
)
MESSAGE: Final = (
    _line("message.author", "Who wrote; empty: the desk", "Anna Agent"),
    _block("message.body", "What was written", "Please switch it off and on.\n\nDoes it help?"),
)
STAFF: Final = (
    _line("ticket.priority", "The priority", "High"),
    _line("ticket.status", "The status", "in progress"),
    _line("ticket.level", "The support level", "L2"),
)
ESCALATION: Final = (
    _line("escalation.actor", "Who escalated; empty: a rule", "Anna Agent"),
    _line("escalation.team", "To which team; empty: a level", "Specialists"),
    _line("escalation.reason", "Why", "needs deeper knowledge"),
    _block("escalation.tried", "What was tried", "Switched off and on."),
    _block("escalation.known", "What is known", "Only the scanner at gate 3."),
    _block("escalation.asked", "What is asked", "Look at its log."),
)
SURVEY: Final = (
    Variable("survey.scores", "A link for each score", Value(SCORES, html=SCORE_LINKS)),
    _line("survey.is_nps", "Says something where a recommendation is asked", ""),
    _line("survey.locks_on", "Until when an answer can be changed", "5 March"),
    _line("survey.unsubscribe_url", "The address that ends all surveys", f"{SITE}/surveys/…/stop/"),
)
ALARMS: Final = (_block("alarms", "Which targets, and when they are due", "First reply: 14:30"),)
UNDELIVERED: Final = (
    _line("mail.recipient", "Who did not get it", "Carla Customer"),
    _line("mail.address", "At which address", "carla@acme.example"),
    _line("mail.words", "Which mail", "Agent replied"),
    _line("mail.reason", "What the mail server said", "550 No such box"),
)
TASK: Final = (
    _line("task.by", "Who asks", "Leo Lead"),
    _line("task.score", "What the customer answered", "2"),
    _line("task.highest", "The best score that can be given", "5"),
    _block("task.comment", "The customer's words", "It took too long."),
    _block("task.note", "What the task says", "Please call her."),
)
DIGEST: Final = (
    _block("digest.news", "What was written since the last one", "Anna Agent, 14:30\n\nDone."),
    _line("digest.is_done", "Says something where the ticket is solved or closed", ""),
    _line("watch.url", "The address to choose what one is mailed", f"{SITE}/watch/…/"),
)
OWN: Final[Mapping[str, tuple[Variable, ...]]] = {
    "received": (_block("message.body", "What the customer wrote", "It is dark since noon."),),
    "confirm": (),
    "picked_up": (),
    "replied": MESSAGE,
    "resolved": (
        *MESSAGE,
        _line("resolution", "How it was resolved", "Workaround given"),
        _line("reopen_days", "For how many days an answer reopens it", "14"),
    ),
    "closed": (),
    "customer_replied": (*STAFF, *MESSAGE),
    "assigned": (*STAFF, *ESCALATION),
    "escalated": (*STAFF, *ESCALATION),
    "returned": (*STAFF, *ESCALATION),
    "drawn_in": (*STAFF, *ESCALATION),
    "sla_warning": (*STAFF, *ALARMS),
    "sla_breach": (*STAFF, *ALARMS),
    "survey_csat": SURVEY,
    "survey_nps": SURVEY,
    "survey_reminder": SURVEY,
    "survey_task": (*STAFF, *TASK),
    "digest": DIGEST,
    "undelivered": (*MESSAGE, *UNDELIVERED),
}
"""By kind of notice, beside what all have. Customers' mails name nothing that is the desk's own."""


UNTYPED: Final = tuple(each for each in COMMON if each.name in ("ticket.number", "ticket.url"))
"""What a mail may name that goes to an address which somebody typed: nothing else that they typed
(docs/decisions/0012)."""


def variables(kind: str) -> tuple[Variable, ...]:
    """Everything that the mail of a kind may name."""
    return UNTYPED if kind == "confirm" else (*COMMON, *OWN[kind])


def names(kind: str) -> frozenset[str]:
    """The bare names."""
    return frozenset(each.name for each in variables(kind))


def examples(kind: str) -> dict[str, Value]:
    """An example of every value, for a preview without a ticket."""
    return {each.name: each.example for each in variables(kind)}
