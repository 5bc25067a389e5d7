"""What every answer of the site goes through, beside Django's own middleware."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]


def head_without_body(get_response: Answer) -> Answer:
    """HEAD has GET's status and headers and no body (RFC 9110 §9.3.2): views answer as if asked for all,
    and gunicorn complains of each that sends it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response

    return answer
