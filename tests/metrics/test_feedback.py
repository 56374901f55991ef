"""What customers say, counted by hand: satisfaction, recommendation, and how many answer."""

from __future__ import annotations

import smtplib
from datetime import UTC, date, datetime, timedelta
from unittest.mock import Mock

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils.html import strip_tags

from metrics.exporting import export_rows
from metrics.fill import fill_touched
from metrics.fill.rollup import fill_days
from metrics.models import DirtyDay, Snapshot, SurveyFact, TicketFacts
from metrics.query import Index, Rate, Scope, breakdown, figures, payload, series, tickets
from metrics.verify import verify
from tests.cast import Cast
from tests.tickets.receiving.letters import receive
from tests.tickets.scenes import ticket_in
from tests.tickets.test_undelivered import bounce_of
from tickets.choices import Status, SurveyKind
from tickets.models import Mailbox, Notice, Survey, SurveyRules, Ticket
from tickets.notifications import outbox
from tickets.notifications.rendering import compose
from tickets.services.states import reopen
from tickets.services.surveys.answering import answer_survey, end_surveys
from tickets.services.surveys.asking import ask_due

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10:00 in Amsterdam
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LATER = MONDAY + timedelta(days=60)


@pytest.fixture(autouse=True)
def _ask_everybody(db: None) -> None:
    SurveyRules(pk=1, quiet_days=0, csat_delay_hours=0).save()


def asked(cast: Cast, *, at: datetime = MONDAY, kind: str = SurveyKind.CSAT) -> Survey:
    """A survey about a ticket that was resolved a moment before."""
    ticket = ticket_in(cast, Status.RESOLVED, at=at - 2 * HOUR)
    ask_due(at)
    Survey.objects.filter(ticket=ticket).update(kind=kind)
    return Survey.objects.select_related("customer").get(ticket=ticket)


def answered(
    cast: Cast, *scores: int, at: datetime = MONDAY, kind: str = SurveyKind.CSAT
) -> list[Survey]:
    """A survey for each score, answered an hour after it was sent."""
    found = []
    for score in scores:
        survey = asked(cast, at=at, kind=kind)
        answer_survey(survey, score=score, actor=survey.customer, at=at + HOUR)
        found.append(survey)
    return found


def scope(
    start: datetime = MONDAY, end: datetime | None = None, **filters: tuple[str, ...]
) -> Scope:
    last = (end or start).date()
    return Scope(start=start.date(), end=last, filters=filters, as_of=LATER)


def csat(asked_about: Scope | None = None) -> Rate:
    fill_touched()
    found = figures(["csat"], asked_about or scope())["csat"].main
    assert isinstance(found, Rate)
    return found


def nps(asked_about: Scope | None = None) -> Index:
    fill_touched()
    found = figures(["nps"], asked_about or scope())["nps"].main
    assert isinstance(found, Index)
    return found


def response(variant: str, asked_about: Scope | None = None) -> tuple[int, int]:
    fill_touched()
    found = figures(["survey_response"], asked_about or scope())["survey_response"][variant]
    assert isinstance(found, Rate)
    return found.numerator, found.denominator


def test_satisfied_is_4_and_5_of_all_answers(cast: Cast) -> None:
    answered(cast, 5, 4, 3, 1)
    found = csat()
    assert (found.numerator, found.denominator, found.value) == (2, 4, 50.0)
    assert found.opinion is not None
    assert found.opinion.mean == pytest.approx(13 / 4)
    # Wilson's interval of 2 in 4, by hand: (0.5 + 0.48018 ± 0.68575…) ÷ 1.96036.
    assert found.opinion.low == pytest.approx(15.0, abs=0.05)
    assert found.opinion.high == pytest.approx(85.0, abs=0.05)


def test_recommendation_is_promoters_less_detractors(cast: Cast) -> None:
    answered(cast, 10, 9, 9, 8, 7, 6, 0, kind=SurveyKind.NPS)
    found = nps()
    assert (found.promoters, found.passives, found.detractors, found.n) == (3, 2, 2, 7)
    assert found.value == pytest.approx(100 / 7)
    assert found.opinion.mean == pytest.approx(49 / 7)


def test_recommendation_can_be_below_nothing(cast: Cast) -> None:
    answered(cast, 0, 3, 6, 9, kind=SurveyKind.NPS)
    assert nps().value == -50.0
    fill_days(now=LATER)
    assert nps().value == -50.0  # from the snapshot, too
    points = series("nps", scope(MONDAY, MONDAY + DAY))
    assert [point.value.value for point in points] == [-50.0, None]


def test_the_two_do_not_mix(cast: Cast) -> None:
    answered(cast, 5)
    answered(cast, 5, kind=SurveyKind.NPS)
    assert csat().denominator == 1
    assert nps().detractors == 1


