"""How values stand in CSV files: exact, and safe to open in a spreadsheet."""

from __future__ import annotations

from datetime import date, datetime

# A spreadsheet runs a cell that begins so; a quote before it makes it text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """Write a value so that no spreadsheet takes it for a formula; None is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() | date():
            return value.isoformat()
        case int() | float():
            return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
