"""The italian log, imported and filled, gives its truth exactly."""

from __future__ import annotations

import pytest

from tests.truth import checks
from tests.truth.reading import RealLog, days_of

LOG = RealLog("italian", "Europe/Rome")
MONTHS = sorted(LOG.figures["months"]) if LOG.folder.exists() else ["absent"]

# One worker imports the log once for all of its tests.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("italian")]


def test_every_fact_of_every_ticket(log, facts):
    assert checks.differences(log, facts) == []


def test_the_figures_of_the_whole_time(log, report):
    checks.check_period(log.figures["total"], report(*checks.whole_period(log))["figures"])


@pytest.mark.parametrize("month", MONTHS)
def test_the_figures_of_a_month(month, log, report):
    checks.check_period(log.figures["months"][month], report(*days_of(month))["figures"])


def test_the_backlog_at_the_end_of_every_day(log, report):
    told = report(*checks.whole_period(log))["figures"]["backlog"]
    assert {day: told[day] for day in log.backlog} == log.backlog


def test_the_page_says_the_same_once_the_days_are_filled(log, measured):
    checks.check_page(log)


def test_tickets_without_a_contact_record_are_unmeasured(log, report):
    fcr = report(*checks.whole_period(log))["figures"]["fcr"]
    assert fcr["unmeasured"] > 0
    assert fcr["denominator"] + fcr["undecided"] + fcr["unmeasured"] <= len(log.tickets)
