"""The post between a customer and the desk: Postfix delivers to both, Dovecot serves the desk's."""

from __future__ import annotations

from contextlib import ExitStack
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from smtplib import SMTP
from types import TracebackType

from accounts.models import User
from tests.faults.desk import wait_until
from tests.tickets.receiving import servers as imap
from tests.tickets.receiving.servers import ImapServer
from tests.tickets.sending import servers as smtp
from tests.tickets.sending.servers import SmtpServer
from tickets.choices import MailOutcome
from tickets.models import InboundMail
from tickets.tasks import fetch_mail

DESK = "support@desk.example"
CUSTOMERS, STAFF = "customers", "staff"
BOXES = {
    DESK: "desk",
    "@desk.example": STAFF,
    "@acme.example": CUSTOMERS,
    "@globex.example": "others",
}
PATIENCE_SECONDS = 20


def why_not() -> str:
    """Why there can be no post here; "" where there can."""
    return smtp.why_not() or imap.why_not()


class Post:
    """Both servers, until the block ends, and what people do with their mail programs."""

    def __enter__(self) -> Post:
        with ExitStack() as starting:
            self.smtp = starting.enter_context(SmtpServer(BOXES))
            self.imap = starting.enter_context(ImapServer(self.smtp.box("desk")))
            self._ending = starting.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._ending.close()

    def write(self, sender: User, *, to: str, subject: str, body: str, **headers: str) -> None:
        """Send a mail as a person; `headers` with "_" for "-"."""
        mail = EmailMessage()
        mail["From"], mail["To"] = formataddr((sender.name, sender.email)), to
        mail["Subject"], mail["Message-ID"] = subject, make_msgid(domain="acme.example")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(body)
        with SMTP("127.0.0.1", self.smtp.port) as client:
            client.send_message(mail)

    def answer(self, sender: User, mail: EmailMessage, *, body: str, to: str = "") -> None:
        """Answer a mail that arrived, as mail programs do: its text is quoted below. `to`: where
        it names no address for answers, or none is heeded."""
        quoted = "".join(f"> {line}\n" for line in text_of(mail).splitlines())
        self.write(
            sender,
            to=to or mail["Reply-To"],
            subject=f"Re: {mail['Subject'].removeprefix('Re: ')}",
            body=f"{body}\n\nOn Mon, 2 Mar 2026 at 10:10, Support <{DESK}> wrote:\n{quoted}",
            In_Reply_To=mail["Message-ID"],
            References=f"{mail['References']} {mail['Message-ID']}",
        )

    def arrived(self, words: str, *, box: str = CUSTOMERS) -> EmailMessage:
        """Wait until one mail with these words in its subject is in a box; return it. Fails where
        there are two."""
        found: list[EmailMessage] = []

        def is_there() -> bool:
            found[:] = [mail for mail in self.mails(box) if words in mail["Subject"]]
            return bool(found)

        try:
            wait_until(is_there, within=PATIENCE_SECONDS, what=f"{words!r} arrives")
        except AssertionError as problem:
            raise AssertionError(f"{problem}\n{self.smtp.log()}") from None
        (mail,) = found
        return mail

    def taken_in(self, number: int) -> InboundMail:
        """Fetch, as the beat does again and again, until the desk has read so many letters in all;
        return the last."""

        def is_read() -> bool:
            fetch_mail()
            return InboundMail.objects.exclude(outcome=MailOutcome.PENDING).count() >= number

        wait_until(is_read, within=PATIENCE_SECONDS, what=f"{number} letters are read")
        assert InboundMail.objects.count() == number
        return InboundMail.objects.order_by("pk")[number - 1]

    def mails(self, box: str = CUSTOMERS) -> list[EmailMessage]:
        """The mails in a box, in the order of their arrival."""
        raw = self.smtp.mails(0, box=box)
        mails = [message_from_bytes(each, policy=policy.default) for each in raw]
        return [mail for mail in mails if isinstance(mail, EmailMessage)]


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
