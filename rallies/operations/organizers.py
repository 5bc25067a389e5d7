"""Making and changing a group."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from rallies.enums import OrganizerKind, Publication
from rallies.models import Organizer, Participation
from rallies.rules.access import GroupSubject, Right
from rallies.rules.actions import is_web_address
from rallies.rules.errors import BadValue, RuleBroken
from rallies.text import clean_line, clean_text, slug_of

from .access import adds, needs
from .affected import settle_affected
from .errors import raise_if_any
from .saving import Person, assign, insert, update
from .slugs import free_slug, remember_slug, rename
from .stamps import Scopes
from .transaction import operation

EDITABLE = frozenset({"name", "aliases", "kind", "kind_note", "website", "description", "contact", "contact_is_public"})


@operation
@adds(GroupSubject)
def create_organizer(
    values: Mapping[str, Any], *, by: Person, now: datetime, slug: str = "", uid: str = ""
) -> Organizer:
    """A new group. The world learns of it with its first published action. Raises `RulesBroken`."""
    organizer = Organizer()
    if uid:
        organizer.uid = uid
    assign(organizer, _cleaned(values))
    raise_if_any(broken_rules(organizer))
    organizer.slug = free_slug(Organizer, slug_of(slug or _slug_from(organizer), fallback=_slug_from(organizer)))
    insert(organizer, by=by, now=now)
    return organizer


@operation
@needs(Right.CHANGE, Organizer)
def edit_organizer(organizer_id: int, values: Mapping[str, Any], *, by: Person, now: datetime) -> Organizer:
    """Change a group, and with it the stamps of every action that names it.

    `values` may hold a new `slug`; the old one is remembered. Raises `RulesBroken`.
    """
    organizer = Organizer.objects.select_for_update().get(pk=organizer_id)
    fields = dict(values)
    old, wanted = organizer.slug, fields.pop("slug", "")
    changed = assign(organizer, _cleaned(fields))
    raise_if_any(broken_rules(organizer))
    changed += rename(organizer, wanted)
    if not changed:
        return organizer
    update(organizer, changed, by=by, now=now)
    if "slug" in changed:
        remember_slug(organizer, old=old)
    named = Participation.objects.public().filter(organizer=organizer)
    actions = named.filter(action__publication=Publication.PUBLISHED).values_list("action_id", flat=True)
    known = Organizer.objects.known().filter(pk=organizer.pk).values_list("pk", flat=True)
    settle_affected(actions, scopes=Scopes(organizers=set(known)), now=now)
    return organizer


def broken_values(values: Mapping[str, Any]) -> list[RuleBroken]:
    """What `broken_rules` would say of a new one with these fields; nothing is written."""
    row = Organizer()
    assign(row, _cleaned(values))
    return broken_rules(row)


def broken_rules(organizer: Organizer) -> list[RuleBroken]:
    """Everything that is wrong with a group, each naming its field."""
    broken: list[RuleBroken] = []
    if not organizer.name:
        broken.append(BadValue(_("Give the group a name."), field="name"))
    for name, longest in (("name", 200), ("kind_note", 200), ("contact", 200), ("description", 20_000)):
        if len(getattr(organizer, name)) > longest:
            broken.append(
                BadValue(_("This text is longer than %(count)d characters.") % {"count": longest}, field=name)
            )
    if any(len(alias) > 200 for alias in organizer.aliases):
        broken.append(BadValue(_("This text is longer than %(count)d characters.") % {"count": 200}, field="aliases"))
    if organizer.kind not in OrganizerKind.values:
        broken.append(BadValue(_("“%(value)s” is not one of the list.") % {"value": organizer.kind}, field="kind"))
    if organizer.website and (len(organizer.website) > 500 or not is_web_address(organizer.website)):
        broken.append(BadValue(_("Give a link that begins with https:// or http://."), field="website"))
    return broken


def _slug_from(organizer: Organizer) -> str:
    return slug_of(organizer.name, fallback=f"group-{organizer.uid[:8]}")


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields of an organizer: {', '.join(sorted(unknown))}")
    cleaned = dict(values)
    for name in cleaned.keys() & {"name", "kind_note", "website", "contact"}:
        cleaned[name] = clean_line(cleaned[name] or "")
    if "aliases" in cleaned:
        cleaned["aliases"] = [line for line in (clean_line(entry) for entry in cleaned["aliases"] or []) if line]
    if "description" in cleaned:
        cleaned["description"] = clean_text(cleaned["description"] or "")
    return cleaned
