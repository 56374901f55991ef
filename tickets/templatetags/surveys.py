"""Tags of surveys: a score with its scale, and whether somebody follows it up."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tickets.models import Survey, SurveyResponse
from tickets.surveys.words import HIGH, HIGHEST, LOW, MIDDLE, band, score_words
from tickets.templatetags.desk import glyph

register = template.Library()

LOOKS = {LOW: ("dn", "low"), MIDDLE: ("normal", "middle"), HIGH: ("up", "high")}
NAMES = {LOW: "low", MIDDLE: "in between", HIGH: "high"}


@register.simple_tag
def score_mark(kind: str, score: int) -> SafeString:
    """Draw a score: the number, its scale and kind, and a sign for low or high."""
    how = band(kind, score)
    sign, colour = LOOKS[how]
    return format_html(
        '<p class="score-mark score-mark--{}" title="{}">{}<b>{}</b><span>of {}</span>'
        '<small>{}</small><span class="vh">, {}</span></p>',
        colour,
        score_words(kind, score),
        glyph(sign),
        score,
        HIGHEST[kind],
        kind.upper(),
        NAMES[how],
    )


@register.filter
def has_open_task(survey: Survey) -> bool:
    """Whether somebody follows the answer up; the tasks are loaded."""
    return any(task.done_at is None for task in survey.tasks.all())


@register.filter
def is_low(rating: SurveyResponse) -> bool:
    """Whether a score is a low one on its own scale."""
    return band(rating.survey.kind, rating.score) == LOW
