"""Making and changing a campaign, with what sources say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from rallies.enums import SHOWN_LISTINGS, Publication
from rallies.models import (
    Campaign,
    CampaignName,
    CampaignOrganizer,
    Listing,
    Organizer,
    ReportedTotal,
    Source,
)
from rallies.rules import times
from rallies.rules.access import CampaignSubject, Right
from rallies.rules.errors import BadInterval, BadValue, RuleBroken
from rallies.text import clean_line, clean_text, slug_of

from .access import adds, needs
from .affected import settle_affected
from .errors import raise_if_any
from .last_good import forget_last_good
from .participations import SourceEntry, source_row
from .saving import Person, assign, insert, update
from .slugs import free_slug, remember_slug, rename
from .stamps import Scopes, move_stamps
from .transaction import operation

LINES = {"name": 300, "summary": 300}
TEXTS = {"call_text": 20_000, "callers_note": 5_000, "totals_note": 5_000, "follow_up_note": 5_000}
EDITABLE = frozenset({*LINES, *TEXTS, "first_day", "last_day", "countries", "is_public"})


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name that a source gives; `source` is an address among the campaign's sources, "" for none."""

    name: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class PartEntry:
    organizer: Organizer
    part: str
    wording: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class TotalEntry:
    statement: str
    source: str = ""


@operation
@adds(CampaignSubject)
def create_campaign(
    values: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    slug: str = "",
    uid: str = "",
    sources: Sequence[SourceEntry] = (),
    names: Sequence[NameEntry] = (),
    parts: Sequence[PartEntry] = (),
    totals: Sequence[TotalEntry] = (),
) -> Campaign:
    """A new campaign with its sources, other names, callers and reported totals; moves its stamp.

    Raises `RulesBroken`.
    """
    campaign = Campaign()
    if uid:
        campaign.uid = uid
    assign(campaign, _cleaned(values))
    raise_if_any(broken_rules(campaign))
    campaign.slug = free_slug(Campaign, slug_of(slug or _slug_from(campaign), fallback=_slug_from(campaign)))
    insert(campaign, by=by, now=now)
    by_address: dict[str, Source] = {}
    for position, entry in enumerate(sources):
        row = source_row(entry, position=position, campaign=campaign)
        insert(row, by=by, now=now)
        by_address[entry.url] = row
    for position, name in enumerate(names):
        CampaignName.objects.create(
            campaign=campaign,
            name=clean_line(name.name),
            note=clean_line(name.note),
            source=by_address.get(name.source),
            position=position,
        )
    for position, part in enumerate(parts):
        CampaignOrganizer.objects.create(
            campaign=campaign,
            organizer=part.organizer,
            part=part.part,
            wording=clean_line(part.wording),
            source=by_address.get(part.source),
            position=position,
        )
    for position, total in enumerate(totals):
        ReportedTotal.objects.create(
            campaign=campaign,
            statement=clean_line(total.statement),
            source=by_address.get(total.source),
            position=position,
        )
    move_stamps(Scopes(campaigns={campaign.pk}, organizers=_callers(campaign)), now=now)
    return campaign


@operation
@needs(Right.CHANGE, Campaign)
def edit_campaign(campaign_id: int, values: Mapping[str, Any], *, by: Person, now: datetime) -> Campaign:
    """Change a campaign; the calendar text of its actions names it and follows.

    `values` may hold a new `slug`; the old one is remembered. Raises `RulesBroken`.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    fields = dict(values)
    old, wanted = campaign.slug, fields.pop("slug", "")
    changed = assign(campaign, _cleaned(fields))
    raise_if_any(broken_rules(campaign))
    changed += rename(campaign, wanted)
    if not changed:
        return campaign
    update(campaign, changed, by=by, now=now)
    if "slug" in changed:
        remember_slug(campaign, old=old)
    # Those of a campaign that is shown no longer, too: their text names it.
    listed = Listing.objects.filter(campaign=campaign, state__in=SHOWN_LISTINGS)
    actions = listed.filter(action__publication=Publication.PUBLISHED).values_list("action_id", flat=True)
    callers = _callers(campaign) if "is_public" in changed else set()
    settle_affected(actions, scopes=Scopes(campaigns={campaign.pk}, organizers=callers), now=now)
    if "is_public" in changed and not campaign.is_public:
        forget_last_good()
    return campaign


def _callers(campaign: Campaign) -> set[int]:
    """The groups that a campaign shows to the world, by primary key; none while it is not shown itself."""
    return set(campaign.parts.values_list("organizer_id", flat=True)) if campaign.is_public else set()


def broken_values(values: Mapping[str, Any]) -> list[RuleBroken]:
    """What `broken_rules` would say of a new one with these fields; nothing is written."""
    row = Campaign()
    assign(row, _cleaned(values))
    return broken_rules(row)


def broken_rules(campaign: Campaign) -> list[RuleBroken]:
    """Everything that is wrong with a campaign, each naming its field."""
    broken: list[RuleBroken] = []
    if not campaign.name:
        broken.append(BadValue(_("Give the campaign a name."), field="name"))
    for name, longest in (LINES | TEXTS).items():
        if len(getattr(campaign, name)) > longest:
            broken.append(
                BadValue(_("This text is longer than %(count)d characters.") % {"count": longest}, field=name)
            )
    try:
        for name in ("first_day", "last_day"):
            if getattr(campaign, name) is None:
                raise BadInterval(_("Give the first and the last day."), field=name)
            times.check_day(getattr(campaign, name), field=name)
        if campaign.last_day < campaign.first_day:
            raise BadInterval(_("The last day lies before the first."), field="last_day")
    except RuleBroken as rule:
        broken.append(rule)
    return broken


def _slug_from(campaign: Campaign) -> str:
    return slug_of(campaign.name, fallback=f"campaign-{campaign.uid[:8]}")


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a campaign: {', '.join(sorted(unknown))}")
    cleaned = dict(values)
    for name in cleaned.keys() & LINES.keys():
        cleaned[name] = clean_line(cleaned[name] or "")
    for name in cleaned.keys() & TEXTS.keys():
        cleaned[name] = clean_text(cleaned[name] or "")
    return cleaned
