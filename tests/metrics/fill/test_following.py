"""What figures depend on beside the ledger is followed by itself: calendars, zone, declarations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from metrics import facts, registry
from metrics.fill import fill_touched, following
from metrics.fill.following import follow_calendars, follow_settings, unfollowed
from metrics.fill.rebuild import ask_for_rebuild
from metrics.fill.rollup import fill_days
from metrics.models import DirtyDay, FollowedSetting, Snapshot, TicketFacts
from metrics.query import Rate, Scope, count_tickets, figures
from metrics.tasks import fill
from metrics.verify import verify
from tests.cast import Cast, make_cast
from tests.kept import kept
from tests.metrics.desk import RandomDesk, all_snapshots
from tests.metrics.fill.rows import all_facts
from tests.tickets.scenes import new_ticket
from tickets.models import BusinessCalendar, CalendarSlot, Holiday, LedgerTouch, Ticket
from tickets.services import nudge
from tickets.services.picking import pick_up
from tickets.services.states import resolve
from tickets.services.touching import touch_tickets

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # Monday, 10:00 in Amsterdam
TUESDAY = date(2026, 3, 3)
DAY = timedelta(days=1)
Edit = Callable[[BusinessCalendar], object]

EDITS: dict[str, Edit] = {
    "a holiday is added": lambda c: Holiday.objects.create(
        calendar=c, on_date=TUESDAY, name="Fair"
    ),
    "the hours are shorter": lambda c: c.slots.filter(weekday=1).update(closes=time(12)),
    "a day is closed": lambda c: c.slots.filter(weekday=2).delete(),
    "Saturdays are open": lambda c: CalendarSlot.objects.create(
        calendar=c, weekday=5, opens=time(9), closes=time(12)
    ),
    "it never closes": lambda c: BusinessCalendar.objects.update(is_round_the_clock=True),
    "it is elsewhere": lambda c: BusinessCalendar.objects.update(time_zone="Asia/Tokyo"),
}


@pytest.fixture
def desk(db: None) -> RandomDesk:
    """A desk that was filled under the settings of now."""
    return kept(_filled)


def _filled() -> RandomDesk:
    found = RandomDesk(make_cast(), seed=12, start=START)
    follow_settings()
    found.play(70)
    found.fill()
    return found


def _follow(desk: RandomDesk) -> int:
    with time_machine.travel(desk.now, tick=False):
        touched = follow_settings()
    desk.fill()
    return touched


def _is_right(desk: RandomDesk) -> None:
    """The figures are those of the ledger, and what a rebuild would make of it."""
    with time_machine.travel(desk.now, tick=False):
        found = verify()
    assert (found.differences, found.unfollowed) == ((), ())
    before = all_facts(), [row for row in all_snapshots() if row[0] != "backlog"]
    with time_machine.travel(desk.now, tick=False):
        ask_for_rebuild()
    desk.fill()
    assert (all_facts(), [row for row in all_snapshots() if row[0] != "backlog"]) == before


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_calendar_is_followed(desk: RandomDesk, edit: Edit) -> None:
    edit(desk.cast.calendar)
    assert unfollowed() == [f"calendar {desk.cast.calendar.pk}"]
    assert _follow(desk) == Ticket.objects.count()
    _is_right(desk)
    assert _follow(desk) == 0, "nothing is touched twice"


def test_a_holiday_that_is_taken_back_leaves_nothing(desk: RandomDesk) -> None:
    before = all_facts(), all_snapshots()
    Holiday.objects.create(calendar=desk.cast.calendar, on_date=TUESDAY, name="Fair")
    _follow(desk)
    assert all_facts() != before[0]
    Holiday.objects.all().delete()
    _follow(desk)
    assert (all_facts(), all_snapshots()) == before


def test_an_open_window_ends_by_the_new_calendar(cast: Cast) -> None:
    """A holiday that is taken back ends it earlier than the snapshot expects; no fact differs."""
    holiday = Holiday.objects.create(calendar=cast.calendar, on_date=date(2026, 3, 9), name="Fair")
    desk = RandomDesk(cast, seed=1, start=START)
    with time_machine.travel(START, tick=False):
        follow_settings()
        ticket = new_ticket(cast)
        pick_up(ticket, actor=cast.agent)
        resolve(ticket, resolution_code="solved", reply="So.", actor=cast.agent)
    desk.now = START + DAY
    desk.fill()
    holiday.delete()
    _follow(desk)
    desk.now = START + 7 * DAY
    scope = desk.scope(START.date())
    decided = figures(["fcr"], scope)["fcr"].main
    assert (decided.value, decided.undecided) == (100, 0)
    desk.fill()
    snapshot = Snapshot.objects.get(figure="fcr", dimension="", day=START.date())
    assert (snapshot.numerator, snapshot.undecided) == (1, 0)


def test_a_window_that_had_ended_is_open_again(cast: Cast) -> None:
    """A holiday that is entered when it is over: what was decided in the morning waits again."""
    with time_machine.travel(START, tick=False):
        fill()
        ticket = new_ticket(cast)
        pick_up(ticket, actor=cast.agent)
    with time_machine.travel(START + DAY, tick=False):
        resolve(ticket, resolution_code="solved", reply="So.", actor=cast.agent)
    noon = START + 8 * DAY + timedelta(hours=2)  # Tuesday the 10th, the last day of the window
    with time_machine.travel(noon, tick=False):
        fill()
    scope = Scope(start=START.date(), end=START.date(), as_of=noon)
    assert _rate(scope) == (1, 1, 0)
    Holiday.objects.create(calendar=cast.calendar, on_date=date(2026, 3, 9), name="Fair")
    with time_machine.travel(noon, tick=False):
        fill()
        assert verify().differences == ()
    assert _rate(scope) == (0, 0, 1)
    assert count_tickets("fcr", scope, part="undecided") == 1
    with time_machine.travel(noon + DAY, tick=False):
        fill()
        assert verify().differences == ()
    assert _rate(replace(scope, as_of=noon + DAY)) == (1, 1, 0)


def test_a_window_that_ended_a_day_later_is_decided_all_the_same(cast: Cast) -> None:
    """A holiday of March that is entered in June: by it the snapshot came a day too early, and it
    is right."""
    with time_machine.travel(START, tick=False):
        fill()
        ticket = new_ticket(cast)
        pick_up(ticket, actor=cast.agent)
        resolve(ticket, resolution_code="solved", reply="So.", actor=cast.agent)
    for now in (START + DAY, START + 7 * DAY, START + 90 * DAY):
        with time_machine.travel(now, tick=False):
            fill()
    Holiday.objects.create(calendar=cast.calendar, on_date=date(2026, 3, 9), name="Fair")
    with time_machine.travel(START + 90 * DAY, tick=False):
        fill()
        assert verify().differences == ()


def _rate(scope: Scope) -> tuple[int, int, int]:
    found = figures(["fcr"], scope)["fcr"].main
    assert isinstance(found, Rate)
    return found.numerator, found.denominator, found.undecided


def test_work_that_goes_on_is_counted_by_the_new_calendar(cast: Cast) -> None:
    desk = RandomDesk(cast, seed=1, start=START)
    with time_machine.travel(START, tick=False):
        follow_settings()
        pick_up(new_ticket(cast), actor=cast.agent)
    desk.now = START + 3 * DAY
    desk.fill()
    Holiday.objects.create(calendar=cast.calendar, on_date=TUESDAY, name="Fair")
    _follow(desk)
    _is_right(desk)


def test_tickets_of_other_calendars_are_left_alone(desk: RandomDesk) -> None:
    night = BusinessCalendar.objects.create(name="Nights", time_zone="Europe/Amsterdam")
    Ticket.objects.filter(pk=desk.tickets[0].pk).update(calendar=night)
    _follow(desk)
    night.is_round_the_clock = True
    night.save()
    assert _follow(desk) == 1


def test_killed_between_two_chunks_it_goes_on(
    desk: RandomDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "CHUNK", 4)
    calls: list[list[int]] = []

    def killed(keys: list[int]) -> int:
        calls.append(keys)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return touch_tickets(keys)

    EDITS["a day is closed"](desk.cast.calendar)
    with monkeypatch.context() as patched:
        patched.setattr(following, "touch_tickets", killed)
        with pytest.raises(KeyboardInterrupt):
            follow_settings()
    assert LedgerTouch.objects.count() == 4
    assert _follow(desk) == Ticket.objects.count() - 4
    assert not FollowedSetting.objects.filter(touched_to__isnull=False).exists()
    _is_right(desk)


def test_edited_again_meanwhile_it_begins_anew(desk: RandomDesk) -> None:
    EDITS["a day is closed"](desk.cast.calendar)
    state = FollowedSetting.objects.get(pk=f"calendar {desk.cast.calendar.pk}")
    FollowedSetting.objects.filter(pk=state.pk).update(touched_to=desk.tickets[-1].pk)
    EDITS["Saturdays are open"](desk.cast.calendar)
    assert _follow(desk) == Ticket.objects.count()
    _is_right(desk)


def test_another_reporting_zone_is_followed(desk: RandomDesk, settings: Settings) -> None:
    """Every day begins elsewhere, backlogs included."""
    settings.REPORTING_TIME_ZONE = "Asia/Tokyo"
    assert unfollowed() == ["zone"]
    assert _follow(desk) == Ticket.objects.count()
    _is_right(desk)


def test_another_declaration_redoes_the_days(
    desk: RandomDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release counts something else: no ticket is measured, every day is counted anew."""
    created = registry.get_figure("created")
    monkeypatch.setitem(registry._figures, "created", replace(created, version=9))
    assert unfollowed() == ["figures"]
    assert _follow(desk) == 0
    versions = Snapshot.objects.filter(figure="created").values_list("definition_version")
    assert set(versions) == {(9,)}


