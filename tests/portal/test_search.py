"""A customer's search: words of what they may read, and nothing else."""

from __future__ import annotations

from tests.cast import Cast
from tests.portal.conftest import SignIn
from tests.tickets.scenes import new_ticket
from tickets.services import talking


def test_words_of_public_messages_are_found_and_those_of_notes_are_not(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = new_ticket(cast, subject="No way in")
    talking.reply(ticket, actor=cast.agent, body="Press the crocodile button.")
    talking.add_note(ticket, actor=cast.agent, body="A troublemaker.")

    def shown(words: str) -> bool:
        page = sign_in(cast.customer).get("/portal/", {"q": words})
        return f"/portal/{ticket.pk}/" in page.content.decode()

    assert shown("crocodile")
    assert shown("way crocodile")
    assert not shown("troublemaker")
    assert not shown("way troublemaker")


def test_another_customers_words_find_nothing(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast, subject="Crocodile")
    page = sign_in(cast.other_customer).get("/portal/", {"q": "crocodile"})
    assert f"/portal/{ticket.pk}/" not in page.content.decode()


def test_the_number_comes_first(cast: Cast, sign_in: SignIn) -> None:
    wanted = new_ticket(cast)
    later = new_ticket(cast, subject=f"Again as in {wanted.pk}")
    page = sign_in(cast.customer).get("/portal/", {"q": str(wanted.pk)})
    assert [ticket.pk for ticket in page.context["found"].tickets] == [wanted.pk, later.pk]
