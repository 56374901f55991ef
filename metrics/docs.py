"""docs/metrics.md, written from the registry, so that what is documented is what is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from django.conf import settings

from metrics.policy import CHOICES, DEFAULT, Clock
from metrics.query.drilldown import parts_of
from metrics.registry import Figure, Kind, all_figures
from metrics.segments import SNAPSHOT_SEGMENTS, Segment

PATH: Final = Path(settings.BASE_DIR) / "docs" / "metrics.md"

_HEAD: Final = """# Figures

Written by `manage.py generate_docs` from the registry (metrics/definitions/); do not edit. What is
measured and why is decided by the desk's contract of figures; this page says how each is counted.

Every figure opens to the tickets behind it, under the name of its part. “Undecided” tickets stand
in neither numerator nor denominator and make a figure provisional; “unmeasured” ones carry no
record to judge by. Days are those of the reporting time zone; the last day of a period is included.
"""


def _choices(choices: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"`{value}`: {str(label).lower()}" for value, label in choices)


_VALUES: Final[Mapping[str, str]] = {
    "window": "business days (`5bd`) or hours (`48h`) in which nothing may follow",
    "reopen_window": "`ever`, or days after the first resolution (`14d`)",
    "nia_days": "days in which no other ticket may come",
    "ttr_stops": _choices(Clock.choices),
}
"""What those policies take that are not one of a few words."""


def text() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_policies(), *_segments(), *_figures()]).rstrip() + "\n"


def _policies() -> Iterator[str]:
    yield "## Policies\n"
    yield "Asked for with a question (`--policy window=48h`); facts stay as they are.\n"
    yield "| policy | default | values |"
    yield "|---|---|---|"
    for key, default in DEFAULT.as_texts().items():
        told = _choices(CHOICES[key].choices) if key in CHOICES else _VALUES[key]
        yield f"| `{key}` | `{default}` | {told} |"
    yield ""


def _segments() -> Iterator[str]:
    kept = ", ".join(f"`{segment}`" for segment in SNAPSHOT_SEGMENTS)
    rest = ", ".join(f"`{one.value}`" for one in Segment if one not in SNAPSHOT_SEGMENTS)
    yield "## Segments\n"
    yield f"Kept in snapshots: {kept}."
    yield f"Counted from facts when asked for: {rest}, and any two crossed."
    yield "Crossed (`--by category,agent`) a value holds both, with a comma between (`12,5`), in"
    yield "the order of the segments; `0` or nothing is none.\n"


def _figures() -> Iterator[str]:
    for figure in all_figures():
        yield from _figure(figure)


def _figure(figure: Figure) -> Iterator[str]:
    yield f"## {figure.name} (`{figure.key}`)\n"
    yield f"{figure.sentence}\n"
    yield f"- **Kind**: {Kind(figure.kind).label.lower()}, in {figure.unit}. {figure.better.label}."
    yield f"- **Counted on**: {figure.counted_on}."
    yield f"- **Population**: {figure.population}"
    for part, words in figure.parts.items():
        yield f"- **{part.capitalize()}**: {words}"
    if any(figure.measures):
        named = (f"`{key}` {figure.variant_names.get(key, '')}" for key in figure.measures if key)
        yield f"- **Variants**: {', '.join(one.strip() for one in named)}."
    yield f"- **Maturity**: {figure.maturity}"
    yield f"- **Where there is nothing**: {figure.empty}"
    if figure.policies:
        yield f"- **Policies**: {', '.join(f'`{key}`' for key in figure.policies)}."
    yield f"- **Opens to**: {', '.join(f'`{part}`' for part in parts_of(figure))}."
    yield f"- **Source**: {figure.origin} Version {figure.version}.\n"
