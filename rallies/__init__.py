"""A self-hosted calendar of public actions."""

import zoneinfo

__version__ = "0.1.0"

# Zone data come from the tzdata package alone. A machine's own files may be years old or missing;
# then its pages, another worker's feed and our VTIMEZONEs would disagree about the same rally.
zoneinfo.reset_tzpath(to=())
