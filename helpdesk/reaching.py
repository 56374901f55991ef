"""Whether the servers that the environment names answer: asked at a start, told in one sentence.

Later, nothing here is asked: a server that goes away while the desk runs loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.signals import connection_created
from redis import Redis
from redis.exceptions import BusyLoadingError, RedisError

from helpdesk.variables import WrongValue, without_password

ANSWER_WITHIN_SECONDS = 5


@contextmanager
def database_answers() -> Iterator[None]:
    """Run a command. Raises WrongValue where it never reached its database: no such host, nobody
    listens, the password is wrong, the file cannot be opened. What fails later is a fault."""
    reached = Event()

    def note(**kwargs: Any) -> None:
        reached.set()

    connection_created.connect(note)
    try:
        yield
    except OperationalError as error:
        if reached.is_set():
            raise
        raise _unreached(error) from None
    finally:
        connection_created.disconnect(note)


def require_database() -> None:
    """Raise WrongValue where the database does not let us in."""
    with database_answers():
        connection.ensure_connection()
    connection.close()  # who forks makes its own


def require_queue() -> None:
    """Raise WrongValue where REDIS_URL names a server that does not answer, or not to us. Nothing
    is asked where there is none."""
    if not settings.REDIS_URL:
        return
    seconds = ANSWER_WITHIN_SECONDS
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=seconds, socket_timeout=seconds
        ) as server:
            server.ping()
    except BusyLoadingError:  # it is starting, too
        return
    except (RedisError, OSError) as error:
        remedy = f"no Redis answers there ({_one_line(error)})."
        where = settings.REDIS_URL.partition("?")[0]  # a password may stand behind that as well
        raise WrongValue("REDIS_URL", without_password(where), remedy) from None


def _unreached(error: OperationalError) -> WrongValue:
    remedy = f"no database answers there ({_one_line(error)})."
    return WrongValue("DATABASE_URL", _address_of(connection.settings_dict), remedy)


def _address_of(database: dict[str, Any]) -> str:
    """Where a database is, as it stands in DATABASE_URL, without user and password."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgres://{database['HOST']}{port}/{database['NAME']}"


def _one_line(error: Exception) -> str:
    """What a server, or the way there, said first."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".: ") if lines else type(error).__name__
