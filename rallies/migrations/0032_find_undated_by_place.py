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
        # Their points, which the first start after the upgrade fills in.
        migrations.AddField("searchentry", "latitude", models.FloatField(editable=False, null=True)),
        migrations.AddField("searchentry", "longitude", models.FloatField(editable=False, null=True)),
        migrations.AddIndex(
            "searchentry",
            models.Index(
                fields=["latitude", "longitude", "action"],
                name="entry_undated_point",
                condition=models.Q(latitude__isnull=False),
            ),
        ),
    ]
