"""Facts: columns, constraints and the querysets that name them. No behaviour beyond one row's own."""

from .actions import Action
from .audit import AuditEntry
from .campaigns import Campaign, CampaignName, CampaignOrganizer, ReportedTotal
from .changes import Change
from .jobs import Job
from .listings import Listing
from .locations import Location
from .memberships import CampaignRole, Invitation, Membership, RecoveryLink
from .milestones import Milestone
from .occurrences import Occurrence, OccurrenceQuerySet
from .organizers import Organizer
from .participations import Participation
from .places import Place
from .postal_codes import PostalCode
from .reports import ErrorReport
from .search_entries import SearchEntry
from .series_texts import SeriesText
from .sessions import Session
from .site_pages import SitePage
from .slugs import OldSlug
from .sources import Source
from .stamps import FeedStamp

__all__ = [
    "Action",
    "AuditEntry",
    "Campaign",
    "CampaignName",
    "CampaignOrganizer",
    "CampaignRole",
    "Change",
    "ErrorReport",
    "FeedStamp",
    "Invitation",
    "Job",
    "Listing",
    "Location",
    "Membership",
    "Milestone",
    "Occurrence",
    "OccurrenceQuerySet",
    "OldSlug",
    "Organizer",
    "Participation",
    "Place",
    "PostalCode",
    "RecoveryLink",
    "ReportedTotal",
    "SearchEntry",
    "SeriesText",
    "Session",
    "SitePage",
    "Source",
]
