"""What programs that search the web may read: everything public, feeds first of all."""

from django.http import HttpRequest, HttpResponse

from rallies.web.door import public

# Google Calendar obeys it too: what is shut here is shut to those who subscribed (FEED_CONTRACT 55).
TEXT = "User-agent: *\nDisallow: /admin/\n"


@public
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        TEXT, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "public, max-age=86400"}
    )
