"""The admin of the ticket domain: all is found, history is for nobody to change."""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import gt
from typing import Any

from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tickets.choices import Status
from tickets.models import (
    LEDGER_MODELS,
    BusinessCalendar,
    Category,
    CustomField,
    LedgerTouch,
    Message,
    Notice,
    Ticket,
    Transition,
)
from tickets.portal_links import portal_url

OURS = ("accounts", "tickets", "knowledge")
PAGES = sorted(
    (model for model in admin.site._registry if model._meta.app_label in OURS),
    key=lambda model: model._meta.label,
)
HISTORY: tuple[Any, ...] = (*LEDGER_MODELS, Notice, LedgerTouch, Ticket)


def address(model: Any, page: str, *args: object) -> str:
    """The admin's address of a page of a model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def browser(user: Any) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def play(cast: Cast) -> None:
    """Leave a row in every ledger table that the commands of a usual day write."""
    for status in (Status.IN_PROGRESS, Status.WAITING_CUSTOMER, Status.RESOLVED):
        ticket_in(cast, status)
    live_ticket(cast)


def test_the_ledger_is_read_day_by_day(cast: Cast, now: datetime) -> None:
    """A day is the reader's own: what happened before midnight there is of the day before."""
    late = now.replace(hour=22, minute=59, second=59)  # 23:59:59 in Amsterdam
    before, after = new_ticket(cast, at=late), new_ticket(cast, at=late + timedelta(seconds=1))
    reader = browser(cast.manager)
    for model in (Message, Transition):
        for day, ticket in (("2026-03-02", before), ("2026-03-03", after)):
            page = reader.get(address(model, "changelist"), {"day": day, "source": "web"})
            assert [row.ticket for row in page.context["cl"].result_list] == [ticket]
            assert f'type="date" name="day" value="{day}"' in page.content.decode()
            assert '<input type="hidden" name="source" value="web">' in page.content.decode()
    for wrong in ("yesterday", "0001-01-01", "9999-12-31", "2026-02-30"):
        assert reader.get(address(Message, "changelist"), {"day": wrong}).status_code == 302


def queries_of_lists(clients: list[Client]) -> dict[str, list[int]]:
    """How many queries the list of each model takes, for each reader."""
    return {model._meta.label: [_queries(client, model) for client in clients] for model in PAGES}


def _queries(client: Client, model: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address(model, "changelist")).status_code == 200
    return len(queries)


def test_every_list_opens_and_costs_the_same_for_many_rows(cast: Cast) -> None:
    play(cast)
    clients = [browser(reader) for reader in (cast.administrator, cast.manager)]
    few = queries_of_lists(clients)  # and what is asked once only
    for _ in range(3):
        play(cast)
    many = queries_of_lists(clients)
    assert [label for label in few if any(map(gt, many[label], few[label]))] == []


def test_every_row_opens_and_every_search_answers(cast: Cast) -> None:
    play(cast)
    client = browser(cast.administrator)
    for model in PAGES:
        row = model._default_manager.first()
        if row is not None:
            page = client.get(address(model, "change", row.pk))
            assert page.status_code == 200, model._meta.label
        for words in ("1", "carla", "99999999999999999999", "'\""):
            found = client.get(address(model, "changelist"), {"q": words})
            assert found.status_code == 200, (model._meta.label, words)


def test_history_is_for_nobody_to_change(cast: Cast) -> None:
    play(cast)
    for reader in (cast.administrator, cast.manager):
        client = browser(reader)
        for model in HISTORY:
            check_nobody_adds(client, model)
            row = model._default_manager.first()
            if row is not None:
                check_nobody_changes(client, row)


def check_nobody_adds(client: Client, model: Any) -> None:
    """Neither by a page nor past it."""
    assert client.get(address(model, "add")).status_code == 403, model._meta.label
    added = client.post(address(model, "add"), {"seq": 1})
    assert added.status_code == 403, model._meta.label


