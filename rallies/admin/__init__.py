"""The desk: Django's admin, in which every write is an operation."""

from . import (
    accounts,
    actions,
    campaigns,
    locations,
    log,
    memberships,
    milestones,
    organizers,
    reading,
    reports,
    requests,
    site_pages,
)

__all__ = [
    "accounts",
    "actions",
    "campaigns",
    "locations",
    "log",
    "memberships",
    "milestones",
    "organizers",
    "reading",
    "reports",
    "requests",
    "site_pages",
]
