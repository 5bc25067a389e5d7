"""The closed lists of words that models, query strings and formats share.

Values are lower case with hyphens and stand in addresses (`?kind=teach-in`), so they are never
renamed. Models take them through the functions at the end, so that a longer list needs no migration.
"""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ActionKind(TextChoices):
    """What people do there. The finer form goes into `Action.kind_detail`, in the host's words."""

    MARCH = "march", pgettext_lazy("kind of action", "March")
    RALLY = "rally", _("Rally")
    DEMONSTRATION = "demonstration", _("Demonstration")
    VIGIL = "vigil", _("Vigil")
    PICKET = "picket", pgettext_lazy("kind of action", "Picket")
    STRIKE = "strike", pgettext_lazy("kind of action", "Strike")
    WALKOUT = "walkout", _("Walkout")
    SIT_IN = "sit-in", _("Sit-in")
    DIE_IN = "die-in", _("Die-in")
    OCCUPATION = "occupation", _("Occupation")
    BLOCKADE = "blockade", _("Blockade")
    HUMAN_CHAIN = "human-chain", _("Human chain")
    BANNER_DROP = "banner-drop", _("Banner drop")
    CARAVAN = "caravan", _("Caravan")
    BIKE_RIDE = "bike-ride", _("Bike ride")
    FLASH_MOB = "flash-mob", _("Flash mob")
    FAST = "fast", pgettext_lazy("kind of action", "Fast")
    CAMP = "camp", pgettext_lazy("kind of action", "Camp")
    COMMEMORATION = "commemoration", _("Commemoration")
    PRAYER = "prayer", _("Prayer or service")
    PRESS_CONFERENCE = "press-conference", _("Press conference")
    PETITION = "petition", _("Petition or hand-over")
    LEAFLETING = "leafleting", _("Leafleting")
    CANVASS = "canvass", _("Canvass")
    PHONE_BANK = "phone-bank", _("Phone or text bank")
    LETTER_WRITING = "letter-writing", _("Letter writing")
    TEACH_IN = "teach-in", _("Teach-in")
    WORKSHOP = "workshop", _("Workshop or training")
    PANEL = "panel", _("Talk or panel")
    ASSEMBLY = "assembly", _("Assembly")
    MEETING = "meeting", _("Meeting")
    CONFERENCE = "conference", _("Conference")
    SCREENING = "screening", _("Film screening")
    EXHIBITION = "exhibition", _("Exhibition")
    CONCERT = "concert", _("Concert or cultural event")
    ART_ACTION = "art-action", _("Art action")
    MUTUAL_AID = "mutual-aid", _("Mutual aid")
    FUNDRAISER = "fundraiser", _("Fundraiser")
    BROADCAST = "broadcast", _("Broadcast")
    OTHER = "other", _("Other action")


class Publication(TextChoices):
    """May the world see it?"""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ActionStatus(TextChoices):
    """Does it take place? (schema.org eventStatus; RFC 5545 §3.8.1.11 STATUS)"""

    SCHEDULED = "scheduled", _("Scheduled")
    TENTATIVE = "tentative", _("Not yet certain")
    CANCELLED = "cancelled", _("Cancelled")
    POSTPONED = "postponed", _("Postponed")
    MOVED_ONLINE = "moved-online", _("Moved online")


class OccurrenceStatus(TextChoices):
    """How one date of a series differs from its action."""

    SCHEDULED = "scheduled", _("As the action")
    CANCELLED = "cancelled", _("This date is cancelled")


class AttendanceMode(TextChoices):
    """schema.org eventAttendanceMode."""

    IN_PERSON = "in-person", _("In person")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("In person and online")


class PlaceVisibility(TextChoices):
    """What the world may see of where an action is."""

    EXACT = "exact", _("The exact place")
    CITY_UNTIL = "city-until", _("The city until a moment, then the exact place")
    CITY = "city", _("The city only")


class Precision(TextChoices):
    """What the point of a location stands for."""

    VENUE = "venue", _("The venue")
    STREET = "street", _("The street")
    CITY = "city", _("The city")


class PlaceKind(TextChoices):
    """Levels of the gazetteer."""

    COUNTRY = "country", _("Country")
    REGION = "region", _("Region")
    CITY = "city", _("City")


class AccessFeature(TextChoices):
    """What a person can count on there, as stated by the host; nothing is assumed when unstated."""

    STEP_FREE = "step-free", _("Step-free access")
    ACCESSIBLE_TOILETS = "accessible-toilets", _("Accessible toilets")
    TOILETS = "toilets", _("Toilets")
    SEATING = "seating", _("Seating")
    ACCESSIBLE_PARKING = "accessible-parking", _("Accessible parking")
    ACCESSIBLE_TRANSIT = "accessible-transit", _("Step-free public transport nearby")
    SIGN_LANGUAGE = "sign-language", _("Sign language")
    CAPTIONS = "captions", _("Live captions")
    HEARING_LOOP = "hearing-loop", _("Hearing loop")
    AUDIO_DESCRIPTION = "audio-description", _("Audio description")
    INTERPRETING = "interpreting", _("Interpreting")
    PLAIN_LANGUAGE = "plain-language", _("Plain language")
    QUIET_SPACE = "quiet-space", _("Quiet space")
    SHORT_ROUTE = "short-route", _("Short route (under 1 km)")
    REST_POINTS = "rest-points", _("Places to rest on the route")
    SERVICE_ANIMALS = "service-animals", _("Service animals welcome")
    CHILD_FRIENDLY = "child-friendly", _("Fit for children")
    CHILDCARE = "childcare", _("Childcare")
    MASKS = "masks", _("Masks asked for")
    LIVESTREAM = "livestream", _("Live stream")


