"""Outages as customers read of them: their own services, in words for all, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.cast import Cast
from tests.portal.conftest import SignIn
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tickets.choices import LinkKind
from tickets.models import Outage, Service, Ticket
from tickets.portal_links import portal_url
from tickets.services.outages import correct_outage, declare_outage, end_outage
from tickets.services.relating import link
from tickets.services.talking import add_note

SECRET = "About the theft"
WORDS = "A switch has failed."


@pytest.fixture
def mail(cast: Cast) -> Service:
    """Used by one of two organizations."""
    service = make_service(is_for_all=False)
    service.organizations.add(cast.organization)
    return service


@pytest.fixture
def incident(cast: Cast, mail: Service) -> Ticket:
    """Told by a ticket of a confidential team, of somebody else."""
    ticket = new_ticket(
        cast,
        subject=SECRET,
        description=SECRET,
        customer=cast.other_customer,
        team=cast.confidential,
        actor=cast.manager,
    )
    began = timezone.now() - timedelta(minutes=5)
    declare_outage(ticket, services=[mail], began_at=began, words=WORDS, actor=cast.insider)
    add_note(ticket, body=SECRET, actor=cast.insider)
    return ticket


def pages(sign_in: SignIn, user: User) -> str:
    browser = sign_in(user)
    names = ("portal", "portal_new", "portal_services")
    return " ".join(browser.get(reverse(name)).content.decode() for name in names)


@pytest.mark.usefixtures("incident")
def test_those_who_use_it_read_the_words_and_nothing_of_the_incident(
    cast: Cast, sign_in: SignIn
) -> None:
    shown = pages(sign_in, cast.customer)
    assert shown.count(WORDS) == 3
    assert SECRET not in shown


@pytest.mark.usefixtures("incident")
def test_others_read_nothing_of_it(cast: Cast, sign_in: SignIn) -> None:
    shown = pages(sign_in, cast.other_customer)
    assert WORDS not in shown
    assert "Mail" not in shown.replace("mail", "")
    outage = Outage.objects.get()
    answer = sign_in(cast.other_customer).post(reverse("portal_join", args=[outage.pk]))
    assert answer.status_code == 404


def test_a_product_that_one_had_a_ticket_about_is_a_service_that_one_uses(
    cast: Cast, mail: Service, incident: Ticket, sign_in: SignIn
) -> None:
    mail.products.add(cast.product)
    new_ticket(cast, customer=cast.other_customer, actor=cast.manager, product=cast.product)
    assert WORDS in pages(sign_in, cast.other_customer)


def test_whom_it_concerns_joins_once(cast: Cast, incident: Ticket, sign_in: SignIn) -> None:
    url = reverse("portal_join", args=[Outage.objects.get().pk])
    browser = sign_in(cast.customer)
    first = browser.post(url, follow=True)
    browser.post(url, follow=True)
    own = Ticket.objects.get(customer=cast.customer)
    assert own.parent == incident
    page = first.content.decode()
    assert WORDS in page
    assert SECRET not in page
    assert f"#{own.pk}" in browser.get(reverse("portal_new")).content.decode()


def test_who_joins_says_so_in_their_own_language(
    cast: Cast, incident: Ticket, sign_in: SignIn
) -> None:
    cast.customer.language = "de"
    cast.customer.save()
    sign_in(cast.customer).post(reverse("portal_join", args=[Outage.objects.get().pk]))
    own = Ticket.objects.get(customer=cast.customer)
    assert own.parent == incident
    assert own.subject == "Mail: Das betrifft uns auch"
    assert own.description == "Die Störung von Mail betrifft auch uns."


def test_what_is_over_or_was_none_is_no_banner(
    cast: Cast, incident: Ticket, sign_in: SignIn
) -> None:
    end_outage(incident, words="All is back.", actor=cast.insider)
    browser = sign_in(cast.customer)
    assert WORDS not in browser.get(reverse("portal")).content.decode()
    assert "All is back." in browser.get(reverse("portal_services")).content.decode()
    outage = Outage.objects.get()
    assert browser.post(reverse("portal_join", args=[outage.pk])).status_code == 302
    assert not Ticket.objects.filter(customer=cast.customer).exists()
    correct_outage(incident, outage=outage, kind="voided", note="None.", actor=cast.insider)
    assert "All is back." not in pages(sign_in, cast.customer)


def test_a_part_says_that_it_works_again(cast: Cast, incident: Ticket, sign_in: SignIn) -> None:
    part = new_ticket(cast)
    link(part, other=incident, kind=LinkKind.CHILD_OF, actor=cast.insider)
    end_outage(incident, actor=cast.insider)
    page = sign_in(cast.customer).get(reverse("portal_ticket", args=[part.pk])).content.decode()
    assert "Mail works again." in page
    assert SECRET not in page


@pytest.mark.usefixtures("incident")
def test_it_stands_over_a_ticket_about_something_else(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.customer).get(f"/portal/{new_ticket(cast).pk}/").content.decode()
    assert page.count(WORDS) == 1
    assert "This concerns me too" in page
    assert SECRET not in page


def test_over_a_part_of_it_it_stands_once(cast: Cast, incident: Ticket, sign_in: SignIn) -> None:
    part = new_ticket(cast)
    link(part, other=incident, kind=LinkKind.CHILD_OF, actor=cast.insider)
    page = sign_in(cast.customer).get(f"/portal/{part.pk}/").content.decode()
    assert page.count(WORDS) == 1
    assert "This concerns me too" not in page


def test_who_came_by_a_link_reads_of_services_for_all_alone(
    cast: Cast, mail: Service, incident: Ticket
) -> None:
    new_ticket(cast, subject="Another of mine")
    link_page = portal_url(new_ticket(cast))
    assert WORDS not in Client().get(link_page).content.decode()
    mail.is_for_all = True
    mail.save()
    own = new_ticket(cast, subject="Mine about it", part_of=incident, actor=cast.manager)
    page = Client().get(link_page).content.decode()
    assert page.count(WORDS) == 1
    for theirs in (SECRET, reverse("portal_services"), "This concerns me too", f"#{own.pk}"):
        assert theirs not in page


def test_staff_and_strangers_have_no_such_page(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.agent).get(reverse("portal_services")).status_code == 302


def test_agents_who_may_not_see_the_incident_learn_only_what_is_out(
    cast: Cast, incident: Ticket, sign_in: SignIn
) -> None:
    page = sign_in(cast.agent).get(reverse("queue")).content.decode()
    assert "<b>Mail</b> down" in page
    assert f"incident #{incident.pk}" not in page
    assert SECRET not in page
    assert (
        f"incident #{incident.pk}" in sign_in(cast.insider).get(reverse("queue")).content.decode()
    )
