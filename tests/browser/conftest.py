"""A real browser: Debian's Chromium, driven by Playwright; skipped, with the reason, without."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import cast
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser.server import GatedServer
from tests.effort import EFFORT
from tickets.models import Ticket

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first that is here. Debian's shell is the same Chromium without windows of its own around the
pages, and opens one in a third of the time."""
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
HEIGHT = 860
LOOKS = (("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360))
"""Colour scheme and width in pixels: both themes, on a desk and on a phone."""
LOOKS_OF_AXE = LOOKS if EFFORT > 1 else (LOOKS[0], LOOKS[3])
"""Where axe looks, which takes up to a second: each theme and each width once, all with more
effort."""
NO_FAULTS = ("status of 410", "status of 422", "htmx:sendAbort", "htmx:afterRequest")
"""What else fails in a request of htmx has a name of its own: sendError, responseError, timeout."""
END_TRANSITIONS = """
    for (const each of document.getAnimations())
        if (each instanceof CSSTransition) each.finish();
"""
RUN_AXE = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    if CHROMIUM is None:
        pytest.skip(f"There is no Chromium here: apt-get install {PROGRAMS[0]}")
    # Playwright keeps an event loop in this thread; Django would refuse the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # What comes is looked at here; how fast, on a machine that runs nothing beside it.
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def _gated() -> Iterator[None]:
    """Let the live server be one whose gate can be closed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveServerThread, "server_class", GatedServer)
        yield


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Return a function that opens a window, signed in as `user` where one is given. Whatever a
    page reports to the console as an error (also a broken security policy) fails the test; a form
    that was refused (422) is no fault of the page, nor that it is over (410), nor a request that
    was on its way when the page was left."""
    complaints: list[str] = []
    contexts = []

    def note(kind: str, words: str) -> None:
        if kind == "error" and not any(each in words for each in NO_FAULTS):
            complaints.append(words)

    def window(user: User | None = None) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": 1280, "height": HEIGHT}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: note(said.type, said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if user is not None:
            name, value = settings.SESSION_COOKIE_NAME, session_of(user)
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        return page

    server = cast("GatedServer", live_server.thread.httpd)
    server.open_gate()
    yield window
    for context in contexts:
        context.close()
    server.close_gate()
    assert not complaints


def session_of(user: User) -> str:
    """Return the cookie's value of a session in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def load(page: Page, path: str, *, status: int = 200) -> None:
    """Load a page. Fails where it is refused, or where another comes (that to sign in, say)."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status
    assert urlsplit(answer.url).path == urlsplit(path).path


def press(page: Page, key: str) -> None:
    """Press a key once the page listens to keys: a page shows before its scripts have run."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def listed(page: Page) -> set[int]:
    """The tickets of a list behind a number, which says how many they are."""
    expect(page.locator(".drill-count")).to_be_visible()
    hrefs = page.locator(".d-subject a").evaluate_all("all => all.map(each => each.pathname)")
    numbers = {int(href.strip("/").split("/")[-1]) for href in hrefs}
    assert page.inner_text(".drill-count b") == str(len(numbers))
    assert Ticket.objects.filter(pk__in=numbers).count() == len(numbers)
    return numbers


def check_looks(page: Page, *, also: Callable[[Page], None] | None = None) -> None:
    """Look at the page as it was loaded once, in both themes, on a desk and on a phone; then go on
    at the desk. Fails where it scrolls sideways, axe finds something, or `also` does."""
    for look in LOOKS:
        show(page, look)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
        if look in LOOKS_OF_AXE:
            check_axe(page)
        if also:
            also(page)
    show(page, LOOKS[0])


def show(page: Page, look: tuple[str, int]) -> None:
    """Show the page in a theme and a width."""
    scheme, width = look
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.evaluate(END_TRANSITIONS)


def check_axe(page: Page) -> None:
    """Fail where axe finds something."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    found = page.evaluate(RUN_AXE)
    assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []
