"""What the OpenAPI document says of every address: parameters, answers, and how they are kept."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from rallies.enums import AccessFeature, ActionKind
from rallies.places.distance import RADII_KM, USUAL_RADIUS_KM
from rallies.selectors.filters import PAST, WINDOWS

from .serializers import ProblemSerializer

TAG_HEADER = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="Send it as If-None-Match: 304 while nothing changed.",
)
UNCHANGED = OpenApiResponse(description="Nothing changed since the version named in If-None-Match.")
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The ETag that you have.")

WALK = (
    OpenApiParameter("cursor", str, description="Where to go on: taken from `next`, unread."),
    OpenApiParameter(
        "size", {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}, description="Entries in one answer."
    ),
)
FILTERS = (
    OpenApiParameter("campaign", str, description="Slug. Alone, it asks for the whole campaign, past and future."),
    OpenApiParameter("organizer", str, description="Slug of a group that agreed to be named, or is reported."),
    OpenApiParameter("kind", str, enum=list(ActionKind.values)),
    OpenApiParameter("country", str, description="ISO 3166-1 alpha-2, such as US."),
    OpenApiParameter(
        "city", str, description="Key of a city, region or country, such as portland-us or oregon-region-us."
    ),
    OpenApiParameter(
        "near", str, description="Key of a city, such as tucson-us: what is within a radius of its middle."
    ),
    OpenApiParameter(
        "within",
        {"type": "integer", "enum": list(RADII_KM), "default": USUAL_RADIUS_KM},
        description="Kilometres; only with `near`.",
    ),
    OpenApiParameter(
        "bbox",
        str,
        description="West, south, east and north of an area in degrees, with commas between, such as -111.5,31.75,-110.5,32.5; "
        "west is more than east over the date line. Corners lie on a grid: an error names the area on it.",
    ),
    OpenApiParameter(
        "sort",
        str,
        enum=["start", "distance", "relevance"],
        description="`distance` is the nearest first, only with `near`; `relevance` what fits the words best, only with `q`.",
    ),
    OpenApiParameter(
        "q",
        str,
        description="Words in titles, places, groups and descriptions, without case and accents: all of them, the last one as "
        "the beginning of a word.",
    ),
    OpenApiParameter(
        "when",
        str,
        enum=[PAST, *WINDOWS],
        description="Without it, and without days: what is upcoming. `today`, `weekend` (Saturday and Sunday) and `week` "
        "(today and six more days) are days of the place of each action.",
    ),
    OpenApiParameter(
        "attendance", str, enum=["in-person", "online"], description="What is in person and online fits either."
    ),
    OpenApiParameter(
        "access",
        str,
        description="Access features that must all be stated, with commas between them or each for itself: "
        f"{', '.join(AccessFeature.values)}.",
    ),
    OpenApiParameter("language", str, description="Language code of what is spoken, such as es; es-MX fits es too."),
    OpenApiParameter("from", {"type": "string", "format": "date"}, description="First local day, inclusive."),
    OpenApiParameter("to", {"type": "string", "format": "date"}, description="Last local day, inclusive."),
)
_SAID = {
    301: "It is called otherwise today: see Location.",
    400: "The question cannot be read; `detail` says why.",
    404: "Nothing is listed there.",
    405: "The API is read-only.",
    410: "It was taken off the calendar.",
}


def described(
    shown: type[serializers.Serializer[Any]],
    *,
    name: str,
    summary: str,
    parameters: tuple[OpenApiParameter, ...] = (),
    problems: tuple[int, ...] = (400,),
    walked: bool = False,
) -> Any:
    """The decorator for one address: `problems` are the statuses that it answers with beside 200 and 304."""
    page = inline_serializer(
        f"{name.split('_')[0].capitalize()}Page",
        {
            "results": shown(many=True),
            "next": serializers.CharField(allow_null=True, help_text="Address of what follows; null at the end."),
        },
    )
    responses: dict[Any, Any] = {200: page if walked else shown, 304: UNCHANGED}
    for status in (*problems, 405):
        if status == 301:
            responses[status] = OpenApiResponse(description=_SAID[status])
        else:
            responses[status, "application/problem+json"] = OpenApiResponse(
                ProblemSerializer, description=_SAID[status]
            )
    return extend_schema(
        operation_id=name,
        summary=summary,
        parameters=[*parameters, IF_NONE_MATCH, TAG_HEADER],
        responses=responses,
        tags=[name.split("_")[0]],
    )
