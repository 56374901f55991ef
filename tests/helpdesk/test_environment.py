"""What the environment says: values that are taken, and the sentence for each that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.environment import Environment, WrongValue, read

BASE = Path("/srv/helpdesk")
KEY = "k" * 50


def environment(**values: str) -> Environment:
    return read(values, base_dir=BASE)


def test_nothing_set_is_a_private_desk_on_this_machine() -> None:
    found = environment()
    assert not found.debug
    assert not found.is_public
    assert not found.has_https
    assert found.has_demo
    assert set(found.allowed_hosts) == {"localhost", "127.0.0.1", "[::1]"}
    assert found.database["NAME"] == "/srv/helpdesk/var/db.sqlite3"
    assert (found.bind, found.port, found.site_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")


def test_a_public_host_is_served_over_https_and_without_demo_data() -> None:
    found = environment(ALLOWED_HOSTS="help.example.com, desk.example.com", SECRET_KEY=KEY)
    assert found.is_public
    assert found.has_https
    assert not found.has_demo
    assert found.site_url == "https://help.example.com"
    assert found.mail_from == "Helpdesk <helpdesk@help.example.com>"
    assert found.log_format == "json"


def test_blank_is_absent() -> None:
    assert environment(PORT=" ", REDIS_URL="", DATABASE_URL="") == environment()


def test_postgresql_keeps_its_options() -> None:
    found = environment(DATABASE_URL="postgresql://me:secret@db:6432/desk?conn_max_age=0")
    assert found.database["ENGINE"] == "django.db.backends.postgresql"
    assert (found.database["HOST"], found.database["PORT"]) == ("db", 6432)
    assert found.database["CONN_MAX_AGE"] == 0


def test_mail_over_smtp() -> None:
    found = environment(EMAIL_URL="smtp+tls://me:secret@mail.example.com:587")
    assert found.mail["EMAIL_HOST"] == "mail.example.com"
    assert found.mail["EMAIL_USE_TLS"] is True


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("DEBUG", "perhaps", "write true or false"),
        ("PORT", "80000", "from 1 to 65535"),
        ("PORT", "eighty", "from 1 to 65535"),
        ("REPORTING_TIME_ZONE", "Amsterdam", "Europe/Amsterdam"),
        ("DATABASE_URL", "mysql://root@db/desk", "postgres://"),
        ("DATABASE_URL", "postgres://db:port/desk", "postgres://"),
        ("DATABASE_URL", "postgres://db", "postgres://"),
        ("REDIS_URL", "localhost:6379", "redis://"),
        ("EMAIL_URL", "mail.example.com", "smtp+tls://"),
        ("SITE_URL", "help.example.com", "https://"),
        ("LOG_FORMAT", "xml", "console, json"),
        ("WEB_CONCURRENCY", "0", "from 1"),
    ],
)
def test_a_wrong_value_is_refused_with_one_sentence(name: str, value: str, remedy: str) -> None:
    with pytest.raises(WrongValue) as refusal:
        environment(**{name: value})
    sentence = str(refusal.value)
    assert sentence.startswith(f"Cannot start: {name} is ")
    assert remedy in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("key", ["", "short"])
def test_a_public_host_needs_a_key(key: str) -> None:
    with pytest.raises(WrongValue, match="SECRET_KEY"):
        environment(ALLOWED_HOSTS="help.example.com", SECRET_KEY=key)


def test_a_refusal_shows_no_password() -> None:
    with pytest.raises(WrongValue) as refusal:
        environment(DATABASE_URL="mysql://me:secret@db/desk")
    assert "secret" not in str(refusal.value)
