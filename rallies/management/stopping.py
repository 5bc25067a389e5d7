"""How a process that works for ever is told to end."""

import signal


class StopSignal:
    """True once one of the signals came; what is at hand is finished before."""

    def __init__(self, *numbers: signal.Signals) -> None:
        self._is_set = False
        for number in numbers:
            signal.signal(number, self._set)

    def _set(self, *_: object) -> None:
        self._is_set = True

    def __call__(self) -> bool:
        return self._is_set
