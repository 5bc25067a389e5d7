"""Accounts of the people at the desk."""

from copy import copy
from functools import partial
from typing import Any

# From where they are registered, which otherwise would happen after this.
from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from django.utils.decorators import method_decorator

from rallies.http.sign_in import fresh_sign_in
from rallies.operations.accounts import save_account
from rallies.operations.saving import Person

from .access import ByRules
from .base import WithoutHistory, person
from .safe import SafeLists

User = get_user_model()

admin.site.unregister(User)
# Roles of our own come instead: see rallies/models/memberships.py.
admin.site.unregister(Group)
# Nobody at the desk looks at the secrets of others or changes them; e-mail addresses are not stored.
admin.site.unregister(Authenticator)
admin.site.unregister(EmailAddress)


class PasswordForm(AdminPasswordChangeForm):
    """`by` is who sits at the desk, which Django tells no form."""

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit=False)
        save_account(user, by=self.by, now=timezone.now())
        return user


@admin.register(User)
@method_decorator(fresh_sign_in, name="changeform_view")
@method_decorator(fresh_sign_in, name="user_change_password")
class AccountAdmin(WithoutHistory, ByRules, SafeLists, UserAdmin):
    list_display = ["username", "first_name", "is_active", "is_staff", "is_superuser"]
    filter_horizontal = []
    list_filter = ["is_active", "is_staff", "is_superuser"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (None, {"fields": ["first_name", "is_active", "is_staff", "is_superuser", "last_login"]}),
    ]
    readonly_fields = ["last_login"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_account(obj, by=person(request), now=timezone.now())

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        # A copy, since the desk itself serves other requests at the same time.
        desk: Any = copy(self)
        desk.change_password_form = partial(PasswordForm, by=person(request))
        return super(AccountAdmin, desk).user_change_password(request, id, form_url)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        pass

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
