from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rallies", "0012_repeats_are_typed")]

    operations = [
        migrations.AddIndex(
            model_name="action",
            index=models.Index(fields=["location", "publication"], name="action_at_location"),
        ),
    ]
