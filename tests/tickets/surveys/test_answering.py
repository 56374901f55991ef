"""The customer's answer: kept in the ledger, changeable until it locks, and what a bad one does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.choices import CustomerTier
from accounts.organizations import change_organization
from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.sla.desk import policy_of, promise
from tests.tickets.surveys.conftest import set_rules
from tickets.choices import Capacity, EscalationKind, EscalationReason, Status
from tickets.errors import InvalidInput, NotAllowed, WrongState
from tickets.models import (
    Escalation,
    LedgerTouch,
    Notice,
    NoticeKind,
    Survey,
    SurveyResponse,
    Ticket,
)
from tickets.services.ledger_check import find_differences
from tickets.services.picking import pick_up
from tickets.services.states import reopen, resolve
from tickets.services.surveys.answering import (
    LONGEST_COMMENT,
    allow_surveys,
    answer_survey,
    end_surveys,
)
from tickets.services.surveys.asking import ask_due

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def moment(sent: Survey) -> datetime:
    assert sent.sent_at
    return sent.sent_at + timedelta(hours=1)


def test_an_answer_is_a_row_of_the_ledger(sent: Survey, cast: Cast) -> None:
    LedgerTouch.objects.all().delete()
    row = answer_survey(sent, score=4, comment=" Quick. ", actor=cast.customer, at=moment(sent))
    assert (row.score, row.comment, row.capacity) == (4, "Quick.", Capacity.CUSTOMER)
    assert row.occurred_at == moment(sent)
    assert row.assignee == cast.agent
    sent.refresh_from_db()
    assert sent.response == row
    assert sent.remind_at is None
    assert LedgerTouch.objects.get().ticket_id == sent.ticket_id
    assert list(find_differences(Ticket.objects.all())) == []


def test_a_changed_answer_is_a_new_row_and_the_last_counts(sent: Survey, cast: Cast) -> None:
    answer_survey(sent, score=2, actor=cast.customer, at=moment(sent))
    last = answer_survey(sent, score=5, actor=cast.customer, at=moment(sent) + SECOND)
    assert list(SurveyResponse.objects.order_by("seq").values_list("score", flat=True)) == [2, 5]
    sent.refresh_from_db()
    assert sent.response == last


def test_the_same_answer_again_is_no_news(sent: Survey, cast: Cast) -> None:
    first = answer_survey(sent, score=4, comment="Fine", actor=cast.customer, at=moment(sent))
    again = answer_survey(sent, score=4, comment="Fine ", actor=cast.customer, at=moment(sent))
    assert first == again
    assert SurveyResponse.objects.count() == 1


def test_it_can_be_changed_until_it_locks(sent: Survey, cast: Cast) -> None:
    assert sent.locks_at
    answer_survey(sent, score=4, actor=cast.customer, at=sent.locks_at - SECOND)
    with pytest.raises(WrongState, match="closed"):
        answer_survey(sent, score=1, actor=cast.customer, at=sent.locks_at)
    assert SurveyResponse.objects.get().score == 4


def test_what_changed_around_the_ticket_is_followed_before_an_answer_is_kept(
    sent: Survey, cast: Cast
) -> None:
    """Which promise holds is the desk's to say, not that of the customer who answers later."""
    promise("Business", position=1, tiers=(CustomerTier.BUSINESS,), resolution=30)
    promise("Everybody", resolution=60)
    Notice.objects.filter(survey=sent).update(sent_at=sent.sent_at)  # it stays with the customer
    reopen(sent.ticket, reason="It is back.", actor=cast.agent)
    assert policy_of(sent.ticket) == "Everybody"
    change_organization(cast.organization, changes={"tier": CustomerTier.BUSINESS})
    answer_survey(sent, score=4, actor=cast.customer, at=moment(sent))
    ticket = Ticket.objects.get()
    assert (policy_of(ticket), ticket.sla_stale_since) == ("Business", None)
    assert ticket.policychoices.latest("seq").actor is None


