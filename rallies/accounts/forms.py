"""The forms of signing in: allauth's, with our limits, and codes that are good once."""

import struct
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, SetPasswordForm
from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.account.utils import url_str_to_user_pk
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, get_totp_secret
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import UnsupportedAlgorithm
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext_lazy as _

from rallies.operations.second_factors import use_code
from rallies.rules.passwords import HOW_TO_CHOOSE
from rallies.sealed import WrongKey, seal, unseal
from rallies.selectors.second_factors import has_passkey

from .adapter import NO_PASSKEY, NOT_PROVED, OTHER_KEY, WRONG_CODE
from .limits import code_attempt, passkey_attempt, password_attempt
from .log import (
    BAD_CODE,
    BAD_PASSKEY,
    CLOSED_CODE,
    TOO_MANY,
    TOO_MANY_CODES,
    TOO_MANY_PASSKEYS,
    WRONG_PASSWORD,
    note_refused,
)

# What libraries raise that take apart what a stranger sent in place of the answer of a passkey.
MALFORMED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    struct.error,
)


class Plain:
    """Labels stand above a field, and not once more inside it. An error is that of a form, not of one of its fields."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignIn(Plain, LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Username")
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class Password(Plain, PasswordForm):
    pass


class Chosen(Plain):
    """A new password, and the same once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = HOW_TO_CHOOSE
        self.fields["password2"].label = _("New password, once more")

    def add_error(self, field: str | None, error: Any) -> None:
        # The one thing that allauth says of the second.
        said = error if field != "password2" else _("This is not the same as above: type both again.")
        super().add_error(field, said)  # type: ignore[misc]


class ChangePassword(Chosen, ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")

    def clean_oldpassword(self) -> str:
        # Counted as at the login: whoever sits at a forgotten screen could guess here without end.
        attempt = password_attempt(context.request, name=self.user.get_username())
        # Hashes also when it is over the limit, so that the time does not tell.
        is_right = self.user.check_password(str(self.cleaned_data["oldpassword"]))
        if not is_right or not attempt.is_allowed:
            why = WRONG_PASSWORD if attempt.is_allowed else TOO_MANY
            note_refused(context.request, self.user.get_username(), why=why)
            raise ValidationError(NOT_PROVED)
        attempt.give_back()
        return str(self.cleaned_data["oldpassword"])


class SetPassword(Chosen, SetPasswordForm):
    pass


class GoodOnce(Plain):
    """A code of the app, or one for recovery."""

    user: Any
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        attempt = code_attempt(context.request, user_id=self.user.pk)
        try:
            found = use_code(self.user.pk, code=code, now=timezone.now()) if attempt.is_allowed else None
        except WrongKey as error:
            # Whoever comes so far has given the right password, and no other code would do: this may be said.
            note_refused(context.request, self.user.get_username(), why=CLOSED_CODE)
            raise ValidationError(OTHER_KEY) from error
        if found is None:
            why = BAD_CODE if attempt.is_allowed else TOO_MANY_CODES
            note_refused(context.request, self.user.get_username(), why=why)
            raise ValidationError(WRONG_CODE)
        attempt.give_back()
        found.user = self.user
        self.authenticator = found
        return code


class Code(GoodOnce, AuthenticateForm):
    pass


class CodeAgain(GoodOnce, ReauthenticateForm):
    pass


class SetUpApp(Plain, ActivateTOTPForm):
    secret: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code that the app shows")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}
        # Sessions lie in the database: there the secret is sealed already while it waits for its first code.
        try:
            self.secret = unseal(self.secret)
        except WrongKey:
            self.secret = get_totp_secret(regenerate=True)
        context.request.session[SECRET_SESSION_KEY] = seal(self.secret)


class Answer(forms.JSONField):
    """What a browser hands on of a passkey. Numbers and nesting without end are no JSON that Django knows to refuse."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise ValidationError(NO_PASSKEY) from error


class AddPasskey(Plain, AddWebAuthnForm):
    credential = Answer()
    name = forms.CharField(
        label=_("Name"), required=False, max_length=60, help_text=_("What you will know it by, such as “My phone”.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = _("Sign in with it alone, without username and password")
        self.fields["passwordless"].help_text = _(
            "It then asks for a fingerprint, your face or a PIN each time, and not every device can keep such a key."
        )

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except (ValidationError, *MALFORMED) as error:
            raise ValidationError(_("This passkey cannot be added. Try it again, or with another device.")) from error


class NamePasskey(Plain, EditWebAuthnForm):
    name = forms.CharField(label=_("Name"), max_length=60)


class Counted(forms.Form):
    """Tries with a passkey, counted and noted as those with passwords and codes are. Nobody guesses one, but somebody tries."""

    user: User | None
    credential = Answer()

    def clean_credential(self) -> Any:
        request = context.request
        claimed = self.user.pk if self.user else _claimed_user_id(self.cleaned_data["credential"])
        attempt = passkey_attempt(request, user_id=claimed, is_claimed=self.user is None)
        try:
            if not attempt.is_allowed or not (self.user or _is_held(claimed, self.cleaned_data["credential"])):
                raise ValidationError(NO_PASSKEY)
            found: Any = super().clean_credential()  # type: ignore[misc]
        except (ValidationError, *MALFORMED) as error:
            if claimed is not None:
                note_refused(request, claimed, why=BAD_PASSKEY if attempt.is_allowed else TOO_MANY_PASSKEYS)
            raise ValidationError(NO_PASSKEY) from error
        attempt.give_back()
        return found


def _claimed_user_id(credential: Any) -> int | None:
    """Whose passkey it says that it is, whether there is such an account or not; None if it says nothing."""
    try:
        handle = urlsafe_base64_decode(credential["response"]["userHandle"]).decode("ascii")
        return int(url_str_to_user_pk(handle))
    except (ValidationError, *MALFORMED):
        return None


def _is_held(claimed: int | None, credential: Any) -> bool:
    """Whether it comes of a passkey that the account has. allauth takes apart all passkeys of the account before it knows:
    the time would tell strangers whether there is one, and how many it has."""
    return claimed is not None and has_passkey(claimed, key=credential["rawId"])


class Passkey(Counted, AuthenticateWebAuthnForm):
    pass


class PasskeyAgain(Counted, ReauthenticateWebAuthnForm):
    pass


class PasskeyAlone(Counted, LoginWebAuthnForm):
    pass


class NameToShow(forms.Form):
    name = forms.CharField(
        label=_("Name to show"),
        required=False,
        max_length=150,
        help_text=_("Others at the desk see it beside what you change. It need not be your own name."),
    )
