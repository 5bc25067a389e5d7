"""Whose an account is."""

from django.contrib.auth.models import User


def account_named(username: str) -> User | None:
    """The account that signs in with exactly that name, also one that was deactivated."""
    return User.objects.filter(username=username).first()
