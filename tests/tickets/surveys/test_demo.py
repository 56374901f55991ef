"""What the demo desk's customers say: believable, by the desk's own rules, the same each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.choices import SurveyKind
from tickets.demo.opinions import Course, answers

RECEIVED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def course(*, hours: float = 5, reopens: int = 0, bounces: int = 0, code: str = "solved") -> Course:
    return Course(
        received_at=RECEIVED,
        resolved_at=RECEIVED + timedelta(hours=hours),
        resolution_code=code,
        reopens=reopens,
        bounces=bounces,
        escalations=0,
    )


def scores(how: Course, kind: str = SurveyKind.CSAT) -> list[int]:
    rng = Random(1)
    return [one.score for _ in range(3_000) for one in answers(kind, how, rng)[-1:]]


def test_about_three_in_ten_answer() -> None:
    assert 0.27 < len(scores(course())) / 3_000 < 0.35
    assert 0.24 < len(scores(course(), SurveyKind.NPS)) / 3_000 < 0.32


@pytest.mark.parametrize("kind", SurveyKind.values)
@pytest.mark.parametrize(
    "worse",
    [course(reopens=1), course(bounces=1), course(hours=24 * 8), course(code="no_answer")],
    ids=["reopened", "bounced", "slow", "unanswered"],
)
def test_what_went_wrong_pleases_less(kind: str, worse: Course) -> None:
    assert mean(scores(worse, kind)) < mean(scores(course(), kind)) - 0.3


@given(st.integers(), st.sampled_from(SurveyKind.values), st.integers(0, 4), st.floats(0, 900))
def test_answers_stay_on_the_scale_and_within_the_time_to_answer(
    seed: int, kind: str, reopens: int, hours: float
) -> None:
    given_answers = answers(kind, course(reopens=reopens, hours=hours), Random(seed))
    low, high = (1, 5) if kind == SurveyKind.CSAT else (0, 10)
    assert all(low <= one.score <= high for one in given_answers)
    assert all(timedelta() < one.after < timedelta(days=14) for one in given_answers)
    assert [one.after for one in given_answers] == sorted(one.after for one in given_answers)
