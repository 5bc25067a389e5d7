"""All addresses of the site. /healthz is answered before this, by rallies/web/health.py."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.static import serve

from rallies.admin.site import choose, first_page, nothing
from rallies.api import problems
from rallies.web import errors
from rallies.web.mark import mark_address
from rallies.web.robots import robots


@csrf_exempt
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it on pages that name no icon: the admin, feeds, pictures."""
    return HttpResponseRedirect(mark_address(), headers={"Cache-Control": "public, max-age=86400"})


urlpatterns = [
    # Of these, each language has its own under its code, such as /es/actions.ics: see rallies/http/language.py.
    *i18n_patterns(
        path("", include("rallies.web.urls")),
        path("", include("rallies.feeds.urls")),
        prefix_default_language=False,
    ),
    path("api/", include("rallies.api.urls")),
    path("account/", include("rallies.accounts.urls")),
    path("admin/", first_page),
    path("admin/autocomplete/", choose),
    path("admin/r/<path:row>/", nothing),
    path("admin/", admin.site.urls),
    path("favicon.ico", favicon),
    path("robots.txt", robots),
    # Pictures of actions. A proxy in front may serve DATA_DIR/media itself; without one, this is enough.
    re_path(r"^media/(?P<path>.+)$", csrf_exempt(require_safe(serve)), {"document_root": settings.MEDIA_ROOT}),
]


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What is wrong before a view is asked, in the words of the door that was called."""
    answer = problems.bad_request if request.path_info.startswith("/api/") else errors.bad_request
    return answer(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return (problems if request.path_info.startswith("/api/") else errors).server_error(request)


handler400 = bad_request
handler403 = "rallies.web.errors.permission_denied"
handler404 = "rallies.web.errors.not_found"
handler500 = server_error
