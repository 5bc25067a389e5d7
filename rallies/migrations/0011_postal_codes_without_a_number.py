"""What an import no longer has is told by comparing with it; its number says nothing more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rallies", "0010_times_jumped_over")]

    operations = [
        # On the way back the rows need some number.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="postalcode",
                    name="import_number",
                    field=models.PositiveIntegerField(default=0, editable=False),
                )
            ]
        ),
        migrations.RemoveField(model_name="postalcode", name="import_number"),
    ]
