"""Files that people and attackers send: each is taken, or refused with a sentence and the text
kept; none breaks anything, and none is ever shown inside the site."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from tests.cast import Cast
from tests.matrix.conftest import Api, Web
from tests.tickets.calls import first_message
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import Status
from tickets.models import Attachment, Message, Ticket
from tickets.services.files import type_of

MB = 2**20
TEXT = "I typed this for an hour."
Upload = Callable[[], SimpleUploadedFile]


def _zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../evil.html", "<script>alert(1)</script>")
        archive.writestr("zeros", b"\0" * 20 * MB)
    return held.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
POLYGLOT = b"GIF89a/*" + HTML + b"*/=1"
# Name as sent, content, name as kept.
ODD = {
    "svg": ("cat.svg", SVG, "cat.svg"),
    "html as a picture": ("cat.png", HTML, "cat.png"),
    "gif and page at once": ("cat.gif", POLYGLOT, "cat.gif"),
    "archive that grows": ("a.zip", _zip(), "a.zip"),
    "javascript": ("a.js", b"alert(1)", "a.js"),
    "a path": ("../../../etc/passwd", b"x", "passwd"),
    "a path of Windows": ("C:\\Windows\\evil.exe", b"MZ\x90\x00", "evil.exe"),
    "300 letters": ("n" * 300 + ".txt", b"x", None),
    "300 letters that are long": ("é" * 300 + ".txt", b"x", None),
    "a line break": ("a\r\nSet-Cookie: x=1.txt", b"x", None),
    "quotes": ('a";b=c.txt', b"x", None),
    "only dots": ("...", b"x", "file"),
    "hidden": (".htaccess", b"x", "htaccess"),
    "backwards": ("a\u202egnp.exe", b"x", "agnp.exe"),
    "a face": ("😀.txt", b"x", "😀.txt"),
}


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """An empty store."""
    settings.MEDIA_ROOT = str(tmp_path / "store")
    return tmp_path / "store"


def _stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file() and path.parent.name != "pending"]


PAGES = ("/portal/new/", "/portal/{}/answer/", "/tickets/{}/compose/")


def _send(web: Web, cast: Cast, page: str, uploads: list[Any]) -> Any:
    """Send a page's form with files, as the person whose page it is."""
    sender: User = cast.customer if page.startswith("/portal") else cast.agent
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    fields = {"subject": "A", "description": TEXT, "body": TEXT, "kind": "reply"}
    choices = {"type": "incident", "urgency": "2"}
    return web(sender).post(page.format(ticket.pk), {**fields, **choices, "uploads": uploads})


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_what_is_odd_is_taken_and_handed_out_to_be_saved_only(
    cast: Cast, web: Web, page: str, odd: tuple[str, bytes, str | None]
) -> None:
    given_name, content, kept = odd
    assert _send(web, cast, page, [SimpleUploadedFile(given_name, content)]).status_code == 302
    row = Attachment.objects.get()
    assert kept in (None, row.name)
    assert len(row.name) <= 200
    assert row.name.isprintable()
    answer: Any = web(cast.agent).get(f"/attachments/{row.key}/")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "\n" not in answer.headers["Content-Disposition"]
    assert b"".join(answer.streaming_content) == content
    shown = web(cast.customer).get(f"/portal/{row.message.ticket_id}/").content.decode()
    assert "<script>alert" not in shown


# What is refused --------------------------------------------------------------------------------


def _too_large() -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile("small.txt", b"x"), SimpleUploadedFile("film.mov", b"x" * 3 * MB)]


def _empty() -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile("nothing.txt", b"")]


def _too_many() -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(25)]


REFUSED = {
    "too large": (_too_large, "“film.mov” is too large: at most 1 MB."),
    "empty": (_empty, "“nothing.txt” is empty"),
    "too many": (_too_many, "At most 20 files go with one message"),
}


@pytest.fixture
def _one_megabyte(settings: Settings) -> None:
    settings.ATTACHMENT_MAX_BYTES = MB


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.usefixtures("_one_megabyte")
def test_what_is_refused_keeps_the_text_and_leaves_nothing(
    cast: Cast, web: Web, media: Path, page: str, case: tuple[Any, str]
) -> None:
    make, words = case
    answer = _send(web, cast, page, make())
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert words in shown
    assert TEXT in shown
    assert _stored(media) == []
    assert not Attachment.objects.exists()
    assert not Message.objects.filter(body=TEXT).exists()


class Counting(TemporaryFileUploadHandler):
    """Writes to disk, and tells how much."""

    written: ClassVar[list[int]] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.written.append(len(raw_data))
        super().receive_data_chunk(raw_data, start)


@pytest.mark.usefixtures("_one_megabyte")
def test_a_file_beyond_the_limit_never_reaches_the_disk(
    cast: Cast, web: Web, settings: Settings
) -> None:
    Counting.written.clear()
    own, *_ = settings.FILE_UPLOAD_HANDLERS
    settings.FILE_UPLOAD_HANDLERS = [own, f"{__name__}.{Counting.__name__}"]
    assert _send(web, cast, PAGES[0], _too_large()).status_code == 422
    assert 0 < sum(Counting.written) <= MB + 1


def test_a_thousand_files_are_refused_kindly(cast: Cast, web: Web) -> None:
    uploads = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(1001)]
    answer = _send(web, cast, PAGES[0], uploads)
    assert answer.status_code == 413
    assert "Go back: what you wrote is still there." in answer.content.decode()


