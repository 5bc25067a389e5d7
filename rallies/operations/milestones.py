"""Making and changing a milestone of a campaign."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from rallies.enums import Confidence, ReportedStatus
from rallies.models import Milestone
from rallies.rules import places, times
from rallies.rules.access import MilestoneSubject, Right
from rallies.rules.errors import BadValue, RuleBroken
from rallies.text import clean_line, clean_text, slug_of

from .access import adds, needs
from .errors import raise_if_any
from .participations import SourceEntry, source_row
from .saving import Person, assign, insert, update
from .stamps import Scopes, move_stamps
from .transaction import operation

LINES = {"title": 300, "kind": 40, "venue": 300, "locality": 120}
CHOICES = {"reported_status": ReportedStatus, "confidence": Confidence}
LONGEST_NOTE = 5_000
EDITABLE = frozenset({*LINES, *CHOICES, "campaign", "start_date", "country", "confidence_note"})


@operation
@adds(MilestoneSubject)
def add_milestone(
    values: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    slug: str = "",
    uid: str = "",
    sources: Sequence[SourceEntry] = (),
) -> Milestone:
    """A dated fact beside a campaign's actions, with its sources; moves the campaign's stamp. Raises `RulesBroken`."""
    milestone = Milestone()
    if uid:
        milestone.uid = uid
    assign(milestone, _cleaned(values))
    raise_if_any(broken_rules(milestone))
    milestone.slug = _free_slug(milestone, slug_of(slug or milestone.title, fallback="milestone"))
    insert(milestone, by=by, now=now)
    for position, entry in enumerate(sources):
        insert(source_row(entry, position=position, milestone=milestone), by=by, now=now)
    move_stamps(Scopes(campaigns={milestone.campaign_id}), now=now)
    return milestone


@operation
@needs(Right.CHANGE, Milestone)
def edit_milestone(milestone_id: int, values: Mapping[str, Any], *, by: Person, now: datetime) -> Milestone:
    """Change a milestone, and the stamps of its campaign, before and after. Raises `RulesBroken`."""
    milestone = Milestone.objects.select_for_update().get(pk=milestone_id)
    scopes = Scopes(campaigns={milestone.campaign_id})
    changed = assign(milestone, _cleaned(values))
    raise_if_any(broken_rules(milestone))
    if "campaign" in changed:
        changed += assign(milestone, {"slug": _free_slug(milestone, milestone.slug)})
    if changed:
        update(milestone, changed, by=by, now=now)
        move_stamps(scopes.add(Scopes(campaigns={milestone.campaign_id})), now=now)
    return milestone


def broken_values(values: Mapping[str, Any]) -> list[RuleBroken]:
    """What `broken_rules` would say of a new one with these fields; nothing is written."""
    row = Milestone()
    assign(row, _cleaned(values))
    return broken_rules(row)


def broken_rules(milestone: Milestone) -> list[RuleBroken]:
    """Everything that is wrong with a milestone, each naming its field."""
    broken: list[RuleBroken] = []
    for name, sentence in (("title", _("Say what it is.")), ("kind", _("Say in a word what it is: march, vote."))):
        if not getattr(milestone, name):
            broken.append(BadValue(sentence, field=name))
    if milestone.campaign_id is None:
        broken.append(BadValue(_("Choose the campaign that it stands beside."), field="campaign"))
    for name, longest in (LINES | {"confidence_note": LONGEST_NOTE}).items():
        if len(getattr(milestone, name)) > longest:
            broken.append(
                BadValue(_("This text is longer than %(count)d characters.") % {"count": longest}, field=name)
            )
    for name, known in CHOICES.items():
        value = getattr(milestone, name)
        if value and value not in known.values:
            broken.append(BadValue(_("“%(value)s” is not one of the list.") % {"value": value}, field=name))
    try:
        if milestone.start_date is None:
            raise BadValue(_("Give the day. When sources differ, each says its own."), field="start_date")
        times.check_day(milestone.start_date, field="start_date")
        places.check_country(milestone.country, region_code="")
    except RuleBroken as rule:
        broken.append(rule)
    return broken


def _free_slug(milestone: Milestone, wanted: str) -> str:
    """`wanted`, or `wanted-2` and so on: not that of another milestone of the campaign."""
    others = Milestone.objects.filter(campaign=milestone.campaign_id).exclude(pk=milestone.pk)
    taken = set(others.values_list("slug", flat=True))
    candidate, number = wanted, 1
    while candidate in taken:
        number += 1
        candidate = f"{wanted[:110]}-{number}"
    return candidate


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a milestone: {', '.join(sorted(unknown))}")
    cleaned = dict(values)
    for name in cleaned.keys() & LINES.keys():
        cleaned[name] = clean_line(cleaned[name] or "")
    if "country" in cleaned:
        cleaned["country"] = clean_line(cleaned["country"] or "").upper()
    if "confidence_note" in cleaned:
        cleaned["confidence_note"] = clean_text(cleaned["confidence_note"] or "")
    return cleaned