@pytest.mark.parametrize("score", [0, 6, -1, 11])
def test_a_score_off_the_scale_is_refused(sent: Survey, cast: Cast, score: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        answer_survey(sent, score=score, actor=cast.customer, at=moment(sent))
    assert "score" in refusal.value.fields


def test_a_comment_has_an_end(sent: Survey, cast: Cast) -> None:
    comment = "x" * (LONGEST_COMMENT + 1)
    with pytest.raises(InvalidInput) as refusal:
        answer_survey(sent, score=3, comment=comment, actor=cast.customer, at=moment(sent))
    assert "comment" in refusal.value.fields


@pytest.mark.parametrize("name", ["colleague", "viewer", "agent", "administrator"])
def test_nobody_answers_for_the_customer(sent: Survey, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        answer_survey(sent, score=5, actor=getattr(cast, name), at=moment(sent))


def test_what_was_taken_back_cannot_be_answered(planned: Survey, cast: Cast) -> None:
    reopen(planned.ticket, reason="Not done.", actor=cast.agent)
    with pytest.raises(WrongState, match="taken back"):
        answer_survey(planned, score=5, actor=cast.customer)


def test_who_answers_before_the_mail_gets_none(planned: Survey, cast: Cast) -> None:
    at = planned.send_after - timedelta(hours=20)
    answer_survey(planned, score=5, actor=cast.customer, at=at)
    planned.refresh_from_db()
    assert planned.sent_at == at
    assert planned.locks_at == at + timedelta(days=14)
    assert ask_due(planned.send_after) == 0
    assert not Notice.objects.filter(survey=planned).exists()


def test_before_the_mail_only_whom_the_rules_allow_to_be_asked_can_answer(
    sent: Survey, cast: Cast, now: datetime
) -> None:
    set_rules(quiet_days=0)
    ticket_in(cast, Status.RESOLVED, at=moment(sent))
    set_rules(quiet_days=30)
    second = Survey.objects.exclude(pk=sent.pk).get()
    with pytest.raises(WrongState):
        answer_survey(second, score=5, actor=cast.customer, at=moment(sent) + timedelta(hours=1))


# Bad scores -------------------------------------------------------------------------------------


def drawn_in() -> list[Escalation]:
    return list(Escalation.objects.filter(kind=EscalationKind.HIERARCHICAL))


def test_a_bad_score_draws_the_lead_in(sent: Survey, cast: Cast) -> None:
    set_rules(csat_bad_score=2)
    answer_survey(sent, score=2, comment="Not good.", actor=cast.customer, at=moment(sent))
    (row,) = drawn_in()
    assert (row.manager, row.actor, row.reason) == (cast.lead, None, EscalationReason.DISSATISFIED)
    assert row.known == "CSAT 2 of 5: Not good."
    assert Notice.objects.get(kind=NoticeKind.DRAWN_IN).recipient == cast.lead
    assert list(find_differences(Ticket.objects.all())) == []


def test_who_solved_it_is_not_drawn_in_about_their_own_work(
    cast: Cast, sent: Survey, now: datetime
) -> None:
    """The only lead of the team solved what another holds: a manager looks at that."""
    set_rules(csat_bad_score=2, quiet_days=0)
    ticket = new_ticket(cast, at=now, team=cast.l1)
    pick_up(ticket, actor=cast.agent, at=now + SECOND)
    resolve(ticket, resolution_code="solved", actor=cast.lead, at=now + 2 * SECOND)
    survey = Survey.objects.get(ticket=ticket)
    ask_due(survey.send_after)
    answer_survey(survey, score=1, actor=cast.customer, at=survey.send_after)
    (row,) = drawn_in()
    assert row.manager == cast.manager


def test_a_better_score_draws_nobody_in(sent: Survey, cast: Cast) -> None:
    set_rules(csat_bad_score=2)
    answer_survey(sent, score=3, actor=cast.customer, at=moment(sent))
    assert drawn_in() == []


def test_without_the_rule_nobody_is_drawn_in(sent: Survey, cast: Cast) -> None:
    answer_survey(sent, score=1, actor=cast.customer, at=moment(sent))
    assert drawn_in() == []


def test_the_lead_is_drawn_in_once_however_often_the_answer_changes(
    sent: Survey, cast: Cast
) -> None:
    set_rules(csat_bad_score=2)
    for number, score in enumerate((2, 5, 1)):
        answer_survey(sent, score=score, actor=cast.customer, at=moment(sent) + number * SECOND)
    assert len(drawn_in()) == 1


# The way out ------------------------------------------------------------------------------------


def test_who_wants_no_surveys_has_none_left(planned: Survey, cast: Cast) -> None:
    end_surveys(cast.customer)
    end_surveys(cast.customer)
    cast.customer.refresh_from_db()
    assert not cast.customer.wants_surveys
    assert ask_due(planned.send_after) == 0
    ticket_in(cast, Status.RESOLVED)
    assert Survey.objects.filter(withdrawn_at=None).count() == 0


def test_who_allows_them_again_is_asked_again(cast: Cast) -> None:
    end_surveys(cast.customer)
    allow_surveys(cast.customer)
    cast.customer.refresh_from_db()
    ticket_in(cast, Status.RESOLVED)
    assert Survey.objects.filter(withdrawn_at=None).count() == 1
