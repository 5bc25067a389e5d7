"""The OpenAPI document, and the page that is drawn from it.

The page is our own: the ones of Swagger and Redoc are a megabyte of script, and need styles that the policy of
the site does not let in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from rallies import links
from rallies.http.pages import public_page
from rallies.http.query import BadQuestion, refuse_filters

from .base import PublicView
from .problems import problem

FIRST = ("index", "actions", "occurrences", "organizers", "locations", "campaigns")


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document; it follows from the code alone."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


@extend_schema(exclude=True)
class SchemaView(PublicView):
    renderer_classes: Sequence[Any] = (OpenApiJsonRenderer,)

    def get(self, request: Request) -> HttpResponseBase:
        self.nothing_but_noise(request)
        return self.answer(request, None, document, now=timezone.now())


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    words: str
    values: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Address:
    """One address: what it is for, what it takes, and what it gives. `example` is there to be opened, or ""."""

    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    answers: tuple[Answer, ...]
    fields: tuple[Field, ...]
    example: str


@csrf_exempt
@gzip_page
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What the API offers, for people. What is wrong is said as at its siblings."""
    try:
        refuse_filters(request.GET)
    except BadQuestion as error:
        return problem(400, error.sentence, request=request)
    whole = document()
    addresses = [_address(whole, path, methods["get"]) for path, methods in whole["paths"].items()]
    addresses.sort(key=lambda address: (FIRST.index(_noun(address.path)), address.path))
    return public_page(render(request, "pages/api.html", {"addresses": addresses, "root": "/api/v1/"}))


def _noun(path: str) -> str:
    return path.removeprefix("/api/v1/").split("/")[0] or "index"


def _address(whole: dict[str, Any], path: str, operation: dict[str, Any]) -> Address:
    queries = [p for p in operation.get("parameters", []) if p["in"] == "query"]
    return Address(
        path=path,
        summary=operation["summary"],
        parameters=tuple(Parameter(p["name"], p.get("description", ""), _values(p["schema"])) for p in queries),
        answers=tuple(
            Answer(status, said["description"]) for status, said in operation["responses"].items() if status != "200"
        ),
        fields=_fields(whole, operation["responses"]["200"]),
        example="" if "{" in path else links.absolute(path),
    )


def _values(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "maximum" in schema:
        return f"{schema['minimum']}-{schema['maximum']}"
    return "2025-11-15" if schema.get("format") == "date" else ""


def _fields(whole: dict[str, Any], response: dict[str, Any]) -> tuple[Field, ...]:
    schema = _resolved(whole, next(iter(response["content"].values()))["schema"])
    properties = schema["properties"]
    if "results" in properties:
        properties = _resolved(whole, properties["results"]["items"])["properties"]
    return tuple(Field(name, _kind(value), value.get("description", "")) for name, value in properties.items())


def _resolved(whole: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return dict(whole["components"]["schemas"][name]) if name else schema


def _kind(value: dict[str, Any]) -> str:
    """The type of a field in a word, such as "date-time or null" or "list of Participation"."""
    inner: dict[str, Any] = next(iter(value.get("allOf", [])), {})
    kind = value.get("format") or value.get("type") or _name(value) or _name(inner) or "value"
    if kind == "array":
        kind = f"list of {_kind(value['items'])}"
    return f"{kind} or null" if value.get("nullable") else str(kind)


def _name(value: dict[str, Any]) -> str:
    return str(value.get("$ref", "").rpartition("/")[2])
