"""What a selector says when there is nothing to answer with; doors turn these into 301, 404 and 410."""


class NothingThere(LookupError):
    """No such thing, or none that the world may see. `slug` is what was asked for."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class ActionNotFound(NothingThere):
    pass


class CampaignNotFound(NothingThere):
    pass


class OrganizerNotFound(NothingThere):
    pass


class OccurrenceNotFound(NothingThere):
    pass


class LocationNotFound(NothingThere):
    pass


class UnknownPlace(NothingThere):
    """No place has this key, or none that is a point to be near to."""


class PlaceNotFound(NothingThere):
    pass


class CountryNotFound(NothingThere):
    pass


class Withdrawn(NothingThere):
    """It was public and no longer is: a page answers 410."""


class Renamed(LookupError):
    """The thing is now called `slug`."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug
