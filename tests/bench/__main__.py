"""`make bench`: seeds desks of several sizes and prints what each page and each fill costs.

One process, no network, no load beside it: read the figures as ratios, not as promises.
"""

from __future__ import annotations

import argparse
import os
import sys

from tests.bench import desk

NAME = "helpdesk_bench"


def main() -> None:
    """Read the sizes, and time each in a process of its own."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--times", type=int, default=40, help="calls of each page")
    options = parser.parse_args()
    for size in options.sizes:
        child = os.fork()
        if child == 0:
            time_one(size, times=options.times)
            sys.exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(1)


def time_one(size: int, *, times: int) -> None:
    """Build a desk of one size and print its figures."""
    desk.use_own_database(f"{NAME}_{size}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ["API_REQUESTS_PER_MINUTE"] = "1000000"
    import django  # the environment comes first

    django.setup()
    print_fills(size)
    print_pages(times=times)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def print_fills(size: int) -> None:
    """Seed, full fill, and fill after one per cent changed, each beside what SQL alone takes."""
    from django.db import connection  # after the settings

    say(f"\n== {size:,} tickets on {connection.vendor}")
    say(f"{'seed':28}{desk.build(size):9.1f} s")
    full = desk.fill()
    sweep = desk.timed(desk.sweep_ledger)
    say(f"{'full fill':28}{full:9.1f} s   {full / sweep:8.1f} × one sweep of the ledger in SQL")
    changed = desk.change_one_per_cent()
    plain = desk.timed(desk.recount_touched)
    part = desk.fill()
    say(
        f"{f'fill, {changed:,} changed':28}{part:9.1f} s   {part / full:8.2f} × the full fill,"
        f" {part / plain:.1f} × their ledger and days in SQL"
    )


def print_pages(*, times: int) -> None:
    """Every probe: calls a second, p95, and the ratio of the medians to the plain SQL."""
    from tests.bench.probes import page_probes, run_sql  # after the settings
    from tests.bench.timing import measure  # as above

    say(f"{'page':28}{'per s':>8}{'median':>11}{'p95':>11}{'SQL':>11}{'ratio':>9}")
    for probe in page_probes():
        page = measure(probe.call, times=times)
        plain = measure(lambda probe=probe: run_sql(probe), times=times)  # type: ignore[misc]  # bound now
        say(
            f"{probe.name:28}{page.per_second:8.1f}{1000 * page.median:8.1f} ms"
            f"{1000 * page.p95:8.1f} ms{1000 * plain.median:8.2f} ms"
            f"{page.median / plain.median:8.0f} ×"
        )


if __name__ == "__main__":
    main()
