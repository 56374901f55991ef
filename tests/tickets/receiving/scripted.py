"""An IMAP server on loopback that fails as it is told: for what a real one does once in a year.

It knows as much of IMAP as the desk asks for, and serves one folder.
"""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from types import TracebackType
from typing import ClassVar


class ScriptedImap:
    """Mails by UID, and what goes wrong with some of them: "no" (the server answers NO), "gone" (NO
    and not found any more), "silent" (OK without the mail), "dead" (the line breaks half-way) or
    "bye" (the server takes its leave). `arrived`: INTERNALDATE by UID."""

    def __init__(
        self,
        mails: dict[int, bytes],
        *,
        tls: ssl.SSLContext | None = None,
        is_starttls: bool = False,
    ) -> None:
        self.mails, self.faults, self.tls, self.is_starttls = (
            mails,
            dict[int, str](),
            tls,
            is_starttls,
        )
        self.arrived: dict[int, str] = {}
        self.fetched: list[int] = []
        self.headers_fetched: list[int] = []
        self.passwords: list[str] = []

    def __enter__(self) -> ScriptedImap:
        script = self

        class Handler(_Session):
            """A session of this server."""

            server_script = script

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up on us is what some tests are about."""


class _Session(socketserver.StreamRequestHandler):
    server_script: ClassVar[ScriptedImap]

    def setup(self) -> None:
        script = self.server_script
        if script.tls is not None and not script.is_starttls:
            self.request = script.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self._say("* OK ready")
        self.is_open = True
        while self.is_open:
            line = self.rfile.readline().decode().strip()
            if not line:
                return
            tag, _, rest = line.partition(" ")
            name = rest.split(" ")[1 if rest.upper().startswith("UID ") else 0].lower()
            getattr(self, f"_{name}")(tag, rest)

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _capability(self, tag: str, rest: str) -> None:
        starttls = " STARTTLS" if self.server_script.is_starttls else ""
        self._say(f"* CAPABILITY IMAP4rev1{starttls}", f"{tag} OK done")

    def _starttls(self, tag: str, rest: str) -> None:
        self._say(f"{tag} OK go on")
        assert self.server_script.tls is not None
        self.request = self.server_script.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def _login(self, tag: str, rest: str) -> None:
        self.server_script.passwords.append(rest.rpartition(" ")[2].strip('"'))
        self._say(f"{tag} OK done")

    def _select(self, tag: str, rest: str) -> None:
        self._say(f"* {len(self.server_script.mails)} EXISTS", f"{tag} OK done")

    def _status(self, tag: str, rest: str) -> None:
        self._say('* STATUS "INBOX" (UIDVALIDITY 7)', f"{tag} OK done")

    def _search(self, tag: str, rest: str) -> None:
        script = self.server_script
        bounds = re.search(r"UID (\d+)(:\*)?(?: SINCE \S+)?$", rest)
        assert bounds is not None, rest
        first, is_open_ended = int(bounds[1]), bool(bounds[2])
        there = [uid for uid in script.mails if script.faults.get(uid) != "gone"]
        if not is_open_ended:
            found = [uid for uid in there if uid == first]
        else:  # a range that is empty names the last mail: "9:*" is "*:9"
            found = [uid for uid in script.mails if uid >= first] or list(script.mails)[-1:]
        self._say(f"* SEARCH {' '.join(map(str, found))}", f"{tag} OK done")

    def _fetch(self, tag: str, rest: str) -> None:
        if "RFC822.SIZE" in rest:
            self._tell_sizes(tag, rest)
            return
        script = self.server_script
        uid = int(rest.split(" ")[2])
        script.fetched.append(uid)
        fault, raw = script.faults.get(uid, ""), script.mails[uid]
        if "HEADER" in rest:
            raw = raw[: raw.index(b"\n\n") + 2]
            script.headers_fetched.append(uid)
        if fault in ("no", "gone"):
            self._say(f"{tag} NO [SERVERBUG] internal error")
        elif fault == "silent":
            self._say(f"* {uid} FETCH (UID {uid} FLAGS (\\Seen))", f"{tag} OK done")
        elif fault == "bye":
            self._say("* BYE going down")
            self.is_open = False
        else:
            self._say(f"* 1 FETCH (UID {uid}{self._dated(uid)} BODY[] {{{len(raw)}}}")
            self.wfile.write(raw[: len(raw) // 2] if fault == "dead" else raw)
            self.is_open = fault != "dead"
            self._say(*([")", f"{tag} OK done"] if self.is_open else []))

    def _tell_sizes(self, tag: str, rest: str) -> None:
        mails = self.server_script.mails
        for uid in map(int, rest.split(" ")[2].split(",")):
            self._say(f"* {uid} FETCH (UID {uid}{self._dated(uid)} RFC822.SIZE {len(mails[uid])})")
        self._say(f"{tag} OK done")

    def _dated(self, uid: int) -> str:
        arrived = self.server_script.arrived.get(uid)
        return f' INTERNALDATE "{arrived}"' if arrived else ""

    def _logout(self, tag: str, rest: str) -> None:
        self._say("* BYE", f"{tag} OK done")
        self.is_open = False
