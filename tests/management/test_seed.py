from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("seed", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_says_what_it_added():
    added = "Added 1 campaign, 27 actions, 72 organizers, 4 milestones, 26 places.\n"
    assert (run(), run()) == (added, "Everything is there already; nothing was changed.\n")


def test_an_unreadable_seed_is_answered_with_a_sentence(tmp_path):
    with pytest.raises(CommandError) as refused:
        run("--from", str(tmp_path))
    assert str(refused.value) == (
        f"Nothing was added. {tmp_path}/campaign.json cannot be opened: No such file or directory."
    )