class OrganizerKind(TextChoices):
    LOCAL_ORGANISATION = "local-organisation", _("Local organisation")
    LOCAL_CHAPTER = "local-chapter", _("Local chapter")
    REGIONAL_ORGANISATION = "regional-organisation", _("Regional organisation")
    NATIONAL_ORGANISATION = "national-organisation", _("National organisation")
    INTERNATIONAL_ORGANISATION = "international-organisation", _("International organisation")
    COALITION_OR_NETWORK = "coalition-or-network", _("Coalition or network")
    POLITICAL_ORGANISATION = "political-organisation", _("Political organisation")
    POLITICAL_PARTY = "political-party", _("Political party")
    LABOUR_UNION = "labour-union", _("Labour union")
    TENANTS_UNION = "tenants-union", _("Tenants' union")
    STUDENT_GROUP = "student-group", _("Student group")
    YOUTH_ORGANISATION = "youth-organisation", _("Youth organisation")
    VETERANS_ORGANISATION = "veterans-organisation", _("Veterans' organisation")
    FAITH_GROUP = "faith-group", _("Faith group")
    MEDIA_ORGANISATION = "media-organisation", _("Media organisation")
    OTHER_ORGANISATION = "other-organisation", _("Organisation")


class ParticipationRole(TextChoices):
    HOST = "host", pgettext_lazy("a group of an action", "Host")
    CO_HOST = "co-host", pgettext_lazy("a group of an action", "Co-host")
    ENDORSER = "endorser", pgettext_lazy("a group of an action", "Endorser")
    PARTICIPANT = "participant", pgettext_lazy("a group of an action", "Participant")


class Missing(TextChoices):
    """What an action still lacks for people to find it and come."""

    DATE = "date", _("No date")
    TIME = "time", _("No time")
    PLACE = "place", _("No place")
    HOST = "host", _("No host")
    DESCRIPTION = "description", _("No description")
    CONFIRMATION = "confirmation", _("Not confirmed")


class ParticipationState(TextChoices):
    """Nobody stands as host or endorser unasked: accepted by the side that was asked, or reported by a source."""

    INVITED = "invited", _("Invited")
    ASKED = "asked", _("Asks to take part")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    REPORTED = "reported", _("Named by a source")


SHOWN_PARTICIPATIONS = (ParticipationState.ACCEPTED, ParticipationState.REPORTED)
"""Those that the world sees."""


class ListingState(TextChoices):
    REQUESTED_BY_HOST = "requested-by-host", _("Asked for by the host")
    REQUESTED_BY_CAMPAIGN = "requested-by-campaign", _("Asked for by the campaign")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    REPORTED = "reported", _("Reported by a source")


SHOWN_LISTINGS = (ListingState.ACCEPTED, ListingState.REPORTED)
"""Those that the world sees, in campaigns that it sees."""


class ListingBasis(TextChoices):
    """How a source ties a reported action to a campaign."""

    EXPLICIT = "explicit", _("stated by the source")
    IMPLIED = "implied", _("implied by the source")
    NOT_STATED = "not-stated", _("same days and subject; the link is not stated")


class ReportedStatus(TextChoices):
    """What the sources say of an action that was not entered by its host."""

    ANNOUNCED = "announced", _("Announced; no report of it was found")
    HELD = "reported-as-held", _("Reported as held")


class Confidence(TextChoices):
    HIGH = "high", pgettext_lazy("confidence in a source", "High")
    MEDIUM = "medium", pgettext_lazy("confidence in a source", "Medium")
    LOW = "low", pgettext_lazy("confidence in a source", "Low")


class TitleBasis(TextChoices):
    AS_LISTED = "as-listed", _("the title of the source")
    DESCRIPTIVE = "descriptive", _("a neutral description of ours")


class CampaignPart(TextChoices):
    """What a source says an organizer is to a campaign."""

    CALLER = "caller", _("Caller")
    PUBLISHER = "publisher", _("Publisher of reports")


