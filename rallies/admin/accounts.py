"""Accounts of the people at the desk."""

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
from django.utils.decorators import method_decorator

from rallies.http.sign_in import fresh_sign_in
from rallies.operations.accounts import save_account

from .base import WithoutHistory
from .safe import SafeLists

User = get_user_model()

admin.site.unregister(User)
# Roles of our own come instead: see rallies/models/memberships.py.
admin.site.unregister(Group)
# Nobody at the desk looks at the secrets of others or changes them; e-mail addresses are not stored.
admin.site.unregister(Authenticator)
admin.site.unregister(EmailAddress)


class PasswordForm(AdminPasswordChangeForm):
    def save(self, commit: bool = True) -> Any:
        user = super().save(commit=False)
        save_account(user)
        return user


@admin.register(User)
@method_decorator(fresh_sign_in, name="changeform_view")
@method_decorator(fresh_sign_in, name="user_change_password")
class AccountAdmin(WithoutHistory, SafeLists, UserAdmin):
    change_password_form = PasswordForm
    list_display = ["username", "first_name", "is_active", "is_staff", "is_superuser"]
    filter_horizontal = []
    list_filter = ["is_active", "is_staff", "is_superuser"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (None, {"fields": ["first_name", "is_active", "is_staff", "is_superuser", "last_login"]}),
    ]
    readonly_fields = ["last_login"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_account(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        pass

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
