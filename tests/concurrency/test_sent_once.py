"""One form, sent twice in the same instant."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.cast import Cast
from tests.concurrency.conftest import Race
from tests.web.test_sent_once import NEW, key_on
from tickets.models import Message, Ticket


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_second_waits_for_the_first_and_shows_its_ticket(cast: Cast, race: Race) -> None:
    cache.clear()
    form = {**NEW, "once": key_on(_signed_in(cast.customer).get("/portal/new/"))}
    browsers = [_signed_in(cast.customer) for _ in range(3)]
    answers: list[Any] = race(*(partial(each.post, "/portal/new/", form) for each in browsers))
    ticket = Ticket.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/portal/{ticket.pk}/"}
    assert Message.objects.count() == 1


def test_a_refused_one_lets_the_next_try(cast: Cast, race: Race) -> None:
    cache.clear()
    form = {**NEW, "subject": "", "once": key_on(_signed_in(cast.customer).get("/portal/new/"))}
    browsers = [_signed_in(cast.customer) for _ in range(3)]
    answers: list[Any] = race(*(partial(each.post, "/portal/new/", form) for each in browsers))
    assert [answer.status_code for answer in answers] == [422] * 3
