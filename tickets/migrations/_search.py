"""The search index, kept by the database itself, and the order "latest word".

PostgreSQL: one row per ticket in tickets_search, written by triggers. No foreign key: Django empties
its tables by name. Commands lock the ticket they write messages of, so no row is made from half of
two messages. SQLite: FTS5 tables beside subjects and messages, see tickets/search/sqlite_index.py.
"""

from django.db import DatabaseError, transaction

from tickets.search import sqlite_index

LATEST_WORD = """
-- The queue, all tickets, latest word first. PostgreSQL needs NULLS LAST said, SQLite refuses it.
CREATE INDEX ticket_last_spoke ON tickets_ticket (last_spoke_at DESC {nulls}, id DESC)
"""
NO_LATEST_WORD = "DROP INDEX ticket_last_spoke"

TABLE = r"""
-- names: subject, customer, organization; addresses: the customer's, for the desk only.
-- private: words of private notes, for the desk only. All in lower case, names after a blank.
CREATE TABLE tickets_search (
    ticket_id bigint PRIMARY KEY,
    names text NOT NULL,
    addresses text NOT NULL,
    public tsvector NOT NULL DEFAULT '',
    private tsvector NOT NULL DEFAULT ''
);

-- Signs become blanks, so that both databases cut words alike. Cut to what a tsvector always holds.
CREATE FUNCTION tickets_search_words(body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.simple'::regconfig, translate(
        left(coalesce(body, ''), 100000),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                '
    ))
$$;

CREATE FUNCTION tickets_search_write_names(numbers bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tickets_search (ticket_id, names, addresses)
    SELECT ticket.id, lower(concat_ws(' ', '', ticket.subject, customer.name, organization.name)),
        lower(' ' || customer.email)
    FROM tickets_ticket ticket
    JOIN accounts_user customer ON customer.id = ticket.customer_id
    LEFT JOIN accounts_organization organization ON organization.id = ticket.organization_id
    WHERE ticket.id = ANY (numbers)
    ON CONFLICT (ticket_id) DO UPDATE
    SET names = excluded.names, addresses = excluded.addresses
$$;

CREATE FUNCTION tickets_search_write_texts(numbers bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE tickets_search SET public = made.public, private = made.private
    FROM (
        SELECT number,
            tickets_search_words(string_agg(left(body, 10000), ' ' ORDER BY seq)
                FILTER (WHERE visibility = 'public')) AS public,
            tickets_search_words(string_agg(left(body, 10000), ' ' ORDER BY seq)
                FILTER (WHERE visibility <> 'public')) AS private
        FROM unnest(numbers) AS number
        LEFT JOIN tickets_message message ON message.ticket_id = number
        GROUP BY number
    ) made
    WHERE tickets_search.ticket_id = made.number
$$;
"""

TRIGGERS = """
-- What changed is asked inside the functions: a column named in a trigger could not be altered.

CREATE FUNCTION tickets_search_tickets_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tickets_search_write_names(ARRAY(SELECT id FROM added));
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_added AFTER INSERT ON tickets_ticket
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_search_tickets_added();

CREATE FUNCTION tickets_search_ticket_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.subject, OLD.customer_id, OLD.organization_id)
        IS DISTINCT FROM (NEW.subject, NEW.customer_id, NEW.organization_id)
    THEN
        PERFORM tickets_search_write_names(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_changed AFTER UPDATE ON tickets_ticket
    FOR EACH ROW EXECUTE FUNCTION tickets_search_ticket_changed();

CREATE FUNCTION tickets_search_ticket_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM tickets_search WHERE ticket_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_removed AFTER DELETE ON tickets_ticket
    FOR EACH ROW EXECUTE FUNCTION tickets_search_ticket_removed();

CREATE FUNCTION tickets_search_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM tickets_search;
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_emptied AFTER TRUNCATE ON tickets_ticket
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_search_emptied();

CREATE FUNCTION tickets_search_messages_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tickets_search_write_texts(ARRAY(SELECT DISTINCT ticket_id FROM added));
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_added AFTER INSERT ON tickets_message
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_search_messages_added();

CREATE FUNCTION tickets_search_message_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM tickets_search_write_texts(ARRAY[OLD.ticket_id]);
    ELSIF (OLD.body, OLD.visibility, OLD.ticket_id)
        IS DISTINCT FROM (NEW.body, NEW.visibility, NEW.ticket_id)
    THEN
        PERFORM tickets_search_write_texts(ARRAY[OLD.ticket_id, NEW.ticket_id]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_changed AFTER UPDATE ON tickets_message
    FOR EACH ROW EXECUTE FUNCTION tickets_search_message_changed();
CREATE TRIGGER tickets_search_removed AFTER DELETE ON tickets_message
    FOR EACH ROW EXECUTE FUNCTION tickets_search_message_changed();

CREATE FUNCTION tickets_search_person_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.name, OLD.email) IS DISTINCT FROM (NEW.name, NEW.email) THEN
        PERFORM tickets_search_write_names(
            ARRAY(SELECT id FROM tickets_ticket WHERE customer_id = NEW.id)
        );
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_changed AFTER UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION tickets_search_person_changed();

CREATE FUNCTION tickets_search_organization_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.name) IS DISTINCT FROM (NEW.name) THEN
        PERFORM tickets_search_write_names(
            ARRAY(SELECT id FROM tickets_ticket WHERE organization_id = NEW.id)
        );
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_changed AFTER UPDATE ON accounts_organization
    FOR EACH ROW EXECUTE FUNCTION tickets_search_organization_changed();
"""

FILL = """
SELECT tickets_search_write_names(ARRAY(SELECT id FROM tickets_ticket));
SELECT tickets_search_write_texts(ARRAY(SELECT DISTINCT ticket_id FROM tickets_message));
"""

INDEXES = """
-- Search: WHERE public @@ 'word':* (every reader), OR private @@ 'word':* (the desk).
CREATE INDEX ticket_search_public ON tickets_search USING gin (public);
CREATE INDEX ticket_search_private ON tickets_search USING gin (private);
"""
PARTS = """
-- Search: WHERE names LIKE '%part%' OR addresses LIKE '%part%', names LIKE '% w_rd%'.
CREATE INDEX ticket_search_parts ON tickets_search USING gin (names gin_trgm_ops, addresses gin_trgm_ops);
"""

DROP = """
DROP TABLE tickets_search;
DROP FUNCTION tickets_search_tickets_added, tickets_search_ticket_changed,
    tickets_search_ticket_removed, tickets_search_emptied, tickets_search_messages_added,
    tickets_search_message_changed, tickets_search_person_changed,
    tickets_search_organization_changed CASCADE;
DROP FUNCTION tickets_search_write_names, tickets_search_write_texts, tickets_search_words;
"""


def make(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        sqlite_index.keep()
        schema_editor.execute(LATEST_WORD.format(nulls=""))
        return
    with connection.cursor() as cursor:
        for sql in (TABLE, TRIGGERS, FILL, INDEXES, LATEST_WORD.format(nulls="NULLS LAST")):
            cursor.execute(sql)
        if _has_trigrams(connection, cursor):
            cursor.execute(PARTS)


def _has_trigrams(connection, cursor):
    """Create pg_trgm where this role may. Without it search reads the names of all tickets: an
    administrator creates the extension, and then the index above, at any time."""
    try:
        with transaction.atomic(using=connection.alias):
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return False
    return True


def remove(apps, schema_editor):
    schema_editor.execute(NO_LATEST_WORD)
    if schema_editor.connection.vendor != "postgresql":
        sqlite_index.drop()
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(DROP)
