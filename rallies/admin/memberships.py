"""Memberships, roles and links as administrators see them all, and one's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from rallies.http.sign_in import fresh_sign_in
from rallies.models import CampaignRole, Invitation, Membership, RecoveryLink
from rallies.operations import memberships as operations
from rallies.operations.invitations import revoke_invitation
from rallies.operations.recovery import revoke_recovery_link
from rallies.rules.access import Right
from rallies.rules.errors import RuleBroken
from rallies.rules.joining import broken_role
from rallies.selectors.joining import belongings_of

from .access import actor, allows
from .base import OperationAdmin, ReadingAdmin, WithoutHistory, person
from .forms import OperationForm
from .people import LEAVE, run_step
from .safe import is_key


def _broken_membership(values: Mapping[str, Any]) -> Sequence[RuleBroken]:
    return broken_role(role=values["role"] or "", is_owner=bool(values["is_owner"]))


class MembershipForm(OperationForm):
    class Meta:
        model = Membership
        fields = ["user", "organizer", "role", "is_owner"]


class BelongingAdmin(WithoutHistory, OperationAdmin):
    """Somebody belongs to something. Nobody is taken out in bulk: each one could be a last owner."""

    actions = None

    def get_urls(self) -> list[Any]:
        name = f"rallies_{self.opts.model_name}_leave"
        leave = path("<int:object_id>/leave/", self.admin_site.admin_view(self._leave), name=name)
        return [leave, *super().get_urls()]

    def _leave(self, request: HttpRequest, object_id: int) -> HttpResponse:
        rows: Any = self.model._default_manager.filter(user=request.user)
        row = rows.filter(pk=object_id).first() if is_key(object_id) else None
        if row is None:
            raise Http404
        whole = row.organizer if isinstance(row, Membership) else row.campaign
        back = reverse("admin:rallies_membership_mine")
        return run_step(request, LEAVE, row, about=str(_("My groups")), subject=str(whole), back=back, opts=self.opts)


@admin.register(Membership)
@method_decorator(fresh_sign_in, name="changeform_view")
class MembershipAdmin(BelongingAdmin):
    form = MembershipForm
    rules = staticmethod(_broken_membership)
    editable = frozenset({"user", "organizer", "role", "is_owner"})
    list_display = ["user", "organizer", "role", "is_owner"]
    list_filter = ["role", "is_owner"]
    list_select_related = ["user", "organizer"]
    search_fields = ["user__username", "user__first_name", "organizer__name"]
    autocomplete_fields = ["user", "organizer"]

    def get_urls(self) -> list[Any]:
        mine = path("mine/", self.admin_site.admin_view(my_groups), name="rallies_membership_mine")
        return [mine, *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["user", "organizer"]

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        user, group = values["user"], values["organizer"]
        roles = {"role": values["role"], "is_owner": values["is_owner"]}
        return operations.add_member(group.pk, user=user, **roles, by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        row = Membership.objects.get(pk=pk)
        roles: dict[str, Any] = {"role": row.role, "is_owner": row.is_owner} | dict(values)
        return operations.change_role(pk, **roles, by=person(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        operations.remove_member(obj.pk, by=person(request), now=timezone.now())


@admin.register(CampaignRole)
class CampaignRoleAdmin(BelongingAdmin):
    """Who coordinates is invited on the page of the campaign."""

    rules = staticmethod(lambda values: ())
    editable = frozenset()
    list_display = ["user", "campaign", "role"]
    list_filter = ["role"]
    list_select_related = ["user", "campaign"]
    search_fields = ["user__username", "user__first_name", "campaign__name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        operations.remove_coordinator(obj.pk, by=person(request), now=timezone.now())


class LinkAdmin(ReadingAdmin):
    # What is kept of the token helps nobody.
    exclude = ["token_hash"]
    actions = ["take_back"]
    revoke: Any

    @admin.action(description=_("Take back the chosen links"))
    def take_back(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:
        try:
            for row in queryset:
                self.revoke(row.pk, by=person(request), now=timezone.now())
        except RuleBroken as error:
            self.message_user(request, error.sentence, messages.ERROR)


@admin.register(Invitation)
class InvitationAdmin(LinkAdmin):
    revoke = staticmethod(revoke_invitation)
    list_display = ["role", "organizer", "campaign", "made_by", "expires_at", "used_at", "revoked_at"]
    list_filter = ["role"]
    list_select_related = ["organizer", "campaign", "made_by"]


@admin.register(RecoveryLink)
class RecoveryLinkAdmin(LinkAdmin):
    revoke = staticmethod(revoke_recovery_link)
    list_display = ["user", "made_by", "created_at", "expires_at", "used_at", "revoked_at"]
    list_select_related = ["user", "made_by"]


def my_groups(request: HttpRequest) -> HttpResponse:
    """What somebody belongs to, and the way out of it."""
    rows: list[dict[str, Any]] = []
    for row in belongings_of(actor(request).user or 0):
        whole = row.organizer if isinstance(row, Membership) else row.campaign
        noun = whole._meta.model_name
        may_admit = allows(request, Right.ADMIT, whole)
        people = reverse(f"admin:rallies_{noun}_people", args=[whole.pk]) if may_admit else ""
        leave = reverse(f"admin:rallies_{row._meta.model_name}_leave", args=[row.pk])
        role = _("Owner") if isinstance(row, Membership) and row.is_owner else row.get_role_display()
        rows.append({"whole": whole, "role": role, "since": row.created_at, "people": people, "leave": leave})
    context = {**admin.site.each_context(request), "title": _("My groups"), "rows": rows}
    return TemplateResponse(request, "admin/rallies/my_groups.html", context)
