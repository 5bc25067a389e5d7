"""Every page of the desk that there is for somebody: from its addresses, and from where its lists lead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode

CHOICES = 8
"""So many choices of one filter are asked, at most."""
CHOSEN = 500
LISTS = "_changelist"
# A word that many rows have, and one that none has.
WORDS = ("march", "nowhere-at-all")
FILES = re.compile(r"csv|xlsx|geojson|export")
# Not pages: what only leads elsewhere, or is no noun of ours.
_LEFT_OUT = {"login", "logout", "view_on_site", "password_change", "password_change_done", "autocomplete"}


@dataclass(frozen=True, slots=True)
class Page:
    """`sent` is what is posted; nothing is, if it is empty."""

    what: str
    path: str
    sent: dict[str, Any] = field(default_factory=dict)

    @property
    def is_file(self) -> bool:
        """Something to download, which is asked for on purpose and may take longer."""
        return bool(FILES.search(self.what))


def pages_for(client: Any, user: Any, campaign: int) -> Iterator[Page]:
    """What there is for the account, each once; the caller skips what does not answer as a page."""
    from rallies.selectors.access import actor_of

    asked = _Asked(actor_of(user), campaign)
    for name, parts in _patterns():
        if name in _LEFT_OUT:
            continue
        for words, values in asked.values(name, parts):
            page = Page(" ".join([name.removeprefix("rallies_").replace("_", " "), *words]), _address(name, values))
            yield page
            if name.endswith(LISTS):
                yield from _list_pages(client, page)
    yield from asked.previews()
    yield from asked.log()
    yield from asked.desk()
    yield from _autocompletes()
    yield from asked.steps_for_many()


def _patterns() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names of all addresses of the desk, with what their routes ask for."""
    from django.contrib import admin

    waiting, seen = list(admin.site.urls[0]), set()
    while waiting:
        entry: Any = waiting.pop(0)
        if hasattr(entry, "url_patterns"):
            waiting += entry.url_patterns
        elif entry.name and entry.name not in seen:
            seen.add(entry.name)
            yield entry.name, tuple(entry.pattern.regex.groupindex)


def _address(name: str, values: dict[str, Any]) -> str:
    from django.urls import reverse

    return reverse(f"admin:{name}", kwargs=values)


def _list_pages(client: Any, page: Page) -> Iterator[Page]:
    """A list searched, sorted by each column, narrowed by each filter and down to a day, and its last page."""
    answer = client.get(page.path)
    if answer.status_code != 200:
        return
    text = answer.content.decode()
    if 'name="q"' in text:
        for word in WORDS:
            yield Page(f"{page.what}, searched for {word}", f"{page.path}?q={word}")
    followed, counts, deeper = set[str](), dict[str, int](), page.path
    while deeper:
        questions = [unescape(query) for query in re.findall(r'href="\?([^"]*)"', client.get(deeper).content.decode())]
        deeper = ""
        for question in questions:
            names = [name for name, _value in parse_qsl(question)]
            is_day = all(name.endswith(("__year", "__month", "__day")) for name in names)
            kind = "+".join(names)
            counts[kind] = counts.get(kind, 0) + 1
            # Below the list itself only the days are followed.
            if question in followed or counts[kind] > CHOICES or (len(names) > 1 and not is_day):
                continue
            followed.add(question)
            yield Page(f"{page.what}, {question}", f"{page.path}?{question}")
            if names and is_day and not deeper:
                deeper = f"{page.path}?{question}"


def _autocompletes() -> Iterator[Page]:
    from django.contrib import admin
    from django.urls import reverse

    fields = set()
    for model, desk in admin.site._registry.items():
        owners = [(model, desk), *((inline.model, inline) for inline in desk.inlines)]
        fields |= {(owner._meta.label_lower, name) for owner, part in owners for name in part.autocomplete_fields}
    for label, name in sorted(fields):
        app, model = label.split(".")
        for term in ("", "spring", *WORDS):
            asked = urlencode({"app_label": app, "model_name": model, "field_name": name, "term": term})
            yield Page(f"autocomplete {model} {name}, {term or 'opened'}", f"{reverse('admin:autocomplete')}?{asked}")


