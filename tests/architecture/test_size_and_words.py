"""House style that a machine can check: length, docstrings, words that are left over."""

from __future__ import annotations

import ast
import re

from tests.architecture.sources import ROOT, python_files

# A file aims at 100 lines; beyond this it certainly has two subjects.
LONGEST = 400
VAGUE = frozenset({"utils", "helpers", "misc", "common"})
LEFT_OVER = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")))


def test_a_module_has_one_subject() -> None:
    assert not [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in python_files()
        if (lines := len(path.read_text().splitlines())) > LONGEST
    ]


def test_a_module_says_what_lives_in_it() -> None:
    files = list(python_files())
    assert not [path for path in files if path.stem in VAGUE]
    assert not [path for path in files if not ast.get_docstring(ast.parse(path.read_text()))]


def test_nothing_is_left_for_later() -> None:
    assert not [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in python_files()
        for found in LEFT_OVER.finditer(path.read_text())
    ]
