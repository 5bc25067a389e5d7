from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rallies", "0031_words_out_of_line")]

    operations = [
        # What has no date, with where it is.
        migrations.RemoveIndex("action", "action_undated"),
        migrations.AddIndex(
            "action",
            models.Index(
                fields=["publication", "window_last", "window_first", "timezone", "location", "id"],
                name="action_undated",
                condition=models.Q(start_date=None),
            ),
        ),
        # What lies in a band of the earth, without reading every location and place.
        migrations.AddIndex("location", models.Index(fields=["latitude", "place", "id"], name="location_by_latitude")),
        migrations.AddIndex("place", models.Index(fields=["latitude", "id"], name="place_by_latitude")),
    ]
