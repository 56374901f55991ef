"""The review list: who reads which answers, filters, and tasks that are given and ticked off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.surveys.conftest import set_rules
from tests.web.conftest import SignIn
from tickets.choices import Status, SurveyKind
from tickets.errors import Conflict, InvalidInput, NotAllowed, WrongState
from tickets.models import Notice, NoticeKind, Survey, SurveyTask, Ticket
from tickets.notifications import outbox
from tickets.services.picking import pick_up
from tickets.services.states import resolve
from tickets.services.surveys.answering import answer_survey
from tickets.services.surveys.asking import ask_due
from tickets.services.surveys.following import finish_task, follow_up, hand_task_to

PAGE = "/surveys/"


def answered(
    cast: Cast,
    score: int,
    *,
    comment: str = "",
    kind: str = SurveyKind.CSAT,
    ticket: Ticket | None = None,
) -> Survey:
    """A survey about a ticket, with its answer."""
    set_rules(quiet_days=0, csat_delay_hours=0)
    about = ticket or ticket_in(cast, Status.RESOLVED)
    ask_due(timezone.now())
    Survey.objects.filter(ticket=about).update(kind=kind)
    survey = Survey.objects.select_related("customer").get(ticket=about)
    answer_survey(survey, score=score, comment=comment, actor=survey.customer)
    survey.refresh_from_db()
    return survey


@pytest.fixture
def low(cast: Cast) -> Survey:
    """A bad answer, with a comment."""
    return answered(cast, 1, comment="It came back twice.")


def page(client: Client, **params: str) -> str:
    response = client.get(PAGE, params)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["lead", "manager", "administrator"])
def test_leads_and_managers_read_the_answers(
    low: Survey, cast: Cast, sign_in: SignIn, name: str
) -> None:
    html = page(sign_in(getattr(cast, name)))
    assert "It came back twice." in html
    assert f"/tickets/{low.ticket_id}/" in html
    assert "Follow up" in html


def test_agents_see_only_what_they_are_to_follow_up(
    low: Survey, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.agent)
    assert "It came back twice." not in page(client)
    follow_up(low, assignee=cast.agent, actor=cast.lead, note="Call her.")
    html = page(client)
    assert "It came back twice." in html
    assert "Call her." in html
    assert "Hand over" not in html


@pytest.mark.parametrize("name", ["customer", "viewer"])
def test_customers_are_shown_home(low: Survey, cast: Cast, sign_in: SignIn, name: str) -> None:
    client = sign_in(getattr(cast, name))
    assert client.get(PAGE).status_code == 302
    assert client.post(f"{PAGE}{low.pk}/follow-up/").status_code == 302
    assert not SurveyTask.objects.exists()


def test_answers_about_hidden_tickets_are_not_there(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast, team=cast.confidential, actor=cast.manager)
    pick_up(ticket, actor=cast.insider)
    resolve(ticket, resolution_code="solved", actor=cast.insider, is_l1_capable=False)
    survey = answered(cast, 1, comment="Secret words.", ticket=ticket)
    client = sign_in(cast.lead)
    assert "Secret words." not in page(client)
    assert "Secret words." in page(sign_in(cast.manager))
    for path in (f"{survey.pk}/follow-up/", "tasks/1/done/", "tasks/1/hand/"):
        assert client.post(f"{PAGE}{path}", {"assignee": cast.lead.pk}).status_code == 404


def test_filters_narrow_by_kind_score_words_time_and_team(
    low: Survey, cast: Cast, sign_in: SignIn
) -> None:
    answered(cast, 9, comment="Gladly.", kind=SurveyKind.NPS)
    old = answered(cast, 4, comment="Long ago.")
    old_row = old.response
    assert old_row is not None
    type(old_row).objects.filter(pk=old_row.pk).update(
        occurred_at=timezone.now() - timedelta(days=40)
    )
    client = sign_in(cast.manager)
    words = {"low": "It came back twice.", "nps": "Gladly.", "old": "Long ago."}

    def shown(**params: str) -> set[str]:
        html = page(client, **params)
        return {name for name, text in words.items() if text in html}

    assert shown() == {"low", "nps", "old"}
    assert shown(kind="nps") == {"nps"}
    assert shown(score="low") == {"low"}
    assert shown(score="high") == {"nps", "old"}
    assert shown(score="middle") == set()
    assert shown(days="30") == {"low", "nps"}
    assert shown(kind="csat", days="30") == {"low"}
    assert shown(team=str(cast.l1.pk)) == {"low", "nps", "old"}
    assert shown(team=str(cast.l2.pk)) == set()
    assert shown(show="words") == {"low", "nps", "old"}
    assert shown(kind="x", score="x", days="x", team="x", show="x", before="x") == set(words)


def test_no_answer_fits_is_said(low: Survey, cast: Cast, sign_in: SignIn) -> None:
    assert "No answer fits" in page(sign_in(cast.manager), score="high")


def test_a_task_is_given_handed_over_and_ticked_off(
    low: Survey, cast: Cast, sign_in: SignIn
) -> None:
    lead = sign_in(cast.lead)
    form = {"assignee": cast.agent.pk, "note": "Call her.", "back": f"{PAGE}?score=low"}
    response = lead.post(f"{PAGE}{low.pk}/follow-up/", form)
    assert response["Location"] == f"{PAGE}?score=low"
    task = SurveyTask.objects.get()
    assert (task.assignee, task.created_by, task.note) == (cast.agent, cast.lead, "Call her.")
    assert "Call her." in page(lead, show="open")
    lead.post(f"{PAGE}tasks/{task.pk}/hand/", {"assignee": cast.second_agent.pk})
    agent = sign_in(cast.second_agent)
    assert "Call her." in page(agent, show="mine")
    agent.post(f"{PAGE}tasks/{task.pk}/done/", {"outcome": "Spoke with her: all is well."})
    task.refresh_from_db()
    assert task.done_by == cast.second_agent
    assert task.done_at
    assert "Spoke with her" in page(lead, show="done")
    assert "Call her." not in page(lead, show="open")


def test_a_task_without_an_outcome_stays_open(low: Survey, cast: Cast, sign_in: SignIn) -> None:
    task = follow_up(low, assignee=cast.lead, actor=cast.lead)
    response = sign_in(cast.lead).post(
        f"{PAGE}tasks/{task.pk}/done/", {"outcome": " "}, follow=True
    )
    assert "Say in a line" in response.content.decode()
    task.refresh_from_db()
    assert task.done_at is None


def test_nothing_leads_to_another_site(low: Survey, cast: Cast, sign_in: SignIn) -> None:
    form = {"assignee": cast.agent.pk, "back": "https://elsewhere.example/"}
    response = sign_in(cast.lead).post(f"{PAGE}{low.pk}/follow-up/", form)
    assert response["Location"] == PAGE


def test_who_is_given_a_task_is_told_and_oneself_is_not(low: Survey, cast: Cast) -> None:
    follow_up(low, assignee=cast.lead, actor=cast.lead)
    assert not Notice.objects.filter(kind=NoticeKind.SURVEY_TASK).exists()
    other = answered(cast, 2, comment="Slow.")
    follow_up(other, assignee=cast.agent, actor=cast.lead, note="Explain the delay.")
    Notice.objects.exclude(kind=NoticeKind.SURVEY_TASK).delete()
    mail.outbox.clear()
    outbox.deliver_due()
    (sent,) = mail.outbox
    assert sent.to == [cast.agent.email]
    for words in ("2 of 5", "Slow.", "Explain the delay.", cast.lead.name):
        assert words in str(sent.body)
    assert "List-Unsubscribe" not in sent.message()


def test_tasks_are_refused_where_they_make_no_sense(low: Survey, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        follow_up(low, assignee=cast.agent, actor=cast.agent)
    with pytest.raises(InvalidInput):
        follow_up(low, assignee=cast.customer, actor=cast.lead)
    task = follow_up(low, assignee=cast.agent, actor=cast.lead)
    with pytest.raises(Conflict):
        follow_up(low, assignee=cast.agent, actor=cast.manager)
    with pytest.raises(NotAllowed):
        finish_task(task, outcome="x", actor=cast.second_agent)
    with pytest.raises(NotAllowed):
        hand_task_to(task, assignee=cast.second_agent, actor=cast.agent)
    finish_task(task, outcome="Called.", actor=cast.agent)
    with pytest.raises(WrongState):
        finish_task(task, outcome="Again.", actor=cast.agent)
    follow_up(low, assignee=cast.agent, actor=cast.lead)  # once more, after the first is done
    assert SurveyTask.objects.count() == 2


def test_nobody_follows_up_what_was_not_answered(cast: Cast) -> None:
    set_rules()
    ticket_in(cast, Status.RESOLVED)
    with pytest.raises(WrongState):
        follow_up(Survey.objects.get(), assignee=cast.lead, actor=cast.lead)


@pytest.mark.parametrize("number", [3, 12])
def test_the_list_needs_a_fixed_number_of_queries(
    cast: Cast, sign_in: SignIn, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for index in range(number):
        survey = answered(cast, 1 + index % 5, comment=f"Comment {index}")
        follow_up(survey, assignee=cast.agent, actor=cast.lead)
    client = sign_in(cast.lead)
    with django_assert_num_queries(7):
        client.get(PAGE)


def test_older_answers_are_a_page_on(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.selectors.survey_review.PAGE_SIZE", 2)
    for number in range(3):
        answered(cast, 5, comment=f"Comment {number}")
    client = sign_in(cast.manager)
    first = client.get(PAGE)
    html = first.content.decode()
    assert "Comment 2" in html
    assert "Comment 0" not in html
    older = page(client, before=str(first.context["found"].next_before))
    assert "Comment 0" in older
    assert "Comment 2" not in older


# On the ticket ----------------------------------------------------------------------------------


def test_a_low_score_shows_on_its_ticket(low: Survey, cast: Cast, sign_in: SignIn) -> None:
    html = sign_in(cast.agent).get(f"/tickets/{low.ticket_id}/").content.decode()
    assert "CSAT 1 of 5" in html
    assert "rated the solution 1 of 5" in html
    assert html.count("It came back twice.") == 2  # beside the ticket, and in its timeline


def test_a_changed_answer_shows_as_it_is_now(low: Survey, cast: Cast, sign_in: SignIn) -> None:
    answer_survey(low, score=5, comment="All is well.", actor=low.customer)
    html = sign_in(cast.agent).get(f"/tickets/{low.ticket_id}/").content.decode()
    assert "CSAT 1 of 5" not in html
    assert "rated the solution 5 of 5" in html


def test_customers_never_see_what_is_done_about_it(
    low: Survey, cast: Cast, sign_in: SignIn
) -> None:
    follow_up(low, assignee=cast.agent, actor=cast.lead, note="She is difficult.")
    html = sign_in(cast.customer).get(f"/portal/{low.ticket_id}/").content.decode()
    assert "She is difficult." not in html
