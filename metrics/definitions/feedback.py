"""What customers say: satisfied or not, would they recommend us, and how many answer at all."""

from __future__ import annotations

from typing import Final

from metrics.definitions.sources import ANSWERS, ASKED
from metrics.registry import Better, Figure, IndexOf, Kind, RateOf, always
from tickets.choices import SurveyKind

CHANGES: Final = "A customer may change the answer until the survey locks; the last one counts."

SATISFIED: Final = RateOf(
    numerator=always(kind=SurveyKind.CSAT, score__gte=4),
    denominator=always(kind=SurveyKind.CSAT, score__isnull=False),
    score="score",
)

CSAT: Final = Figure(
    key="csat",
    name="Customer satisfaction",
    sentence="How many customers who answered were satisfied with how their ticket was solved.",
    unit="%",
    kind=Kind.RATE,
    better=Better.UP,
    source=ANSWERS,
    measures={"": SATISFIED},
    counted_on="day answered",
    population="Answers to surveys after a resolution, 1 to 5. Answers, not tickets.",
    parts={
        "numerator": "4 or 5.",
        "denominator": "All answers. Beside them: their mean, and the bounds between which the "
        "figure would lie, with 95 % confidence, had everybody answered (Wilson's interval).",
        "missed": "1 to 3.",
    },
    maturity=CHANGES,
)

NPS: Final = Figure(
    key="nps",
    name="Net promoter score",
    sentence="The share of customers who would recommend us, less the share who would not.",
    unit="points",
    kind=Kind.INDEX,
    better=Better.UP,
    source=ANSWERS,
    measures={
        "": IndexOf(
            promoters=always(kind=SurveyKind.NPS, score__gte=9),
            detractors=always(kind=SurveyKind.NPS, score__lte=6),
            denominator=always(kind=SurveyKind.NPS, score__isnull=False),
            score="score",
        )
    },
    counted_on="day answered",
    population="Answers to surveys about recommending us, 0 to 10, asked of each customer in turn. "
    "Answers, not tickets; each is tied to the customer's last resolved ticket.",
    parts={
        "promoters": "9 or 10.",
        "passives": "7 or 8.",
        "detractors": "0 to 6.",
        "denominator": "All answers. The score is the per cent of promoters less that of "
        "detractors, from −100 to +100; its bounds (95 %) are those of Rocks' adjusted interval.",
    },
    maturity=CHANGES,
)

SURVEY_RESPONSE: Final = Figure(
    key="survey_response",
    name="Survey response",
    sentence="How many of those who were asked answered.",
    unit="%",
    kind=Kind.RATE,
    better=Better.UP,
    source=ASKED,
    measures={
        kind.value: RateOf(
            numerator=always(kind=kind, score__isnull=False), denominator=always(kind=kind)
        )
        for kind in SurveyKind
    },
    counted_on="day sent",
    population="Surveys that were sent, or answered in the portal before; without those whose "
    "mails were all refused or came back, unless they were answered.",
    parts={
        "numerator": "Those that were answered, on whatever day.",
        "denominator": "All of them.",
        "missed": "Those without an answer, also where one may still come.",
    },
    maturity="Rises until the surveys of the day lock.",
    variant_names={"csat": "CSAT answered", "nps": "NPS answered"},
)
