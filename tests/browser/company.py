"""A company's OpenID Connect server for tests: two hosts, since real ones send people on too."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit


@dataclass(kw_only=True)
class Company:
    """Says of everybody that they are `person`, without asking; nothing while it is away. `visits`
    are the addresses that were asked for."""

    person: dict[str, Any]
    is_away: bool = False
    visits: list[str] = field(default_factory=list)

    def __enter__(self) -> Company:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        # For a browser another host, as where sign-in lives with somebody else.
        self.other_url = f"http://localhost:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        company = self

        class Conversation(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                company.answer(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                company.answer(self)

            def log_message(self, *words: object) -> None:
                """Say nothing."""

        return Conversation

    def answer(self, conversation: BaseHTTPRequestHandler) -> None:
        """Answer one request; while away, close the line without a word."""
        if self.is_away:
            return
        address = urlsplit(conversation.path)
        self.visits.append(address.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/authorize":
            self._send_on(conversation, f"{self.other_url}/who-are-you?{address.query}")
        elif address.path == "/who-are-you":
            answer = urlencode({"code": "once", "state": asked["state"]})
            self._send_on(conversation, f"{asked['redirect_uri']}?{answer}")
        else:
            self._tell(conversation, self._documents()[address.path])

    def _documents(self) -> dict[str, dict[str, Any]]:
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/person",
                "jwks_uri": f"{self.url}/keys",
            },
            "/token": {"access_token": "a", "token_type": "Bearer"},
            "/person": self.person,
        }

    @staticmethod
    def _send_on(conversation: BaseHTTPRequestHandler, to: str) -> None:
        conversation.send_response(302)
        conversation.send_header("Location", to)
        conversation.end_headers()

    @staticmethod
    def _tell(conversation: BaseHTTPRequestHandler, document: dict[str, Any]) -> None:
        conversation.send_response(200)
        conversation.send_header("Content-Type", "application/json")
        conversation.end_headers()
        conversation.wfile.write(json.dumps(document).encode())
