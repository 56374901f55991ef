"""Customers stay on their side of the desk."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.portal.conftest import SignIn
from tests.tickets.scenes import new_ticket

STAFF_PAGES = ("/queue/", "/tickets/{number}/", "/metrics/", "/admin/", "/admin/tickets/message/")


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_customers_never_get_a_staff_page(cast: Cast, sign_in: SignIn, path: str) -> None:
    ticket = new_ticket(cast, subject="Seen by staff only here")
    for person in (cast.customer, cast.viewer, cast.other_customer):
        response = sign_in(person).get(path.format(number=ticket.pk))
        assert response.status_code in (302, 403, 404)
        assert ticket.subject not in response.content.decode()
