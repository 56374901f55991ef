"""Words of closed lists that stand in mails to customers, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.choices import ResolutionCode

RESOLUTIONS: Final[Mapping[str, Promise | str]] = {
    ResolutionCode.SOLVED: _("Solved"),
    ResolutionCode.WORKAROUND: _("Workaround given"),
    ResolutionCode.ANSWERED: _("Question answered"),
    ResolutionCode.FULFILLED: _("Request fulfilled"),
    ResolutionCode.NO_FAULT: _("No fault found"),
    ResolutionCode.KNOWN_ERROR: _("Known error, fix planned"),
    ResolutionCode.NOT_SUPPORTED: _("Not supported"),
    ResolutionCode.NO_ANSWER: _("No answer from you"),
}
