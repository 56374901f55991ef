"""Who wrote a mail that a group forwards under its own address."""

from __future__ import annotations

import pytest

from tests.tickets.mail.reading import mail_of
from tickets.mail.authentication import authenticate
from tickets.mail.groups import with_writer
from tickets.mail.letters import Flaw

GROUP = "support.acme.example"
FROM = "'Carla Customer' via Support <support@acme.example>"


def through(**headers: str):
    mail = mail_of(**({"from": FROM, "list_id": f"Support <{GROUP}>"} | headers))
    return with_writer(mail, list_ids={GROUP})


@pytest.mark.parametrize(
    "headers",
    [
        {"x_original_from": "Carla Customer <carla@globex.example>"},
        {"x_original_sender": "carla@globex.example"},
        {"reply_to": "Carla Customer <carla@globex.example>"},
        {"reply_to": "support@acme.example, carla@globex.example"},
        {"x_original_from": "carla@globex.example", "reply_to": "mallory@evil.example"},
    ],
)
def test_the_writer_is_the_sender_and_nothing_vouches_for_it(headers):
    mail = through(**headers)
    assert mail.sender is not None
    assert (mail.sender.address, mail.sender.name) == ("carla@globex.example", "Carla Customer")
    assert Flaw.REWRITTEN_FROM in mail.flaws
    passed = "mx.desk.example; dmarc=pass header.from=globex.example"
    mail = through(authentication_results=passed, **headers)
    assert authenticate(mail, authserv_ids={"mx.desk.example"}).verdict == "none"


@pytest.mark.parametrize(
    "headers",
    [
        {"list_id": "News <news.acme.example>", "reply_to": "carla@globex.example"},
        {"list_id": "", "reply_to": "carla@globex.example"},
        {"from": "Carla <carla@globex.example>", "reply_to": "mallory@evil.example"},
        {"reply_to": "Support <support@acme.example>"},
        {"reply_to": "nobody"},
        {},
    ],
)
def test_every_other_mail_stays_as_it_is(headers):
    plain = mail_of(**({"from": FROM, "list_id": f"Support <{GROUP}>"} | headers))
    assert through(**headers) == plain
