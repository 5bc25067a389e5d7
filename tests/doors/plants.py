"""A small public calendar, and hidden things to plant in it. Whatever must not be seen has "zyqx" or 731073 in it."""

from datetime import UTC, date, datetime, time

from django.contrib.auth.models import User

from rallies.enums import CampaignPart, ListingState, ParticipationRole, ParticipationState, ReportKind
from rallies.models import Action, Campaign, Listing, OldSlug, Organizer, Participation, Source
from rallies.operations import actions as operations
from rallies.operations.campaigns import PartEntry, edit_campaign
from rallies.operations.organizers import edit_organizer
from rallies.operations.participations import SourceEntry
from rallies.operations.parts import save_parts
from rallies.operations.reports import report_error
from tests.factories import make_action, make_campaign, make_location, make_organizer, make_place

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GROUP, CAMPAIGN = "zyqx-group", "zyqx-campaign"
UIDS = ["uid-march", "uid-quiet", "uid-zyqx-draft", "uid-zyqx-submitted", "uid-zyqx-withdrawn"]
HOUR = {"start_date": date(2026, 3, 18), "start_time": time(18, 0), "end_time": time(20, 0)}


def public_calendar() -> None:
    """Actions in a month and in the past, one without a date, a series, one whose place is withheld."""
    clerk = User.objects.create_user(
        "zyqx-clerk", "zyqx@example.org", "zyqx", first_name="Zyqx", is_staff=True, is_superuser=True
    )
    place = make_place(population=100)
    # The gazetteer is the same for all, whatever takes place there.
    make_place("tarawa-ki", name="Tarawa", country="KI", timezone="Pacific/Tarawa")
    # Near the hall that is withheld (below).
    make_place("caracas-ve", latitude=11.7, longitude=-66.7)
    river = make_organizer(slug="brook", name="River Group", contact="zyqx@example.org", by=clerk)
    edit_organizer(river.pk, {"slug": "river"}, by=clerk, now=NOW)
    autumn = make_campaign(slug="autumn", name="Autumn", by=clerk)
    both = {"hosts": [river], "campaigns": [autumn], "by": clerk, "now": NOW}
    square = make_location(place=place)
    march = make_action(slug="march", uid="uid-march", title="March for water", kind="march", location=square, **both)
    Source.objects.create(action=march, import_name="zyqx-import", foreign_uid="zyqx-foreign", outlet="Daily")
    make_action(slug="open", title="Open day", start_date=None, location=square, **both)
    make_action(title="Weekly rally", recurrence_rule="FREQ=WEEKLY;COUNT=3", location=square, **both)
    make_action(title="Winter rally", start_date=date(2026, 1, 10), location=square, **both)
    withheld(clerk, place)
    city = make_location(venue="", place=place, latitude=place.latitude, longitude=place.longitude)
    twin = make_action(
        slug="other", uid="uid-twin", title="Vigil", location=city, place_visibility="city", now=NOW, by=clerk, **HOUR
    )
    operations.edit_action(twin.pk, {"slug": "twin"}, by=clerk, now=NOW)


def withheld(clerk: User, place) -> None:
    """An action whose exact place the world may not see, with everything that would tell it."""
    hall = make_location(
        venue="Zyqx Hall",
        street_address="731073 Zyqx Street",
        district="Zyqx District",
        postal_code="731073",
        latitude=11.731073,
        longitude=-66.731073,
        access_features=["step-free", "livestream"],
        access_note="Zyqx ramp",
        place=place,
        by=clerk,
    )
    quiet = make_action(
        slug="zyqx-hall-vigil",
        uid="uid-quiet",
        title="Vigil",
        location=hall,
        place_visibility="city",
        route_start="Zyqx Gate",
        route_stops=["Zyqx Bridge"],
        route_end="Zyqx Hall",
        access_note="Zyqx side door",
        contact="zyqx, 731073",
        internal_note="Zyqx, told by zyqx.",
        now=NOW,
        by=clerk,
        **HOUR,
    )
    operations.edit_action(quiet.pk, {"slug": "quiet"}, by=clerk, now=NOW)


