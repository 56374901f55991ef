"""The beat's own words while its queue is away. What is due when stands in helpdesk/jobs.py."""

from __future__ import annotations

from typing import Any

from celery import beat
from celery.exceptions import OperationalError
from celery.utils.log import get_logger

log = get_logger(__name__)


class Scheduler(beat.Scheduler):
    """Says once that the queue is away, and once that it is back, where Celery writes a page about
    each job. A job that is not sent loses nothing: it does what is due whenever it runs."""

    is_cut_off = False

    def apply_entry(self, entry: beat.ScheduleEntry, producer: Any = None) -> None:
        """Send a job that is due."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except beat.SchedulingError as error:
            self._note_failure(error)
        else:
            if self.is_cut_off:
                log.warning("The queue is back.")
            self.is_cut_off = False

    def _note_failure(self, error: beat.SchedulingError) -> None:
        reason = error.__context__
        if not isinstance(reason, OperationalError):
            log.exception("%s", error)
        elif not self.is_cut_off:
            self.is_cut_off = True
            why = str(reason).rstrip(".")
            log.error("The queue is away (%s): what is due is sent when it is back.", why)
