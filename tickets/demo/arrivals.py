"""When the tickets of the demo desk come: by month, weekday and hour, with bad days. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

# Monday is busy, the weekend nearly silent.
BY_WEEKDAY = (1.35, 1.10, 1.00, 0.98, 0.90, 0.10, 0.06)
BY_HOUR = (
    *(0.02, 0.01, 0.01, 0.01, 0.02, 0.08),
    *(0.30, 0.85, 1.60, 1.90, 1.85, 1.55),
    *(1.05, 1.40, 1.55, 1.30, 1.05, 0.70),
    *(0.35, 0.22, 0.18, 0.14, 0.09, 0.04),
)
# The peak season of warehouses, the summer.
BY_MONTH = (1.0, 0.95, 1.0, 1.0, 1.0, 0.95, 0.82, 0.80, 1.0, 1.08, 1.22, 1.25)
YEAR = timedelta(days=365)
# Tickets of the last hours, so that there is live work when the seed has ended: one in so many.
RECENT_SHARE = 220
RECENT = timedelta(hours=5)
HOUR = timedelta(hours=1)


def draw_arrivals(count: int, *, until: datetime, zone: ZoneInfo, rng: Random) -> list[datetime]:
    """Return `count` times of the year before `until`, ascending, more of them lately: the desk
    grows. The last five hours always have some."""
    start = until - YEAR
    hours = [start + HOUR * n for n in range(365 * 24)]
    bad_days = {rng.randrange(365): rng.uniform(1.8, 3.0) for _ in range(7)}
    weights = [
        _weight(hour.astimezone(zone)) * (0.8 + 0.4 * n / len(hours)) * bad_days.get(n // 24, 1.0)
        for n, hour in enumerate(hours)
    ]
    recent = max(4, count // RECENT_SHARE) if count > 20 else 0
    chosen = rng.choices(hours, weights=weights, k=count - recent)
    moments = [hour + timedelta(seconds=rng.randrange(3600)) for hour in chosen]
    moments += [until - RECENT * rng.random() ** 1.5 - timedelta(minutes=2) for _ in range(recent)]
    return sorted(moment.replace(microsecond=0) for moment in moments)


def _weight(local: datetime) -> float:
    return BY_WEEKDAY[local.weekday()] * BY_HOUR[local.hour] * BY_MONTH[local.month - 1]