def plant() -> None:
    """What the world may not see: none of it may change any answer."""
    clerk, river, autumn = User.objects.get(), Organizer.objects.get(), Campaign.objects.get()
    group = make_organizer(
        slug="zyqx-old-group",
        name="Zyqx Group",
        aliases=["Zyqx"],
        website="https://zyqx.example/",
        description="Zyqx",
        is_known=False,
    )
    edit_organizer(group.pk, {"slug": GROUP}, by=clerk, now=NOW)
    called = PartEntry(organizer=group, part=CampaignPart.CALLER, wording="zyqx")
    hidden = make_campaign(
        slug="zyqx-old-campaign",
        name="Zyqx campaign",
        summary="Zyqx",
        is_public=False,
        parts={"parts": [called], "sources": [SourceEntry(url="https://zyqx.example/", outlet="Zyqx")]},
    )
    edit_campaign(hidden.pk, {"slug": CAMPAIGN}, by=clerk, now=NOW)
    for name in ("draft", "submitted"):
        _action(name, hosts=[river, group], campaigns=[autumn, hidden], clerk=clerk)
    _action("withdrawn", hosts=[river], campaigns=[autumn, hidden], clerk=clerk)
    for action in Action.objects.published():
        report_error(action.uid, kind=ReportKind.OTHER, text=f"Zyqx report of {action.slug}", now=NOW)
    hall = make_location(venue="Zyqx undated hall")
    make_action(slug="zyqx-undated", title="Zyqx undated", start_date=None, publish=False, hosts=[river], location=hall)
    draft = operations.edit_action(Action.objects.get(slug="zyqx-old").pk, {"slug": "zyqx-draft"}, by=clerk, now=NOW)
    # Names of drafts are not remembered; if one ever were, it must not lead to the draft.
    OldSlug.objects.get_or_create(slug="zyqx-old", action=draft)
    _unanswered(Action.objects.get(slug="march"), river, hidden, clerk)


def _action(name: str, *, hosts, campaigns, clerk: User) -> None:
    """One that only the desk sees, with whatever an action can have; the draft had another name once."""
    venue = make_location(
        venue=f"Zyqx {name} square",
        locality="Yaren",
        region="Zyqx region",
        region_code="",
        # Another of the gazetteer's, and a country that has none.
        place=make_place("tarawa-ki") if name == "draft" else None,
        country="KI" if name == "draft" else "NR",
        timezone="Pacific/Tarawa",
        latitude=1.731073,
        longitude=172.731073,
    )
    made = make_action(
        slug="zyqx-old" if name == "draft" else f"zyqx-{name}",
        uid=f"uid-zyqx-{name}",
        title=f"Zyqx {name} march for water",
        kind="strike",
        description="Zyqx",
        location=venue,
        publication=name,
        start_date=date(2026, 5, 1) if name == "submitted" else date(2026, 3, 18),
        recurrence_rule="FREQ=DAILY;COUNT=40",
        contact="Zyqx",
        contact_is_public=True,
        online_url="https://zyqx.example/",
        attendance_mode="hybrid",
        hosts=hosts,
        campaigns=campaigns,
        sources=[SourceEntry(url="https://zyqx.example/", outlet="Zyqx", note="Zyqx")],
        now=NOW,
        by=clerk,
    )
    if name == "withdrawn":
        operations.publish_action(made.pk, by=clerk, now=NOW)
        operations.cancel_action(made.pk, message="Zyqx storm", by=clerk, now=NOW)
        operations.withdraw_action(made.pk, by=clerk, now=NOW)


def _unanswered(march: Action, river: Organizer, hidden: Campaign, clerk: User) -> None:
    """Groups that did not agree to be named, campaigns that did not accept, beside a public action."""
    groups = {
        state: make_organizer(slug=f"zyqx-{state}", name=f"Zyqx {state}", is_known=False)
        for state in (ParticipationState.INVITED, ParticipationState.ASKED, ParticipationState.DECLINED)
    }
    weeks = {
        state: make_campaign(slug=f"asked-{state}", name=f"Week {state}", is_public=False)
        for state in (ListingState.REQUESTED_BY_HOST, ListingState.REQUESTED_BY_CAMPAIGN, ListingState.DECLINED)
    }
    save_parts(
        march.pk,
        saved=[
            *(
                Participation(action=march, organizer=group, role=ParticipationRole.CO_HOST, state=state, position=9)
                for state, group in groups.items()
            ),
            *(
                Listing(
                    action=march,
                    campaign=week,
                    state=state,
                    message="Zyqx, not this week." if state == ListingState.DECLINED else "",
                )
                for state, week in weeks.items()
            ),
            Listing(action=march, campaign=hidden, state=ListingState.ACCEPTED),
        ],
        by=clerk,
        now=NOW,
    )
