"""What the environment says: values that are taken, and the sentence for each that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.environment import Environment, read
from helpdesk.variables import WrongValue

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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "redis://h"),
        ("REDIS_URL", "rediss://:p%40ss@h:6380/15?ssl_cert_reqs=required"),
        ("REDIS_URL", "redis://[::1]:6379/0"),
        ("SITE_URL", "http://desk:8080/help"),
        ("SITE_URL", "https://hilfe.müller.example"),
        ("SITE_URL", "http://[::1]:8000"),
        ("MAIL_FROM", "help@localhost"),
        ("MAIL_FROM", "Müller Hilfe <hilfe@mueller.example>"),
        ("BIND", "0.0.0.0"),  # noqa: S104  # binds none
        ("BIND", "web-1"),
        ("EMAIL_URL", "consolemail://"),
    ],
)
def test_what_is_right_is_taken_as_it_is(name: str, value: str) -> None:
    field = {"EMAIL_URL": "mail"}.get(name, name.lower())
    taken = getattr(environment(**{name: value}), field)
    assert taken == value or field == "mail"


@pytest.mark.parametrize("hosts", ["*", ".example.com, 10.0.0.1", "[2001:db8::1]", "desk_1, intra"])
def test_patterns_and_numbers_are_hosts(hosts: str) -> None:
    found = environment(ALLOWED_HOSTS=hosts, SECRET_KEY=KEY)
    assert ", ".join(found.allowed_hosts) == hosts
    assert "@" in found.mail_from


def test_an_ipv6_address_is_listened_on_and_reached() -> None:
    found = environment(BIND="::1")
    assert (found.bind, found.site_url) == ("::1", "http://[::1]:8000")


def test_switches_of_the_database_are_switches() -> None:
    url = "postgres://db/desk?conn_health_checks=false&atomic_requests=no&conn_max_age=None"
    found = environment(DATABASE_URL=url).database
    assert (found["CONN_HEALTH_CHECKS"], found["ATOMIC_REQUESTS"]) == (False, False)
    assert found["CONN_MAX_AGE"] is None


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
        ("IMAP_CA_FILE", "/no/such/file", "PEM"),
        ("IMAP_CA_FILE", __file__, "PEM"),
        ("SITE_URL", "help.example.com", "https://"),
        ("LOG_FORMAT", "xml", "console, json"),
        ("OIDC_URL", "login.example.com", "https://login.example.com"),
        ("OIDC_URL", "https://login:port", "https://login.example.com"),
        ("REDIS_URL", "redis://h:notaport/0", "redis://"),
        ("REDIS_URL", "redis://h:70000/0", "redis://"),
        ("REDIS_URL", "redis://h:6379/zero", "redis://"),
        ("REDIS_URL", "redis://:6379/0", "redis://"),
        ("REDIS_URL", "redis://a b:6379/0", "redis://"),
        ("REDIS_URL", "unix:///run/redis.sock", "redis://"),
        ("SITE_URL", "https://h:port", "https://"),
        ("SITE_URL", "http://a b/", "https://"),
        ("SITE_URL", "https://help.example.com/?a=b", "https://"),
        ("SITE_URL", "https://", "https://"),
        ("SITE_URL", "https://[::1", "https://"),
        ("BIND", "not an address", "127.0.0.1, "),
        ("BIND", "127.0.0.1:8000", "127.0.0.1, "),
        ("BIND", "300.0.0.1", "127.0.0.1, "),
        ("DATABASE_URL", "postgres://db/desk?conn_max_age=abc", "conn_max_age"),
        ("DATABASE_URL", "postgres://db/desk?conn_max_age=-1", "conn_max_age"),
        ("DATABASE_URL", "postgres://db/desk?atomic_requests=perhaps", "atomic_requests"),
        ("DATABASE_URL", "postgres://d b/desk", "postgres://"),
        ("ALLOWED_HOSTS", "https://help.example.com", "help.example.com"),
        ("ALLOWED_HOSTS", "help.example.com:443", "help.example.com"),
        ("ALLOWED_HOSTS", "help.example.com desk.example.com", "help.example.com"),
        ("ALLOWED_HOSTS", "::1", "help.example.com"),
        ("MAIL_FROM", "nonsense", "Helpdesk <help@example.com>"),
        ("MAIL_FROM", "Helpdesk help@example.com", "Helpdesk <help@example.com>"),
        ("MAIL_FROM", "Helpdesk <help@exa mple.com>", "Helpdesk <help@example.com>"),
        ("EMAIL_URL", "smtp://:25", "smtp+tls://"),
        ("EMAIL_URL", "smtp://a b", "smtp+tls://"),
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


@pytest.mark.parametrize("missing", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_a_company_sign_in_is_told_who_we_are(missing: str) -> None:
    known = {"OIDC_CLIENT_ID": "desk", "OIDC_CLIENT_SECRET": "s", missing: ""}
    with pytest.raises(WrongValue, match=missing):
        environment(OIDC_URL="https://login.example.com", **known)
    assert environment(**known).oidc == {}
