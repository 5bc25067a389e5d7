"""People and rows as the rules of access see them, and for each rule the rows that it lets through.

`subject_of` and `rows_for` say the same thing twice, once for a row at hand and once in SQL;
tests/selectors/test_access.py asks both about everything.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from rallies.enums import ListingState, MembershipRole, ParticipationRole, ParticipationState, Publication
from rallies.models import (
    Action,
    Campaign,
    CampaignRole,
    ErrorReport,
    Invitation,
    Listing,
    Location,
    Membership,
    Milestone,
    Occurrence,
    Organizer,
    Participation,
    Place,
    PostalCode,
)
from rallies.rules.access import (
    NOBODY,
    AccountSubject,
    ActionSubject,
    Actor,
    CampaignRoleSubject,
    CampaignSubject,
    DateSubject,
    GroupSubject,
    InvitationSubject,
    ListingSubject,
    LocationSubject,
    MembershipSubject,
    MilestoneSubject,
    ParticipationSubject,
    PublicSubject,
    ReportSubject,
    Right,
    SiteSubject,
    Subject,
)

from .batches import is_public_location, public_locations

LISTED = (ListingState.ACCEPTED, ListingState.REPORTED, ListingState.REQUESTED_BY_HOST)


def actor_of(user: AbstractBaseUser | AnonymousUser | None) -> Actor:
    """What a person may act for; `NOBODY` for who is not signed in or whose account is closed. Two queries, none for
    administrators."""
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    if user.is_superuser:
        return Actor(user=user.pk, is_administrator=True)
    memberships = list(Membership.objects.filter(user=user).values_list("organizer_id", "role", "is_owner"))
    roles = CampaignRole.objects.filter(user=user).values_list("campaign_id", flat=True)
    organizes = {group for group, role, _is_owner in memberships if role == MembershipRole.ORGANIZER}
    return Actor(
        user=user.pk,
        owns=frozenset(group for group, _role, is_owner in memberships if is_owner),
        organizes=frozenset(organizes),
        contributes=frozenset({group for group, _role, _is_owner in memberships} - organizes),
        coordinates=frozenset(roles),
    )


# --- rows as subjects -----------------------------------------------------------------------------------


def subject_of(row: Model) -> Subject:
    """What decides about a row. One that is not written yet has nobody around it."""
    make = SUBJECTS.get(type(row))
    return make(row) if make else SiteSubject()


def action_subject(action: Action) -> ActionSubject:
    """Reads the rows beside it, unless they were fetched with it."""
    if action.pk is None:
        return ActionSubject(publication=action.publication)
    accepted = [part for part in action.participations.all() if part.state == ParticipationState.ACCEPTED]
    return ActionSubject(
        publication=action.publication,
        hosts=frozenset(part.organizer_id for part in accepted if part.role == ParticipationRole.HOST),
        guests=frozenset(part.organizer_id for part in accepted if part.role == ParticipationRole.CO_HOST),
        listed=frozenset(listing.campaign_id for listing in action.listings.all() if listing.state in LISTED),
    )


def _location(location: Location) -> LocationSubject:
    if location.pk is None:
        return LocationSubject(created_by=location.created_by_id)
    actions = list(location.actions.prefetch_related("participations", "listings"))
    return LocationSubject(
        created_by=location.created_by_id,
        actions=tuple(map(action_subject, actions)),
        is_shown=public_locations().filter(pk=location.pk).exists(),
    )


def _group(group: Organizer) -> GroupSubject:
    return GroupSubject(group=group.pk, is_known=Organizer.objects.known().filter(pk=group.pk).exists())


def _account(user: User) -> AccountSubject:
    return AccountSubject(
        user=user.pk,
        groups=frozenset(Membership.objects.filter(user=user).values_list("organizer_id", flat=True)),
        coordinates=frozenset(CampaignRole.objects.filter(user=user).values_list("campaign_id", flat=True)),
        is_administrator=user.is_superuser,
        is_closed=not user.is_active,
    )


SUBJECTS: dict[type[Model], Callable[[Any], Subject]] = {
    Action: action_subject,
    Location: _location,
    Organizer: _group,
    Campaign: lambda row: CampaignSubject(campaign=row.pk, is_public=row.is_public),
    Milestone: lambda row: MilestoneSubject(campaign=row.campaign_id),
    ErrorReport: lambda row: ReportSubject(action=action_subject(row.action)),
    Membership: lambda row: MembershipSubject(user=row.user_id, group=row.organizer_id),
    CampaignRole: lambda row: CampaignRoleSubject(user=row.user_id, campaign=row.campaign_id),
    Invitation: lambda row: InvitationSubject(group=row.organizer_id, campaign=row.campaign_id),
    User: _account,
    Participation: lambda row: ParticipationSubject(group=row.organizer_id, action=action_subject(row.action)),
    Listing: lambda row: ListingSubject(campaign=row.campaign_id, action=action_subject(row.action)),
    Occurrence: lambda row: DateSubject(action=action_subject(row.action)),
    Place: lambda row: PublicSubject(),
    PostalCode: lambda row: PublicSubject(),
}


# --- rules as rows ----------------------------------------------------------------------------------------


def rows_for(actor: Actor, right: Right, model: type[Model]) -> "QuerySet[Any]":
    """The rows that `rules.access.may` lets the actor do that to; without repetitions."""
    rows = model._default_manager.all()
    if actor.is_administrator:
        return rows
    condition = ROWS.get((model, right))
    return rows.none() if condition is None else rows.filter(condition(actor))


Keys = QuerySet[Any, Any]
"""Of actions. As sets they are found by index from the few rows of a group or campaign; a condition on each action would be
asked of all there are."""


def _among(*keys: Keys) -> Q:
    first, *others = (each.order_by().values("action") for each in keys)
    return Q(pk__in=first.union(*others, all=True))


def _parts(groups: frozenset[int], *roles: ParticipationRole) -> Keys:
    return Participation.objects.filter(organizer__in=groups, role__in=roles, state=ParticipationState.ACCEPTED)


def _unclaimed_of(actor: Actor) -> Keys:
    hosted = Participation.objects.filter(
        action=OuterRef("action"), role=ParticipationRole.HOST, state=ParticipationState.ACCEPTED
    )
    listed = Listing.objects.filter(campaign__in=actor.coordinates, state__in=LISTED)
    return listed.exclude(Exists(hosted))


def _seen_actions(actor: Actor) -> Q:
    return _among(_parts(actor.groups, ParticipationRole.HOST, ParticipationRole.CO_HOST), _unclaimed_of(actor))


def _decided_keys(actor: Actor) -> tuple[Keys, Keys]:
    return _parts(actor.organizes, ParticipationRole.HOST), _unclaimed_of(actor)


def _decided_actions(actor: Actor) -> Q:
    return _among(*_decided_keys(actor))


def _of_decided(actor: Actor, action: str = "action") -> Q:
    """The same of rows of which few are asked for, such as those that wait: each is looked up."""
    hosted, unclaimed = (Exists(keys.filter(action=OuterRef(action))) for keys in _decided_keys(actor))
    return Q(hosted) | Q(unclaimed)


def _changed_actions(actor: Actor) -> Q:
    drafts = _parts(actor.contributes, ParticipationRole.HOST).filter(action__publication=Publication.DRAFT)
    return _among(drafts, *_decided_keys(actor))


def _asked_actions(actor: Actor) -> Q:
    return Q(publication=Publication.PUBLISHED) if actor.coordinates else Q(pk__in=())


def _locations_of(actor: Actor, condition: Q) -> Q:
    keys = Action.objects.filter(condition, location__isnull=False).order_by().values("location")
    if not actor.has_part:
        return Q(pk__in=keys)
    used = Exists(Action.objects.filter(location=OuterRef("pk")))
    own = Location.objects.filter(~used, created_by=actor.user).order_by().values("pk")
    return Q(pk__in=keys.union(own, all=True))


def _chosen_locations(actor: Actor) -> Q:
    return _locations_of(actor, _seen_actions(actor)) | Q(is_public_location())


def _deleted_locations(actor: Actor) -> Q:
    others = Action.objects.filter(location__isnull=False).exclude(
        pk__in=Action.objects.filter(_changed_actions(actor)).values("pk")
    )
    return _locations_of(actor, _changed_actions(actor)) & ~Q(pk__in=others.values("location"))


def _known_groups(actor: Actor) -> Q:
    return Q(pk__in=Organizer.objects.known().values("pk")) | Q(pk__in=actor.groups)


def _invitations(actor: Actor) -> Q:
    return Q(organizer__in=actor.owns) | Q(campaign__in=actor.coordinates)


def _recovered(actor: Actor) -> Q:
    memberships = Membership.objects.filter(user=OuterRef("pk"))
    inside, outside = memberships.filter(organizer__in=actor.owns), memberships.exclude(organizer__in=actor.owns)
    roles = CampaignRole.objects.filter(user=OuterRef("pk"))
    people = Q(is_superuser=False, is_active=True) & ~Q(pk=actor.user)
    return people & Q(Exists(inside)) & ~Q(Exists(outside)) & ~Q(Exists(roles))


def _everything(actor: Actor) -> Q:
    return Q() if actor.has_part else Q(pk__in=())


ROWS: dict[tuple[type[Model], Right], Callable[[Actor], Q]] = {
    (Action, Right.VIEW): _seen_actions,
    (Action, Right.CHANGE): _changed_actions,
    (Action, Right.SUBMIT): _changed_actions,
    (Action, Right.PUBLISH): lambda actor: _of_decided(actor, "pk"),
    (Action, Right.DELETE): _decided_actions,
    (Action, Right.ASK): _asked_actions,
    (Location, Right.VIEW): lambda actor: _locations_of(actor, _seen_actions(actor)),
    (Location, Right.CHOOSE): _chosen_locations,
    (Location, Right.CHANGE): lambda actor: _locations_of(actor, _changed_actions(actor)),
    (Location, Right.DELETE): _deleted_locations,
    (Organizer, Right.VIEW): lambda actor: Q(pk__in=actor.groups),
    (Organizer, Right.CHOOSE): _known_groups,
    (Organizer, Right.CHANGE): lambda actor: Q(pk__in=actor.organizes),
    (Organizer, Right.ADMIT): lambda actor: Q(pk__in=actor.owns),
    (Campaign, Right.VIEW): lambda actor: Q(pk__in=actor.coordinates),
    (Campaign, Right.CHOOSE): lambda actor: Q(is_public=True) | Q(pk__in=actor.coordinates),
    (Campaign, Right.CHANGE): lambda actor: Q(pk__in=actor.coordinates),
    (Campaign, Right.ADMIT): lambda actor: Q(pk__in=actor.coordinates),
    (Milestone, Right.VIEW): lambda actor: Q(campaign__in=actor.coordinates),
    (Milestone, Right.CHANGE): lambda actor: Q(campaign__in=actor.coordinates),
    (Milestone, Right.DELETE): lambda actor: Q(campaign__in=actor.coordinates),
    (Occurrence, Right.VIEW): lambda actor: Q(action__in=Action.objects.filter(_seen_actions(actor)).values("pk")),
    (Occurrence, Right.CHANGE): lambda actor: Q(action__in=Action.objects.filter(_changed_actions(actor)).values("pk")),
    (ErrorReport, Right.VIEW): lambda actor: _of_decided(actor),
    (ErrorReport, Right.CHANGE): lambda actor: _of_decided(actor),
    (Membership, Right.VIEW): lambda actor: Q(user=actor.user) | Q(organizer__in=actor.owns),
    (Membership, Right.CHANGE): lambda actor: Q(organizer__in=actor.owns),
    (Membership, Right.DELETE): lambda actor: Q(user=actor.user) | Q(organizer__in=actor.owns),
    (CampaignRole, Right.VIEW): lambda actor: Q(user=actor.user) | Q(campaign__in=actor.coordinates),
    (CampaignRole, Right.DELETE): lambda actor: Q(user=actor.user),
    (Invitation, Right.VIEW): _invitations,
    (Invitation, Right.DELETE): _invitations,
    (User, Right.RECOVER): _recovered,
    (Participation, Right.DECIDE): lambda actor: Q(organizer__in=actor.organizes),
    (Participation, Right.ADMIT): lambda actor: _of_decided(actor),
    (Listing, Right.VIEW): lambda actor: Q(campaign__in=actor.coordinates),
    (Listing, Right.DECIDE): lambda actor: Q(campaign__in=actor.coordinates),
    (Listing, Right.JOIN): lambda actor: _of_decided(actor),
    (Place, Right.VIEW): _everything,
    (Place, Right.CHOOSE): _everything,
    (PostalCode, Right.VIEW): _everything,
    (PostalCode, Right.CHOOSE): _everything,
}
