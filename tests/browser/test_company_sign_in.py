"""Sign-in with a company's own account, in a real browser that keeps to the security policy."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.company import Company
from tests.faults.desk import Desk, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,  # a migrated one, to copy
    pytest.mark.xdist_group("faults"),
]

CARLA = {"sub": "c1", "name": "Carla", "email": "carla@acme.example", "email_verified": True}


@pytest.fixture(scope="module")
def server() -> Iterator[Company]:
    """The company's server, one for all tests here, as the desk is."""
    with Company(person={}) as running:
        yield running


@pytest.fixture
def company(server: Company) -> Company:
    """That server; it says of everybody that they are Carla."""
    server.person, server.is_away = dict(CARLA), False
    server.visits.clear()
    return server


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, server: Company, migrated: Desk
) -> Iterator[str]:
    """Where a desk answers that knows the company's server."""
    desk = Desk(tmp_path_factory.mktemp("company"), like=migrated)
    names = {"OIDC_URL": server.url, "OIDC_CLIENT_ID": "desk", "OIDC_CLIENT_SECRET": "s"}
    desk.environment |= {**names, "OIDC_NAME": "Acme"}
    desk.run("tests/faults/open_tickets.py", "1")
    desk.start("manage.py", "up", "--no-demo")
    url = f"http://127.0.0.1:{desk.port}"
    wait_until(lambda: _answers(url), within=180, what="the desk answers")
    yield url
    desk.close()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/healthz", timeout=5)  # noqa: S310  # our own desk
    except OSError:
        return False
    return True


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window; what the security policy refuses fails the test."""
    context = chromium.new_context()
    window = context.new_page()
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    window.on("console", note)
    yield window
    context.close()
    assert not complaints


def _press(page: Page, address: str) -> None:
    page.goto(f"{address}/account/login/")
    page.click("button:has-text('Continue with Acme')")


def test_one_click_leads_there_and_back(address: str, company: Company, page: Page) -> None:
    _press(page, address)
    expect(page).to_have_url(f"{address}/portal/")
    expect(page.locator("body")).to_contain_text("Problem 0")
    assert {"/authorize", "/who-are-you", "/person"} <= set(company.visits)


@pytest.mark.parametrize(
    "changed",
    [{"email_verified": False, "sub": "x"}, {"email": "nobody@else.example", "sub": "n"}],
    ids=str,
)
def test_nobody_gets_in_by_an_address_that_is_not_proved_or_not_known(
    address: str, company: Company, page: Page, changed: dict[str, Any]
) -> None:
    company.person |= changed
    _press(page, address)
    expect(page.locator("h1")).to_be_visible()
    expect(page).not_to_have_url(f"{address}/portal/")
    page.goto(f"{address}/portal/")
    expect(page).to_have_url(f"{address}/account/login/?next=/portal/")


def test_a_company_that_does_not_answer_is_told_kindly(
    address: str, company: Company, page: Page
) -> None:
    company.is_away = True
    _press(page, address)
    expect(page.locator("body")).to_contain_text("does not answer")