def check_nobody_changes(client: Client, row: Any) -> None:
    """The page of a row saves nothing, and what is sent past it changes and deletes nothing."""
    model: Any = type(row)
    label = model._meta.label
    change, delete = address(model, "change", row.pk), address(model, "delete", row.pk)
    assert 'name="_save"' not in client.get(change).content.decode(), label
    assert client.post(change, {"seq": 9}).status_code == 403, label
    assert client.post(delete, {"post": "yes"}).status_code == 403, label
    client.post(
        address(model, "changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )
    assert model._default_manager.filter(pk=row.pk).exists(), label


def test_a_ticket_leads_to_the_page_where_it_is_worked(cast: Cast) -> None:
    ticket = new_ticket(cast)
    page = browser(cast.manager).get(address(Ticket, "change", ticket.pk)).content.decode()
    assert f'href="/tickets/{ticket.pk}/"' in page
    assert str(ticket.access_key) not in page


def test_administrators_take_back_mailed_links(cast: Cast, client: Client) -> None:
    ticket = new_ticket(cast)
    link = portal_url(ticket)
    form = {"action": "revoke_mailed_links", "_selected_action": [ticket.pk]}
    browser(cast.manager).post(address(Ticket, "changelist"), form)
    assert client.get(link).status_code == 200
    browser(cast.administrator).post(address(Ticket, "changelist"), form)
    assert client.get(link).status_code == 404


def test_a_category_cannot_be_below_itself(cast: Cast) -> None:
    parent = cast.category.parent
    assert parent is not None
    form = {
        "name": parent.name,
        "parent": cast.category.pk,
        "is_active": "on",
        "skilled_agents-TOTAL_FORMS": "0",
        "skilled_agents-INITIAL_FORMS": "0",
    }
    response = browser(cast.administrator).post(address(Category, "change", parent.pk), form)
    assert "not below this category" in response.content.decode()


def test_the_words_of_a_choice_are_written_one_a_line(cast: Cast) -> None:
    client = browser(cast.administrator)
    form = {"label": "Size", "key": "size", "kind": "choice", "position": "0", "choices": ""}
    refused = client.post(address(CustomField, "add"), form)
    assert "at least one word" in refused.content.decode()
    client.post(address(CustomField, "add"), {**form, "choices": "Small\n\n Large \nSmall"})
    field = CustomField.objects.get()
    assert field.choices == ["Small", "Large"]
    assert "Small\nLarge" in client.get(address(CustomField, "change", field.pk)).content.decode()


def test_a_calendar_has_a_real_zone_and_hours_that_end_after_they_begin(cast: Cast) -> None:
    form = {
        "name": "Nights",
        "time_zone": "Mars/Base",
        "slots-TOTAL_FORMS": "1",
        "slots-INITIAL_FORMS": "0",
        "slots-0-weekday": "0",
        "slots-0-opens": "18:00",
        "slots-0-closes": "06:00",
        "holidays-TOTAL_FORMS": "0",
        "holidays-INITIAL_FORMS": "0",
    }
    client = browser(cast.administrator)
    page = client.post(address(BusinessCalendar, "add"), form).content.decode()
    assert "Write an IANA name" in page
    assert "Choose an end after the beginning" in page
    form |= {"time_zone": "Europe/Paris", "slots-0-closes": "00:00"}
    assert client.post(address(BusinessCalendar, "add"), form).status_code == 302


def test_the_holidays_of_a_country_are_filled_in_and_kept(cast: Cast) -> None:
    calendar = cast.calendar
    calendar.holiday_country = "NL"
    calendar.save()
    form = {"action": "fill_holidays", "_selected_action": [calendar.pk]}
    client = browser(cast.administrator)
    client.post(address(BusinessCalendar, "changelist"), form)
    count = calendar.holidays.count()
    assert count > 0
    client.post(address(BusinessCalendar, "changelist"), form)
    assert calendar.holidays.count() == count
    calendar.holiday_country = "XX"
    calendar.save()
    response = client.post(address(BusinessCalendar, "changelist"), form, follow=True)
    assert "No public holidays are known" in response.content.decode()
