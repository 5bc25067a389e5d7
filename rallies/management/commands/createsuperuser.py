"""In place of Django's command of that name, which stores an e-mail address and leaves no line in the log."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from rallies.operations.accounts import create_administrator


class Command(BaseCommand):
    help = "Makes the account of an administrator, with a random password that is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True, help="What it signs in with.")
        # Known so that whoever comes with Django's habits reads why, and that scripts go on.
        parser.add_argument("--email", help="Is refused: accounts hold no address.")
        parser.add_argument("--noinput", "--no-input", action="store_true", help="Changes nothing: nothing is asked.")

    def handle(self, *args: Any, username: str, email: str | None, **options: Any) -> None:
        if email:
            raise CommandError("Accounts hold no e-mail address: leave --email out.")
        try:
            User(username=username).full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user, password = create_administrator(username=username, now=timezone.now())
        self.stdout.write(f"Administrator  {user.get_username()}\nPassword       {password}   (shown only now)")
