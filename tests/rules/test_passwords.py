from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from rallies.rules.passwords import HOW_TO_CHOOSE


def said_of(password: str) -> list[str]:
    try:
        validate_password(password, user=User(username="riverside-ana", first_name="Ana of the river"))
    except ValidationError as error:
        return error.messages
    return []


def test_what_is_wrong_with_a_password_is_said_in_the_words_of_the_desk():
    assert said_of("four words for a door") == []
    assert said_of("short") == ["That is too short: take 12 characters or more."]
    assert said_of("riverside-ana") == ["That is too much like your name here, which others read."]
    assert said_of("ana of the river") == ["That is too much like your name here, which others read."]
    assert said_of("qwertyuiop[]") == ["That is one of the passwords that are tried first, since many people use it."]
    assert said_of("837261900425") == ["Digits alone are soon guessed: add words."]


def test_what_to_choose_is_said_beforehand():
    assert str(HOW_TO_CHOOSE).startswith("At least 12 characters.")
