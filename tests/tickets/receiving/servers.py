"""A real IMAP server on loopback: Debian's Dovecot, with a folder of its own."""

from __future__ import annotations

import os
import pwd
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults.desk import free_port
from tests.tickets.mail_program import MailProgram

# Where Debian has it; /usr/sbin is on nobody's path but root's.
PROGRAM = Path("/usr/sbin/dovecot")
PASSWORD = "sesame"
CONFIG = """
base_dir = {run}
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{mail}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
"""


def why_not() -> str:
    """Why no server can be started here; "" where one can."""
    if not PROGRAM.exists():
        return "there is no Dovecot here: apt-get install dovecot-imapd"
    return "" if os.geteuid() == 0 else "Dovecot starts as root only"


class ImapServer(MailProgram):
    """One mailbox, served until the block ends: a Maildir of its own, or the given one, which
    another server delivers into."""

    def __init__(self, maildir: Path | None = None) -> None:
        self._given = maildir

    def __enter__(self) -> ImapServer:
        self.folder = Path(tempfile.mkdtemp(prefix="imap"))
        self.folder.chmod(0o755)
        user = pwd.getpwnam("mail")
        self.port = free_port()
        self.mail = self._given or self.folder / "mail"
        config = CONFIG.format(
            folder=self.folder,
            mail=self.mail,
            run=self.folder / "run",
            port=self.port,
            password=PASSWORD,
            uid=user.pw_uid,
            gid=user.pw_gid,
        )
        (self.folder / "dovecot.conf").write_text(config)
        for name in ("cur", "new", "tmp"):
            (self.mail / name).mkdir(parents=True, exist_ok=True)
        self._own(user.pw_uid, user.pw_gid)
        self._owner = (user.pw_uid, user.pw_gid)
        self._count = 0
        self.start()
        return self

    def command(self) -> Sequence[str]:
        """Dovecot in the foreground."""
        return [str(PROGRAM), "-F", "-c", str(self.folder / "dovecot.conf")]

    def deliver(self, raw: bytes) -> None:
        """Put a mail into the folder, as the mail server of the house does."""
        self._count += 1
        name = f"{time.time_ns()}.{self._count}.test"
        path = self.mail / "tmp" / name
        path.write_bytes(raw)
        os.chown(path, *self._owner)
        path.rename(self.mail / "new" / name)

    def _own(self, uid: int, gid: int) -> None:
        for path in (self.mail, *self.mail.iterdir()):
            os.chown(path, uid, gid)
