"""Groups, as the world may see them."""

from datetime import datetime

from rallies import links
from rallies.formats.public import PublicOrganizer
from rallies.models import Organizer
from rallies.text import markdown_to_html

from .errors import OrganizerNotFound, Renamed


def get_organizer(slug: str, *, now: datetime) -> PublicOrganizer:
    """A group that the world has seen; its contact only if it wants that. Raises `Renamed`, `OrganizerNotFound`."""
    row = Organizer.objects.known().filter(slug=slug).first()
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
    """The name of a group that the world has seen. Raises `Renamed`, `OrganizerNotFound`."""
    name = Organizer.objects.known().filter(slug=slug).values_list("name", flat=True).first()
    if name is None:
        raise _renamed(slug) or OrganizerNotFound(slug)
    return name


def _renamed(slug: str) -> Renamed | None:
    now_called = Organizer.objects.known().filter(old_slugs__slug=slug).values_list("slug", flat=True).first()
    return Renamed(now_called) if now_called else None
