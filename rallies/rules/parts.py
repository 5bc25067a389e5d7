"""Is what stands beside an action well said: a source, a group's part, a listing."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from rallies.enums import Confidence, ListingBasis, ListingState, ParticipationRole, ParticipationState

from .actions import is_web_address
from .errors import BadValue, RuleBroken

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


def _not_of_the_list(value: str, *, field: str) -> BadValue:
    return BadValue(_("“%(value)s” is not one of the list.") % {"value": value}, field=field)
