from django.db import migrations

import rallies.models.base
from rallies.picks import code_of

CHUNK = 1_000


def fill(apps, schema_editor):
    Action = apps.get_model("rallies", "Action")
    rows = []
    for pk, uid in Action.objects.values_list("pk", "uid").order_by("pk").iterator(chunk_size=CHUNK):
        rows.append(Action(pk=pk, uid=uid, pick_code=code_of(uid)))
        if len(rows) >= CHUNK:
            Action.objects.bulk_update(rows, ["pick_code"], batch_size=200)
            rows = []
    Action.objects.bulk_update(rows, ["pick_code"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("rallies", "0026_single_dates_are_skipped")]

    operations = [
        migrations.AddField("action", "pick_code", rallies.models.base.PickCodeField()),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
