"""Search on SQLite: FTS5 tables beside subjects and messages (tickets/search/sqlite_index.py).
People are few and are read as they are."""

from __future__ import annotations

from tickets.search.words import Word

Condition = tuple[str, list[object]]

BY_SUBJECT = "SELECT rowid FROM tickets_search_subjects WHERE tickets_search_subjects MATCH %s"
BY_SHORT_SUBJECT = "SELECT id FROM tickets_ticket WHERE ' ' || subject LIKE %s ESCAPE '\\'"
BY_MESSAGE = (
    "SELECT message.ticket_id FROM tickets_search_bodies"
    " JOIN tickets_message message ON message.id = tickets_search_bodies.rowid"
    " WHERE tickets_search_bodies MATCH %s"
)
PUBLIC_ONLY = " AND message.visibility = 'public'"
BY_CUSTOMER = (
    "SELECT id FROM tickets_ticket WHERE customer_id IN"
    " (SELECT id FROM accounts_user WHERE ' ' || {text} {like})"
)
BY_ORGANIZATION = (
    "SELECT id FROM tickets_ticket WHERE organization_id IN"
    " (SELECT id FROM accounts_organization WHERE ' ' || name {like})"
)
LIKE = "LIKE %s ESCAPE '\\'"
# Python's own regular expressions, over every row: only where nothing fits as it is written.
NEAR = "REGEXP '(?i)' || %s"
NEAR_SUBJECT = "SELECT id FROM tickets_ticket WHERE ' ' || subject REGEXP '(?i)' || %s"


def select(words: tuple[Word, ...], *, is_for_staff: bool, is_near: bool) -> Condition:
    """Return SQL for the numbers of the tickets that fit, and its values."""
    selects, values = [], list[object]()
    for word in words:
        parts = _parts(word, is_for_staff=is_for_staff, is_near=is_near)
        either = " UNION ALL ".join(sql for sql, _ in parts)
        selects.append(f"SELECT * FROM ({either})")  # noqa: S608  # made of the texts above
        values += [value for _, value in parts]
    return " INTERSECT ".join(selects), values


def _parts(word: Word, *, is_for_staff: bool, is_near: bool) -> list[tuple[str, object]]:
    parts: list[tuple[str, object]] = []
    if word.number is not None:
        parts.append(("SELECT %s", word.number))
    if word.is_only_number:
        return parts
    is_short = len(word.text) < 3
    parts.append((BY_SHORT_SUBJECT, word.part) if is_short else (BY_SUBJECT, _quoted(word.text)))
    names = ("name", "email") if is_for_staff else ("name",)
    parts += [(BY_CUSTOMER.format(text=name, like=LIKE), word.part) for name in names]
    parts.append((BY_ORGANIZATION.format(like=LIKE), word.part))
    if word.pieces:
        by_message = BY_MESSAGE if is_for_staff else BY_MESSAGE + PUBLIC_ONLY
        parts.append((by_message, f"{_quoted(' '.join(word.pieces))}*"))
    if is_near and word.is_long:
        near = f" ({'|'.join(word.near)})".replace("_", "[^ ]")
        parts += [
            (NEAR_SUBJECT, near),
            (BY_CUSTOMER.format(text="name", like=NEAR), near),
            (BY_ORGANIZATION.format(like=NEAR), near),
        ]
    return parts


def _quoted(text: str) -> str:
    """A text as FTS5 takes it word for word."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
