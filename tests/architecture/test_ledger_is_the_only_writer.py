"""The ledger: one module writes a ticket's state, and every table of history is one of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.sources import ROOT, python_files
from tickets.ledger import STATE_FIELDS
from tickets.models import LEDGER_MODELS, LedgerRow, Ticket

WRITER = ROOT / "tickets" / "ledger"
# What a reader may not change by itself. `ledger_seq`, times and the like follow from the rows too.
OWNED = frozenset(STATE_FIELDS)
# Words so common that other things than tickets have them; for these the object's name decides.
TICKET_NAMES = frozenset(
    {"ticket", "other", "follow_up", "source_ticket", "target", "into", "self"}
)
CALLS_THAT_WRITE = frozenset({"update", "bulk_update", "create", "update_or_create"})


def sources() -> Iterator[Path]:
    return (
        path for path in python_files() if WRITER not in path.parents and "tests" not in path.parts
    )


def assigned_attributes(tree: ast.AST) -> Iterator[ast.Attribute]:
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            yield from (part for part in parts if isinstance(part, ast.Attribute))


def writes_to_tickets(tree: ast.AST) -> Iterator[int]:
    """The lines where an attribute of a ticket is assigned, or a queryset of tickets updated."""
    for attribute in assigned_attributes(tree):
        holder = attribute.value
        name = holder.id if isinstance(holder, ast.Name) else getattr(holder, "attr", "")
        if attribute.attr in OWNED and name in TICKET_NAMES:
            yield attribute.lineno
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_update_of_tickets(node):
            yield node.lineno


def is_update_of_tickets(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in CALLS_THAT_WRITE:
        return False
    is_of_tickets = any(
        isinstance(part, ast.Name) and part.id == "Ticket" for part in ast.walk(call.func)
    )
    named = {keyword.arg for keyword in call.keywords}
    listed = {
        part.value
        for argument in call.args
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    return is_of_tickets and bool((named | listed) & OWNED)


def test_nobody_else_writes_a_tickets_state() -> None:
    assert not [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        for line in writes_to_tickets(ast.parse(path.read_text()))
    ]


@pytest.mark.parametrize(
    "code",
    [
        "ticket.status = 'closed'",
        "self.ticket.level += 1",
        "ticket.team, x = 1, 2",
        "Ticket.objects.filter(pk=1).update(assignee=None)",
        "Ticket.objects.bulk_update(rows, ['status'])",
    ],
)
def test_the_check_finds_what_it_looks_for(code: str) -> None:
    assert list(writes_to_tickets(ast.parse(code)))


def test_the_state_fields_are_fields_of_a_ticket() -> None:
    names = {field.name for field in Ticket._meta.get_fields()}
    assert names >= OWNED


def test_every_table_of_history_is_registered() -> None:
    stored = {model for model in apps.get_models() if issubclass(model, LedgerRow)}
    assert stored == set(LEDGER_MODELS)
