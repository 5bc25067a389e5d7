"""Every group once had a stamp from when it was made; now a stamp means that the world has seen the group."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone


def forget(apps, schema_editor):
    """Take the stamps of groups that stand at no action that was ever public and in no public campaign."""
    stamps = apps.get_model("rallies", "FeedStamp").objects
    seen_at_actions = apps.get_model("rallies", "Participation").objects.filter(
        state__in=["accepted", "reported"], action__published_at__isnull=False
    )
    seen_in_campaigns = apps.get_model("rallies", "CampaignOrganizer").objects.filter(campaign__is_public=True)
    unseen = (
        stamps.filter(scope="organizer")
        .exclude(organizer__in=seen_at_actions.values("organizer"))
        .exclude(organizer__in=seen_in_campaigns.values("organizer"))
    )
    if not unseen.delete()[0]:
        return
    # Lists of groups are shorter now: what others keep of them must not be confirmed.
    for site in stamps.filter(scope="site"):
        site.number += 1
        site.moved_at = max(timezone.now().replace(microsecond=0), site.moved_at + timedelta(seconds=1))
        site.save(update_fields=["number", "moved_at"])


class Migration(migrations.Migration):

    dependencies = [
        ("rallies", "0005_order_places_by_size"),
    ]

    operations = [
        # Back again nothing needs the stamps: they are made when they are moved.
        migrations.RunPython(forget, migrations.RunPython.noop, elidable=True),
    ]
