"""Surveys as customers meet them: by the mail's link, on the ticket's page, and the way out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from helpdesk.health import examine
from tests.cast import Cast
from tests.portal.conftest import SignIn
from tests.tickets.scenes import ticket_in
from tests.tickets.surveys.conftest import set_rules
from tickets.choices import Source, Status, SurveyKind
from tickets.models import Notice, NoticeKind, Survey, SurveyResponse, Ticket
from tickets.notifications import outbox
from tickets.portal_links import portal_url, revoke_links
from tickets.services.states import reopen
from tickets.services.surveys.answering import answer_survey, end_surveys
from tickets.services.surveys.asking import ask_due, remind_due
from tickets.survey_links import (
    revoke_survey_links,
    survey_token,
    survey_url,
    unsubscribe_url,
)

DAY = timedelta(days=1)


@pytest.fixture
def survey(cast: Cast) -> Survey:
    """A survey that was sent just now, about a ticket resolved yesterday."""
    set_rules()
    ticket_in(cast, Status.RESOLVED, at=timezone.now() - 2 * DAY)
    ask_due(timezone.now())
    found = Survey.objects.select_related("ticket", "customer").get()
    assert found.sent_at
    return found


def scores() -> list[int]:
    return list(SurveyResponse.objects.order_by("seq").values_list("score", flat=True))


# The mail ---------------------------------------------------------------------------------------


def deliver(kind: NoticeKind) -> str:
    Notice.objects.exclude(kind=kind).delete()
    mail.outbox.clear()
    outbox.deliver_due()
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    html = str(sent.alternatives[0][0])
    for text in (str(sent.body), html):
        assert unsubscribe_url(Survey.objects.get()) in text
    return f"{sent.body}\n{html}"


def test_the_mail_has_a_link_for_every_score(survey: Survey) -> None:
    text = deliver(NoticeKind.SURVEY_CSAT)
    for score in range(1, 6):
        assert text.count(survey_url(survey, score)) == 2  # in words, and in HTML
    assert survey_url(survey, 0) not in text
    assert "<script" not in text


def test_a_recommendation_has_eleven(survey: Survey) -> None:
    Survey.objects.update(kind=SurveyKind.NPS)
    Notice.objects.filter(survey=survey).update(kind=NoticeKind.SURVEY_NPS)
    text = deliver(NoticeKind.SURVEY_NPS)
    assert all(text.count(f"{survey_url(survey, score)}") == 2 for score in range(11))


def test_the_reminder_asks_the_same(survey: Survey) -> None:
    remind_due(timezone.now() + 4 * DAY)
    Notice.objects.update(send_after=timezone.now())
    assert deliver(NoticeKind.SURVEY_REMINDER).count(survey_url(survey, 5)) == 2


def test_mail_programs_are_told_the_way_out(survey: Survey, client: Client) -> None:
    deliver(NoticeKind.SURVEY_CSAT)
    message = mail.outbox[0].message()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip("<>").replace("\n ", "")
    path = "/" + address.split("/", 3)[3]
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    survey.customer.refresh_from_db()
    assert not survey.customer.wants_surveys


@pytest.mark.parametrize("why", ["answered", "unsubscribed", "reopened"])
def test_a_mail_that_became_needless_is_not_sent(survey: Survey, cast: Cast, why: str) -> None:
    if why == "answered":
        answer_survey(survey, score=5, actor=cast.customer)
    elif why == "unsubscribed":
        end_surveys(cast.customer)
    else:
        reopen(survey.ticket, reason="Not done.", actor=cast.agent)
    Notice.objects.exclude(kind=NoticeKind.SURVEY_CSAT).delete()
    outbox.deliver_due()
    assert mail.outbox == []
    assert Notice.objects.get().is_needless
    health = examine(now=timezone.now())
    assert (health.notices_waiting, health.notices_given_up) == (0, 0)


# The link ---------------------------------------------------------------------------------------


def test_following_a_link_answers_nothing(survey: Survey, client: Client) -> None:
    """Mail scanners open every link, some with a browser of their own."""
    for url in [survey_url(survey), *(survey_url(survey, score) for score in survey.scores)]:
        for method in ("get", "head", "options"):
            assert getattr(client, method)(url).status_code in (200, 405)
    assert scores() == []
    survey.customer.refresh_from_db()
    assert client.get(unsubscribe_url(survey)).status_code == 200
    assert survey.customer.wants_surveys


def test_the_page_has_the_score_of_the_link_and_posts_it(survey: Survey, client: Client) -> None:
    page = client.get(survey_url(survey, 4)).content.decode()
    assert survey.ticket.subject in page
    assert 'value="4"' in page
    assert "data-survey" in page
    assert f'action="{survey_url(survey)}"' in page
    response = client.post(survey_url(survey), {"survey-score": "4", "survey-comment": ""})
    assert response["Location"] == survey_url(survey)
    row = SurveyResponse.objects.get()
    assert (row.score, row.actor, row.source) == (4, survey.customer, Source.MAIL)
    after = client.get(survey_url(survey)).content.decode()
    assert "4 of 5" in after
    assert "data-survey" not in after


def test_a_score_of_a_link_says_that_it_is_not_sent_until_it_is(
    survey: Survey, client: Client
) -> None:
    unsent = "It is not sent yet"
    page = client.get(survey_url(survey, 4)).content.decode()
    assert "<b>4 of 5</b>" in page
    assert unsent in page
    assert "We have your answer" not in page
    assert unsent not in client.get(survey_url(survey)).content.decode()
    sent = client.post(survey_url(survey), {"survey-score": "4"}, follow=True).content.decode()
    assert "We have your answer" in sent
    assert unsent not in sent
    other = client.get(survey_url(survey, 1)).content.decode()
    assert "We have your answer: <b>4 of 5</b>" in other
    assert f"You chose <b>1 of 5</b>. {unsent}" in other


def test_an_answer_can_be_changed_and_explained(survey: Survey, client: Client) -> None:
    client.post(survey_url(survey), {"survey-score": "4"})
    client.post(survey_url(survey), {"survey-score": "2", "survey-comment": "It came back."})
    assert scores() == [4, 2]
    page = client.get(survey_url(survey)).content.decode()
    assert "It came back." in page
    assert "2 of 5" in page


def test_a_link_of_another_score_offers_the_change(survey: Survey, client: Client) -> None:
    client.post(survey_url(survey), {"survey-score": "4"})
    assert "data-survey" in client.get(survey_url(survey, 1)).content.decode()
    assert "data-survey" not in client.get(survey_url(survey, 4)).content.decode()
    assert "data-survey" not in client.get(survey_url(survey, 9)).content.decode()


@pytest.mark.parametrize("score", ["", "6", "x"])
def test_no_score_is_asked_for_kindly(survey: Survey, client: Client, score: str) -> None:
    response = client.post(survey_url(survey), {"survey-score": score, "survey-comment": "Kept"})
    assert response.status_code == 422
    assert "Kept" in response.content.decode()
    assert scores() == []


def test_a_post_needs_the_pages_own_token(survey: Survey) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(survey_url(survey), {"survey-score": "5"}).status_code == 403
    assert scores() == []


def cut(token: str) -> str:
    return token[:-3]


def of_another(token: str) -> str:
    number, _, rest = token.partition(".")
    return f"{int(number) + 1}.{rest}"


def made_up(token: str) -> str:
    return "1.abc"


def huge(token: str) -> str:
    return "9" * 40 + ".a"


@pytest.mark.parametrize("spoil", [cut, of_another, made_up, huge, str.upper])
def test_a_spoilt_link_opens_nothing(survey: Survey, client: Client, spoil) -> None:
    token = spoil(survey_token(survey))
    for path in ("", "5/", "unsubscribe/"):
        response = client.post(f"/survey/{token}/{path}", {"survey-score": "5"})
        assert response.status_code == 404
        assert survey.ticket.subject not in response.content.decode()
    assert scores() == []


@pytest.mark.parametrize("key", ["survey", "ticket"])
def test_a_revoked_link_opens_nothing(survey: Survey, client: Client, key: str) -> None:
    old = survey_url(survey)
    if key == "survey":
        assert revoke_survey_links([survey]) == 1
    else:
        revoke_links([survey.ticket])
    assert client.get(old).status_code == 404
    assert client.post(old, {"survey-score": "5"}).status_code == 404
    fresh = Survey.objects.get()
    assert client.get(survey_url(fresh)).status_code == 200


def test_keys_never_stand_in_a_link(survey: Survey) -> None:
    link = survey_url(survey).replace("-", "")
    assert survey.key.hex not in link
    assert survey.ticket.access_key.hex not in link


def test_a_locked_survey_says_so_and_the_way_out_stays_open(survey: Survey, client: Client) -> None:
    url = survey_url(survey)
    client.post(url, {"survey-score": "4"})
    assert survey.locks_at
    with time_machine.travel(survey.locks_at, tick=False):
        response = client.get(url)
        assert response.status_code == 410
        assert "4 of 5" in response.content.decode()
        assert client.post(url, {"survey-score": "1"}).status_code == 410
        assert client.get(unsubscribe_url(survey)).status_code == 200
    assert scores() == [4]


def test_one_that_was_taken_back_says_so(survey: Survey, cast: Cast, client: Client) -> None:
    reopen(survey.ticket, reason="Not done.", actor=cast.agent)
    response = client.get(survey_url(survey))
    assert response.status_code == 410
    assert "Nothing to answer" in response.content.decode()


def test_a_customer_who_was_switched_off_has_no_links(survey: Survey, client: Client) -> None:
    survey.customer.is_active = False
    survey.customer.save()
    assert client.get(survey_url(survey)).status_code == 404


def test_staff_who_follow_a_link_never_answer_for_the_customer(
    survey: Survey, cast: Cast, sign_in: SignIn
) -> None:
    for url in (survey_url(survey), unsubscribe_url(survey)):
        response = sign_in(cast.agent).post(url, {"survey-score": "5"})
        assert response["Location"] == f"/tickets/{survey.ticket_id}/"
    assert scores() == []
    survey.customer.refresh_from_db()
    assert survey.customer.wants_surveys


def test_search_machines_and_caches_leave_it_alone(survey: Survey, client: Client) -> None:
    response = client.get(survey_url(survey))
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]


# The way out ------------------------------------------------------------------------------------


def test_the_page_asks_before_it_ends_all(survey: Survey, client: Client) -> None:
    assert "Shall we ask" in client.get(unsubscribe_url(survey)).content.decode()
    assert "ask you nothing more" in client.post(unsubscribe_url(survey)).content.decode()
    survey.customer.refresh_from_db()
    assert not survey.customer.wants_surveys


def test_the_profile_allows_surveys_again(survey: Survey, cast: Cast, sign_in: SignIn) -> None:
    end_surveys(cast.customer)
    client = sign_in(cast.customer)
    assert "You may ask me again" in client.get("/profile/").content.decode()
    page = client.post("/profile/surveys/", {"surveys": "yes"}, follow=True).content.decode()
    assert "We may ask you how we did." in page
    cast.customer.refresh_from_db()
    assert cast.customer.wants_surveys
    client.post("/profile/surveys/", {"surveys": "no"})
    cast.customer.refresh_from_db()
    assert not cast.customer.wants_surveys
    assert client.get("/profile/surveys/").status_code == 405


# In the portal ----------------------------------------------------------------------------------


def test_the_tickets_page_asks_too(survey: Survey, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.customer)
    url = f"/portal/{survey.ticket_id}/"
    assert "How satisfied are you" in client.get(url).content.decode()
    answer = {"survey-score": "5", "survey-comment": "Quick and kind."}
    page = client.post(f"{url}rate/", answer, follow=True).content.decode()
    assert "5 of 5" in page
    row = SurveyResponse.objects.get()
    assert (row.score, row.comment, row.source) == (5, "Quick and kind.", Source.WEB)


def test_one_click_answers_there_and_words_may_follow(
    survey: Survey, cast: Cast, sign_in: SignIn
) -> None:
    """The page is the customer's own, so that each number can send itself."""
    client = sign_in(cast.customer)
    url = f"/portal/{survey.ticket_id}/"
    page = client.get(url).content.decode()
    assert re.findall(r'<button[^>]* name="survey-score" value="(\d)"', page) == list("12345")
    assert "survey-comment" not in page, "first the score, then words"
    page = client.post(f"{url}rate/", {"survey-score": "2"}, follow=True).content.decode()
    assert scores() == [2]
    (kept,) = re.findall(r'<input type="hidden" name="survey-score" value="(\d)"', page)
    assert re.findall(r'value="(\d)"\s+aria-pressed="true"', page) == [kept] == ["2"]
    client.post(f"{url}rate/", {"survey-score": kept, "survey-comment": "It came back."})
    page = client.get(url).content.decode()
    assert "It came back.</textarea>" in page
    # A browser sends what the form keeps first, and then what was pressed.
    changed = {"survey-score": [kept, "4"], "survey-comment": "It came back."}
    page = client.post(f"{url}rate/", changed, follow=True).content.decode()
    assert "4 of 5" in page
    assert scores() == [2, 2, 4]
    assert SurveyResponse.objects.latest("pk").comment == "It came back."