def test_more_text_than_anybody_writes_is_refused_kindly(cast: Cast, web: Web) -> None:
    for page in PAGES:
        long = {"description": "x" * 60_000, "body": "x" * 60_000, "kind": "reply", "subject": "A"}
        number = new_ticket(cast).pk
        sender = cast.customer if page.startswith("/portal") else cast.agent
        answer = web(sender).post(page.format(number), long)
        assert answer.status_code == 422
        assert "50000" in answer.content.decode()
        huge = web(sender).post(page.format(number), {**long, "body": "x" * 6 * MB})
        assert huge.status_code == 413


@pytest.mark.parametrize("charset", ["hex", "zlib", "rot13", "undefined"])
def test_an_encoding_that_is_none_is_no_fault_of_ours(cast: Cast, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\nab\r\n--x--\r\n'
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    client = Client(raise_request_exception=False)
    assert client.generic("POST", "/account/login/", body, content_type=kind).status_code == 400


@pytest.mark.parametrize("field", ["uploads", "uploads-clear"])
def test_words_where_a_file_should_be_are_no_file(cast: Cast, web: Web, field: str) -> None:
    number = new_ticket(cast).pk
    words = {"body": TEXT, field: "on"}
    assert web(cast.customer).post(f"/portal/{number}/answer/", words).status_code == 302
    assert not Attachment.objects.exists()


# Programs ---------------------------------------------------------------------------------------


def _address(ticket: Ticket) -> str:
    message = first_message(ticket)
    return f"/api/v1/tickets/{ticket.pk}/messages/{message.pk}/attachments/"


@pytest.mark.parametrize(
    ("make", "status"), [(_too_large, 400), (_empty, 400), (_too_many, 400), (list, 400)]
)
def test_programs_get_a_code(
    cast: Cast, api: Api, settings: Settings, make: Any, status: int
) -> None:
    settings.ATTACHMENT_MAX_BYTES = MB
    sent = {"file": make()[-1:] if make is not _too_many else make()}
    answer = api(cast.customer).post(_address(new_ticket(cast)), sent, format="multipart")
    assert (answer.status_code, answer.data["error"]["code"]) == (status, "invalid_input")
    assert answer.data["error"]["fields"].keys() == {"file"}


def test_a_message_holds_so_many_files(cast: Cast, api: Api, settings: Settings) -> None:
    settings.ATTACHMENT_MAX_FILES = 2
    program, address = api(cast.customer), _address(new_ticket(cast))
    codes = [
        program.post(
            address, {"file": SimpleUploadedFile("a", b"x")}, format="multipart"
        ).status_code
        for _ in range(3)
    ]
    assert codes == [201, 201, 400]


@pytest.mark.parametrize("size", [6 * MB, 5 * MB + 1])
def test_too_much_json_is_413(cast: Cast, api: Api, size: int) -> None:
    body: Any = b'{"subject": "' + b"x" * size + b'"}'
    answer: Any = api(cast.customer).generic(
        "POST", "/api/v1/tickets/", body, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b'"\\ud800"', b"9" * 5000, b"NaN", b""],
    ids=["deep list", "deep map", "no UTF-8", "half a sign", "a huge number", "no number", "empty"],
)
@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=zlib"])
def test_json_that_is_none_is_400(cast: Cast, api: Api, body: bytes, kind: str) -> None:
    answer = api(cast.customer).generic("POST", "/api/v1/tickets/", body, content_type=kind)  # type: ignore[arg-type]  # bytes are meant
    assert (answer.status_code, answer.data["error"]["code"]) == (400, "invalid_input")


def test_too_many_parts_of_a_program_are_413(cast: Cast, api: Api) -> None:
    sent = {f"file{number}": SimpleUploadedFile("a", b"x") for number in range(1001)}
    answer = api(cast.customer).post(_address(new_ticket(cast)), sent, format="multipart")
    assert (answer.status_code, answer.data["error"]["code"]) == (413, "too_large")


# The disk ---------------------------------------------------------------------------------------


def test_a_full_disk_is_told_with_the_text_kept(
    cast: Cast, web: Web, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", refuse)
    for page in PAGES:
        answer = _send(web, cast, page, [SimpleUploadedFile("a.txt", b"x")])
        assert answer.status_code == 422
        assert "could not be kept just now" in answer.content.decode()
        assert TEXT in answer.content.decode()
    one = {"file": SimpleUploadedFile("a.txt", b"x")}
    told = api(cast.customer).post(_address(new_ticket(cast)), one, format="multipart")
    assert (told.status_code, told.data["error"]["code"]) == (503, "unavailable")


def test_a_file_that_the_disk_lost_is_not_there(cast: Cast, web: Web, media: Path) -> None:
    _send(web, cast, PAGES[1], [SimpleUploadedFile("a.txt", b"x")])
    row = Attachment.objects.get()
    for path in _stored(media):
        path.unlink()
    assert web(cast.agent).get(f"/attachments/{row.key}/").status_code == 404
    portal = f"/portal/{row.message.ticket_id}/files/{row.key}/"
    assert web(cast.customer).get(portal).status_code == 404


@given(st.binary(max_size=4096))
def test_any_bytes_have_a_type_that_a_row_can_hold(head: bytes) -> None:
    kind = type_of(head)
    assert 0 < len(kind) <= 120
    assert kind.isascii()
    assert kind.isprintable()


MAGIC = (
    b"PK\x03\x04",
    b"\x89PNG\r\n\x1a\n",
    b"%PDF-",
    b"RIFF",
    b"\xd0\xcf\x11\xe0",
    b"<?xml ",
    b"{",
)


@given(st.sampled_from(MAGIC), st.binary(max_size=500))
def test_broken_files_of_a_known_kind_have_one_too(magic: bytes, rest: bytes) -> None:
    assert 0 < len(type_of(magic + rest)) <= 120
