"""Templates: nothing inline, nothing from another host, short, partials named as such."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, templates

LONGEST = 120
WIDEST = 700  # many lines hold no blank between their parts, which would show
# An attribute that runs code or styles, or asks htmx for either. Mail is no page: see below.
INLINE = re.compile(
    r"""<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|hx-on|<script(?![^>]*\bsrc=)""",
    re.IGNORECASE,
)
# What the template engine reads: its arguments are no attributes of a page.
TAG = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}|{%.*?%}", re.DOTALL)
ELSEWHERE = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE)


def pages() -> list[Path]:
    """Mail clients know no style sheets of ours and no security header: mails are left out."""
    return [path for path in templates() if "emails" not in path.parts and path.suffix == ".html"]


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    assert not [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in pages()
        for pattern in (INLINE, ELSEWHERE)
        for found in pattern.finditer(TAG.sub("", path.read_text()))
    ]


def test_a_template_is_short() -> None:
    assert not [path for path in pages() if len(path.read_text().splitlines()) > LONGEST]


def test_a_line_of_a_template_is_not_a_page() -> None:
    assert not [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters"
        for path in pages()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > WIDEST
    ]


@pytest.mark.parametrize(
    "text", ['<p style="x">', "<style>", '<a onclick="x">', "<script>", '<b hx-on:click="x">']
)
def test_the_check_finds_what_it_looks_for(text: str) -> None:
    assert INLINE.search(text)


def test_a_script_with_a_source_is_fine() -> None:
    assert not INLINE.search('<script src="/static/js/x.js" defer></script>')
