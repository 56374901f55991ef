"""An agent's desk in a real browser: palette, colleagues, saved views, undo, ways, many at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import END_TRANSITIONS, Visit, check_looks, load, press
from tests.cast import Cast, make_cast
from tests.tickets.scenes import live_ticket, long_ticket, new_ticket, ticket_in
from tickets.choices import Status, TargetKind
from tickets.models import Message, SavedView, Ticket
from tickets.selectors.due import next_due
from tickets.services import contacting, escalating

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody, seen by the server's own thread too; nobody looks at anything yet."""
    cache.clear()
    return make_cast()


def test_a_morning_at_the_desk(cast: Cast, visit: Visit) -> None:
    tickets, call = [ticket_in(cast, Status.IN_PROGRESS) for _ in range(3)], call_that_went_up(cast)
    ben = visit(cast.second_agent)
    keep_a_view(ben)
    count_down_in_the_servers_words(ben)
    give_many_at_once_and_take_it_back(ben, cast, tickets)
    walk_from_ticket_to_ticket(ben, tickets)
    act_by_the_palette(ben, cast, tickets[0])
    meet_a_colleague(ben, visit(cast.agent), tickets[0])
    see_a_call_change_its_level(ben, call)
    read_far_back(ben, long_ticket(cast, at=timezone.now() - timedelta(days=1), notes=120))


def expect_toast(page: Page, words: str) -> None:
    """One of the toasts says so; an offer to undo may still stand beside it."""
    expect(page.locator(".toast", has_text=words)).to_be_visible()


def keep_a_view(page: Page) -> None:
    load(page, "/queue/?view=open&level=1")
    page.get_by_role("link", name="Save view").click()
    dialog = page.locator("dialog.act:modal")
    expect(dialog.get_by_label("Name")).to_be_focused()
    check_looks(page)
    page.keyboard.type("First line")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("First line")
    views = page.get_by_role("complementary", name="Views")
    expect(views.get_by_role("link", name="First line")).to_contain_text("3")
    assert SavedView.objects.get().query == "view=open&level=1"
    load(page, "/queue/views/")
    check_looks(page)
    load(page, "/queue/?view=open")
    check_looks(page)
    # Keys before the next page is there would go to this one.
    with page.expect_navigation():
        views.get_by_role("link", name="First line").click()


def count_down_in_the_servers_words(page: Page) -> None:
    """Whatever is left, and after a minute and a half as a page that is loaded then."""
    lefts = [0, 1, 59, 60, 61, 3599, 3600, 3661, 86399, 86400, 93600, 700_000]
    lefts += [-left for left in lefts if left]
    for passed in (0, 90):
        expected = [_words_and_look(left - passed) for left in lefts]
        assert page.evaluate(COUNT, [lefts, passed]) == expected


COUNT = """([lefts, passed]) => {
  const dues = lefts.map((left) => {
    const due = Object.assign(document.createElement("span"), { className: "due" });
    due.dataset.left = left;
    due.append(document.createElement("time"));
    document.body.append(due);
    return due;
  });
  const now = Date.now();
  const real = Date.now;
  for (const passes of [0, passed]) {
    Date.now = () => now + passes * 1000;
    document.dispatchEvent(new Event("visibilitychange"));
  }
  Date.now = real;
  const look = (due) => ["over", "soon"].find((each) => due.matches(`.due--${each}`)) ?? "running";
  const said = dues.map((due) => [due.textContent, look(due)]);
  for (const due of dues) due.remove();
  return said;
}"""


def _words_and_look(left: int) -> list[str]:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    ticket = Ticket(next_due_at=now + timedelta(seconds=left), next_target=TargetKind.RESOLUTION)
    due = next_due(ticket, now=now)
    assert due is not None
    return [due.words, due.look]


def give_many_at_once_and_take_it_back(page: Page, cast: Cast, tickets: list[Ticket]) -> None:
    press(page, "j")
    press(page, "x")
    press(page, "j")
    press(page, "x")
    bar = page.get_by_role("group", name="For the selected tickets")
    expect(bar).to_contain_text("2 selected")
    check_looks(page)
    press(page, "a")
    dialog = page.locator("dialog.act:modal")
    expect(dialog).to_contain_text("Assign 2 tickets")
    dialog.get_by_label("To").select_option(str(cast.lead.pk))
    dialog.get_by_role("button", name="Assign 2 tickets").click()
    expect_toast(page, "2 tickets assigned to Leo Staff.")
    # The offer goes along to another page; a key takes it back there.
    load(page, "/tickets/new/")
    expect_toast(page, "Undo")
    page.locator("h1").click()
    press(page, "z")
    expect_toast(page, "Taken back: 2 tickets are as before.")
    assert not Ticket.objects.filter(assignee=cast.lead).exists()
    close_one_that_is_closed_already(page, tickets)


