"""What administrators delete and see: nothing that the past names goes, nothing breaks, no secret
is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import Membership, User
from tests.cast import PASSWORD, Cast
from tests.matrix.conftest import Web
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tests.tickets.test_admin import address
from tickets.choices import Status
from tickets.models import (
    AgentSkill,
    Broadcast,
    BroadcastPart,
    BusinessCalendar,
    Category,
    CustomField,
    LevelCost,
    Mailbox,
    SavedView,
    Tag,
    Ticket,
    Watcher,
)
from tickets.services.files import attach
from tickets.services.properties import change_properties

PAGES = sorted(admin.site._registry, key=lambda model: model._meta.label)
KEPT = ("Organization", "Team", "User", "Category", "Product", "BusinessCalendar", "SlaPolicy")


@pytest.fixture
def admin_browser(cast: Cast, web: Web) -> Client:
    """The administrator's browser, on a desk where everything is in use."""
    _use_everything(cast)
    return web(cast.administrator)


def _use_everything(cast: Cast) -> None:
    for status in Status:
        ticket = ticket_in(cast, status)
    live_ticket(cast)
    ticket = new_ticket(cast, category=cast.category, product=cast.product, team=cast.l1)
    field = CustomField.objects.create(key="asset", label="Asset", category=cast.category)
    change_properties(
        ticket, actor=cast.agent, changes={"tags": ["vip"], "custom": {field.key: "L-1"}}
    )
    attach(ticket.messages.get(), upload=ContentFile(b"x", "x"), actor=cast.customer)
    AgentSkill.objects.create(user=cast.agent, category=cast.category)
    LevelCost.objects.get_or_create(level=1, defaults={"amount": 10, "currency": "EUR"})
    for person in (cast.agent, cast.administrator):
        AuthToken.objects.create(user=person)
        EmailAddress.objects.create(user=person, email=person.email, primary=True)
        Authenticator.objects.create(
            user=person, type=Authenticator.Type.TOTP, data={"secret": "SEED"}
        )
        SocialAccount.objects.create(
            user=person, provider="company", uid=f"{person.pk}", extra_data={"claim": "SEED"}
        )
    Watcher.objects.create(ticket=ticket, user=cast.colleague, added_at=timezone.now())
    SavedView.objects.create(owner=cast.lead, team=cast.l1, name="Ours", query="view=all")
    broadcast = Broadcast.objects.create(
        ticket=ticket,
        kind="answer",
        body="Fixed.",
        actor=cast.agent,
        source="web",
        created_at=timezone.now(),
    )
    BroadcastPart.objects.create(broadcast=broadcast, ticket=ticket, refusal="Closed.")


def _count() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def _first(model: type[Model]) -> Model | None:
    return model._default_manager.order_by("pk").first()


