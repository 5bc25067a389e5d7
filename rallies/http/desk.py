"""Who may enter the desk, for every address under /admin/: this class is asked by all of them, and by nothing else."""

from functools import partial
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from rallies.rules.access import Actor
from rallies.selectors.access import actor_of
from rallies.selectors.requests import count_requests
from rallies.selectors.second_factors import factors_of

from .sign_in import lacks_second_factor, leading_back, name_of_proof


def actor(request: HttpRequest) -> Actor:
    """Who sits at the desk, as the rules see them; read once for a request."""
    known: Actor | None = getattr(request, "actor", None)
    if known is None:
        known = actor_of(request.user)
        request.actor = known  # type: ignore[attr-defined]
    return known


def waiting(request: HttpRequest) -> int:
    """How many requests wait for an answer of who sits at the desk; counted once for a request."""
    known: int | None = getattr(request, "waiting", None)
    if known is None:
        known = count_requests(actor(request))
        request.waiting = known  # type: ignore[attr-defined]
    return known


class Desk(AdminSite):
    """`pages` are addresses of pages of ours that are of no noun."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pages: list[URLPattern] = []

    def get_urls(self) -> list[Any]:
        return [*self.pages, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        # Asked by the head of each page, and not where somebody is only led elsewhere.
        return {**super().each_context(request), "waiting": partial(waiting, request)}

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not lacks_second_factor(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Leads whoever may not enter to where that changes, and from there to the page that was asked for."""
        user: Any = request.user
        wanted = _wanted(request)
        if not user.is_authenticated:
            return leading_back("account_login", wanted)
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if not super().has_permission(request):
            raise PermissionDenied
        factors = factors_of(user.pk)
        return leading_back(name_of_proof(factors) if factors else "account_set_up", wanted)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("account_change_password"))

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("account_home"))


def _wanted(request: HttpRequest) -> str:
    path = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(path, {request.get_host()}, require_https=request.is_secure())
    return path if is_ours and path.startswith("/") else reverse("admin:index")
