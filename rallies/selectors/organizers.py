"""Groups, as the world may see them."""

from datetime import datetime

from rallies import links
from rallies.formats.public import PublicOrganizer
from rallies.models import OldSlug, Organizer
from rallies.text import markdown_to_html

from .errors import OrganizerNotFound, Renamed


def get_organizer(slug: str, *, now: datetime) -> PublicOrganizer:
    """A group; its contact only if it wants that. Raises `Renamed`, `OrganizerNotFound`."""
    row = Organizer.objects.filter(slug=slug).first()
    if row is None:
        raise _renamed(slug) or OrganizerNotFound(slug)
    return public_organizer(row)


def public_organizer(row: Organizer) -> PublicOrganizer:
    """A group as the world may see it."""
    return PublicOrganizer(
        slug=row.slug,
        url=links.absolute(links.organizer_path(row.slug)),
        name=row.name,
        aliases=tuple(row.aliases),
        kind=row.kind,
        kind_note=row.kind_note,
        website=row.website,
        contact=row.contact if row.contact_is_public else "",
        description_html=markdown_to_html(row.description),
        updated_at=row.updated_at,
    )


def organizer_name(slug: str) -> str:
    """The name of a group. Raises `Renamed`, `OrganizerNotFound`."""
    name = Organizer.objects.filter(slug=slug).values_list("name", flat=True).first()
    if name is None:
        raise _renamed(slug) or OrganizerNotFound(slug)
    return name


def _renamed(slug: str) -> Renamed | None:
    now_called = OldSlug.objects.filter(slug=slug, organizer__isnull=False).values_list("organizer__slug", flat=True)
    first = now_called.first()
    return Renamed(first) if first else None
