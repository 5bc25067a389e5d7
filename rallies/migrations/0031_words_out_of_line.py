from django.db import migrations

# Rows of few bytes on PostgreSQL, so that a word which half of all entries have is found by reading a few pages: the words
# themselves serve the index alone. PostgreSQL moves values out of a row only where it is longer than 2 kB, hence `room`, which is
# kept in some 40 bytes. A word stands once as it is, and once with the mark of its weightiest field (selectors/search.py), in
# place of weights, which an index does not hold; and the first letters of words, instead of a column of them.
MAKE = [
    "CREATE TABLE rallies_foundwords (action_id bigint PRIMARY KEY, words tsvector NOT NULL,"
    " room text NOT NULL GENERATED ALWAYS AS (repeat(' ', 2000)) STORED) WITH (toast_tuple_target = 128)",
    "ALTER TABLE rallies_foundwords ALTER COLUMN words SET STORAGE EXTERNAL",
    "INSERT INTO rallies_foundwords (action_id, words) SELECT action_id, (SELECT coalesce(array_to_tsvector(array_agg(word)), '')"
    " FROM (SELECT lexeme AS word FROM unnest(words) UNION ALL SELECT CASE WHEN 'A' = ANY(weights) THEN '!'"
    " WHEN 'B' = ANY(weights) THEN '+' ELSE '~' END || lexeme FROM unnest(words) WHERE weights && '{A,B,C}'"
    " UNION ALL SELECT '=' || left(lexeme, 1) FROM unnest(words) WHERE ascii(lexeme) < 1792) AS marked)"
    " FROM rallies_searchwords ORDER BY action_id",
    "DROP TABLE rallies_searchwords",
    "DROP FUNCTION rallies_first_letters(tsvector)",
    "ALTER TABLE rallies_foundwords RENAME TO rallies_searchwords",
    "ALTER INDEX rallies_foundwords_pkey RENAME TO rallies_searchwords_pkey",
    "CREATE INDEX search_words ON rallies_searchwords USING gin (words)",
    "ANALYZE rallies_searchwords",
]
# Back again, the words have to be made afresh: `python manage.py rebuild_feeds`.
DROP = [
    "DROP TABLE rallies_searchwords",
    "CREATE TABLE rallies_searchwords (action_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX search_words ON rallies_searchwords USING gin (words)",
    "CREATE FUNCTION rallies_first_letters(tsvector) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$"
    " SELECT coalesce(string_agg(DISTINCT left(lexeme, 1) COLLATE \"C\", ''), '') FROM unnest($1) WHERE ascii(lexeme) < 1792"
    " $$",
    "ALTER TABLE rallies_searchwords ADD COLUMN first_letters text NOT NULL"
    " GENERATED ALWAYS AS (rallies_first_letters(words)) STORED",
    "CREATE INDEX search_first_letters ON rallies_searchwords (action_id, first_letters)",
]


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in MAKE:
            schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in DROP:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("rallies", "0030_first_letters")]

    operations = [migrations.RunPython(make, drop)]