def test_another_way_of_measuring_measures_every_ticket(
    desk: RandomDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release reads another fact from the same history: nobody has to ask for a rebuild."""
    right = all_facts()
    TicketFacts.objects.update(contacts=0)
    monkeypatch.setattr(facts, "VERSION", 99)
    assert unfollowed() == ["facts"]
    assert _follow(desk) == Ticket.objects.count()
    assert all_facts() == right


def test_before_anything_is_measured_settings_are_only_noted(cast: Cast) -> None:
    following.note_settings()
    new_ticket(cast)
    fill_touched()
    fill_days()
    assert (follow_settings(), unfollowed()) == (0, [])
    assert not DirtyDay.objects.exists()


def test_the_admin_of_calendars_wakes_whoever_keeps_figures(
    desk: RandomDesk,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    woken: list[int] = []
    nudge.register(lambda: woken.append(follow_calendars()))
    listener = nudge._listeners[-1]
    client.force_login(desk.cast.administrator)
    slots = list(desk.cast.calendar.slots.order_by("pk"))
    form = {
        "name": "Office hours",
        "time_zone": "Europe/Amsterdam",
        "is_default": "on",
        "slots-TOTAL_FORMS": "1",
        "slots-INITIAL_FORMS": "1",
        "slots-0-id": slots[0].pk,
        "slots-0-calendar": desk.cast.calendar.pk,
        "slots-0-weekday": "0",
        "slots-0-opens": "09:00",
        "slots-0-closes": "15:00",
        "holidays-TOTAL_FORMS": "1",
        "holidays-INITIAL_FORMS": "0",
        "holidays-0-on_date": "2026-03-03",
        "holidays-0-name": "Fair",
    }
    try:
        with django_capture_on_commit_callbacks(execute=True):
            address = f"/admin/tickets/businesscalendar/{desk.cast.calendar.pk}/change/"
            assert client.post(address, form).status_code == 302
    finally:
        nudge.unregister(listener)
    assert sum(woken) == TicketFacts.objects.count()
    desk.fill()
    _is_right(desk)