def close_one_that_is_closed_already(page: Page, tickets: list[Ticket]) -> None:
    """What is refused is named, and stays selected."""
    load(page, "/queue/?view=all&sort=oldest")
    page.get_by_label(f"Select {tickets[0].pk}").check()
    page.get_by_role("button", name="Status", exact=True).click()
    page.locator("#bulk-status").get_by_role("button", name="Go on").click()
    banner = page.locator(".queue-banner")
    expect(banner).to_contain_text("1 ticket was refused and stays selected")
    expect(page.get_by_label(f"Select {tickets[0].pk}")).to_be_checked()
    check_looks(page)
    page.get_by_role("button", name="Clear selection").click()
    expect(page.locator("[data-bulk]")).to_be_hidden()


def walk_from_ticket_to_ticket(page: Page, tickets: list[Ticket]) -> None:
    page.get_by_role("link", name=tickets[0].subject).first.click()
    page.wait_for_url(f"**/tickets/{tickets[0].pk}/")
    for ticket in tickets[1:]:
        press(page, "]")
        page.wait_for_url(f"**/tickets/{ticket.pk}/")
    press(page, "Shift+K")
    page.wait_for_url(f"**/tickets/{tickets[1].pk}/")
    press(page, "[")
    page.wait_for_url(f"**/tickets/{tickets[0].pk}/")


def act_by_the_palette(page: Page, cast: Cast, ticket: Ticket) -> None:
    field, chosen = page.get_by_role("combobox"), page.locator("#palette [aria-selected=true]")
    press(page, "Control+k")
    expect(field).to_be_focused()
    expect(chosen).to_have_text("Escalatee")  # its words and its key
    check_looks(page)
    # What is done at once, with the keyboard alone.
    page.keyboard.type("take")
    expect(chosen).to_contain_text("Take it")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    press(page, "Enter")
    expect_toast(page, f"#{ticket.pk} is yours.")
    # What asks first opens its dialog in the palette's place.
    press(page, "Control+k")
    expect(chosen).to_be_visible()
    page.keyboard.type("wait")
    expect(chosen).to_contain_text("Let it wait")
    press(page, "Enter")
    expect(page.locator("dialog.act:modal")).to_contain_text(f"Put #{ticket.pk} to waiting")
    expect(page.locator("#palette")).to_be_hidden()
    press(page, "Escape")
    # What writes, writes; what is called by its number, opens; a view is one of one's own.
    press(page, "Control+k")
    expect(chosen).to_be_visible()
    page.keyboard.type("private")
    expect(chosen).to_contain_text("Write a private note")
    press(page, "Enter")
    expect(page.get_by_label("Your text")).to_be_focused()
    expect(page.get_by_label("Private note")).to_be_checked()
    press(page, "Control+k")
    # What was found for the first letters goes when the rest is found: arrows lead elsewhere then.
    page.keyboard.type("first line")
    expect(page.locator("#palette [role=option]", has_text="“first line”")).to_be_visible()
    expect(chosen).to_contain_text("First line")
    press(page, "ArrowUp")
    press(page, "ArrowDown")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("First line")
    press(page, "Control+k")
    page.keyboard.type(str(ticket.pk))
    expect(chosen).to_contain_text(f"#{ticket.pk}")
    press(page, "Enter")
    page.wait_for_url(f"**/tickets/{ticket.pk}/")


def meet_a_colleague(ben: Page, anna: Page, ticket: Ticket) -> None:
    load(anna, f"/tickets/{ticket.pk}/")
    expect(anna.locator("#onlookers")).to_contain_text("Ben is looking")
    anna.get_by_label("Public reply").check(force=True)
    with anna.expect_response(lambda answer: "writing=reply" in (answer.request.post_data or "")):
        anna.get_by_label("Your text").fill("It is fixed in 4.8.2.")
    beat(ben)
    expect(ben.locator("#news")).to_contain_text("Anna Staff is writing a reply")
    check_looks(ben)
    anna.get_by_role("button", name="Send to Carla").click()
    expect_toast(anna, "Sent to Carla Customer.")
    beat(ben)
    expect(ben.locator("#news")).to_contain_text("Anna Staff replied")
    # Who answers all the same is asked once; what was typed is kept.
    press_what_stands_around_the_text(ben)
    ben.get_by_label("Your text").fill("Which version?")
    press_slowly(ben, ben.get_by_role("button", name="Send to Carla"))
    expect(ben.locator(".composer")).to_contain_text("Not sent yet: read this first")
    expect(ben.get_by_label("Your text")).to_have_value("Which version?")
    check_looks(ben)
    press_slowly(ben, ben.get_by_role("button", name="Send to Carla"))
    expect_toast(ben, "Sent to Carla Customer.")
    assert Message.objects.filter(body="Which version?").count() == 1
    # Whoever closes the page is gone at once.
    load(anna, "/queue/")
    beat(ben)
    # She leaves on her own way: what this beat was too early for, the next one has.
    expect(ben.locator("#onlookers")).not_to_contain_text("Anna", timeout=12_000)


