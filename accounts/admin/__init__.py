"""The admin pages of people; one module per subject."""

from accounts.admin import people, signing_in
from accounts.admin.kept import SWITCHES, KeptAdmin
from accounts.admin.taken import TakenAwayAdmin

__all__ = ["SWITCHES", "KeptAdmin", "TakenAwayAdmin", "people", "signing_in"]
