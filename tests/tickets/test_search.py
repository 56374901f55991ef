"""Search finds by number, word, part and near miss, as the reader may see; the same on both
databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.choices import Visibility
from tickets.models import Message, Ticket
from tickets.search import sqlite_index
from tickets.search.people import search_people
from tickets.search.tickets import search_tickets
from tickets.search.words import number_in
from tickets.selectors import queue, sorting
from tickets.services import properties, talking

Find = Callable[..., list[int]]


@pytest.fixture
def find(cast: Cast) -> Find:
    """Search as somebody; an L1 agent unless said."""

    def numbers(text: str, reader: User | None = None) -> list[int]:
        reader = reader or cast.agent
        found = search_tickets(Ticket.objects.visible_to(reader), text, reader=reader)
        return sorted(found.values_list("pk", flat=True))

    return numbers


@pytest.fixture
def printer(cast: Cast) -> Ticket:
    """The ticket that is looked for; there is always another."""
    new_ticket(cast, customer=cast.other_customer, actor=cast.other_customer)
    return new_ticket(
        cast,
        subject="Label printer: feeds 2 PAGES at once",
        description="Since firmware 4.8.2, see https://vendor.example/notes?id=77. Größe A4!",
    )


@pytest.mark.parametrize(
    "text",
    [
        "printer",
        "PRINTER label",
        "rinte",
        "printer:",
        "fe",
        "2",
        "carla",
        "arla",
        "acme",
        "carla@acme.example",
        "firmw",
        "4.8.2",
        "4.8",
        "vendor.example/notes",
        "größe",
        "GR",
        "a4",
        "printer firmware carla acme",
    ],
)
def test_every_word_is_found_wherever_it_stands(printer: Ticket, find: Find, text: str) -> None:
    assert find(text) == [printer.pk]


@pytest.mark.parametrize(
    "text",
    [
        "zebra",
        "printer zebra",
        "printer olga",
        "irmware",
        "ri",
        "8.4.2",
        "%",
        "%_\\'\"*",
        "_rinter",
        '"',
        "printer OR",
        "NEAR(",
        "*",
        "99999999999999999999999",
        "#99999999999999999999999",
    ],
)
def test_what_stands_nowhere_is_not_found(printer: Ticket, find: Find, text: str) -> None:
    assert find(text) == []


def test_no_word_narrows_nothing(printer: Ticket, find: Find) -> None:
    assert find("") == find(" \0 ")
    assert printer.pk in find("")


@pytest.mark.parametrize(
    "text", ["prinzer", "pritner", "printeer", "prnter", "lable printer", "calra printr"]
)
def test_one_wrong_letter_is_forgiven_where_nothing_fits(
    printer: Ticket, find: Find, text: str
) -> None:
    assert find(text) == [printer.pk]


def test_nothing_is_forgiven_where_something_fits(cast: Cast, printer: Ticket, find: Find) -> None:
    painter = new_ticket(cast, subject="The painter is late")
    assert find("painter") == [painter.pk]
    assert find("printer") == [printer.pk]


def test_whether_something_fits_is_asked_of_what_the_reader_sees(
    cast: Cast, printer: Ticket, find: Find
) -> None:
    new_ticket(cast, subject="The painter is late", team=cast.confidential)
    assert find("painter") == [printer.pk]
    assert printer.pk not in find("painter", cast.insider)


def test_a_number_is_its_ticket_and_any_text_with_it(
    cast: Cast, printer: Ticket, find: Find
) -> None:
    other = new_ticket(cast, subject=f"As in {printer.pk}")
    assert find(f"#{printer.pk}") == [printer.pk]
    assert find(str(printer.pk)) == [printer.pk, other.pk]
    assert find(f"#{printer.pk} zebra") == []


@pytest.mark.parametrize("sort", sorting.SORTS, ids=lambda sort: sort.key)
def test_the_ticket_of_the_number_stands_first_and_once(cast: Cast, sort: sorting.Sort) -> None:
    tickets = [new_ticket(cast) for _ in range(3)]
    wanted = tickets[1]
    named = [new_ticket(cast, subject=f"Like {wanted.pk}") for _ in range(4)]
    text, after, found = str(wanted.pk), "", []
    first, now = number_in(text), timezone.now()
    shown = search_tickets(Ticket.objects.all(), text, reader=cast.agent)
    while True:
        page = queue.page(shown, sort=sort, first=first, after=after, now=now, size=2)
        found += [row.ticket.pk for row in page.rows]
        after = page.next_cursor
        if not after:
            break
    assert found[0] == wanted.pk
    assert sorted(found) == [wanted.pk, *(ticket.pk for ticket in named)]


# What customers must not find --------------------------------------------------------------------


def test_private_notes_are_found_by_the_desk_alone(cast: Cast, printer: Ticket, find: Find) -> None:
    talking.add_note(printer, actor=cast.agent, body="Their contract ends, a troublemaker.")
    for text in ("contract", "troublemaker", "printer troublemaker", "contr"):
        assert find(text) == [printer.pk]
        assert find(text, cast.customer) == find(text, cast.viewer) == []


def test_public_words_are_found_by_everybody_who_sees_the_ticket(
    cast: Cast, printer: Ticket, find: Find
) -> None:
    talking.reply(printer, actor=cast.agent, body="Please press the crocodile button.")
    for reader in (cast.customer, cast.viewer, cast.agent, cast.manager):
        assert find("crocodile", reader) == [printer.pk]
    assert find("crocodile", cast.other_customer) == find("crocodile", cast.colleague) == []


def test_customers_do_not_find_by_addresses(cast: Cast, printer: Ticket, find: Find) -> None:
    assert find("carla@acme", cast.viewer) == []
    assert find("carla", cast.viewer) == [printer.pk]


def test_a_word_of_both_a_note_and_a_message_needs_the_message(
    cast: Cast, printer: Ticket, find: Find
) -> None:
    talking.add_note(printer, actor=cast.agent, body="secret")
    other = new_ticket(cast, description="It is a secret.")
    assert find("secret", cast.customer) == [other.pk]


# The index follows, whoever writes ----------------------------------------------------------------


def test_changes_are_found_and_what_was_is_not(cast: Cast, printer: Ticket, find: Find) -> None:
    properties.change_properties(printer, actor=cast.agent, changes={"subject": "Scanner smokes"})
    assert (find("scanner"), find("label")) == ([printer.pk], [])
    User.objects.filter(pk=cast.customer.pk).update(name="Zoe Newname", email="zoe@n.example")
    assert (find("newname"), find("zoe@n"), find("carla")) == ([printer.pk], [printer.pk], [])
    cast.organization.name = "Initech"
    cast.organization.save()
    assert (find("initech"), find("acme")) == ([printer.pk], [])


def test_a_message_made_private_later_is_gone_for_customers(
    cast: Cast, printer: Ticket, find: Find
) -> None:
    Message.objects.filter(ticket=printer).update(visibility=Visibility.PRIVATE)
    assert (find("firmware"), find("firmware", cast.customer)) == ([printer.pk], [])
    Message.objects.filter(ticket=printer).update(body="Redacted.")
    assert (find("firmware"), find("redacted")) == ([], [printer.pk])


def test_bulk_loads_and_removals_are_followed(cast: Cast, printer: Ticket, find: Find) -> None:
    kept = {f.attname: getattr(printer, f.attname) for f in Ticket._meta.concrete_fields}
    made = Ticket.objects.bulk_create(
        [Ticket(**{**kept, "id": None, "subject": f"Loaded zebra {n}"}) for n in range(3)]
    )
    said = Message.objects.get(ticket=printer)
    fields = {f.attname: getattr(said, f.attname) for f in Message._meta.concrete_fields}
    Message.objects.bulk_create(
        [Message(**{**fields, "id": None, "ticket_id": t.pk, "body": "Giraffe."}) for t in made]
    )
    numbers = [ticket.pk for ticket in made]
    assert find("zebra") == find("giraffe") == numbers
    Message.objects.filter(ticket=made[0]).delete()
    Ticket.objects.filter(pk=made[0].pk).delete()
    assert find("zebra") == find("giraffe") == numbers[1:]


def test_a_very_long_message_is_stored_and_found_by_its_beginning(
    cast: Cast, printer: Ticket, find: Find
) -> None:
    body = "walrus " + " ".join(f"w{n:x}" for n in range(200_000))
    talking.add_note(printer, actor=cast.agent, body=body)
    assert find("walrus") == [printer.pk]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite makes tables anew")
def test_triggers_that_were_lost_come_back_with_what_they_missed(
    cast: Cast, printer: Ticket, find: Find
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER tickets_search_subjects_added")
    missed = new_ticket(cast, subject="Unicorn")
    assert find("unic") == []
    sqlite_index.restore()
    later = new_ticket(cast, subject="Unicorn again")
    assert find("unic") == [missed.pk, later.pk]


# Cost, and people ---------------------------------------------------------------------------------


def test_a_search_asks_once_or_once_more_whatever_it_finds(
    cast: Cast, find: Find, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        new_ticket(cast, subject="Printer")
    with django_assert_num_queries(1):
        find("prin")
    with django_assert_num_queries(2):  # whether anything fits as it is written, and the page
        find("printer")


def test_people_are_found_by_name_address_phone_and_organization(cast: Cast) -> None:
    User.objects.filter(pk=cast.customer.pk).update(phone="+31 20 555 0199")
    everybody = User.objects.all()
    for text in ("CARLA", "carla@acme", "555 0199", "carla acme"):
        assert list(search_people(everybody, text)) == [cast.customer], text
    assert not search_people(everybody, "carla globex")
    assert search_people(everybody, " ").count() == everybody.count()
