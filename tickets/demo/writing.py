"""Puts the words of a topic together: mails with a greeting and a name, notes, summaries. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from accounts.models import User
from tickets.demo.topics import Topic, Words, phrases


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes what customer and agents of one ticket say. `words` fill the braces; what was said
    once is not drawn again for as long as there is something else."""

    topic: Topic
    words: Words
    customer: User
    rng: Random
    used: set[str]

    def draw(self, choices: Iterable[str]) -> str:
        """Draw one of several texts and fill it in."""
        fresh = [text for text in choices if text not in self.used] or list(choices)
        text: str = self.rng.choice(fresh)
        self.used.add(text)
        return self.fill(text)

    def fill(self, text: str) -> str:
        """Fill the braces of a text."""
        first = self.customer.name.split()[0]
        return text.format(**self.words, first=first, name=self.customer.name)

    def common(self, occasion: str) -> str:
        """Draw from what is said on any ticket."""
        return self.draw(phrases()[occasion])

    def common_with(self, occasion: str, text: str) -> str:
        """The same, with a text in it."""
        return self.fill(self.rng.choice(phrases()[occasion]).replace("{text}", text))

    def from_customer(self, text: str, *, is_short: bool = False) -> str:
        """Return a mail of the customer; a short one has no greeting."""
        if is_short or self.rng.random() < 0.2:
            return text
        return f"{self.common('openings')}\n\n{text}\n\n{self.common('closings')}"

    def from_agent(self, text: str, agent: User) -> str:
        """Return a mail of an agent."""
        closing = self.rng.choice(phrases()["agent_closings"]).format(agent=agent.name)
        return f"{self.common('agent_openings')}\n\n{text}\n\n{closing}"

    def hand_off(self) -> dict[str, str]:
        """Return the note of an escalation."""
        topic = self.topic
        reasons = (
            ("knowledge", "knowledge", "defect", "access")
            if topic.difficulty > 0.3
            else (
                "knowledge",
                "access",
                "other",
            )
        )
        return {
            "reason": self.rng.choice(reasons),
            "tried": self.draw(topic.tried),
            "known": self.draw(topic.known),
            "asked": self.draw(topic.asked) if self.rng.random() < 0.7 else "",
        }