class CampaignRoleKind(TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")


class MembershipRole(TextChoices):
    ORGANIZER = "organizer", pgettext_lazy("a member of a group", "Organizer")
    CONTRIBUTOR = "contributor", pgettext_lazy("a member of a group", "Contributor")


class StampScope(TextChoices):
    """Declared in the order in which the rows are locked."""

    SITE = "site", _("Site")
    CAMPAIGN = "campaign", _("Campaign")
    ORGANIZER = "organizer", _("Organizer")


class SitePageKey(TextChoices):
    """The pages that every site has; values are their addresses, as in `/privacy/`."""

    ABOUT = "about", pgettext_lazy("page of the site", "About")
    PRIVACY = "privacy", pgettext_lazy("page of the site", "Privacy")
    IMPRINT = "imprint", pgettext_lazy("page of the site", "Imprint")
    ACCESSIBILITY = "accessibility", pgettext_lazy("page of the site", "Accessibility")


class ReportKind(TextChoices):
    """What somebody says is wrong with an action."""

    TIME = "time", pgettext_lazy("what is wrong with an action", "The day or the time")
    PLACE = "place", pgettext_lazy("what is wrong with an action", "The place")
    CALLED_OFF = "called-off", pgettext_lazy("what is wrong with an action", "It is called off")
    GROUP = "group", pgettext_lazy("what is wrong with an action", "A group that is named")
    SOURCE = "source", pgettext_lazy("what is wrong with an action", "A source or a link")
    DUPLICATE = "duplicate", pgettext_lazy("what is wrong with an action", "It is listed twice")
    PERSONAL = "personal", pgettext_lazy("what is wrong with an action", "Something private is shown")
    OTHER = "other", pgettext_lazy("what is wrong with an action", "Something else")


class ReportState(TextChoices):
    OPEN = "open", pgettext_lazy("state of a report", "Open")
    HANDLED = "handled", pgettext_lazy("state of a report", "Handled")


class ChangeKind(TextChoices):
    """One public line of history; the words are made when it is read, in the reader's language."""

    PUBLISHED = "published", _("Published")
    EDITED = "edited", _("Details changed")
    TIME_ANNOUNCED = "time-announced", _("Time announced")
    PLACE_ANNOUNCED = "place-announced", _("Place announced")
    MOVED_IN_TIME = "moved-in-time", _("Moved to another time")
    MOVED_IN_PLACE = "moved-in-place", _("Moved to another place")
    MOVED_ONLINE = "moved-online", _("Moved online")
    PLACE_REVEALED = "place-revealed", _("Exact place announced")
    CANCELLED = "cancelled", _("Cancelled")
    CANCELLATION_UNDONE = "cancellation-undone", _("Back on: the cancellation was undone")
    DATE_CANCELLED = "date-cancelled", _("One date cancelled")
    DATE_RESTORED = "date-restored", _("One date back on")
    DATE_MOVED = "date-moved", _("One date moved")
    DATE_ADDED = "date-added", _("One date added")
    POSTPONED = "postponed", _("Postponed")
    CONFIRMED = "confirmed", _("Confirmed by the host")
    WITHDRAWN = "withdrawn", _("Withdrawn")


def action_kinds() -> list[tuple[str, Any]]:
    return ActionKind.choices


def publications() -> list[tuple[str, Any]]:
    return Publication.choices


def action_statuses() -> list[tuple[str, Any]]:
    return ActionStatus.choices


def occurrence_statuses() -> list[tuple[str, Any]]:
    return OccurrenceStatus.choices


def attendance_modes() -> list[tuple[str, Any]]:
    return AttendanceMode.choices


def place_visibilities() -> list[tuple[str, Any]]:
    return PlaceVisibility.choices


def precisions() -> list[tuple[str, Any]]:
    return Precision.choices


def place_kinds() -> list[tuple[str, Any]]:
    return PlaceKind.choices


def organizer_kinds() -> list[tuple[str, Any]]:
    return OrganizerKind.choices


def participation_roles() -> list[tuple[str, Any]]:
    return ParticipationRole.choices


def participation_states() -> list[tuple[str, Any]]:
    return ParticipationState.choices


def listing_states() -> list[tuple[str, Any]]:
    return ListingState.choices


def listing_bases() -> list[tuple[str, Any]]:
    return ListingBasis.choices


def reported_statuses() -> list[tuple[str, Any]]:
    return ReportedStatus.choices


def confidences() -> list[tuple[str, Any]]:
    return Confidence.choices


def title_bases() -> list[tuple[str, Any]]:
    return TitleBasis.choices


def campaign_parts() -> list[tuple[str, Any]]:
    return CampaignPart.choices


def campaign_role_kinds() -> list[tuple[str, Any]]:
    return CampaignRoleKind.choices


def membership_roles() -> list[tuple[str, Any]]:
    return MembershipRole.choices


def invitation_roles() -> list[tuple[str, Any]]:
    return [*MembershipRole.choices, *CampaignRoleKind.choices]


def stamp_scopes() -> list[tuple[str, Any]]:
    return StampScope.choices


def change_kinds() -> list[tuple[str, Any]]:
    return ChangeKind.choices


def site_page_keys() -> list[tuple[str, Any]]:
    return SitePageKey.choices


def report_kinds() -> list[tuple[str, Any]]:
    return ReportKind.choices


def report_states() -> list[tuple[str, Any]]:
    return ReportState.choices
