"""Filling the table of postal codes, batch by batch: nobody who writes meanwhile waits for the whole file."""

from collections.abc import Collection, Iterable

from django.db.models import Max

from rallies.models import PostalCode
from rallies.places.postal_codes import PostalLine

from .transaction import operation

_GIVEN = ["code", "place_name", "region", "latitude", "longitude", "accuracy", "import_number"]


def next_import() -> int:
    """The number of an import that begins."""
    return int(PostalCode.objects.aggregate(last=Max("import_number"))["last"] or 0) + 1


@operation
def load_postal_codes(lines: Iterable[PostalLine], *, number: int) -> None:
    """Write codes, each once among `lines`, over what is there of them."""
    rows = [
        PostalCode(
            country=line.country,
            code=line.code,
            code_folded=line.folded,
            place_name=line.place_name,
            region=line.region,
            latitude=line.latitude,
            longitude=line.longitude,
            accuracy=line.accuracy,
            import_number=number,
        )
        for line in lines
    ]
    PostalCode.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["country", "code_folded"],
        update_fields=_GIVEN,
    )


@operation
def remove_old_postal_codes(countries: Collection[str], *, number: int) -> int:
    """Take away what the import of that number had not, of the countries that it had whole; how many."""
    old = PostalCode.objects.filter(country__in=countries).exclude(import_number=number)
    return old.delete()[0]