def press_what_stands_around_the_text(page: Page) -> None:
    page.get_by_label("Your text").focus()
    with page.expect_file_chooser():
        press_slowly(page, page.locator(".attach"))
    for words in ("Private note", "Public reply"):
        page.get_by_label("Your text").focus()
        press_slowly(page, page.locator(".segments label", has_text=words))
        expect(page.get_by_label(words)).to_be_checked()


def press_slowly(page: Page, target: Locator) -> None:
    """As a hand does: what moves because the button goes down has moved when it comes up."""
    target.hover()
    page.mouse.down()
    page.evaluate(END_TRANSITIONS)
    page.mouse.up()


def beat(page: Page) -> None:
    """Let the page tell of itself now, not only every ten seconds."""
    page.evaluate("htmx.trigger(document.querySelector('[data-presence]'), 'beat')")


def call_that_went_up(cast: Cast) -> Ticket:
    """A call that began at L1 and was transferred warm to L3."""
    call = live_ticket(cast)
    escalating.escalate(
        call,
        actor=cast.agent,
        to_team=cast.l3,
        to_agent=cast.l3_agent,
        reason="defect",
        tried="a",
        known="b",
        is_warm=True,
    )
    contacting.end_contact(call, actor=cast.l3_agent)
    return call


def see_a_call_change_its_level(page: Page, call: Ticket) -> None:
    load(page, f"/tickets/{call.pk}/")
    widths = page.locator(".legs .spine").evaluate_all(
        "all => all.map(each => getComputedStyle(each).getPropertyValue('--spine-wide').trim())"
    )
    assert widths == ["2px", "10px", "10px", "10px"]


def read_far_back(page: Page, ticket: Ticket) -> None:
    """Earlier entries come in place; a link to one that is not there leads to it all the same."""
    load(page, f"/tickets/{ticket.pk}/")
    story = page.locator(".timeline")
    expect(story.get_by_text("Note 119.")).to_be_visible()
    expect(story.get_by_text("Note 60.")).to_have_count(0)
    check_looks(page)
    page.locator("#earlier").click()
    expect(story.get_by_text("Note 60.")).to_be_visible()
    expect(story.get_by_text("Note 119.")).to_have_count(1)
    old = Message.objects.get(ticket=ticket, body="Note 10.")
    page.goto(f"/tickets/{ticket.pk}/?look=1#m{old.pk}")
    expect(page.locator(f"#m{old.pk}")).to_be_in_viewport()
    expect(story.get_by_text("Note 119.")).to_have_count(0)
    page.locator("#later").click()
    expect(story.get_by_text("Note 90.")).to_have_count(1)


def test_the_palette_is_of_no_use_where_a_dialog_is_open(cast: Cast, visit: Visit) -> None:
    ticket = new_ticket(cast)
    page = visit(cast.l2_agent)
    load(page, f"/tickets/{ticket.pk}/assign/")
    press(page, "Control+k")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("dialog.act:modal")).to_be_visible()


def test_the_palette_does_what_was_typed_however_fast(cast: Cast, visit: Visit) -> None:
    ahead, at_once = ticket_in(cast, Status.IN_PROGRESS), ticket_in(cast, Status.IN_PROGRESS)
    page = visit(cast.second_agent)
    # Enter before the list follows: what was typed, not what stood first until then.
    open_palette_on(page, ahead)
    page.keyboard.type("take")
    press(page, "Enter")
    expect_toast(page, f"#{ahead.pk} is yours.")
    # Enter in the very moment in which it does.
    open_palette_on(page, at_once)
    page.evaluate(ENTER_WHEN_LISTED)
    page.keyboard.type("take")
    expect_toast(page, f"#{at_once.pk} is yours.")


ENTER_WHEN_LISTED = """
    new MutationObserver(() => {
        if (document.querySelector("#palette [role=option]").textContent.includes("Take it"))
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter"}));
    }).observe(document.querySelector("#palette-list"), {childList: true});
"""


def open_palette_on(page: Page, ticket: Ticket) -> None:
    load(page, f"/tickets/{ticket.pk}/")
    press(page, "Control+k")
    expect(page.locator("#palette [aria-selected=true]")).to_have_text("Escalatee")
