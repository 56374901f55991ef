"""Closed lists that describe people and teams."""

from django.db import models


class Role(models.TextChoices):
    """What a person may do here; every permission is derived from it (see tickets/access.py)."""

    CUSTOMER = "customer", "Customer"
    AGENT = "agent", "Agent"
    LEAD = "lead", "Lead"
    MANAGER = "manager", "Manager"
    ADMINISTRATOR = "administrator", "Administrator"


class Language(models.TextChoices):
    """What people are written to in. Each has its own texts of mails."""

    ENGLISH = "en", "English"
    GERMAN = "de", "Deutsch"


class SupportLevel(models.IntegerChoices):
    """Always ordered: a higher number is a higher level. A ticket is at exactly one."""

    L1 = 1, "L1"
    L2 = 2, "L2"
    L3 = 3, "L3"
    FIELD = 4, "Field"
    VENDOR = 5, "Vendor"


class CustomerTier(models.TextChoices):
    """What an organization has bought."""

    STANDARD = "standard", "Standard"
    BUSINESS = "business", "Business"
    PREMIER = "premier", "Premier"
