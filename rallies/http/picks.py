"""Reading the text of picked actions out of an address, with a sentence where it is none."""

from django.utils.translation import gettext as _

from rallies.picks import MOST, OtherVersion, TooManyPicks, UnreadablePicks, codes_of

from .query import BadQuestion


def read_picks(token: str) -> tuple[int, ...]:
    """The codes that an address holds. Raises `BadQuestion`."""
    try:
        return codes_of(token)
    except TooManyPicks as error:
        raise BadQuestion(_("An address holds %(most)d picks at most. Take some off.") % {"most": MOST}) from error
    except OtherVersion as error:
        raise BadQuestion(
            _("This address of picks was made by another version of this site. Open your picks here again.")
        ) from error
    except UnreadablePicks as error:
        raise BadQuestion(
            _(
                "This address of picks is not whole: a part of it was lost or changed. Copy all of it, or open your picks again."
            )
        ) from error
