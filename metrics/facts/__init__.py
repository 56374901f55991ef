"""Facts of one ticket, measured from its history. Pure: plain values in, plain values out.

Split by subject: response, resolution, levels, contacts, followups, cost, stays. `measure` puts
them together; the fields of its parts are named as those of the models in metrics/models/facts.py.
"""

from typing import Final

from metrics.facts.clock import Clock
from metrics.facts.measure import Measured, measure

VERSION: Final = 2
"""Rises when the same history gives other facts: every ticket is then measured anew."""

__all__ = ["VERSION", "Clock", "Measured", "measure"]
