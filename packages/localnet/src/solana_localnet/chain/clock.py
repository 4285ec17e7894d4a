"""The chain's time: that of the machine's clock, shifted by time travel, and standing still while it is paused."""

import time


class ChainClock:
    """Unix time of the chain in seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        self._stopped_at: float | None = None

    @classmethod
    def starting_at(cls, moment: float | None) -> "ChainClock":
        """A clock that shows `moment` now, or the wall's time."""
        return cls(0.0 if moment is None else moment - time.time())

    def now(self) -> float:
        """The present moment on the chain."""
        return time.time() + self.offset if self._stopped_at is None else self._stopped_at

    @property
    def paused(self) -> bool:
        """Whether time stands still."""
        return self._stopped_at is not None

    def pause(self) -> None:
        """Stops time; a second pause changes nothing."""
        if self._stopped_at is None:
            self._stopped_at = self.now()

    def resume(self) -> None:
        """Lets time run on from where it stood."""
        if self._stopped_at is not None:
            self.offset = self._stopped_at - time.time()
            self._stopped_at = None

    def move_to(self, moment: float) -> None:
        """Makes `moment` the present."""
        if self._stopped_at is None:
            self.offset = moment - time.time()
        else:
            self._stopped_at = moment
