"""How an operation says no."""

from collections.abc import Sequence

from rallies.rules.errors import RuleBroken


class RulesBroken(Exception):
    """Nothing was written: every rule that the input breaks, each with its field and its sentence."""

    def __init__(self, broken: Sequence[RuleBroken]) -> None:
        super().__init__(" ".join(rule.sentence for rule in broken))
        self.broken = tuple(broken)


def raise_if_any(broken: Sequence[RuleBroken]) -> None:
    if broken:
        raise RulesBroken(broken)