def test_it_asks_by_the_mailed_link_to_the_ticket_too(survey: Survey, client: Client) -> None:
    url = portal_url(survey.ticket)
    assert "How satisfied are you" in client.get(url).content.decode()
    client.post(f"{url}rate/", {"survey-score": "3"})
    assert scores() == [3]


def test_it_asks_as_soon_as_it_is_solved(cast: Cast, sign_in: SignIn) -> None:
    """Who looks before the mail comes may answer at once."""
    set_rules()
    ticket = ticket_in(cast, Status.RESOLVED)
    client = sign_in(cast.customer)
    client.post(f"/portal/{ticket.pk}/rate/", {"survey-score": "4"})
    assert scores() == [4]
    ask_due(timezone.now() + 5 * DAY)
    assert not Notice.objects.filter(kind=NoticeKind.SURVEY_CSAT).exists()


def test_no_score_comes_back_to_the_page(survey: Survey, cast: Cast, sign_in: SignIn) -> None:
    url = f"/portal/{survey.ticket_id}/rate/"
    response = sign_in(cast.customer).post(url, {"survey-comment": "Kept"})
    assert response.status_code == 422
    assert "Kept" in response.content.decode()


@pytest.mark.parametrize("name", ["viewer", "colleague", "other_customer"])
def test_only_the_customer_is_asked(survey: Survey, cast: Cast, sign_in: SignIn, name: str) -> None:
    client = sign_in(getattr(cast, name))
    url = f"/portal/{survey.ticket_id}/"
    assert "How satisfied are you" not in client.get(url).content.decode()
    client.post(f"{url}rate/", {"survey-score": "5"})
    assert scores() == []


