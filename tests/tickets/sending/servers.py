"""A real mail server on loopback: Debian's Postfix, with folders of its own."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.faults.desk import free_port
from tests.tickets.mail_program import MailProgram

# Where Debian has it; /usr/sbin is on nobody's path but root's.
PROGRAM = Path("/usr/sbin/postfix")
DAEMONS = Path("/usr/lib/postfix/sbin")
DOMAINS = ("acme.example", "globex.example", "desk.example")
NAME = "mx.desk.example"
ALL_IN_ONE = {f"@{domain}": "all" for domain in DOMAINS}
# What a filter of the house writes on top of mail from there; it checks SPF, and both domains pass.
VOUCHED = ", ".join(
    f"{{ {domain} = PREPEND Authentication-Results: {NAME}; spf=pass smtp.mailfrom={domain} }}"
    for domain in DOMAINS[:2]
)
# gone@ and full@ are refused by the server itself, as strangers' boxes are by theirs; mail to left@
# is taken, and comes back.
MAIN = """
compatibility_level = 3.6
config_directory = {folder}/etc
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = {name}
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
smtpd_peername_lookup = no
recipient_delimiter = +
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
transport_maps = inline:{{ {{ left@acme.example = back: }} }}
default_transport = error
relay_transport = error
smtpd_sender_restrictions = check_sender_access inline:{{ {vouched} }}
smtpd_recipient_restrictions = reject_unauth_destination,
  check_recipient_access inline:{{ {{ gone@acme.example = 550 5.1.1 No such box }},
  {{ full@acme.example = 450 4.2.2 The box is full }} }}
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
back unix - n n - - pipe user=mail argv=/bin/sh -c {{echo Nobody of that name; exit 67}}
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def why_not() -> str:
    """Why no server can be started here; "" where one can."""
    if not PROGRAM.exists():
        return "there is no Postfix here: apt-get install postfix"
    return "" if os.geteuid() == 0 else "Postfix starts as root only"


class SmtpServer(MailProgram):
    """Takes mail on a free port and puts it into Maildirs, until the block ends: address, or
    "@domain" for all others there, → the box's name; all into one where nothing is said."""

    def __init__(self, boxes: Mapping[str, str] = ALL_IN_ONE) -> None:
        self._boxes = boxes

    def __enter__(self) -> SmtpServer:
        self.folder = Path(tempfile.mkdtemp(prefix="smtp"))
        self.folder.chmod(0o755)
        self.port = free_port()
        mail, postfix = pwd.getpwnam("mail"), pwd.getpwnam("postfix")
        for name, owner in (("etc", None), ("queue", None), ("data", postfix), ("mail", mail)):
            (self.folder / name).mkdir()
            if owner is not None:
                os.chown(self.folder / name, owner.pw_uid, owner.pw_gid)
        words = {
            "folder": self.folder,
            "daemons": DAEMONS,
            "name": NAME,
            "domains": " ".join(DOMAINS),
            "boxes": ", ".join(f"{address}={box}/" for address, box in self._boxes.items()),
            "vouched": VOUCHED,
            "uid": mail.pw_uid,
            "gid": mail.pw_gid,
        }
        (self.folder / "etc" / "main.cf").write_text(MAIN.format(**words))
        (self.folder / "etc" / "master.cf").write_text(MASTER.format(port=self.port))
        # Makes the folders of the queue.
        check = [str(PROGRAM), "-c", str(self.folder / "etc"), "check"]
        subprocess.run(check, check=True, capture_output=True)  # noqa: S603  # own words
        self.start()
        return self

    def command(self) -> Sequence[str]:
        """Postfix in the foreground."""
        return [str(DAEMONS / "master"), "-c", str(self.folder / "etc"), "-d"]

    def box(self, name: str) -> Path:
        """The Maildir of a box."""
        return self.folder / "mail" / name

    def mails(self, number: int, *, box: str = "all", within: float = 15) -> list[bytes]:
        """Wait until `number` mails are delivered; return all that are, in their order. What a
        mail program has taken up since (Dovecot) is not among them."""
        deadline = time.monotonic() + within
        while len(found := self._files(box)) < number:
            assert time.monotonic() < deadline, f"{len(found)} of {number} mails: {self.log()}"
            time.sleep(0.02)
        return [path.read_bytes() for path in found]

    def empty(self) -> None:
        """Throw away what was delivered."""
        for box in set(self._boxes.values()):
            for path in self._files(box):
                path.unlink()

    def _files(self, box: str) -> list[Path]:
        folder = self.box(box) / "new"
        found = folder.iterdir() if folder.exists() else ()
        return sorted(found, key=lambda path: path.stat().st_mtime_ns)
