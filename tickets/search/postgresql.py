"""Search on PostgreSQL: a row per ticket in `tickets_search`, kept by triggers; full text (simple)
for messages, trigrams for parts of subjects and names."""

from __future__ import annotations

from tickets.search.words import Word

Condition = tuple[str, list[object]]


def select(words: tuple[Word, ...], *, is_for_staff: bool, is_near: bool) -> Condition:
    """Return SQL for the numbers of the tickets that fit, and its values. All words are asked of
    one row, so that the planner may as well walk the page's order and test each ticket."""
    conditions, values = [], list[object]()
    for word in words:
        condition, its_values = _fits(word, is_for_staff=is_for_staff, is_near=is_near)
        conditions.append(f"({condition})")
        values += its_values
    every = " AND ".join(conditions)
    sql = f"SELECT ticket_id FROM tickets_search WHERE {every}"  # noqa: S608  # own texts
    if is_near:
        # Dozens of patterns are cheap in the index and dear ticket by ticket, which the planner
        # misjudges: they are looked up once, before the rest of the statement.
        sql = f"WITH near AS MATERIALIZED ({sql}) SELECT ticket_id FROM near"  # noqa: S608  # as above
    return sql, values


def _fits(word: Word, *, is_for_staff: bool, is_near: bool) -> Condition:
    if word.is_only_number:
        return "ticket_id = %s", [word.number]
    columns = ("names", "addresses") if is_for_staff else ("names",)
    parts = [f"{column} LIKE %s" for column in columns]
    values: list[object] = [word.part] * len(parts)
    if word.pieces:
        texts = ("public", "private") if is_for_staff else ("public",)
        parts += [f"{text} @@ to_tsquery('simple', %s)" for text in texts]
        values += [_phrase(word)] * len(texts)
    if word.number is not None:
        parts.append("ticket_id = %s")
        values.append(word.number)
    if is_near and word.is_long:
        parts += ["names LIKE %s"] * len(word.near)
        values += [f"% {near}%" for near in word.near]
    return " OR ".join(parts), values


def _phrase(word: Word) -> str:
    return " <-> ".join(f"'{piece}'" for piece in word.pieces) + ":*"
