"""A file stays on disk exactly as long as a row names it."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from tests.cast import Cast
from tests.matrix.conftest import Api, Web
from tests.matrix.conftest import api as api  # noqa: PLC0414  # a fixture
from tests.matrix.conftest import web as web  # noqa: PLC0414  # a fixture
from tests.tickets.calls import first_message
from tests.tickets.scenes import new_ticket
from tickets import tasks
from tickets.models import Attachment, Message
from tickets.services.files import attach
from tickets.services.stored_files import stored_together, sweep

A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """An empty store."""
    settings.MEDIA_ROOT = str(tmp_path / "store")
    return tmp_path / "store"


def _files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def _attach(cast: Cast, *, content: bytes = b"words") -> Attachment:
    message = first_message(new_ticket(cast))
    return attach(message, upload=ContentFile(content, "a.txt"), actor=cast.customer)


def _age(media: Path, by: timedelta) -> None:
    then = time.time() - by.total_seconds()
    for path in _files(media):
        os.utime(path, (then, then))


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_stays_and_leaves_no_mark(cast: Cast, media: Path) -> None:
    row = _attach(cast)
    assert [path.read_bytes() for path in _files(media)] == [b"words"]
    _age(media, 2 * A_DAY)
    assert sweep() == 0
    assert row.file.read() == b"words"


def test_a_refused_second_file_leaves_nothing_of_the_first(cast: Cast, media: Path) -> None:
    message = first_message(new_ticket(cast))
    with pytest.raises(ZeroDivisionError):
        _attach_two_and_fail(message, actor=cast.customer)
    assert _files(media) == []
    assert not Attachment.objects.exists()


def test_one_part_that_failed_takes_only_its_own_files(cast: Cast, media: Path) -> None:
    message = first_message(new_ticket(cast))
    with stored_together():
        attach(message, upload=ContentFile(b"one", "1"), actor=cast.customer)
        with pytest.raises(ZeroDivisionError):
            _attach_two_and_fail(message, actor=cast.customer)
    assert [row.file.read() for row in Attachment.objects.all()] == [b"one"]


@stored_together()
def _attach_two_and_fail(message: Message, *, actor: User) -> None:
    attach(message, upload=ContentFile(b"two", "2"), actor=actor)
    with stored_together():
        attach(message, upload=ContentFile(b"three", "3"), actor=actor)
    raise ZeroDivisionError


def test_a_row_that_the_database_refuses_leaves_no_file(
    cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(Attachment, "save", refuse)
    with pytest.raises(DatabaseError):
        _attach(cast)
    assert _files(media) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_named", [True, False])
def test_files_of_a_killed_process_are_settled_a_day_later(
    cast: Cast, media: Path, is_named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Killed right before or right after the commit: nothing that should follow is done.
    monkeypatch.setattr(transaction, "on_commit", lambda *args, **kwargs: None)
    monkeypatch.setattr("tickets.services.stored_files.settle", lambda names: 0)
    with transaction.atomic():
        _attach(cast)
        transaction.set_rollback(not is_named)
    monkeypatch.undo()
    assert sweep() == 0, "somebody may be storing it right now"
    _age(media, A_DAY + timedelta(minutes=1))
    tasks.sweep()
    assert [path.read_bytes() for path in _files(media)] == ([b"words"] if is_named else [])
    assert sweep() == 0


def test_files_that_this_desk_did_not_begin_to_store_are_not_its_to_remove(media: Path) -> None:
    (media / "attachments").mkdir(parents=True)
    (media / "attachments" / "of-another-database").write_bytes(b"dear")
    _age(media, 9 * A_DAY)
    assert sweep() == 0
    assert len(_files(media)) == 1


def test_an_empty_store_has_nothing_to_sweep(media: Path) -> None:
    assert sweep() == 0


def _uploads() -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile("a.txt", b"fine"), SimpleUploadedFile("b.txt", b"x" * 30)]


@pytest.mark.parametrize("address", ["/portal/new/", "/portal/{}/answer/", "/tickets/{}/compose/"])
def test_a_refused_page_leaves_nothing_on_disk(
    cast: Cast, web: Web, media: Path, address: str, settings: Settings
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 20
    ticket = new_ticket(cast)
    count = Message.objects.count()
    words = {"body": "See these.", "description": "See these.", "subject": "A", "kind": "reply"}
    choices = {"type": "incident", "urgency": "2"}
    sender = cast.customer if address.startswith("/portal") else cast.agent
    answer = web(sender).post(
        address.format(ticket.pk), {**words, **choices, "uploads": _uploads()}
    )
    assert answer.status_code == 422
    assert _files(media) == []
    assert Message.objects.count() == count


def test_a_refused_program_leaves_nothing_on_disk(
    cast: Cast, api: Api, media: Path, settings: Settings
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 20
    message = first_message(new_ticket(cast))
    address = f"/api/v1/tickets/{message.ticket_id}/messages/{message.pk}/attachments/"
    answer = api(cast.customer).post(address, {"file": _uploads()[1]}, format="multipart")
    assert answer.status_code == 400
    assert _files(media) == []


def test_the_clock_of_the_sweep_is_the_files_own(cast: Cast, media: Path) -> None:
    assert connection.in_atomic_block, "so the commit that takes the mark off never comes"
    _attach(cast)
    assert sweep(at=timezone.now() + A_DAY - timedelta(minutes=1)) == 0
    assert len(_files(media)) == 2
    assert sweep(at=timezone.now() + A_DAY + timedelta(minutes=1)) == 0, "a row names it"
    assert len(_files(media)) == 1