class _Asked:
    """What fills the routes for one person."""

    def __init__(self, actor: Any, campaign: int) -> None:
        self.actor, self.campaign = actor, campaign
        self.known: dict[str, list[tuple[list[str], int]]] = {}

    def values(self, name: str, parts: tuple[str, ...]) -> Iterator[tuple[list[str], dict[str, Any]]]:
        """Words that say of what the page is, and the values of its route."""
        from rallies.models import Action, Occurrence

        if not parts:
            yield [], {}
        elif "app_label" in parts:
            yield [], {"app_label": "rallies"}
        elif "slug" in parts:
            yield [], {"slug": Action.objects.published().order_by("-pk")[0].slug}
        elif "kind" not in parts:
            app, noun = name.split("_")[:2]
            for words, key in self.rows(app, noun):
                values: dict[str, Any] = {parts[0]: key}
                if "date_id" in parts:
                    values["date_id"] = Occurrence.objects.filter(action=key).values_list("pk", flat=True).first() or 0
                if "day" in parts:
                    skipped = Action.objects.values_list("skipped_days", flat=True).get(pk=key)
                    values["day"] = skipped[0] if skipped else "2026-01-01"
                if "pk" in parts:
                    values["pk"] = self.person(noun, key)
                for ending in ("csv", "xlsx") if "ending" in parts else ("",):
                    yield [*words, ending], values | ({"ending": ending} if ending else {})

    def rows(self, app: str, noun: str) -> list[tuple[list[str], int]]:
        if noun not in self.known:
            self.known[noun] = list(self._rows(app, noun))
        return self.known[noun]

    def _rows(self, app: str, noun: str) -> Iterator[tuple[list[str], int]]:
        """Of each noun the row that has the most, and of actions one of each publication."""
        from django.apps import apps
        from django.db.models import Count

        from rallies.rules.access import Right
        from rallies.selectors.access import rows_for

        rows = rows_for(self.actor, Right.VIEW, apps.get_model(app, noun)).order_by("pk")
        if noun == "action":
            for publication in ("published", "draft", "submitted"):
                found = rows.filter(publication=publication).values_list("pk", flat=True).last()
                yield from [([publication], found)] if found else []
            return
        if noun == "location":
            rows = rows.annotate(count=Count("actions")).order_by("-count", "pk")
        if noun == "campaign":
            rows = rows.filter(pk=self.campaign)
        found = rows.values_list("pk", flat=True).first()
        yield from [([], found)] if found else []

    def person(self, noun: str, key: int) -> int:
        from rallies.models import CampaignRole, Membership

        rows: Any = Membership.objects.filter(organizer=key) if noun == "organizer" else CampaignRole.objects.filter()
        return int(rows.exclude(user=self.actor.user).values_list("pk", flat=True).first() or 0)

    def previews(self) -> Iterator[Page]:
        """What stands beside the form of an action while one types."""
        from django.utils import timezone

        from rallies.models import Location

        place = Location.objects.filter(place__isnull=False).order_by("pk")[0]
        day = (timezone.now() + timedelta(days=7)).date().isoformat()
        city: Any = place.place
        asked = {
            "alike": {"location": f"place-{city.key}", "start_date": day},
            "clock": {"location": f"place-{city.key}", "start_date": day, "start_time": "18:00"},
            "place-seen": {"location": f"place-{city.key}", "place_visibility": "city", "start_date": day},
            "description-seen": {"description": "Bring *banners*."},
            "repeats": {"start_date": day, "recurrence_rule_every": "week"},
            "same-places": {"location_choice": "", "location_venue": "City Hall", "location_city": city.name},
        }
        for name, values in asked.items():
            yield Page(f"beside the form: {name}", f"/admin/rallies/action/{name}/?{urlencode(values)}")
        for word in ("spring", "hall", "hall spring", *WORDS):
            yield Page(f"beside the form: places, {word}", f"/admin/rallies/action/places/?{urlencode({'q': word})}")

    def log(self) -> Iterator[Page]:
        asked = ("q=march", "q=nowhere-at-all", "deed=publish-action", f"person={self.actor.user}", "p=1000")
        for question in (*asked, "about=rallies.action:1", "since=2020-01-01&until=2100-01-01&q=march"):
            yield Page(f"log, {question}", f"/admin/rallies/auditentry/?{question}")

    def desk(self) -> Iterator[Page]:
        """What no page of a list links to, but other pages do."""
        from rallies import links
        from rallies.models import Campaign

        actions, campaign = "/admin/rallies/action/", f"/admin/rallies/campaign/{self.campaign}/desk/"
        for question in (
            f"shown_by={self.campaign}",
            f"shown_by={self.campaign}&missing=confirmation",
            f"shown_by={self.campaign}&missing=host&when=upcoming",
            f"listings__campaign__id__exact={self.campaign}&when=upcoming",
            "publication__exact=published&missing=host&kind__exact=march&q=march+springfield",
            "when=upcoming&o=2",
            "when=upcoming&q=march",
        ):
            yield Page(f"action changelist, {question}", f"{actions}?{question}")
        yield Page("requests, the last page", "/admin/requests/?p=10000&named=10000")
        if self.actor.is_administrator or self.actor.coordinates:
            yield Page("campaign desk, the last page", f"{campaign}?p=10000")
            yield Page("campaign desk: ask to join, words", f"{campaign}ask/?q=march")
            for ending in ("csv", "xlsx"):
                yield Page(f"campaign desk actions {ending}", f"{campaign}actions.{ending}", {"export": "yes"})
            slug = Campaign.objects.get(pk=self.campaign).slug
            yield Page("campaign desk: its map, as geojson", links.geojson_path(links.campaign_path(slug)))

    def steps_for_many(self) -> Iterator[Page]:
        """The page of each step, and the files, for CHOSEN actions."""
        from rallies.admin.bulk import STEPS
        from rallies.admin.exports import ACTIONS
        from rallies.models import Action
        from rallies.rules.access import Right
        from rallies.selectors.access import rows_for

        rows = rows_for(self.actor, Right.VIEW, Action).order_by("-pk")
        keys = list(rows.values_list("pk", flat=True)[:CHOSEN])
        for name in (*(step.name for step in STEPS), *(each.__name__ for each in ACTIONS)):
            sent = {"action": name, "_selected_action": keys, "select_across": "0", "index": "0"}
            yield Page(f"for {len(keys)} chosen: {name}", "/admin/rallies/action/", sent)
