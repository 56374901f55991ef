"""Flow between levels: where tickets were received and where they were resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from metrics.charts.parts import HEIGHT, Link
from metrics.charts.paths import short

_GAP, _MARGIN = 24.0, 22.0
_LEAST = 1.5  # pixels of the thinnest ribbon that can still be hit


@dataclass(frozen=True)
class Flow:
    """`count` tickets from one level to another."""

    source: int
    target: int
    count: int
    link: Link


End = Callable[[int, int], Link]
"""The link of a level at one side: the level and its number of tickets → where it leads."""


@dataclass(frozen=True)
class Ribbon:
    """The path of a flow in 0–100 × height; `mark` is its class."""

    path: str
    mark: str
    link: Link


@dataclass(frozen=True)
class Node:
    """A level at one side, with its name and its number of tickets, which opens them."""

    y: float
    height: float
    middle: float
    mark: str
    text: str
    total: int
    link: Link

    @property
    def total_text(self) -> str:
        """The number as it is written."""
        return f"{self.total:,}"


@dataclass(frozen=True)
class FlowPlot:
    """Geometry of a flow."""

    name: str
    ribbons: tuple[Ribbon, ...]
    sources: tuple[Node, ...]
    targets: tuple[Node, ...]
    height: int = HEIGHT
    kind: str = "flow"

    @property
    def is_empty(self) -> bool:
        """Whether nothing flows."""
        return not self.ribbons


def draw_flow(
    flows: Sequence[Flow],
    *,
    names: Mapping[int, str],
    name: str,
    ends: tuple[End, End],
    height: int = HEIGHT,
) -> FlowPlot:
    """Draw ribbons between levels, the highest level on top; flows of 0 are left out. `ends` give
    the links of the levels at the left and at the right."""
    flows = [flow for flow in flows if flow.count]
    levels = sorted({*(f.source for f in flows), *(f.target for f in flows)}, reverse=True)
    room = height - 2 * _MARGIN - _GAP * max(0, len(levels) - 1)
    thick = _thickness(flows, room)
    left = _places(flows, levels, thick, side=lambda flow: flow.source)
    right = _places(flows, levels, thick, side=lambda flow: flow.target)
    return FlowPlot(
        name=name,
        ribbons=_ribbons(flows, thick, dict(left), dict(right)),
        sources=_nodes(flows, left, thick, names, ends[0], side=lambda flow: flow.source),
        targets=_nodes(flows, right, thick, names, ends[1], side=lambda flow: flow.target),
        height=height,
    )


def _thickness(flows: Sequence[Flow], room: float) -> Callable[[Flow], float]:
    """Pixels of a flow: in proportion, but never too thin to hit."""
    spare = room - _LEAST * len(flows)
    total = sum(flow.count for flow in flows) or 1
    return lambda flow: _LEAST + spare * flow.count / total


def _places(
    flows: Sequence[Flow],
    levels: Sequence[int],
    thick: Callable[[Flow], float],
    *,
    side: Callable[[Flow], int],
) -> dict[int, float]:
    places, top = {}, _MARGIN
    for level in levels:
        places[level] = top
        top += sum(thick(flow) for flow in flows if side(flow) == level) + _GAP
    return places


def _ribbons(
    flows: Sequence[Flow],
    thick: Callable[[Flow], float],
    left: dict[int, float],
    right: dict[int, float],
) -> tuple[Ribbon, ...]:
    ribbons = []
    for flow in sorted(flows, key=lambda flow: (-flow.source, -flow.target)):
        tall, a, b = thick(flow), left[flow.source], right[flow.target]
        left[flow.source] += tall
        right[flow.target] += tall
        path = (
            f"M0,{short(a)}C45,{short(a)} 55,{short(b)} 100,{short(b)}V{short(b + tall)}"
            f"C55,{short(b + tall)} 45,{short(a + tall)} 0,{short(a + tall)}Z"
        )
        ribbons.append(Ribbon(path, f"flow flow-{max(flow.source, flow.target)}", flow.link))
    return tuple(ribbons)


def _nodes(
    flows: Sequence[Flow],
    places: Mapping[int, float],
    thick: Callable[[Flow], float],
    names: Mapping[int, str],
    end: End,
    *,
    side: Callable[[Flow], int],
) -> tuple[Node, ...]:
    nodes = []
    for level, top in places.items():
        own = [flow for flow in flows if side(flow) == level]
        tall = sum(thick(flow) for flow in own)
        if own:
            total = sum(flow.count for flow in own)
            middle = round(top + tall / 2, 2)
            place = (round(top, 2), round(tall, 2), middle)
            nodes.append(Node(*place, f"bar-{level}", names[level], total, end(level, total)))
    return tuple(nodes)
