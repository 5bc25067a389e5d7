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
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from rallies.http.sign_in import fresh_sign_in
from rallies.operations.accounts import edit_account, is_last_administrator, save_account
from rallies.operations.saving import Person
from rallies.rules.access import Right
from rallies.rules.errors import RuleBroken
from rallies.rules.joining import check_administrator_remains
from rallies.rules.passwords import HOW_TO_CHOOSE

from .access import ByRules, allows, name_of
from .base import WithoutHistory, person
from .forms import DeskForm, say_how_to_write
from .people import RECOVER, run_step
from .safe import SafeLists, is_key

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
        self.fields["password1"].help_text = HOW_TO_CHOOSE
        say_how_to_write(self.fields)

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit=False)
        save_account(user, by=self.by, now=timezone.now())
        return user


class NewAccountForm(UserCreationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = HOW_TO_CHOOSE
        say_how_to_write(self.fields)


class AccountForm(DeskForm, UserChangeForm):
    """Says beside the boxes what the operation would refuse."""

    class Meta(UserChangeForm.Meta):
        labels = {"is_superuser": _("administrator")}
        help_texts = {
            "username": _("What one signs in with: letters, digits and @ . + - _"),
            "first_name": _("What others read at the desk. Empty: the username."),
            "is_active": _("Off: nobody signs in with it any more. What it did stays in the histories."),
            "is_superuser": _("Sees and changes everything here, other accounts too."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        remains = cleaned.get("is_active") and cleaned.get("is_superuser")
        try:
            check_administrator_remains(administrators=int(bool(remains) or not is_last_administrator(self.instance)))
        except RuleBroken as error:
            self.add_error("is_superuser" if cleaned.get("is_active") else "is_active", error.sentence)
        return cleaned


class AdministratorFilter(admin.BooleanFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("administrator")


@admin.register(User)
@method_decorator(fresh_sign_in, name="changeform_view")
@method_decorator(fresh_sign_in, name="user_change_password")
@method_decorator(fresh_sign_in, name="recover_view")
class AccountAdmin(WithoutHistory, ByRules, SafeLists, UserAdmin):
    form = AccountForm
    add_form = NewAccountForm
    add_form_template = None
    add_fieldsets = [(None, {"fields": ["username", "password1", "password2"]})]
    change_form_template = "admin/rallies/account.html"
    list_display = ["username", "first_name", "is_active", "is_administrator"]
    filter_horizontal = []
    list_filter = ["is_active", ("is_superuser", AdministratorFilter)]
    search_fields = ["username", "first_name"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (None, {"fields": ["first_name", "is_active", "is_superuser", "last_login"]}),
    ]
    readonly_fields = ["last_login"]

    def get_urls(self) -> list[Any]:
        recover = path(
            "<int:object_id>/recover/", self.admin_site.admin_view(self.recover_view), name="auth_user_recover"
        )
        return [recover, *super().get_urls()]

    @admin.display(description=_("administrator"), ordering="is_superuser", boolean=True)
    def is_administrator(self, user: Any) -> bool:
        return bool(user.is_superuser)

    def recover_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        user = User.objects.filter(pk=object_id).first() if is_key(object_id) else None
        if user is None or not allows(request, Right.RECOVER, user):
            raise Http404
        back = reverse("admin:auth_user_change", args=[user.pk])
        return run_step(
            request, RECOVER, user, about=str(_("Account")), subject=name_of(user), back=back, opts=self.opts
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {"is_active": obj.is_active, "is_administrator": obj.is_superuser}
        edit_account(obj, **values, by=person(request), now=timezone.now())

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
