"""What every answer of the site goes through, beside Django's own middleware."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

# Where people sign in, and what is behind; everything else is public.
WITH_COOKIES = ("/admin/", "/account/")

PERMISSIONS = "Permissions-Policy"

Answer = Callable[[HttpRequest], HttpResponseBase]


def head_without_body(get_response: Answer) -> Answer:
    """HEAD has GET's status and headers and no body (RFC 9110 §9.3.2): views answer as if asked for all,
    and gunicorn complains of each that sends it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        elif request.method == "HEAD" and isinstance(response, StreamingHttpResponse):
            response.streaming_content = ()
        return response

    return answer


def public_without_cookies(get_response: Answer) -> Answer:
    """Public pages know no cookie: not one of ours that the desk set, nor a broken one, which Django's
    middleware would answer with Set-Cookie and Vary: Cookie."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(WITH_COOKIES):
            request.META.pop("HTTP_COOKIE", None)
        return get_response(request)

    return answer


def without_permissions(get_response: Answer) -> Answer:
    """No page may ask where a device is, see or hear, but those whose view says so itself."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault(PERMISSIONS, "camera=(), geolocation=(), microphone=()")
        return response

    return answer
