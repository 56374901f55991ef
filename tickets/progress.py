"""A progress bar for long commands: redrawn on a terminal, a line per tenth elsewhere."""

from __future__ import annotations

import sys
from typing import TextIO

from django.core.management.base import OutputWrapper

WIDTH = 32


class ProgressBar:
    """Shows how much of `total` is done. Quiet where there is nothing to do."""

    def __init__(
        self, label: str, total: int, stream: TextIO | OutputWrapper | None = None
    ) -> None:
        self._label = label
        self._total = total
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._shown = -1
        self._is_over = False

    def reach(self, done: int) -> None:
        """Say that `done` of the total is done. Cheap to call often."""
        if self._total <= 0:
            return
        percent = min(100, done * 100 // self._total)
        step = percent if self._is_terminal else percent // 10 * 10
        if step != self._shown:
            self._shown = step
            self._draw(step, done)

    def finish(self) -> None:
        """Draw the full bar and end its line. Called again it does nothing."""
        if self._is_over:
            return
        self._is_over = True
        self.reach(self._total)
        if self._is_terminal and self._total > 0:
            self._write("\n")

    def _draw(self, percent: int, done: int) -> None:
        filled = "█" * (percent * WIDTH // 100)
        text = f"{self._label} {filled:░<{WIDTH}} {percent:3d} % ({done:,} of {self._total:,})"
        self._write(f"\r{text}" if self._is_terminal else f"{text}\n")

    def _write(self, text: str) -> None:
        """Write as it is: a command's own stream would add a line's end, and the colour of
        errors."""
        if isinstance(self._stream, OutputWrapper):
            self._stream.write(text, style_func=str, ending="")
        else:
            self._stream.write(text)
        self._stream.flush()
