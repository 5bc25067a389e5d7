"""What somebody picked: a page for the set that stands in its address. The set itself is kept by their browser alone."""

from datetime import UTC

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from rallies import links
from rallies.http.picks import read_picks
from rallies.http.query import refuse_filters
from rallies.http.reach import picks_title
from rallies.picks import MOST
from rallies.selectors.feeds import picks_are_cut
from rallies.selectors.picks import picked_actions
from rallies.web.addresses import feed_beside
from rallies.web.agenda import days_of
from rallies.web.door import personal, public
from rallies.web.feed_words import picks_words


@public
def picks(request: HttpRequest) -> HttpResponse:
    """Where picks begin; scripts lead on from here to the page of those that the browser keeps."""
    refuse_filters(request.GET)
    return render(request, "pages/picks.html", {"most": MOST, "canonical": links.absolute(links.picks_path())})


@personal
def picked(request: HttpRequest, token: str) -> HttpResponse:
    refuse_filters(request.GET)
    now = timezone.now()
    codes = read_picks(token)
    found = picked_actions(codes, now=now)
    path = links.picks_path(token)
    feed = feed_beside(
        path,
        name=picks_title(),
        holds=picks_words(found.number),
        is_cut=picks_are_cut(codes, today=now.astimezone(UTC).date()),
    )
    return render(
        request,
        "pages/picks.html",
        {
            "token": token,
            "most": MOST,
            "found": found,
            "upcoming": days_of(found.upcoming),
            "past": tuple(reversed(days_of(found.past, mark="past-"))),
            "feed": feed,
            "canonical": links.absolute(path),
        },
    )
