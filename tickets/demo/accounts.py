"""The accounts of a demo desk that a newcomer should try, as they stand in the database."""

from __future__ import annotations

from accounts.choices import Role, SupportLevel
from accounts.models import User
from tickets.demo.desk import DEMO_PASSWORD, DESK_DOMAIN

PARTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("customer", {"role": Role.CUSTOMER}),
    ("L1 agent", {"role": Role.AGENT, "home_level": SupportLevel.L1}),
    ("L2 agent", {"role": Role.AGENT, "home_level": SupportLevel.L2}),
    ("L3 agent", {"role": Role.AGENT, "home_level": SupportLevel.L3}),
    ("team lead", {"role": Role.LEAD}),
    ("manager", {"role": Role.MANAGER}),
    ("administrator", {"role": Role.ADMINISTRATOR}),
)


def shown_accounts() -> list[tuple[str, str]]:
    """Return (part, address), one for each part; none where this is no demo desk or the demo
    password was changed. The first account of a part is the one with the most to see."""
    manager = User.objects.filter(role=Role.MANAGER, email__endswith=f"@{DESK_DOMAIN}").first()
    if manager is None or not manager.check_password(DEMO_PASSWORD):
        return []
    firsts = (
        (part, User.objects.filter(**fields).order_by("pk").first()) for part, fields in PARTS
    )
    return [(part, user.email) for part, user in firsts if user]
