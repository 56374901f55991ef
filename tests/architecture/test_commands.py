"""The shape of commands: the ticket first, the rest by keyword, and always an actor."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable

import pytest

from tickets.lifecycle import Verb

# Where a verb's command goes by another name, or is more than one.
NAMED_OTHERWISE = {
    Verb.CUSTOMER_REPLY: ("reply_as_customer",),
}
MODULES = (
    "picking",
    "holding",
    "escalating",
    "talking",
    "contacting",
    "states",
    "relating",
    "properties",
    "auditing",
    "outages",
)


def commands() -> dict[str, Callable[..., object]]:
    """Every public function of the command modules that takes a ticket and an actor."""
    found: dict[str, Callable[..., object]] = {}
    for name in MODULES:
        module = importlib.import_module(f"tickets.services.{name}")
        for key, value in vars(module).items():
            is_own = inspect.isfunction(value) and value.__module__ == module.__name__
            if (
                is_own
                and not key.startswith("_")
                and "ticket" in inspect.signature(value).parameters
            ):
                found[key] = value
    return found


@pytest.mark.parametrize("verb", Verb, ids=str)
def test_each_verb_has_its_command(verb: Verb) -> None:
    for name in NAMED_OTHERWISE.get(verb, (str(verb),)):
        assert name in commands()


@pytest.mark.parametrize("verb", Verb, ids=str)
def test_a_command_takes_the_ticket_first_and_the_rest_by_keyword(verb: Verb) -> None:
    for name in NAMED_OTHERWISE.get(verb, (str(verb),)):
        first, *rest = inspect.signature(commands()[name]).parameters.values()
        assert first.name == "ticket"
        assert {parameter.kind for parameter in rest} == {inspect.Parameter.KEYWORD_ONLY}
        actor = next(parameter for parameter in rest if parameter.name == "actor")
        assert actor.default is inspect.Parameter.empty, "None, the system, must be written out"


def test_no_command_module_is_forgotten() -> None:
    assert {str(verb) for verb in Verb} - set(NAMED_OTHERWISE) <= set(commands())
