"""What is sealed opens with the key it was sealed under, and with no other."""

import pytest

from rallies.sealed import WrongKey, seal, sealed_anew, unseal

TEXT = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def keys(settings):
    def hold(key: str, *before: str) -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, list(before)

    hold("first")
    return hold


def opened(kept: str) -> str:
    try:
        return unseal(kept)
    except WrongKey:
        return "closed"


def test_rule_1_what_is_sealed_does_not_show_and_opens_with_its_key_alone(keys):
    kept = seal(TEXT)
    assert (TEXT in kept, unseal(kept), seal(TEXT) == kept) == (False, TEXT, False)
    keys("second")
    assert opened(kept) == "closed"
    keys("second", "other", "first")
    assert opened(kept) == TEXT


def test_what_is_changed_does_not_open(keys):
    kept = seal(TEXT)
    for wrong in (kept[:-4], kept[:-9] + "A" * 9, kept[:7], kept[:7] + "ß"):
        with pytest.raises(WrongKey):
            unseal(wrong)


def test_rule_1_what_lies_open_is_read_and_sealed(keys):
    assert unseal(TEXT) == TEXT
    assert unseal(sealed_anew(TEXT)) == TEXT != sealed_anew(TEXT)


def test_rule_1_sealing_anew_leaves_the_key_of_before_behind(keys):
    kept = seal(TEXT)
    assert sealed_anew(kept) == kept
    keys("second", "first")
    anew = sealed_anew(kept)
    keys("second")
    assert (opened(anew), sealed_anew(anew)) == (TEXT, anew)
    with pytest.raises(WrongKey):
        sealed_anew(kept)
