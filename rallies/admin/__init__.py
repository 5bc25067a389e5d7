"""The desk: Django's admin, in which every write is an operation."""

from . import accounts, actions, campaigns, locations, organizers, reading

__all__ = ["accounts", "actions", "campaigns", "locations", "organizers", "reading"]
