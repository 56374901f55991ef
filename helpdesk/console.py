"""How commands end on a console: as Unix tools do, where whoever reads them has enough."""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

# sysexits.h: taken; cannot be, no such box, not now.
MAIL_SERVERS_UNDERSTAND = (None, os.EX_OK, os.EX_DATAERR, os.EX_NOUSER, os.EX_TEMPFAIL)


@contextmanager
def ended_quietly() -> Iterator[None]:
    """Run a command. Ends the process without a traceback, with the shell's code for the signal,
    where its output goes nowhere any more (`… | head`) or somebody presses Ctrl-C."""
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except BrokenPipeError:
        closed = [stream for stream in (sys.stdout, sys.stderr) if _is_closed(stream)]
        if not closed:  # it was another pipe, which is a fault
            raise
        for stream in closed:
            _send_nowhere(stream)
        sys.exit(128 + signal.SIGPIPE)
    except SystemExit:
        if _is_closed(sys.stdout):
            _send_nowhere(sys.stdout)
        raise


@contextmanager
def mail_waits(arguments: Sequence[str]) -> Iterator[None]:
    """Let a mail server that pipes a mail into us keep it, whatever goes wrong before the command
    can say so itself: a wrong setting, a release half installed. Any other end would send the mail
    back to who wrote it. Other commands end as they do."""
    if tuple(arguments[1:2]) != ("receive_mail",):
        yield
        return
    try:
        yield
    except SystemExit as end:
        if end.code in MAIL_SERVERS_UNDERSTAND:
            raise
        sys.stderr.write(f"{end.code}\n")
        sys.exit(os.EX_TEMPFAIL)
    except Exception:
        traceback.print_exc()
        sys.exit(os.EX_TEMPFAIL)


def _is_closed(stream: TextIO) -> bool:
    """Whether a stream is a pipe that nobody reads any more."""
    asked = select.poll()
    asked.register(stream.fileno(), select.POLLOUT)
    return any(event & select.POLLERR for _, event in asked.poll(0))


def _send_nowhere(stream: TextIO) -> None:
    """Give what is left to nobody: Python writes it once more at its end, and would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