@contextmanager
def _undone() -> Iterator[None]:
    """What is stored inside is gone afterwards: a story that took long to play is told on."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


def test_deleting_breaks_nothing_and_takes_no_history(cast: Cast, admin_browser: Client) -> None:
    before = _count()
    for model in PAGES:
        with _undone():
            _delete_first(admin_browser, model)
            after = _count()
            lost = {label for label, count in before.items() if after[label] < count}
            assert lost <= {model._meta.label, "admin.LogEntry", "sessions.Session"}
            assert Ticket.objects.filter(tags__name="vip").exists(), model._meta.label


def _delete_first(browser: Client, model: Any) -> None:
    """By its page, and among the chosen of its list."""
    row = _first(model)
    if row is None:
        return
    url = address(model, "delete", row.pk)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    answers = [
        browser.get(url),
        browser.post(url, {"post": "yes"}),
        browser.post(address(model, "changelist"), chosen),
    ]
    codes = {answer.status_code for answer in answers}
    assert codes <= {200, 302, 403}, model._meta.label


def test_what_is_not_there_is_no_error(cast: Cast, web: Web) -> None:
    browser = web(cast.administrator)
    for model in PAGES:
        for key in ("0", "x", "9" * 40):
            answer = browser.get(address(model, "delete", key))
            assert answer.status_code in (302, 403, 404), (model._meta.label, key)


def test_what_is_kept_says_so_and_what_to_do_instead(cast: Cast, admin_browser: Client) -> None:
    for model in PAGES:
        if model.__name__ in KEPT:
            row = _first(model) or model._default_manager.create(name="Any")
            _check_is_kept(admin_browser, row)


def _check_is_kept(browser: Client, row: Any) -> None:
    model: Any = type(row)
    answer = browser.get(address(model, "delete", row.pk), follow=True)
    assert answer.redirect_chain == [(address(model, "change", row.pk), 302)]
    page = answer.content.decode()
    assert "is kept, since what is past names it" in page, model._meta.label
    has_switch = hasattr(row, "is_active")
    assert ("take the tick off “Is active” instead" in page) == has_switch, model._meta.label
    assert model._default_manager.filter(pk=row.pk).exists()


def test_who_only_looks_gets_the_usual_answer(cast: Cast, web: Web) -> None:
    answer = web(cast.manager).get(f"/admin/accounts/team/{cast.l1.pk}/delete/")
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["accounts/team", "accounts/organization", "tickets/category"])
def test_many_are_switched_off_and_on_again(cast: Cast, web: Web, path: str) -> None:
    app, model_name = path.split("/")
    model = apps.get_model(app, model_name)
    keys = list(model._default_manager.values_list("pk", flat=True)[:2])
    for action, is_active in (("switch_off", False), ("switch_on", True)):
        chosen = {"action": action, "_selected_action": keys}
        page = web(cast.administrator).post(f"/admin/{path}/", chosen, follow=True)
        assert f"2 switched {'on' if is_active else 'off'}." in page.content.decode()
        found = model._default_manager.filter(pk__in=keys).values_list("is_active", flat=True)
        assert set(found) == {is_active}
        web(cast.manager).post(f"/admin/{path}/", {**chosen, "action": "switch_off"})
        assert set(found.all()) == {is_active}, "managers look"


def test_managers_are_offered_no_act(cast: Cast, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = cast.manager
    offered = {model: admin.site._registry[model].get_actions(request) for model in PAGES}
    assert {model: acts for model, acts in offered.items() if acts} == {}


def test_where_mail_is_handed_in_is_told_to_administrators_alone(cast: Cast, web: Web) -> None:
    box = Mailbox.objects.create(address="help@desk.example")
    for name, is_told in (("administrator", True), ("manager", False)):
        page = web(getattr(cast, name)).get(address(Mailbox, "change", box.pk))
        assert (str(box.webhook_key) in page.content.decode()) == is_told


def test_a_tag_that_tickets_carry_stays_and_one_of_none_goes(
    cast: Cast, admin_browser: Client
) -> None:
    used, unused = Tag.objects.get(name="vip"), Tag.objects.create(name="typo")
    url = address(Tag, "delete", used.pk)
    assert "It is on ticket #" in admin_browser.get(url).content.decode()
    admin_browser.post(url, {"post": "yes"})
    admin_browser.post(address(Tag, "delete", unused.pk), {"post": "yes"})
    assert list(Tag.objects.values_list("name", flat=True)) == ["vip"]


# What signs people in ----------------------------------------------------------------------------

DOORS = (AuthToken, EmailAddress, Authenticator, SocialAccount)


def test_nobody_adds_or_changes_what_signs_others_in(
    cast: Cast, web: Web, admin_browser: Client
) -> None:
    for browser in (admin_browser, web(cast.manager)):
        index = browser.get(reverse("admin:index")).content.decode()
        for model in DOORS:
            assert address(model, "add") not in index
            _try_to_change(browser, model, cast.administrator)


def _try_to_change(browser: Client, model: Any, person: User) -> None:
    row, before = _first(model), _count()
    assert row is not None
    values = {"user": person.pk, "email": "x@x.example", "type": "totp", "data": "{}"}
    for url in (address(model, "add"), address(model, "change", row.pk)):
        assert browser.post(url, values).status_code == 403
    assert browser.get(address(model, "add")).status_code == 403
    browser.post(
        address(model, "changelist"), {"action": "make_verified", "_selected_action": [row.pk]}
    )
    assert not EmailAddress.objects.filter(verified=True).exists()
    assert _count() == before, model._meta.label


def test_lists_and_rows_show_no_secret(cast: Cast, admin_browser: Client) -> None:
    for model in DOORS:
        row = _first(model)
        assert row is not None
        for url in (address(model, "changelist"), address(model, "change", row.pk)):
            page = admin_browser.get(url)
            assert page.status_code == 200
            assert "SEED" not in page.content.decode(), url


def test_an_administrator_takes_a_token_away(cast: Cast, admin_browser: Client) -> None:
    row = AuthToken.objects.get(user=cast.agent)
    admin_browser.post(address(AuthToken, "delete", row.pk), {"post": "yes"})
    assert not AuthToken.objects.filter(user=cast.agent).exists()


def test_an_administrator_ends_what_people_began(
    cast: Cast, admin_browser: Client, web: Web
) -> None:
    manager = web(cast.manager)
    for model in (Watcher, SavedView, SocialAccount):
        _end_what_began(manager, admin_browser, model)


def _end_what_began(manager: Client, browser: Client, model: Any) -> None:
    row = _first(model)
    assert row is not None
    manager.post(address(model, "delete", row.pk), {"post": "yes"})
    assert model._default_manager.filter(pk=row.pk).exists(), "managers look"
    page = browser.get(address(model, "changelist")).content.decode()
    assert address(model, "change", row.pk) in page
    browser.post(address(model, "delete", row.pk), {"post": "yes"})
    assert not model._default_manager.filter(pk=row.pk).exists(), model.__name__


def test_what_was_done_with_all_parts_is_looked_at(
    cast: Cast, admin_browser: Client, web: Web
) -> None:
    for browser in (admin_browser, web(cast.manager)):
        for model in (Broadcast, BroadcastPart):
            _only_look(browser, model)


def _only_look(browser: Client, model: Any) -> None:
    row = _first(model)
    assert row is not None
    for url in (address(model, "changelist"), address(model, "change", row.pk)):
        assert browser.get(url).status_code == 200
    for page in ("change", "delete"):
        assert browser.post(address(model, page, row.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()


def test_pages_of_company_sign_in_are_left_out_without_one(cast: Cast, web: Web) -> None:
    for path in ("socialaccount/socialapp/", "socialaccount/socialtoken/"):
        assert web(cast.administrator).get(f"/admin/{path}").status_code == 404


def test_the_last_calendar_stays(cast: Cast, admin_browser: Client) -> None:
    calendar = BusinessCalendar.objects.get()
    admin_browser.post(address(BusinessCalendar, "delete", calendar.pk), {"post": "yes"})
    assert BusinessCalendar.objects.get() == calendar
    assert Category.objects.exists()
    assert Membership.objects.exists()
    assert User.objects.get(pk=cast.agent.pk).check_password(PASSWORD)
