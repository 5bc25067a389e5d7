"""Errors as problem documents (RFC 9457): what was wrong, and what to do, under one media type."""

import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect, JsonResponse
from django.urls import resolve
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import set_rollback

from rallies.http.pages import SHARED_SECONDS, public_page
from rallies.http.query import BadQuestion
from rallies.selectors.errors import NothingThere, Withdrawn

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "300"

logger = logging.getLogger(__name__)


def problem(status: int, detail: str, *, request: HttpRequest, headers: dict[str, str] | None = None) -> JsonResponse:
    """A problem document; `type` is about:blank, so that `title` is the phrase of the status (RFC 9457 §4.2.1)."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    readable = {"ensure_ascii": False}
    answer = JsonResponse(document, status=status, content_type=MEDIA_TYPE, headers=headers, json_dumps_params=readable)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age=0, s-maxage={SHARED_SECONDS}" if status in {404, 410} else "no-store"
    return answer


def handle(error: Exception, context: dict[str, Any]) -> JsonResponse | Response:
    """What the framework asks when a view raises; nothing is left to pages of HTML."""
    set_rollback()
    request = context["request"]
    match error:
        case BadQuestion():
            return problem(400, error.sentence, request=request)
        case SuspiciousOperation():
            return bad_request(request)
        case Withdrawn():
            return problem(410, _("This was taken off the calendar."), request=request)
        case NothingThere() | Http404():
            return problem(404, _("Nothing is listed at this address."), request=request)
        case APIException():
            headers = {"Allow": "GET, HEAD, OPTIONS"} if error.status_code == 405 else {}
            return problem(error.status_code, str(error.detail), request=request, headers=headers)
        case DatabaseError():
            logger.exception("The database did not answer the API")
            detail = _("The calendar cannot be read just now.")
            return problem(503, detail, request=request, headers={"Retry-After": RETRY_AFTER})
    logger.exception("The API failed at %s", request.path)
    return server_error(request)


def bad_request(request: HttpRequest, error: Exception | None = None) -> JsonResponse:
    """What is wrong before any view is asked: the name of the host, or a thousand parameters."""
    return problem(400, _("A part of the address or of the request has no meaning here."), request=request)


def server_error(request: HttpRequest) -> JsonResponse:
    return problem(500, _("The answer could not be made. It is our fault, and it was noted."), request=request)


def nothing_here(request: HttpRequest) -> HttpResponseBase:
    """Any other address below /api/. One that lacks its last slash leads on."""
    is_read = request.method in {"GET", "HEAD"}
    if is_read and not request.path.endswith("/") and resolve(f"{request.path_info}/").url_name:
        moved = HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        moved["Access-Control-Allow-Origin"] = "*"
        return public_page(moved)
    return problem(404, _("The API has no such address. It begins at /api/v1/."), request=request)
