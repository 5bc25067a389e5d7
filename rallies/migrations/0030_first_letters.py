from django.db import migrations

# The letters with which words of an entry begin, in an index, for questions of one letter: most entries have one, and PostgreSQL
# would read the words of all. Of scripts of letters alone, so that they fit into an index whatever a text holds.
MAKE = [
    "CREATE FUNCTION rallies_first_letters(tsvector) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$"
    " SELECT coalesce(string_agg(DISTINCT left(lexeme, 1) COLLATE \"C\", ''), '') FROM unnest($1) WHERE ascii(lexeme) < 1792"
    " $$",
    "ALTER TABLE rallies_searchwords ADD COLUMN first_letters text NOT NULL"
    " GENERATED ALWAYS AS (rallies_first_letters(words)) STORED",
    "CREATE INDEX search_first_letters ON rallies_searchwords (action_id, first_letters)",
]
DROP = [
    "ALTER TABLE rallies_searchwords DROP COLUMN first_letters",
    "DROP FUNCTION rallies_first_letters(tsvector)",
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
    dependencies = [("rallies", "0029_find_what_lies_in_a_region")]

    operations = [migrations.RunPython(make, drop)]
