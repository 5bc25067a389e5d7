"""How a rule says no."""


class RuleBroken(Exception):
    """One thing that is not allowed: `sentence` says what was wrong and what to do.

    `field` names the input that it stands beside, "" when it concerns the whole.
    """

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)
        self.field = field


class UnknownTimezone(RuleBroken):
    pass


class NoSuchTime(RuleBroken):
    """A wall-clock time that the zone skips on that day."""


class BadInterval(RuleBroken):
    pass


class TransitionNotAllowed(RuleBroken):
    pass


class BadPlace(RuleBroken):
    pass


class BadValue(RuleBroken):
    """A value that is missing, too long or not one of a list."""
