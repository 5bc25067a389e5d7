"""Campaigns, as the world may see them."""

from datetime import datetime

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from rallies import links, names
from rallies.enums import Publication
from rallies.formats.public import PublicCaller, PublicCampaign, PublicCampaignCard, PublicMilestone, PublicTotal
from rallies.models import Campaign, CampaignOrganizer, Listing, Milestone, OldSlug, Source
from rallies.text import markdown_to_html

from .errors import CampaignNotFound, Renamed
from .gate import public_source, public_sources

CAMPAIGNS_IN_A_LIST = 50


def list_campaigns(*, now: datetime, limit: int = CAMPAIGNS_IN_A_LIST) -> tuple[PublicCampaignCard, ...]:
    """Public campaigns, the ones that end last first."""
    rows = Campaign.objects.filter(is_public=True).order_by("-last_day", "name", "id")
    return campaign_cards(rows[:limit])


def campaign_cards(campaigns: "QuerySet[Campaign, Campaign]") -> tuple[PublicCampaignCard, ...]:
    """The campaigns in their order, each with the number of its published actions."""
    listed = Listing.objects.public().filter(campaign=OuterRef("pk"), action__publication=Publication.PUBLISHED)
    count = Subquery(listed.order_by().values("campaign").annotate(count=Count("pk")).values("count"))
    return tuple(
        PublicCampaignCard(
            slug=row.slug,
            url=links.absolute(links.campaign_path(row.slug)),
            name=row.name,
            first_day=row.first_day,
            last_day=row.last_day,
            summary=row.summary,
            actions=row.action_count,
        )
        for row in campaigns.annotate(action_count=Coalesce(count, 0))
    )


def get_campaign(slug: str, *, now: datetime) -> PublicCampaign:
    """A campaign with all that sources say of it. Raises `Renamed`, `CampaignNotFound`."""
    sources = Source.objects.order_by("position", "id")
    campaign = (
        Campaign.objects.filter(slug=slug, is_public=True)
        .prefetch_related(
            "names__source",
            Prefetch("parts", CampaignOrganizer.objects.select_related("organizer", "source")),
            "totals__source",
            Prefetch("milestones", Milestone.objects.prefetch_related(Prefetch("sources", sources))),
            Prefetch("sources", sources),
        )
        .first()
    )
    if campaign is None:
        raise _renamed(slug) or CampaignNotFound(slug)
    return PublicCampaign(
        slug=campaign.slug,
        url=links.absolute(links.campaign_path(campaign.slug)),
        name=campaign.name,
        other_names=tuple(
            (row.name, public_source(row.source) if row.source else None)
            for row in campaign.names.all()
            if row.name != campaign.name
        ),
        first_day=campaign.first_day,
        last_day=campaign.last_day,
        summary=campaign.summary,
        call_html=markdown_to_html(campaign.call_text),
        callers_note=campaign.callers_note,
        totals_note=campaign.totals_note,
        follow_up_note=campaign.follow_up_note,
        callers=tuple(
            PublicCaller(
                name=row.organizer.name,
                slug=row.organizer.slug,
                part=row.part,
                wording=row.wording,
                source=public_source(row.source) if row.source else None,
            )
            for row in campaign.parts.all()
        ),
        totals=tuple(
            PublicTotal(statement=row.statement, source=public_source(row.source) if row.source else None)
            for row in campaign.totals.all()
        ),
        countries=tuple(campaign.countries),
        milestones=tuple(_milestone(row) for row in campaign.milestones.all()),
        sources=public_sources(campaign.sources.all()),
        updated_at=campaign.updated_at,
    )


def campaign_name(slug: str) -> str:
    """The name of a public campaign. Raises `Renamed`, `CampaignNotFound`."""
    name = Campaign.objects.filter(slug=slug, is_public=True).values_list("name", flat=True).first()
    if name is None:
        raise _renamed(slug) or CampaignNotFound(slug)
    return name


def _milestone(row: Milestone) -> PublicMilestone:
    country_name = names.country_name(row.country) if row.country else ""
    return PublicMilestone(
        slug=row.slug,
        title=row.title,
        kind=row.kind,
        start_date=row.start_date,
        locality=row.locality,
        country_name=country_name,
        where=", ".join(word for word in (row.venue, row.locality, country_name) if word),
        reported_status=row.reported_status,
        confidence=row.confidence,
        confidence_note=row.confidence_note,
        sources=public_sources(row.sources.all()),
    )


def _renamed(slug: str) -> Renamed | None:
    now_called = (
        OldSlug.objects.filter(slug=slug, campaign__is_public=True).values_list("campaign__slug", flat=True).first()
    )
    return Renamed(now_called) if now_called else None
