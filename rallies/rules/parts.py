"""Is what stands beside an action well said: a source, a group's part, a listing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from rallies import names
from rallies.enums import Confidence, ListingBasis, ListingState, ParticipationRole, ParticipationState

from .access import NotAllowed
from .actions import is_web_address
from .errors import BadValue, RuleBroken

ASK_AGAIN_DAYS = 7
"""How long a no of the host to a group holds before it may be asked again."""
LONGEST_URL = 1000
LONGEST_OUTLET = 200
LONGEST_NOTE = 500


def broken_source(*, url: str, outlet: str, note: str, confidence: str, import_name: str = "") -> list[RuleBroken]:
    """Everything that is wrong with a source; it must at least say where: an address, an outlet or an import."""
    return list(_broken_source(url=url, outlet=outlet, note=note, confidence=confidence, import_name=import_name))


def _broken_source(*, url: str, outlet: str, note: str, confidence: str, import_name: str) -> Iterator[RuleBroken]:
    if not (url or outlet or import_name):
        yield BadValue(_("Say where it comes from: an address or an outlet."), field="url")
    if url and (len(url) > LONGEST_URL or not is_web_address(url)):
        yield BadValue(_("Give a link that begins with https:// or http://."), field="url")
    for field, value, longest in (("outlet", outlet, LONGEST_OUTLET), ("note", note, LONGEST_NOTE)):
        if len(value) > longest:
            yield BadValue(_("This text is longer than %(count)d characters.") % {"count": longest}, field=field)
    if confidence and confidence not in Confidence.values:
        yield _not_of_the_list(confidence, field="confidence")


def broken_participation(*, role: str, state: str, has_source: bool) -> list[RuleBroken]:
    """Who is reported is named by a source; who agreed needs none."""
    broken: list[RuleBroken] = []
    if state == ParticipationState.REPORTED and not has_source:
        broken.append(
            BadValue(_("Choose the source that names the group. Add the source first, and save."), field="source")
        )
    if role not in ParticipationRole.values:
        broken.append(_not_of_the_list(role, field="role"))
    if state not in ParticipationState.values:
        broken.append(_not_of_the_list(state, field="state"))
    return broken


def broken_listing(*, state: str, basis: str) -> list[RuleBroken]:
    """A reported listing says on what basis, any other has none."""
    broken: list[RuleBroken] = []
    if state not in ListingState.values:
        broken.append(_not_of_the_list(state, field="state"))
    if basis and basis not in ListingBasis.values:
        broken.append(_not_of_the_list(basis, field="basis"))
    if (state == ListingState.REPORTED) != bool(basis):
        broken.append(BadValue(_("A reported listing says how the source ties it; any other does not."), field="basis"))
    return broken


def check_may_ask(state: str, *, is_own_no: bool) -> None:
    """Whether a campaign may ask an action with which it has a listing in this state. Raises `BadValue`. `is_own_no`: it
    was the campaign that declined."""
    if state == ListingState.DECLINED and is_own_no:
        return
    said = {
        ListingState.REQUESTED_BY_HOST: _("It asks to join already: answer it."),
        ListingState.REQUESTED_BY_CAMPAIGN: _("It is asked already, and has not answered yet."),
        ListingState.DECLINED: _("It was asked, and the answer was no. Its host can still ask to join."),
    }
    raise BadValue(said.get(ListingState(state), _("It is part of the campaign already.")), field="action")


def check_may_ask_again(state: str, *, refused_at: datetime | None, now: datetime) -> None:
    """Whether a group that is known at an action in this state may ask to stand there. Raises `NotAllowed`. `refused_at`: when
    the host said no to it. The host may err, or a group change; asking every day would press it."""
    if state == ParticipationState.ASKED:
        raise NotAllowed(_("The group has asked already, and the host has not answered yet."))
    if state == ParticipationState.INVITED:
        raise NotAllowed(_("The group is invited: accept that among the requests."))
    if state != ParticipationState.DECLINED:
        raise NotAllowed(_("The group is named there already."))
    again = refused_at + timedelta(days=ASK_AGAIN_DAYS) if refused_at else now
    if now < again:
        raise NotAllowed(
            _("The host said no. The group can ask again from %(day)s, or speak with the host.")
            % {"day": names.day_words(again.date())}
        )


def _not_of_the_list(value: str, *, field: str) -> BadValue:
    return BadValue(_("“%(value)s” is not one of the list.") % {"value": value}, field=field)