def test_nobody_asked_is_none_and_not_nothing(cast: Cast) -> None:
    asked(cast)
    found = csat()
    assert (found.value, found.n) == (None, 0)
    assert found.opinion is not None
    assert (found.opinion.mean, found.opinion.low, found.opinion.high) == (None, None, None)
    assert nps().value is None
    empty = figures(["csat", "nps", "survey_response"], scope(MONDAY - 30 * DAY))
    assert [value.main.value for value in empty.values()] == [None, None, None]


def test_an_answer_counts_on_its_own_day_in_the_reporting_zone(cast: Cast) -> None:
    survey = asked(cast)
    late = datetime(2026, 3, 3, 22, 59, 59, tzinfo=UTC)  # a second before midnight in Amsterdam
    answer_survey(survey, score=5, actor=survey.customer, at=late)
    assert csat(scope(MONDAY)).n == 0
    assert csat(scope(MONDAY + DAY)).n == 1
    answer_survey(survey, score=4, actor=survey.customer, at=late + timedelta(seconds=1))
    assert csat(scope(MONDAY + DAY)).n == 0
    assert csat(scope(MONDAY + 2 * DAY)).n == 1


def test_a_changed_answer_is_one_answer_and_its_old_day_is_counted_again(cast: Cast) -> None:
    (survey,) = answered(cast, 1)
    fill_touched()
    fill_days(now=LATER)
    answer_survey(survey, score=5, actor=survey.customer, at=MONDAY + 2 * DAY)
    fill_touched()
    assert {MONDAY.date(), date(2026, 3, 4)} <= set(DirtyDay.objects.values_list("day", flat=True))
    found = csat(scope(MONDAY, MONDAY + 7 * DAY))
    assert (found.numerator, found.denominator) == (1, 1)


def test_response_counts_on_the_day_sent_whenever_the_answer_comes(cast: Cast) -> None:
    answered(cast, 4)
    slow = asked(cast)
    asked(cast)
    answer_survey(slow, score=2, actor=slow.customer, at=MONDAY + 9 * DAY)
    assert response("csat") == (2, 3)
    assert response("csat", scope(MONDAY + 9 * DAY)) == (0, 0)
    assert response("nps") == (0, 0)


def test_what_was_taken_back_before_it_went_out_was_not_asked(cast: Cast) -> None:
    survey = asked(cast)
    assert response("csat") == (0, 1)
    reopen(Ticket.objects.get(pk=survey.ticket_id), reason="Not done.", actor=cast.agent)
    assert response("csat") == (0, 0)


REFUSED = smtplib.SMTPRecipientsRefused({"x": (550, b"No such user")})


