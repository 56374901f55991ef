"""What customers read is there in every language, whole."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from helpdesk import translations
from helpdesk.translations import (
    is_fresh,
    languages,
    read_catalogue,
    renew,
    untranslated,
)

ROOT = Path(settings.BASE_DIR) / "templates"
PLACE = re.compile(r"%\(\w+\)s|</?\w+")


@pytest.fixture(scope="module")
def collected() -> Iterator[None]:
    """Read sources and templates once: they stay as they are here, and reading them takes long."""
    with pytest.MonkeyPatch.context() as patch:
        found = translations.collect()
        patch.setattr(translations, "collect", lambda: copy.deepcopy(found))
        yield


def reads_sources(test: Any) -> Any:
    """Have it read what was collected, beside the others that do."""
    return pytest.mark.usefixtures("collected")(pytest.mark.xdist_group("catalogues")(test))


@reads_sources
@pytest.mark.parametrize("language", languages())
def test_every_marked_text_has_its_words(language):
    assert is_fresh(language), "run `manage.py translations`"
    assert untranslated(read_catalogue(language)) == []


def places(texts: Any) -> list[set[str]]:
    """What each form of a text fills in and marks."""
    forms = texts if isinstance(texts, list | tuple) else [texts]
    return [set(PLACE.findall(form)) for form in forms]


@pytest.mark.parametrize("language", languages())
def test_translations_fill_in_the_same_and_mark_the_same(language):
    for message in read_catalogue(language):
        if not message.id:
            continue
        told, said = places(message.id), places(message.string)
        assert set().union(*said) == set().union(*told), message.id
        assert len(said) == len(told)


@reads_sources
def test_texts_of_templates_and_code_are_found():
    found = {message.id for message in translations.collect() if message.id}
    assert "Skip to content" in found  # a template
    assert "There is no such survey." in found  # code
    assert ("One thing needs another look", "%(n)s things need another look") in found


@reads_sources
def test_a_text_without_words_is_named_and_compiled_as_nothing(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path]
    assert not is_fresh("de")
    assert {message.id for message in renew("de")} == {m.id for m in translations.collect() if m.id}
    assert is_fresh("de")
    assert untranslated(read_catalogue("de"))


def test_german_is_read_from_the_compiled_catalogue():
    with translation.override("de"):
        assert translation.gettext("Skip to content") == "Zum Inhalt springen"


CUSTOMERS = (
    "account",
    "accounts",
    "allauth",
    "components",
    "portal",
    "surveys",
    "4*.html",
    "500.html",
)
STAFFS = {"components/_keys_dialog.html", "components/_palette.html", "components/_rail.html"}
STAFFS |= {
    "surveys/_answer.html",
    "surveys/_filter.html",
    "surveys/_task.html",
    "surveys/review.html",
}
NAMES = {"Helpdesk"}
SAID = re.compile(
    r"{% comment %}.*?{% endcomment %}|{% block (?:main|body)_class %}.*?{% endblock %}"
    r"|{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}|{#.*?#}"
    r"|<svg.*?</svg>|<script.*?</script>",
    re.DOTALL,
)
SHOWN = re.compile(r"\b(?:aria-label|placeholder|title|alt|data-words)=\"([^\"]*)\"")


def customers_templates() -> list[Path]:
    """Those that customers are shown."""
    found = {path for each in CUSTOMERS for path in ROOT.glob(each)}
    whole = {inner for path in found for inner in ([path] if path.is_file() else path.rglob("*"))}
    return sorted(
        path for path in whole if path.is_file() and path.relative_to(ROOT).as_posix() not in STAFFS
    )


@pytest.mark.parametrize(
    "template", customers_templates(), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_customers_read_no_word_that_is_not_marked(template):
    written = SAID.sub("", template.read_text("utf-8"))
    shown = [*SHOWN.findall(written), re.sub(r"<[^>]*>", " ", written)]
    words = {word for text in shown for word in re.findall(r"[^\W\d_]{2,}", text)}
    assert words - NAMES == set()
