"""Those who watch: one mail with what is new, once, as they chose; and quiet for who acted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.choices import ResolutionCode, WatchMode
from tickets.models import Notice, NoticeKind, Ticket, Watcher
from tickets.notifications import outbox
from tickets.notifications.rendering import compose
from tickets.services.picking import pick_up
from tickets.services.states import confirm, reject, resolve
from tickets.services.talking import add_note, reply, reply_as_customer
from tickets.services.watchers import add_watchers
from tickets.watch_links import watch_stop_url, watch_url


@pytest.fixture
def watched(cast: Cast) -> Ticket:
    """In progress, and watched by the customer's colleague; nothing waits to be mailed."""
    ticket = new_ticket(cast)
    pick_up(ticket, actor=cast.agent)
    add_watchers(ticket, [cast.colleague])
    Notice.objects.all().delete()
    return ticket


def waiting(cast: Cast) -> list[str]:
    """The kinds of mail that wait for the colleague."""
    mails = Notice.objects.unsent().filter(recipient=cast.colleague)
    return list(mails.values_list("kind", flat=True))


def let_time_pass() -> None:
    Notice.objects.unsent().update(send_after=timezone.now())


def sent_to(address: str) -> list[str]:
    return [str(each.body) for each in mail.outbox if each.to == [address]]


def choose(cast: Cast, mode: str) -> None:
    Watcher.objects.filter(user=cast.colleague).update(mode=mode)


def test_what_is_new_comes_in_one_mail_after_a_while(cast: Cast, watched: Ticket) -> None:
    reply(watched, body="Which gate?", actor=cast.agent)
    reply_as_customer(watched, body="Gate 3.", actor=cast.customer)
    reply(watched, body="Done.", actor=cast.agent)
    (promised,) = Notice.objects.filter(recipient=cast.colleague)
    assert promised.send_after - promised.created_at == timedelta(hours=1)
    assert outbox.deliver_due().failed == 0
    assert sent_to(cast.colleague.email) == []
    let_time_pass()
    outbox.deliver_due()
    (body,) = sent_to(cast.colleague.email)
    assert body.index("Which gate?") < body.index("Gate 3.") < body.index("Done.")
    let_time_pass()
    outbox.deliver_due()
    assert len(sent_to(cast.colleague.email)) == 1


def test_each_word_comes_in_one_digest_alone(cast: Cast, watched: Ticket) -> None:
    reply(watched, body="First.", actor=cast.agent)
    Notice.objects.filter(recipient=cast.colleague).update(claimed_at=timezone.now())
    reply(watched, body="Second, while the first is sent.", actor=cast.agent)
    first, second = Notice.objects.filter(recipient=cast.colleague).order_by("pk")
    assert "First." in compose(first).body
    assert "Second" not in compose(first).body
    assert "First." not in compose(second).body
    assert "Second" in compose(second).body


def test_a_digest_says_that_it_is_solved(cast: Cast, watched: Ticket) -> None:
    resolve(watched, resolution_code=ResolutionCode.SOLVED, actor=cast.agent)
    let_time_pass()
    outbox.deliver_due()
    assert "solved or closed" in sent_to(cast.colleague.email)[0]


def test_no_digest_holds_a_private_note_or_ones_own_words(cast: Cast, watched: Ticket) -> None:
    reply(watched, body="Which gate?", actor=cast.agent)
    add_note(watched, body="The customer is difficult.", actor=cast.agent)
    reply_as_customer(watched, body="It is gate 3, I think.", actor=cast.colleague)
    digest = Notice.objects.get(recipient=cast.colleague)
    for text in (compose(digest).body, str(compose(digest).alternatives[0][0])):
        assert "Which gate?" in text
        assert "difficult" not in text
        assert "I think" not in text


@pytest.mark.parametrize("mode", [WatchMode.DIGEST, WatchMode.EACH])
def test_who_watches_is_not_handed_the_customers_key(
    cast: Cast, watched: Ticket, mode: str
) -> None:
    choose(cast, mode)
    reply(watched, body="Which gate?", actor=cast.agent)
    body = compose(Notice.objects.get(recipient=cast.colleague)).body
    assert f"/portal/{watched.pk}/" in body
    assert "/portal/t/" not in body
    assert "/portal/t/" in compose(Notice.objects.get(recipient=cast.customer)).body


def test_each_answer_or_nothing_where_they_wish_so(cast: Cast, watched: Ticket) -> None:
    choose(cast, WatchMode.EACH)
    reply(watched, body="Which gate?", actor=cast.agent)
    assert waiting(cast) == [NoticeKind.REPLIED]
    Notice.objects.all().delete()
    choose(cast, WatchMode.NONE)
    reply(watched, body="Which gate?", actor=cast.agent)
    assert waiting(cast) == []


def test_who_ends_it_gets_not_even_what_waits(cast: Cast, watched: Ticket) -> None:
    reply(watched, body="Which gate?", actor=cast.agent)
    choose(cast, WatchMode.NONE)
    let_time_pass()
    outbox.deliver_due()
    assert sent_to(cast.colleague.email) == []
    assert Notice.objects.get(recipient=cast.colleague).is_needless


def test_one_click_ends_it_and_a_scanner_does_not(cast: Cast, watched: Ticket) -> None:
    reply(watched, body="Which gate?", actor=cast.agent)
    headers = compose(Notice.objects.get(recipient=cast.colleague)).extra_headers
    address = headers["List-Unsubscribe"].strip("<>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    path = "/" + address.split("/", 3)[3]
    client = Client(enforce_csrf_checks=True)
    assert client.get(path).status_code == 200
    assert Watcher.objects.get().mode == WatchMode.DIGEST
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Watcher.objects.get().mode == WatchMode.NONE
    customers = Notice.objects.get(recipient=cast.customer)
    assert "List-Unsubscribe" not in compose(customers).extra_headers


def test_the_choice_is_kept_by_its_link_alone(cast: Cast, watched: Ticket) -> None:
    watcher = Watcher.objects.get()
    client = Client()
    page = client.post(watch_url(watcher), {"mode": "each"}, follow=True).content.decode()
    assert "Your choice is kept." in page
    assert Watcher.objects.get().mode == WatchMode.EACH
    assert client.post(watch_url(watcher), {"mode": "hourly"}).status_code == 422
    for address in ("/watch/1.x/", "/watch/99999999999999999.x/", "/watch/x/stop/"):
        assert client.post(address).status_code == 404
    assert watch_stop_url(watcher) != watch_url(watcher)


def test_the_choice_is_offered_in_the_language_of_who_watches(cast: Cast, watched: Ticket) -> None:
    watcher = Watcher.objects.get()
    watcher.user.language = "de"
    watcher.user.save()
    client = Client(headers={"accept-language": "en"})
    page = client.get(watch_url(watcher)).content.decode()
    assert ('<html lang="de"' in page, "Jede Antwort" in page) == (True, True)


def test_customers_are_told_nothing_of_what_they_did_themselves(
    cast: Cast, watched: Ticket
) -> None:
    def told() -> set[str]:
        return set(Notice.objects.filter(recipient=cast.customer).values_list("kind", flat=True))

    reply_as_customer(watched, body="Hello?", actor=cast.customer)
    assert told() == set()
    resolve(watched, resolution_code=ResolutionCode.SOLVED, actor=cast.agent)
    Notice.objects.all().delete()
    reject(watched, body="No.", actor=cast.customer)
    resolve(watched, resolution_code=ResolutionCode.SOLVED, actor=cast.agent)
    Notice.objects.all().delete()
    confirm(watched, actor=cast.customer)
    assert told() == set()
