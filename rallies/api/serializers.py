"""Public values as JSON. Names are the words of the field (RFC 5545, schema.org, OSDI); a value that is not
stated is null or empty. Moments are UTC; days and times of day are the wall clock of `timezone`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from rallies.enums import ActionKind, ActionStatus, AttendanceMode, ParticipationRole, Precision

Values = serializers.Serializer[Any]


@extend_schema_field({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$", "example": "14:00"})
class ClockField(serializers.TimeField):
    """A time of day on the wall, to the minute; the document's own "time" would want seconds and a zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class SourceSerializer(Values):
    url = serializers.CharField()
    outlet = serializers.CharField()
    published_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    is_main = serializers.BooleanField()


class PlaceSerializer(Values):
    """Where it is, as far as the world may know; withheld, it is its city and has no `id`."""

    id = serializers.IntegerField(source="location_id", allow_null=True)
    label = serializers.CharField(help_text="One line, most exact part first.")  # type: ignore[assignment]
    venue = serializers.CharField()
    street_address = serializers.CharField()
    district = serializers.CharField()
    locality = serializers.CharField()
    region = serializers.CharField()
    region_code = serializers.CharField(help_text="ISO 3166-2")
    postal_code = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2")
    latitude = serializers.FloatField(allow_null=True, help_text="WGS 84 degrees")
    longitude = serializers.FloatField(allow_null=True, help_text="WGS 84 degrees")
    precision = serializers.ChoiceField(choices=Precision.choices, help_text="What the point stands for.")
    place = serializers.CharField(source="place_key", help_text="The key to ask for with `city`.")
    timezone = serializers.CharField(help_text="IANA name")
    access_features = serializers.ListField(child=serializers.CharField())
    access_note = serializers.CharField()


class ActionPlaceSerializer(PlaceSerializer):
    is_withheld = serializers.BooleanField(help_text="The exact place is not shown, or not yet.")
    revealed_from = serializers.DateTimeField(allow_null=True)


class ParticipationSerializer(Values):
    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=ParticipationRole.choices)
    is_reported = serializers.BooleanField(help_text="Named by a source, not confirmed by the group itself.")
    outlet = serializers.CharField(help_text="Who reported it.")


class ListingSerializer(Values):
    slug = serializers.CharField()
    name = serializers.CharField()
    basis = serializers.CharField(help_text="Empty unless a source reports it.")


class ChangeSerializer(Values):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    message = serializers.CharField()


class DateSerializer(Values):
    """One date of an action."""

    uid = serializers.CharField(help_text="The UID in calendars.")
    recurrence_id = serializers.CharField()
    status = serializers.ChoiceField(choices=ActionStatus.choices)
    status_message = serializers.CharField()
    start_date = serializers.DateField(source="when.start_date", allow_null=True)
    start_time = ClockField(source="when.start_time", allow_null=True, help_text="null: to be announced.")
    end_date = serializers.DateField(source="when.end_date", allow_null=True)
    end_time = ClockField(source="when.end_time", allow_null=True)
    timezone = serializers.CharField(source="when.timezone", help_text="IANA name")
    starts_at = serializers.DateTimeField(source="when.starts_at", allow_null=True)
    ends_at = serializers.DateTimeField(
        source="when.ends_at", allow_null=True, help_text="Exclusive; null: not stated."
    )
    sequence = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class OccurrenceSerializer(DateSerializer):
    """One date, with what is needed to show it in a list."""

    action = serializers.CharField(source="slug", help_text="The slug of the action.")
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=ActionKind.choices)
    url = serializers.CharField()
    attendance_mode = serializers.ChoiceField(choices=AttendanceMode.choices)
    online_url = serializers.CharField()
    location = ActionPlaceSerializer(source="place", allow_null=True)
    organizers = ParticipationSerializer(source="participations", many=True)
    campaigns = ListingSerializer(source="listings", many=True)


