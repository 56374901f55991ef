"""Who wants to know that the ledger or the outbox grew; commands call it and import no queue.

An app registers a callable when it starts (`AppConfig.ready`), normally the `delay` of a task. A
nudge only makes things quicker: what is to be done stands in the database, and the beat finds it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction

log = logging.getLogger(__name__)

_listeners: list[Callable[[], object]] = []


def register(listener: Callable[[], object]) -> None:
    """Call `listener` after each commit that stored something. Registering twice is once."""
    if listener not in _listeners:
        _listeners.append(listener)


def unregister(listener: Callable[[], object]) -> None:
    """Stop calling `listener`; nothing happens where it was not registered."""
    if listener in _listeners:
        _listeners.remove(listener)


def nudge() -> None:
    """Call every listener now. One that fails (the broker is down) is logged and the rest go on."""
    for listener in tuple(_listeners):
        try:
            listener()
        except Exception:  # the work is in the database already; the beat picks it up
            log.warning("A listener could not be nudged; the beat will do it.", exc_info=True)


def nudge_on_commit() -> None:
    """Nudge once the running transaction is in the database; never if it is rolled back."""
    transaction.on_commit(nudge, robust=True)