def test_whom_the_mail_did_not_reach_was_not_asked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three surveys one is refused, one comes back, and one is answered all the same."""
    refused, bounced, answered_anyway = (asked(cast) for _ in range(3))
    assert response("csat") == (0, 3)
    monkeypatch.setattr(EmailBackend, "send_messages", Mock(side_effect=REFUSED))
    outbox.deliver_due()
    assert response("csat") == (0, 0)
    answer_survey(answered_anyway, score=4, actor=cast.customer, at=MONDAY + HOUR)
    assert response("csat") == (1, 1)
    monkeypatch.undo()
    outbox.retry(Notice.objects.filter(survey__in=(refused, bounced)))
    assert response("csat") == (1, 3)
    outbox.deliver_due()
    notice = bounced.notices.get()
    number = compose(notice).extra_headers["Message-ID"]
    box = Mailbox.objects.create(address="support@desk.example")
    receive(bounce_of(number, cast.customer.email, 1), box)
    assert response("csat") == (1, 2)
    fill_days(now=LATER)
    assert not verify().differences


def test_who_ended_surveys_before_the_mail_went_was_not_asked(cast: Cast) -> None:
    asked(cast)
    assert response("csat") == (0, 1)
    end_surveys(cast.customer)
    outbox.deliver_due()
    assert response("csat") == (0, 0)


def test_who_resolved_is_credited(cast: Cast) -> None:
    answered(cast, 5)
    fill_touched()
    fact = SurveyFact.objects.get()
    assert (fact.level, fact.agent_key) == (1, cast.agent.pk)
    (row,) = breakdown("csat", scope(), by="agent")
    assert (row.label, row.figure.main.n) == (cast.agent.name, 1)


def test_the_fact_of_a_ticket_is_its_last_answer(cast: Cast) -> None:
    (survey,) = answered(cast, 2)
    quiet = ticket_in(cast, Status.RESOLVED, at=MONDAY)
    answer_survey(survey, score=3, actor=survey.customer, at=MONDAY + 3 * HOUR)
    fill_touched()
    facts = TicketFacts.objects.in_bulk([survey.ticket_id, quiet.pk])
    assert (facts[survey.ticket_id].csat, facts[survey.ticket_id].nps) == (3, None)
    assert (facts[quiet.pk].csat, facts[quiet.pk].nps) == (None, None)
    heads, first, second = export_rows(start=None, end=None, as_of=LATER)
    at = list(heads).index("csat")
    assert heads[at : at + 2] == ("csat", "nps")
    assert [row[at] for row in (first, second)] == ["3", ""]


def test_every_part_opens_to_its_tickets(cast: Cast) -> None:
    scores = (10, 8, 2)
    surveys = answered(cast, *scores, kind=SurveyKind.NPS)
    found = {score: survey.ticket_id for score, survey in zip(scores, surveys, strict=True)}
    fill_touched()
    for part, wanted in (
        ("promoters", [10]),
        ("passives", [8]),
        ("detractors", [2]),
        ("denominator", [2, 8, 10]),
    ):
        listed = tickets("nps", scope(), part=part, user=cast.manager)
        assert {ticket.pk for ticket in listed} == {found[score] for score in wanted}


def test_the_json_says_how_sure_it_is(cast: Cast) -> None:
    answered(cast, 5, 2)
    answered(cast, 9, kind=SurveyKind.NPS)
    fill_touched()
    found = {key: payload(value) for key, value in figures(["csat", "nps"], scope()).items()}
    assert found["csat"].keys() == {
        *("numerator", "denominator", "value", "undecided", "unmeasured"),
        *("mean", "low", "high"),
    }
    nps_keys = ("promoters", "passives", "detractors", "n", "value", "mean", "low", "high")
    assert tuple(found["nps"]) == nps_keys
    assert found["csat"]["low"] < found["csat"]["value"] < found["csat"]["high"]


def test_snapshots_are_what_is_counted_and_the_ledger_agrees(cast: Cast) -> None:
    for number, score in enumerate((5, 1, 4, 2)):
        answered(cast, score, at=MONDAY + number * DAY)
        answered(cast, score * 2, at=MONDAY + number * DAY, kind=SurveyKind.NPS)
    asked(cast)
    fill_touched()
    whole = scope(MONDAY, MONDAY + 5 * DAY)
    keys = ("csat", "nps", "survey_response")
    counted = figures(keys, whole)
    with time_machine.travel(LATER, tick=False):
        fill_days(now=LATER)
    assert Snapshot.objects.filter(figure="nps", dimension="agent").exists()
    assert figures(keys, whole) == counted
    assert verify().differences == ()


def test_a_wrong_snapshot_is_found(cast: Cast) -> None:
    (survey,) = answered(cast, 9, kind=SurveyKind.NPS)
    fill_touched()
    fill_days(now=LATER)
    Snapshot.objects.filter(figure="nps", dimension="").update(count=1)
    (found,) = verify().differences
    assert "nps" in str(found)
    assert found.tickets == (survey.ticket_id,)


def test_the_page_shows_both_with_n_and_bounds(cast: Cast, client: Client) -> None:
    answered(cast, 5, 4, 4, 1)
    answered(cast, 2, 3, kind=SurveyKind.NPS)
    fill_touched()
    client.force_login(cast.manager)
    period = {"from": "2026-03-02", "to": "2026-03-02", "show": "nps", "by": "agent"}
    page = client.get("/metrics/", period).content.decode()
    assert "75.0" in page
    assert "\N{MINUS SIGN}100.0" in page
    assert "mean\N{NO-BREAK SPACE}3.5" in strip_tags(page)
    assert "CSAT answered: 100.0" in page
    for show in ("csat", "nps", "survey_response"):
        assert client.get("/metrics/", {**period, "show": show}).status_code == 200
        for card in ("segments", "trend"):
            file = client.get(f"/metrics/charts/{card}.csv", {**period, "show": show})
            assert file.status_code == 200


def test_the_list_of_an_index_names_its_parts(cast: Cast, client: Client) -> None:
    answered(cast, 10, 2, kind=SurveyKind.NPS)
    fill_touched()
    client.force_login(cast.manager)
    asked_for = {"figure": "nps", "from": "2026-03-02", "to": "2026-03-02"}
    page = client.get("/metrics/tickets/", asked_for).content.decode()
    for name in ("Promoters", "Detractors"):
        assert name in page


def test_the_charts_draw_how_sure_they_are(cast: Cast, client: Client) -> None:
    answered(cast, 10, 9, 9, 8, 7, 6, 0, kind=SurveyKind.NPS)
    answered(cast, 5, 4, 1)
    client.force_login(cast.manager)
    for key, bounds in (("nps", nps().opinion), ("csat", csat().opinion)):
        assert bounds is not None
        address = {"from": "2026-03-02", "to": "2026-03-08", "show": key}
        page = client.get("/metrics/", address).content.decode()
        card = page[page.index('id="trend"') :]
        assert 'class="band-2"' in card
        assert "95\u202f% confidence" in card
        file = client.get("/metrics/charts/trend.csv", address).getvalue().decode()
        assert str(bounds.low)[:6] in file
        assert str(bounds.high)[:6] in file
