"""The life of one ticket until it is resolved: on the phone, in writing, up the levels and down."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from accounts.models import User
from tickets.choices import LIVE_CHANNELS, Direction, Status
from tickets.demo.desk import DemoAgent, Desk
from tickets.demo.teller import Teller
from tickets.demo.topics import Problem, Topic
from tickets.demo.writing import Writer
from tickets.models import Ticket

HOUR = 3600.0
CODES = ("solved", "solved", "solved", "answered", "fulfilled", "workaround", "no_fault")


@dataclass(slots=True)
class Story:
    """One ticket being told. `holder` is whoever works on it; `pace` says how much longer than
    usual everything takes."""

    desk: Desk
    topic: Topic
    problem: Problem
    teller: Teller
    writer: Writer
    rng: Random
    holder: DemoAgent
    text: str
    pace: float = 1.0
    follow_up_of: Ticket | None = None

    def chance(self, share: float) -> bool:
        """Draw whether something happens that happens in this share of cases."""
        return self.rng.random() < share

    def work(self, hours: float, *, is_quick: bool = False) -> None:
        """Let open hours pass, about so many, many a little and few a lot. New tickets are opened
        and escalated ones accepted nearly as fast as ever when everything else takes longer. Raises
        NotYet."""
        pace = min(self.pace, 1.6) if is_quick else self.pace
        seconds = self.rng.expovariate(1 / (hours * HOUR * pace))
        self.teller.go_to(self.desk.hours.due(self.teller.now, max(60.0, seconds)))

    def can_solve(self, agent: DemoAgent) -> bool:
        """Draw whether an agent solves it: skill against difficulty, weaknesses, knowledge gaps."""
        ease = 1 - self.topic.difficulty * (0.8 if agent.level == 1 else 0.35 / agent.level)
        if agent.level == 1 and self.topic.is_gap:
            ease *= 0.35
        if self.topic.category[0] in agent.weaknesses:
            ease *= 0.45
        return self.chance(agent.skill * ease)

    def tell(self) -> None:
        """Tell it up to its (first) resolution. Raises NotYet."""
        if self.teller.ticket.channel in LIVE_CHANNELS:
            self._on_the_line()
        else:
            self._in_writing()

    # Live -----------------------------------------------------------------------------------

    def _on_the_line(self) -> None:
        agent = self.holder.user
        self.teller.receive_call(agent, follow_up_of=self.follow_up_of)
        self.teller.wait(6)
        if self.can_solve(self.holder):
            self._solve_on_the_line(self.holder)
        elif self.chance(0.34):
            self._transfer_warm()
        elif self.chance(0.55):
            self._call_back(agent)
        else:
            self.teller.hang_up(agent, "Has to be looked into.")
            self.teller.wait(12)
            self._escalate_cold()

    def _solve_on_the_line(self, agent: DemoAgent) -> None:
        self.teller.wait(5)
        self._resolve(agent, note=self.writer.common("solved_on_call"))
        self.teller.wait(1)
        self.teller.hang_up(agent.user)

    def _transfer_warm(self) -> None:
        """The customer stays on the line while a specialist takes over."""
        specialist = self._specialist(3 if self.topic.difficulty > 0.5 and self.chance(0.4) else 2)
        team = self.desk.teams[specialist.level]
        note = self.writer.hand_off()
        self.teller.escalate(self.holder.user, team=team, to=specialist.user, note=note)
        self.holder = specialist
        self.teller.wait(2)
        self.teller.accept(specialist.user)
        self.teller.wait(8)
        if self.can_solve(specialist) or self.chance(0.4):
            self._solve_on_the_line(specialist)
            return
        self.teller.hang_up(specialist.user, "Needs a look at the logs, will write.")
        self._solve_above()

    def _call_back(self, agent: User) -> None:
        """Looks into it and rings the customer: a second contact."""
        if self.teller.ticket.live_contact is not None:
            self.teller.hang_up(agent, "Will look into it and call back.")
        self.work(1.6)
        if self.chance(0.3):
            self.teller.note(agent, self.writer.common("private_notes"))
        self.teller.call(agent, direction=Direction.OUTBOUND)
        self.teller.wait(6)
        self._resolve(self.holder, note=self.writer.common("call_back_notes"))
        self.teller.wait(1)
        self.teller.hang_up(agent)

    # Written --------------------------------------------------------------------------------

    def _in_writing(self) -> None:
        teller, agent = self.teller, self.holder.user
        teller.receive(self.text, follow_up_of=self.follow_up_of)
        if self.chance(0.06):
            teller.wait(35)
            teller.hear(self.writer.common("nudges"))
        self.work(1.6 if teller.ticket.priority <= 2 else 3.6, is_quick=True)
        teller.pick_up(agent)
        teller.wait(9)
        if self.chance(0.05):
            self._change_hands()
        if self.can_solve(self.holder):
            self._answer_and_resolve()
        elif self.chance(0.48):
            self._ask()
        elif self.chance(0.22):
            self._call_back(agent)
        else:
            self._escalate_cold()

    def _change_hands(self) -> None:
        before = self.holder.user
        self.holder = self._specialist(1)
        if self.holder.user != before:
            self.teller.hand_to(self.holder.user, by=before, note="You know this customer.")
        self.work(0.8)

    def _answer_and_resolve(self) -> None:
        self.work(0.7)
        self._resolve(self.holder, reply=self.solution())

    def solution(self) -> str:
        """Return the mail that solves it, as whoever holds the ticket writes it."""
        is_first_line = self.holder.level == 1
        fix = self.problem.fix if is_first_line else self.problem.deep_fix
        return self.writer.from_agent(self.writer.fill(fix), self.holder.user)

    def _ask(self) -> None:
        """A question goes out, and mostly an answer comes back."""
        agent = self.holder.user
        question, answer = self.rng.choice(self.topic.exchanges)
        mail = self.writer.from_agent(self.writer.fill(question), agent)
        self.teller.reply(agent, mail, then=Status.WAITING_CUSTOMER)
        if self.chance(0.11):
            self._hear_nothing()
            return
        self.teller.wait(self.rng.choice((25, 90, 300, 1300, 2600, 8600)))
        self.teller.hear(self.writer.fill(answer))
        self.work(2.0)
        if self.chance(0.62):
            self._answer_and_resolve()
        else:
            self._escalate_cold()

    def _hear_nothing(self) -> None:
        self.work(40)
        text = self.writer.common("no_answer")
        reply = self.writer.from_agent(text, self.holder.user)
        self._resolve(self.holder, reply=reply, code="no_answer")

    # Up and down ----------------------------------------------------------------------------

    def _specialist(self, level: int) -> DemoAgent:
        """Draw an agent of a level; those who know the category come up more often."""
        agents = self.desk.agents[level]
        weights = [0.4 if self.topic.category[0] in each.weaknesses else 1.0 for each in agents]
        return self.rng.choices(agents, weights=weights)[0]

    def _escalate_cold(self, level: int = 2) -> None:
        escalator = self.holder
        if escalator.level >= level:
            level = escalator.level + 1
        note = self.writer.hand_off()
        self.teller.escalate(escalator.user, team=self.desk.teams[level], note=note)
        if self.chance(0.02):
            self._draw_manager_in(escalator.user)
        self.work(0.8, is_quick=True)
        specialist = self._specialist(level)
        if self.chance(0.14):
            self._bounce(specialist, escalator)
            return
        self.teller.accept(specialist.user)
        self.holder = specialist
        self.work(2.0)
        self._solve_above()

    def _draw_manager_in(self, by: User) -> None:
        self.teller.wait(4)
        note = self.writer.common("manager_notes")
        manager = self.desk.manager if self.chance(0.5) else self.desk.lead
        self.teller.draw_in(manager, by=by, reason="customer_demand", note=note)

    def _bounce(self, specialist: DemoAgent, escalator: DemoAgent) -> None:
        """It comes back with a reason, and whoever escalated it solves it after all."""
        note = self.writer.common("returned")
        self.teller.send_back(specialist.user, reason="incomplete", note=note)
        self.holder = escalator
        self.work(2.5)
        self._answer_and_resolve()

    def _solve_above(self) -> None:
        """A specialist works on it: may wait, may need the next level, mostly solves it."""
        agent = self.holder.user
        self.work(2.5)
        if self.chance(0.22):
            self.teller.note(agent, self.writer.common("private_notes"))
        if self.chance(0.10):
            self._wait_for(Status.WAITING_VENDOR, "waiting_vendor", hours=26)
        elif self.chance(0.11):
            self._wait_for(Status.ON_HOLD, "on_hold", hours=30)
        if self.holder.level == 2 and not self.can_solve(self.holder) and self.chance(0.7):
            self._escalate_cold(level=3)
        elif self.chance(0.07):
            self._send_down()
        else:
            self._answer_and_resolve()

    def _wait_for(self, status: str, occasion: str, *, hours: float) -> None:
        agent = self.holder.user
        hours *= 9 if self.chance(0.07) else 1
        self.teller.put(agent, status, self.writer.common(occasion))
        self.work(hours)
        self.teller.put(agent, Status.IN_PROGRESS)
        self.teller.wait(15)

    def _send_down(self) -> None:
        """The cause is found; the first line finishes it with the customer."""
        note = self.writer.common("sent_down")
        first_line = self.desk.teams[1]
        self.teller.send_down(self.holder.user, team=first_line, reason="done", note=note)
        self.work(1.5)
        self.holder = self._specialist(1)
        self.teller.take(self.holder.user)
        self._answer_and_resolve()

    def _resolve(
        self, agent: DemoAgent, *, reply: str = "", note: str = "", code: str = ""
    ) -> None:
        self.teller.resolve(
            agent.user,
            code=code or self.rng.choice(CODES),
            is_l1_capable=self.chance(0.45 * (1 - self.topic.difficulty)),
            reply=reply,
            note=note,
        )
