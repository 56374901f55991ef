"""What import-linter cannot see: parts of Django that a service must not know."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, python_files

INTERFACES = frozenset(
    {"api", "web", "admin", "management", "templatetags", "tasks.py", "admin.py", "views.py"}
    | {"urls.py", "forms.py", "adapter.py", "middleware.py"}
)
# HTTP belongs to interfaces. `django.urls` is allowed: a mail names the address of a page.
HTTP = (
    "django.http",
    "django.shortcuts",
    "django.views",
    "django.forms",
    "django.contrib.messages",
)
# Writing HTML is computing, too.
WRITING = ("django.utils", "django.template")
PURE = (
    "tickets/lifecycle.py",
    "tickets/calendars.py",
    "tickets/contacts.py",
    "tickets/outages.py",
    "tickets/mail",
    "tickets/surveys/rules.py",
    "metrics/history.py",
    "metrics/facts",
    "metrics/histogram.py",
    "metrics/intervals.py",
    "metrics/availability.py",
    "metrics/charts",
)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def core_files() -> Iterator[Path]:
    for path in python_files("accounts", "tickets", "knowledge", "metrics"):
        if not INTERFACES & set(path.relative_to(ROOT).parts):
            yield path


def pure_files() -> Iterator[Path]:
    for name in PURE:
        place = ROOT / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


def test_the_core_knows_no_http() -> None:
    assert not [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in core_files()
        for name in imported(path)
        if name.startswith(HTTP)
    ]


def test_what_computes_knows_no_database() -> None:
    """Closed lists of words (choices) are the only thing that comes from Django's side."""
    assert not [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in pure_files()
        for name in imported(path)
        if ".models" in name or (name.startswith("django.") and not name.startswith(WRITING))
    ]
