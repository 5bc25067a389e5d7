import re
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from rallies.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_it_makes_an_administrator_without_an_address_and_the_log_says_so():
    out = StringIO()
    call_command("createsuperuser", "--noinput", username="ana", stdout=out)
    password = re.fullmatch(r"Administrator  ana\nPassword       (\S+)   \(shown only now\)\n", out.getvalue())[1]
    user = User.objects.get()
    assert (user.username, user.email, user.is_staff, user.is_superuser) == ("ana", "", True, True)
    assert user.check_password(password)
    assert list(AuditEntry.objects.values_list("deed", "words", "detail")) == [
        ("create-administrator", "ana", "command line")
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"username": "bo", "email": "somewhere"}, "Accounts hold no e-mail address: leave --email out."),
        ({"username": "ana"}, "A user with that username already exists."),
        ({"username": "a b"}, "Enter a valid username."),
        ({"username": ""}, "This field cannot be blank."),
    ],
)
def test_what_cannot_be_an_account_is_refused_in_words(options, said):
    call_command("createsuperuser", username="ana", stdout=StringIO())
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("createsuperuser", stdout=StringIO(), **options)
    assert list(User.objects.values_list("username", "email")) == [("ana", "")]
