"""What a subscriber chose of how a feed looks, beside which actions it holds."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rallies import conf
from rallies.formats.ics_cancelled import Cancelled
from rallies.http.query import BadQuestion
from rallies.selectors.feeds import MOST_EVENTS

LOOKS = frozenset({"cancelled", "all"})


@dataclass(frozen=True, slots=True)
class Look:
    """`is_whole`: everything there is, also where that is more than calendar apps carry."""

    cancelled: Cancelled = Cancelled.MARK
    is_whole: bool = False

    @property
    def query_string(self) -> str:
        asked = {
            "cancelled": "" if self.cancelled == Cancelled.MARK else self.cancelled.value,
            "all": "1" * self.is_whole,
        }
        return urlencode({name: value for name, value in asked.items() if value})

    def words(self, *, is_cut: bool) -> str:
        """What the feed says of itself (FEED_CONTRACT 61 and 62)."""
        told = {
            Cancelled.MARK: _("Public actions from %(site)s. Cancelled ones are marked."),
            Cancelled.TITLE: _("Public actions from %(site)s. Cancelled ones say so in their title."),
            Cancelled.HIDE: _("Public actions from %(site)s, without the cancelled ones."),
        }
        words = told[self.cancelled] % {"site": conf.site_name()}
        if not is_cut:
            return words
        limit = _(
            "There are more than calendar apps carry: here are the nearest, %(count)d at most. Add all=1 to the address for"
            " everything, or subscribe to a campaign, a group or a city."
        )
        return f"{words} {limit % {'count': MOST_EVENTS}}"


def read_look(request: HttpRequest) -> Look:
    """The look that an address asks for. Raises `BadQuestion`."""
    for name in LOOKS:
        if len(request.GET.getlist(name)) > 1:
            raise BadQuestion(_("“%(name)s” is given twice. Give it once.") % {"name": name})
    asked = request.GET.get("cancelled", "") or Cancelled.MARK.value
    if asked not in {each.value for each in Cancelled}:
        raise BadQuestion(
            _("“cancelled” is one of %(known)s, not “%(value)s”.")
            % {"known": ", ".join(each.value for each in Cancelled), "value": asked}
        )
    whole = request.GET.get("all", "")
    if whole not in {"", "1"}:
        raise BadQuestion(_("“all” is 1 or not there."))
    return Look(cancelled=Cancelled(asked), is_whole=bool(whole))
