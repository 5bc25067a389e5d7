from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rallies", "0008_postal_codes_without_a_number")]

    operations = [
        migrations.AddIndex(
            model_name="action",
            index=models.Index(fields=["location", "publication"], name="action_at_location"),
        ),
    ]
