"""Letters and notices while things break: each letter is one ticket, and nobody goes untold."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import pytest

from tests.faults.desk import Desk, wait_until
from tests.faults.servers import Redis
from tests.tickets.receiving import servers as imap
from tests.tickets.receiving.servers import ImapServer
from tests.tickets.sending import servers as smtp
from tests.tickets.sending.servers import SmtpServer

WHY_NOT = smtp.why_not() or imap.why_not()
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("faults"),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "can be started"),
]


def write(server: ImapServer, sender: str, *, with_file: bool = False) -> str:
    """Lay a letter into the desk's mailbox; return its Message-ID."""
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, "support@desk.example"
    letter["Subject"], letter["Message-ID"] = "No way in", make_msgid(domain="acme.example")
    letter.set_content("The VPN refuses my password.")
    if with_file:
        letter.add_attachment(b"what I saw", maintype="text", subtype="plain", filename="a.txt")
    server.deliver(letter.as_bytes())
    return str(letter["Message-ID"])


def sent(postfix: SmtpServer) -> set[str]:
    """The Message-IDs of all mails that were delivered."""
    return {str(message_from_bytes(each)["Message-ID"]) for each in postfix.mails(0)}


def check(found: dict[str, Any], postfix: SmtpServer, letters: list[str]) -> None:
    """Each letter is one ticket, each ticket's customer is told once that it came, and each notice
    was mailed, a second time only under the same Message-ID."""
    assert sorted(row["mail_id"] for row in found["letters"]) == sorted(letters)
    assert {row["outcome"] for row in found["letters"]} == {"opened"}
    assert sorted(row["ticket"] for row in found["letters"]) == found["tickets"]
    assert sorted(row["ticket"] for row in found["notices"]) == found["tickets"]
    assert all(row["sent_at"] for row in found["notices"])
    keys = sorted(each.strip("<").partition("@")[0] for each in sent(postfix))
    assert keys == sorted(row["key"] for row in found["notices"])
    assert found["files"] == found["attachments"]
    assert found["differences"] == []


def test_killed_before_any_statement_it_takes_in_each_letter_once(
    small_mail_desk: Desk, dovecot: ImapServer, postfix: SmtpServer
) -> None:
    letters = [
        write(dovecot, "carla@acme.example"),
        write(dovecot, "New <nina@acme.example>", with_file=True),
    ]
    program = ("tests/faults/die_everywhere.py", str(dovecot.port), str(len(letters)))
    found = json.loads(small_mail_desk.run(*program))
    reading, sending = found["kills"]
    assert reading > 20
    assert sending > 8
    assert found["attachments"] == 1
    check(found, postfix, letters)


def test_everything_lost_in_turn_loses_no_letter_and_no_notice(
    mail_desk: Desk, dovecot: ImapServer, postfix: SmtpServer, redis: Redis
) -> None:
    letters = write_some(dovecot)
    worker = mail_desk.start_worker()
    mail_desk.nudge("tickets.tasks.fetch_mail")
    wait_until(lambda: len(sent(postfix)) >= 2, within=90, what="some are told")
    postfix.kill()
    redis.stop()
    letters += write_some(dovecot)
    redis.start()
    mail_desk.nudge("tickets.tasks.fetch_mail")
    wait_until(lambda: fetched(mail_desk) == 2, within=90, what="it has found its queue again")
    worker.kill()  # it has just begun to read
    letters += write_some(dovecot)
    postfix.start()
    mail_desk.start_worker()

    def all_are_told() -> bool:
        # The notice that Postfix had in hand would wait for a minute.
        mail_desk.change("UPDATE tickets_notice SET send_after = created_at")
        mail_desk.nudge("tickets.tasks.fetch_mail", "tickets.tasks.deliver_notices")
        return len(sent(postfix)) == len(letters)

    wait_until(all_are_told, within=90, every=0.5, what="all are told")
    check(json.loads(mail_desk.run("tests/faults/show_mail.py", "30")), postfix, letters)


def write_some(dovecot: ImapServer) -> list[str]:
    return [write(dovecot, f"customer{number}@acme.example") for number in range(6)]


def fetched(desk: Desk) -> int:
    """How often its workers have fetched something."""
    return desk.logs().count("mail_fetched")
