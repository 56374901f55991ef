"""The texts that are to be translated, and the catalogues that translate them: locale/<language>/.

Needs Babel, which is installed for development only; a desk at work reads the compiled catalogues
that are part of the repository.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CODE = ("accounts", "helpdesk", "knowledge", "metrics", "tickets")
NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # the same texts give the same file
TEXTS = {".html", ".txt", ".subject"}


def languages() -> tuple[str, ...]:
    """Return the languages that have a catalogue: all but the one the pages are written in."""
    return tuple(code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE)


def catalogue_path(language: str) -> Path:
    """Return where the texts of a language are kept, for people; the compiled lie beside them."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def collect() -> Catalog:
    """Return every text that code and templates mark, without translations."""
    found = Catalog()
    for path, source in _sources():
        for _line, message, comments, context in extract("python", source, keywords=KEYWORDS):
            place: Any = (
                path.relative_to(settings.BASE_DIR).as_posix(),
                None,
            )  # without line numbers
            found.add(message, locations=[place], auto_comments=comments, context=context)
    return found


def _sources() -> Iterator[tuple[Path, io.BytesIO]]:
    """Yield all that may hold texts, as Python: a template becomes the calls that it stands for."""
    for app in CODE:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, io.BytesIO(path.read_bytes())
    for path in sorted((settings.BASE_DIR / "templates").rglob("*")):
        if path.suffix in TEXTS:
            code = templatize(path.read_text("utf-8"), origin=str(path))
            # It is read as Python, where a template's indents would mean something.
            flat = "\n".join(line.lstrip() for line in code.splitlines())
            yield path, io.BytesIO(flat.encode())


def read_catalogue(language: str) -> Catalog:
    """Return the texts as translated so far; an empty catalogue for a new language."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renew(language: str) -> list[Message]:
    """Write catalogue and compiled catalogue anew from the sources; return what lacks words."""
    catalogue = read_catalogue(language)
    catalogue.update(collect(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_as_text(catalogue))
    path.with_suffix(".mo").write_bytes(_compiled(catalogue))
    return untranslated(catalogue)


def is_fresh(language: str) -> bool:
    """Whether the catalogue has just the texts of the sources, and is what was compiled."""
    stored = read_catalogue(language)
    wanted = {(message.id, message.context) for message in collect() if message.id}
    if wanted != {(message.id, message.context) for message in stored if message.id}:
        return False
    compiled = catalogue_path(language).with_suffix(".mo")
    return compiled.exists() and compiled.read_bytes() == _compiled(stored)


def untranslated(catalogue: Catalog) -> list[Message]:
    """Return the texts that have no words in this language, or only doubtful ones."""
    return [message for message in catalogue if message.id and _lacks_words(message)]


def _lacks_words(message: Message) -> bool:
    words = message.string if isinstance(message.string, tuple) else (message.string,)
    return message.fuzzy or not all(words)


def _as_text(catalogue: Catalog) -> bytes:
    written = io.BytesIO()
    write_po(written, catalogue, width=100, sort_by_file=True, omit_header=True)
    return _head(catalogue).encode() + written.getvalue()


def _head(catalogue: Catalog) -> str:
    """Only what reading needs: who wrote when stands in the repository's history."""
    return (
        f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )


def _compiled(catalogue: Catalog) -> bytes:
    catalogue.creation_date = catalogue.revision_date = NEVER
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()
