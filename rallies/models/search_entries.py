from django.db import models

from rallies import enums


class SearchEntry(models.Model):
    """What a published action is found by beside its own columns: exactly what the world sees of it, in the form in
    which questions ask. Only published actions have one; operations write it together with what it is made of.

    `access` has a bit for each feature of `AccessFeature`, the first of the list being 1; those of a place that is
    withheld are not in it. `languages` are codes in small letters between spaces, each with all that it is a part of:
    " es es-mx " for es-MX.

    `latitude`, `longitude` (WGS 84 degrees) are the public point of an action without a date, null if it has none; those of
    others stand on their dates.

    Its words stand under the same key in the table `rallies_searchwords`, which no model describes: FTS5 on SQLite, a
    tsvector on PostgreSQL (operations/search_words.py). `words_digest` tells whether they are others.
    """

    action = models.OneToOneField(
        "rallies.Action", on_delete=models.CASCADE, primary_key=True, related_name="search_entry", editable=False
    )
    kind = models.CharField(max_length=40, choices=enums.action_kinds, editable=False)
    country = models.CharField(max_length=2, blank=True, editable=False)
    is_in_person = models.BooleanField(default=True, editable=False)
    is_online = models.BooleanField(default=False, editable=False)
    access = models.BigIntegerField(default=0, editable=False)
    languages = models.TextField(blank=True, editable=False)
    latitude = models.FloatField(null=True, editable=False)
    longitude = models.FloatField(null=True, editable=False)
    words_digest = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["latitude", "longitude", "action"],
                name="entry_undated_point",
                condition=models.Q(latitude__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.action_id)