def test_an_open_ticket_asks_nothing(survey: Survey, cast: Cast, sign_in: SignIn) -> None:
    Notice.objects.update(sent_at=timezone.now())
    reopen(survey.ticket, reason="Not done.", actor=cast.agent)
    client = sign_in(cast.customer)
    url = f"/portal/{survey.ticket_id}/"
    assert "How satisfied are you" not in client.get(url).content.decode()
    client.post(f"{url}rate/", {"survey-score": "5"})
    assert scores() == []


def test_a_quiet_customer_is_not_asked_in_the_portal_either(
    survey: Survey, cast: Cast, sign_in: SignIn
) -> None:
    set_rules(quiet_days=0)
    other = ticket_in(cast, Status.RESOLVED)
    set_rules(quiet_days=30)
    page = sign_in(cast.customer).get(f"/portal/{other.pk}/").content.decode()
    assert "How satisfied are you" not in page


def test_times_are_the_customers_own(survey: Survey, client: Client) -> None:
    """A survey that locks at night locks on another day elsewhere."""
    survey.customer.time_zone = "Pacific/Kiritimati"
    survey.customer.save()
    Survey.objects.update(locks_at=datetime(2126, 3, 1, 12, tzinfo=timezone.get_default_timezone()))
    client.post(survey_url(survey), {"survey-score": "4"})
    assert "2 March" in client.get(survey_url(survey)).content.decode()
    assert Ticket.objects.count() == 1
