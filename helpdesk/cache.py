"""The shared cache. A cache that does not answer is an empty cache, never an error for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends import redis as django_redis
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as TooSlow

log = structlog.get_logger(__name__)
ANSWER_WITHIN_SECONDS = 1


class RedisCache(django_redis.RedisCache):
    """Django's Redis cache that answers like an empty one while Redis is away.

    What is lost then is speed and, for that while, counting of attempts (throttles): both are
    better than a desk that stands still. Nothing is kept only here.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = params.setdefault("OPTIONS", {})
        options.setdefault("socket_connect_timeout", ANSWER_WITHIN_SECONDS)
        options.setdefault("socket_timeout", ANSWER_WITHIN_SECONDS)
        super().__init__(server, params)
        self._class = ForgivingClient


class ForgivingClient(django_redis.RedisCacheClient):
    """Talks to Redis; each method has the answer that an empty cache would give."""

    def add(self, *args: Any, **kwargs: Any) -> Any:
        """Say that it was stored."""
        return _or_else(True, super().add, *args, **kwargs)

    def get(self, key: Any, default: Any) -> Any:
        """Say that there is nothing."""
        return _or_else(default, super().get, key, default)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        """Store nothing."""
        return _or_else(None, super().set, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        """Say that there is nothing."""
        return _or_else(False, super().touch, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Say that there was nothing."""
        return _or_else(False, super().delete, *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        """Say that there is nothing."""
        return _or_else({}, super().get_many, *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        """Say that there is nothing."""
        return _or_else(False, super().has_key, *args, **kwargs)

    def incr(self, key: Any, delta: Any) -> Any:
        """Count from nothing."""
        return _or_else(delta, super().incr, key, delta)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        """Store nothing."""
        return _or_else(None, super().set_many, *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        """Delete nothing."""
        return _or_else(None, super().delete_many, *args, **kwargs)


def _or_else(nothing: Any, ask: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return ask(*args, **kwargs)
    except (NoConnection, TooSlow) as error:
        log.warning("cache_is_away", error=str(error))
        return nothing
