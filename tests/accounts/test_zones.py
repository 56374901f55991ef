"""People's time zones: only real ones are taken, and one that is none anyway breaks no page."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.zones import check_zone, known_zone
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.models import BusinessCalendar
from tickets.portal_links import portal_url

NO_ZONES = ("../x", "Europe", "Mars/Base", "/etc/passwd", "tzdata.zi", "europe/amsterdam", ".", " ")
UNSTORABLE = ("Europe/Amsterdam\0", "x" * 300, "\ud800")


@pytest.mark.parametrize("name", [*NO_ZONES, *UNSTORABLE])
def test_only_names_of_the_time_zone_database_are_zones(name: str) -> None:
    assert known_zone(name) is None
    with pytest.raises(ValidationError):
        check_zone(name)


def test_no_zone_chosen_is_no_zone_and_no_mistake() -> None:
    assert known_zone("") is None
    assert str(known_zone("Asia/Tokyo")) == "Asia/Tokyo"


@pytest.mark.parametrize("name", NO_ZONES)
def test_one_that_is_stored_anyway_is_read_as_the_desks_own(
    cast: Cast, client: Client, name: str
) -> None:
    User.objects.update(time_zone=name)
    ticket = new_ticket(cast)
    seen = client.get(portal_url(ticket)).content.decode()
    assert settings.REPORTING_TIME_ZONE.replace("_", " ") in seen
    client.force_login(cast.manager)
    assert settings.REPORTING_TIME_ZONE in client.get(reverse("queue")).content.decode()
    page = client.get(reverse("ticket", args=[ticket.pk]))
    assert page.status_code == 200
    assert "Local time" not in page.content.decode(), "nobody knows it"
    assert client.get(reverse("profile")).status_code == 200


def test_a_customers_local_time_stands_beside_their_ticket(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.customer.pk).update(time_zone="Asia/Tokyo")
    client.force_login(cast.agent)
    page = client.get(reverse("ticket", args=[new_ticket(cast).pk])).content.decode()
    assert "Local time" in page
    assert "Asia/Tokyo" in page


@pytest.mark.parametrize("name", ["../x", "Europe"])
def test_models_refuse_it_wherever_a_form_or_serializer_is_made_of_them(
    cast: Cast, name: str
) -> None:
    for row in (cast.customer, BusinessCalendar.objects.get()):
        row.time_zone = name
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert "time_zone" in refused.value.message_dict


@pytest.mark.parametrize("name", ["UTC", "CET"])
def test_a_profile_that_is_saved_again_keeps_any_zone_it_had(
    cast: Cast, client: Client, name: str
) -> None:
    User.objects.filter(pk=cast.agent.pk).update(time_zone=name)
    client.force_login(cast.agent)
    shown = client.get(reverse("profile")).context["form"]
    values = {field.name: field.value() or "" for field in shown}
    assert client.post(reverse("profile"), values).status_code == 302
    cast.agent.refresh_from_db()
    assert cast.agent.time_zone == name
    page = client.get(reverse("profile")).content.decode()
    assert f'<option value="{name}" selected>' in page
