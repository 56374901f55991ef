"""A real browser: Debian's Chromium, driven by Playwright; skipped, with the reason, without."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.cast import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    if CHROMIUM is None:
        pytest.skip("There is no Chromium here: apt-get install chromium")
    # Playwright keeps an event loop in this thread; Django would refuse the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Return a function that opens a window, signed in as `user` where one is given. Whatever a
    page reports to the console as an error (also a broken security policy) fails the test; a form
    that was refused (422) is no fault of the page."""
    complaints: list[str] = []
    contexts = []

    def note(kind: str, words: str) -> None:
        if kind == "error" and "status of 422" not in words:
            complaints.append(words)

    def window(user: User | None = None, *, width: int = 1280, scheme: str = "light") -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 860},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: note(said.type, said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if user is not None:
            page.goto("/account/login/")
            page.fill("#id_login", user.email)
            page.fill("#id_password", PASSWORD)
            page.click("main button.btn--primary")
            page.wait_for_load_state()
        return page

    yield window
    for context in contexts:
        context.close()
    assert not complaints


def check_accessible(page: Page) -> None:
    """Fail where axe finds something, or where the page scrolls sideways."""
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
