from django.db import migrations, models

# One row for each entry, under the key of its action. On SQLite the tokenizer takes our words as they are: whatever is not ASCII
# is a part of a word, and of ASCII they hold letters and digits alone.
TABLE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE rallies_searchwords USING fts5(title, place, organizers, description,"
        " tokenize='ascii', detail='column', prefix='1 2 3')"
    ],
    "postgresql": [
        "CREATE TABLE rallies_searchwords (action_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX search_words ON rallies_searchwords USING gin (words)",
    ],
}


def make(apps, schema_editor):
    for statement in TABLE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE rallies_searchwords")


class Migration(migrations.Migration):
    dependencies = [("rallies", "0024_what_actions_are_found_by")]

    operations = [
        migrations.RunPython(make, drop),
        migrations.AddField(
            model_name="searchentry",
            name="words_digest",
            field=models.CharField(blank=True, editable=False, max_length=32),
        ),
    ]
