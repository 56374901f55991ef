"""A server that is named and does not answer: one sentence, as for any wrong value."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.db.backends.signals import connection_created
from pytest_django import Settings

from helpdesk.celery import app, refuse_a_worker_without_a_queue
from helpdesk.reaching import database_answers, require_database
from helpdesk.variables import WrongValue
from tests.faults.desk import free_port


def unreachable_database(monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the desk have a PostgreSQL where nobody listens. Returns its address."""
    port = free_port()
    where = {"HOST": "127.0.0.1", "PORT": port, "NAME": "desk", "USER": "me", "PASSWORD": "secret"}
    wrapper = PostgreSQL({**connection.settings_dict, "OPTIONS": {}, **where}, "default")

    def connect() -> None:  # as `ensure_connection`, which tests without a database may not call
        with wrapper.wrap_database_errors:
            wrapper.connect()

    door = SimpleNamespace(
        ensure_connection=connect, settings_dict=wrapper.settings_dict, vendor="postgresql"
    )
    monkeypatch.setattr("helpdesk.reaching.connection", door)
    return f"postgres://127.0.0.1:{port}/desk"


def unreachable_redis(settings: Settings) -> str:
    """Let the desk have a Redis where nobody listens. Returns its address as it may be shown."""
    port = free_port()
    settings.REDIS_URL = f"redis://:secret@127.0.0.1:{port}/0?password=secret"
    return f"redis://…@127.0.0.1:{port}/0"


def check_sentence(refusal: pytest.ExceptionInfo[WrongValue], name: str, shown: str) -> None:
    """One line that names the variable, the place and the reason, and no password."""
    sentence = str(refusal.value)
    assert sentence.startswith(f"Cannot start: {name} is “{shown}”: no ")
    assert "refused" in sentence
    assert "\n" not in sentence
    assert "secret" not in sentence


def test_it_is_told_that_no_database_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = unreachable_database(monkeypatch)
    with pytest.raises(WrongValue) as refusal:
        require_database()
    check_sentence(refusal, "DATABASE_URL", shown)


def test_a_database_that_was_reached_fails_as_it_does() -> None:
    def fill_the_disk() -> None:
        connection_created.send(sender=type(connection), connection=connection)
        raise OperationalError("the disk is full")

    with pytest.raises(OperationalError, match="disk is full"), database_answers():
        fill_the_disk()


def test_the_desk_says_that_no_redis_answers(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = unreachable_redis(settings)
    monkeypatch.setattr("helpdesk.management.commands.up.Command._check_port", lambda self: None)
    monkeypatch.setattr("helpdesk.management.commands.up.call_command", pytest.fail)
    with pytest.raises(WrongValue) as refusal:
        call_command("up")
    check_sentence(refusal, "REDIS_URL", shown)


def test_a_worker_says_what_does_not_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = unreachable_redis(settings)
    with pytest.raises(WrongValue) as refusal:
        refuse_a_worker_without_a_queue()
    check_sentence(refusal, "REDIS_URL", shown)
    monkeypatch.setattr("helpdesk.reaching.Redis.ping", lambda self: True)
    shown = unreachable_database(monkeypatch)
    with pytest.raises(WrongValue) as refusal:
        refuse_a_worker_without_a_queue()
    check_sentence(refusal, "DATABASE_URL", shown)


def test_a_beat_says_what_does_not_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself it would try for ever, and lead nobody to what is wrong."""
    shown = unreachable_redis(settings)
    monkeypatch.setattr("celery.apps.beat.Beat.run", pytest.fail)
    with pytest.raises(WrongValue) as refusal:
        app.Beat().run()
    check_sentence(refusal, "REDIS_URL", shown)


def test_a_beat_with_a_queue_that_answers_starts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    unreachable_redis(settings)
    monkeypatch.setattr("helpdesk.reaching.Redis.ping", lambda self: True)
    started: list[str] = []
    monkeypatch.setattr("celery.apps.beat.Beat.run", lambda self: started.append("beat"))
    app.Beat().run()
    assert started == ["beat"]


@pytest.mark.parametrize("start", [refuse_a_worker_without_a_queue, lambda: app.Beat().run()])
def test_worker_and_beat_are_of_no_use_to_a_queue_in_the_memory_of_another(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, start: Callable[[], None]
) -> None:
    settings.REDIS_URL = ""
    monkeypatch.setattr("celery.apps.beat.Beat.run", pytest.fail)
    with pytest.raises(SystemExit, match="without REDIS_URL the queue lives inside"):
        start()