class ActionSerializer(Values):
    """An action, with those of its dates that were asked for."""

    uid = serializers.CharField(source="action.action_uid")
    slug = serializers.CharField(source="action.slug")
    url = serializers.CharField(source="action.url")
    title = serializers.CharField(source="action.title")
    kind = serializers.ChoiceField(source="action.kind", choices=ActionKind.choices)
    kind_detail = serializers.CharField(source="action.kind_detail")
    status = serializers.ChoiceField(source="action.status", choices=ActionStatus.choices)
    status_message = serializers.CharField(source="action.status_message")
    status_changed_at = serializers.DateTimeField(source="action.status_changed_at", allow_null=True)
    confirmed_at = serializers.DateTimeField(source="action.confirmed_at", allow_null=True)
    timezone = serializers.CharField(source="action.when.timezone", help_text="IANA name")
    time_note = serializers.CharField(source="action.when.time_note")
    window_first = serializers.DateField(source="action.when.window_first", allow_null=True)
    window_last = serializers.DateField(source="action.when.window_last", allow_null=True)
    window_note = serializers.CharField(source="action.when.window_note")
    occurrences = DateSerializer(source="dates", many=True)
    attendance_mode = serializers.ChoiceField(source="action.attendance_mode", choices=AttendanceMode.choices)
    online_url = serializers.CharField(source="action.online_url")
    location = ActionPlaceSerializer(source="action.place", allow_null=True)
    description = serializers.CharField(source="action.description", help_text="Markdown")
    description_html = serializers.CharField(source="action.description_html", help_text="Safe HTML")
    route_start = serializers.CharField(source="action.route_start")
    route_stops = serializers.ListField(source="action.route_stops", child=serializers.CharField())
    route_end = serializers.CharField(source="action.route_end")
    gathering_time = ClockField(source="action.gathering_time", allow_null=True)
    step_off_time = ClockField(source="action.step_off_time", allow_null=True)
    what_to_bring = serializers.CharField(source="action.what_to_bring")
    languages = serializers.ListField(source="action.languages", child=serializers.CharField())
    access_features = serializers.ListField(source="action.access_features", child=serializers.CharField())
    access_note = serializers.CharField(source="action.access_note")
    contact = serializers.CharField(source="action.contact", help_text="Empty unless the host shows it.")
    picture_url = serializers.CharField(source="action.picture_url")
    picture_alt = serializers.CharField(source="action.picture_alt")
    organizers = ParticipationSerializer(source="action.participations", many=True)
    campaigns = ListingSerializer(source="action.listings", many=True)
    sources = SourceSerializer(source="action.sources", many=True)
    changes = ChangeSerializer(source="action.changes", many=True)
    created_at = serializers.DateTimeField(source="action.created_at")
    updated_at = serializers.DateTimeField(source="action.updated_at")


class OrganizerSerializer(Values):
    slug = serializers.CharField()
    url = serializers.CharField()
    name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    kind = serializers.CharField()
    website = serializers.CharField()
    contact = serializers.CharField(help_text="Empty unless the group shows it.")
    description_html = serializers.CharField(help_text="Safe HTML")
    updated_at = serializers.DateTimeField()


class CampaignSerializer(Values):
    slug = serializers.CharField()
    url = serializers.CharField()
    name = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    summary = serializers.CharField()


class CampaignCardSerializer(CampaignSerializer):
    actions = serializers.IntegerField(help_text="Published actions in it, dated or not.")


class CallerSerializer(Values):
    slug = serializers.CharField()
    name = serializers.CharField()
    part = serializers.CharField()
    wording = serializers.CharField()


class TotalSerializer(Values):
    """A number that a source reports, in its wording."""

    statement = serializers.CharField()
    source = SourceSerializer(allow_null=True)  # type: ignore[assignment]


class MilestoneSerializer(Values):
    slug = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    start_date = serializers.DateField()
    where = serializers.CharField()
    sources = SourceSerializer(many=True)


class WholeCampaignSerializer(CampaignSerializer):
    """A campaign with all that sources say of it."""

    call_html = serializers.CharField(help_text="Safe HTML")
    callers = CallerSerializer(many=True)
    callers_note = serializers.CharField()
    totals = TotalSerializer(many=True)
    totals_note = serializers.CharField()
    countries = serializers.ListField(child=serializers.CharField(), help_text="ISO 3166-1 alpha-2")
    milestones = MilestoneSerializer(many=True)
    follow_up_note = serializers.CharField()
    sources = SourceSerializer(many=True)
    updated_at = serializers.DateTimeField()


class ProblemSerializer(Values):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence: what was wrong, and what to do.")
    instance = serializers.CharField()


class IndexSerializer(Values):
    """Where everything is."""

    actions = serializers.CharField()
    occurrences = serializers.CharField()
    organizers = serializers.CharField()
    locations = serializers.CharField()
    campaigns = serializers.CharField()
    schema = serializers.CharField()
    docs = serializers.CharField()
