"""Templates: nothing inline, nothing from another host, short, partials named as such."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, templates

LONGEST = 120
WIDEST = 120
# An attribute that runs code or styles, or asks htmx for either. Mail is no page: see below.
INLINE = re.compile(
    r"""<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|hx-on|<script(?![^>]*\bsrc=)""",
    re.IGNORECASE,
)
# What the template engine reads: its arguments are no attributes of a page.
TAG = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}|{%.*?%}", re.DOTALL)
# What no line can break: a tag of the engine, a text to translate, the value of an attribute.
WHOLE = re.compile(
    r"""{% (blocktrans\w*) .*?{% end\1 %}|{%.*?%}|[\w-]+=(["'])(?:{%.*?%}|{{.*?}}|(?!\2).)*\2"""
)
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


def is_too_wide(line: str) -> bool:
    """Whether a line could be narrower. What is too wide for a line of its own may stay, with
    little beside it."""
    widest = max((len(found.group()) for found in WHOLE.finditer(line)), default=0)
    indent = len(line) - len(line.lstrip())
    return len(line) > WIDEST and (indent + widest <= WIDEST or len(line) - widest > WIDEST)


def test_no_line_of_a_template_is_wide() -> None:
    assert not [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters"
        for path in pages()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if is_too_wide(line)
    ]


@pytest.mark.parametrize(
    ("line", "is_wide"),
    [
        ("<p>" + "a word " * 20 + "</p>", True),
        ("<b>x</b>{% if x %}<i>y</i>{% endif %}" * 4, True),
        ('  {% translate "' + "a word " * 20 + '" %}', False),
        ("{% blocktranslate %}" + "a word " * 20 + "{% endblocktranslate %}</p>", False),
        ('    href="{% url "x" %}' + "{% if x %}&amp;x{% endif %}" * 5 + '">', False),
        ('  {% translate "' + "a word " * 20 + '" %}' + "<p>a word</p>" * 10, True),
    ],
)
def test_a_wide_line_is_found_where_it_could_be_narrower(line: str, *, is_wide: bool) -> None:
    assert is_too_wide(line) is is_wide


@pytest.mark.parametrize(
    "text", ['<p style="x">', "<style>", '<a onclick="x">', "<script>", '<b hx-on:click="x">']
)
def test_the_check_finds_what_it_looks_for(text: str) -> None:
    assert INLINE.search(text)


def test_a_script_with_a_source_is_fine() -> None:
    assert not INLINE.search('<script src="/static/js/x.js" defer></script>')
