"""Accounts of the people at the desk."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies.operations.accounts import edit_account, is_last_administrator, save_account
from rallies.rules.access import Deed, may
from rallies.rules.errors import RuleBroken
from rallies.rules.joining import check_administrator_remains
from rallies.selectors.access import actor_of, subject_of

from .base import WithoutHistory, person
from .people import RECOVER, name_of, run_step
from .safe import SafeLists, is_key

User = get_user_model()

admin.site.unregister(User)
# Roles of our own come instead: see rallies/models/memberships.py.
admin.site.unregister(Group)


class PasswordForm(AdminPasswordChangeForm):
    def save(self, commit: bool = True) -> Any:
        user = super().save(commit=False)
        save_account(user)
        return user


class AccountForm(UserChangeForm):
    """Says beside the boxes what the operation would refuse."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        remains = cleaned.get("is_active") and cleaned.get("is_superuser")
        try:
            check_administrator_remains(administrators=int(bool(remains) or not is_last_administrator(self.instance)))
        except RuleBroken as error:
            self.add_error("is_superuser" if cleaned.get("is_active") else "is_active", error.sentence)
        return cleaned


@admin.register(User)
class AccountAdmin(WithoutHistory, SafeLists, UserAdmin):
    form = AccountForm
    change_password_form = PasswordForm
    change_form_template = "admin/rallies/account.html"
    list_display = ["username", "first_name", "is_active", "is_superuser"]
    filter_horizontal = []
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "first_name"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (None, {"fields": ["first_name", "is_active", "is_superuser", "last_login"]}),
    ]
    readonly_fields = ["last_login"]

    def get_urls(self) -> list[Any]:
        recover = path("<int:object_id>/recover/", self.admin_site.admin_view(self._recover), name="auth_user_recover")
        return [recover, *super().get_urls()]

    def _recover(self, request: HttpRequest, object_id: int) -> HttpResponse:
        user = User.objects.filter(pk=object_id).first() if is_key(object_id) else None
        if user is None or not may(actor_of(request.user), Deed.RECOVER, subject_of(user)):
            raise Http404
        back = reverse("admin:auth_user_change", args=[user.pk])
        return run_step(request, RECOVER, user, about=str(_("Account")), title=name_of(user), back=back, opts=self.opts)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {"is_active": obj.is_active, "is_administrator": obj.is_superuser}
        edit_account(obj, **values, by=person(request), now=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        pass

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
