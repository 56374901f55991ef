"""The address of the metrics page: everything that is asked stands in it, so it can be sent on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from metrics.policy import DEFAULT
from metrics.query import Segment
from metrics.web.periods import Compare, Period

# Filters that the page's bar offers; the other segments come by clicking on a mark.
OFFERED: Final = (
    Segment.LEVEL,
    Segment.TEAM,
    Segment.AGENT,
    Segment.CATEGORY,
    Segment.PRODUCT,
    Segment.TIER,
    Segment.PRIORITY,
    Segment.CHANNEL,
)
POLICY_KEYS: Final = tuple(DEFAULT.as_texts())
BESIDE: Final = "beside"
"""Sets another policy beside the reader's: `beside=policy` the default one, `beside_window` and its
like what differs from it."""
BESIDE_KEYS: Final = tuple(f"{BESIDE}_{key}" for key in POLICY_KEYS)
DEFAULTS: Final[Mapping[str, str]] = {
    "period": Period.DAYS_90,
    "compare": Compare.PREVIOUS,
    "clock": "business",
    "step": "auto",
    "show": "ttfr",
    "by": Segment.CATEGORY,
    **DEFAULT.as_texts(),
    **{f"{BESIDE}_{key}": text for key, text in DEFAULT.as_texts().items()},
}
QUESTION_KEYS: Final = ("period", "from", "to", "compare", "clock", "step", "show", "by", "and")
KEYS: Final = (*QUESTION_KEYS, *Segment.values, *POLICY_KEYS, BESIDE, *BESIDE_KEYS)


@dataclass(frozen=True, slots=True)
class Params:
    """The query string as pairs, in a fixed order, without what is the default anyway.

    Two addresses that ask the same are the same text.
    """

    items: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, lists: Mapping[str, Iterable[str]], *, keys: Iterable[str] = KEYS) -> Params:
        """Keep the known keys of an address, each value once, in order."""
        pairs = [
            (key, value)
            for key in keys
            for value in dict.fromkeys(_clean(text) for text in lists.get(key, ()))
            if value and value != DEFAULTS.get(key)
        ]
        period = dict(pairs).get("period")
        if period and period != Period.CUSTOM:
            pairs = [(key, value) for key, value in pairs if key not in ("from", "to")]
        if {key for key, _ in pairs}.intersection(BESIDE_KEYS):
            pairs = [(key, value) for key, value in pairs if key != BESIDE]
        return cls(tuple(pairs))

    def get(self, key: str) -> str:
        """The last value of a key, or its default, or ""."""
        return dict(self.items).get(key, DEFAULTS.get(key, ""))

    def values(self, key: str) -> tuple[str, ...]:
        """Every value of a key."""
        return tuple(value for name, value in self.items if name == key)

    def having(self, **changes: str | None) -> Params:
        """Other values for some keys; None takes a key out. `from_` stands for "from"."""
        lists: dict[str, list[str]] = {}
        for name, value in self.items:
            lists.setdefault(name, []).append(value)
        for name, change in changes.items():
            lists[name.rstrip("_")] = [] if change is None else [change]
        return Params.read(lists, keys=dict.fromkeys((*KEYS, *lists)))

    def without(self, key: str) -> Params:
        """The same without a key."""
        return Params(tuple(item for item in self.items if item[0] != key))

    def only(self, keys: Iterable[str]) -> Params:
        """Only some keys."""
        wanted = frozenset(keys)
        return Params(tuple(item for item in self.items if item[0] in wanted))

    def on(self, path: str) -> str:
        """The address under `path`."""
        return f"{path}?{urlencode(self.items)}" if self.items else path


def _clean(text: str) -> str:
    """Without blanks around it, and without what no database keeps."""
    return text.replace("\0", "").strip()
