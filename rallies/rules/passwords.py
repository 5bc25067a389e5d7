"""What a password must be: Django's checks, in the words of the desk."""

from django.contrib.auth import password_validation as checks
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LEAST = 12
"""Characters."""
HOW_TO_CHOOSE = format_lazy(
    gettext_lazy(
        "At least {least} characters. Four words that have nothing to do with each other are hard to guess, and easy to keep"
        " in mind."
    ),
    least=LEAST,
)


class LongEnough(checks.MinimumLengthValidator):
    def __init__(self) -> None:
        super().__init__(LEAST)

    def get_error_message(self) -> str:
        return _("That is too short: take %(least)d characters or more.") % {"least": LEAST}


class NotTheName(checks.UserAttributeSimilarityValidator):
    def __init__(self) -> None:
        super().__init__(("username", "first_name"))

    def get_error_message(self) -> str:
        # Of which of the two names matters to nobody who has to choose another anyway.
        return _("That is too much like your name here, which others read.")


class NotCommon(checks.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("That is one of the passwords that are tried first, since many people use it.")


class NotOnlyDigits(checks.NumericPasswordValidator):
    def validate(self, password: str, user: object = None) -> None:
        if password.isdigit():
            raise ValidationError(_("Digits alone are soon guessed: add words."), code="password_entirely_numeric")
