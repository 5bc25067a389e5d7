"""Everything under /account/. The names are those by which allauth finds its own pages."""

from typing import Any

from allauth.account.views import LoginView, LogoutView, ReauthenticateView
from allauth.mfa.base import views as factors
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from . import joining, views
from .log import noting_later


def _page(route: str, view: Any, name: str) -> URLPattern:
    # No copy of such a page stays in a browser that others use.
    return path(route, never_cache(noting_later(view)), name=name)


def _view(route: str, view: Any, name: str, title: Any) -> URLPattern:
    return _page(route, view.as_view(extra_context={"title": title}), name)


AGAIN = _("Is it still you?")
FACTORS = factors.IndexView.as_view(extra_context={"title": _("Second factor")})
PASSWORD = views.ChangePassword.as_view(extra_context={"title": _("Change password")})
SET_PASSWORD = views.SetPassword.as_view(extra_context={"title": _("Change password")})

urlpatterns = [
    _page("", views.home, "account_home"),
    _page("join/<str:token>/", joining.join, "account_join"),
    _page("recover/<str:token>/", joining.recover, "account_recover"),
    _page("sessions/end/", views.end_one_session, "account_end_session"),
    _page("sessions/end-others/", views.end_other_sessions, "account_end_other_sessions"),
    _view("login/", LoginView, "account_login", _("Log in")),
    _view("login/passkey/", views.SignInWithPasskey, "mfa_login_webauthn", _("Log in")),
    _view("login/code/", factors.AuthenticateView, "mfa_authenticate", _("Second factor")),
    _view("logout/", LogoutView, "account_logout", _("Log out")),
    _view("again/", ReauthenticateView, "account_reauthenticate", AGAIN),
    _view("again/code/", factors.ReauthenticateView, "mfa_reauthenticate", AGAIN),
    _view("again/passkey/", views.PasskeyAgain, "mfa_reauthenticate_webauthn", AGAIN),
    _page("password/", views.fully_signed_in(PASSWORD), "account_change_password"),
    _page("password/set/", views.fully_signed_in(SET_PASSWORD), "account_set_password"),
    _page("set-up/", views.set_up, "account_set_up"),
    _page("second-factor/", views.fully_signed_in(FACTORS), "mfa_index"),
    _view("second-factor/app/", views.SetUpApp, "mfa_activate_totp", _("Set up an app with codes")),
    _view("second-factor/app/remove/", app.DeactivateTOTPView, "mfa_deactivate_totp", _("Remove the app?")),
    _page("second-factor/passkeys/", RedirectView.as_view(pattern_name="mfa_index"), "mfa_list_webauthn"),
    _view("second-factor/passkeys/add/", views.AddPasskey, "mfa_add_webauthn", _("Add a passkey")),
    _view("second-factor/passkeys/<int:pk>/", passkeys.EditWebAuthnView, "mfa_edit_webauthn", _("Name of a passkey")),
    _view(
        "second-factor/passkeys/<int:pk>/remove/",
        passkeys.RemoveWebAuthnView,
        "mfa_remove_webauthn",
        _("Remove this passkey?"),
    ),
    _view("recovery-codes/", views.RecoveryCodes, "mfa_view_recovery_codes", _("Recovery codes")),
    _view(
        "recovery-codes/new/",
        views.NewRecoveryCodes,
        "mfa_generate_recovery_codes",
        _("Make new recovery codes?"),
    ),
    _page("recovery-codes/file/", views.FileOfRecoveryCodes.as_view(), "mfa_download_recovery_codes"),
]
