"""A limit of requests in a second, with a burst."""


class RateLimit:
    """A bucket of `burst` requests that fills at `per_second`. Moments are seconds of any clock."""

    def __init__(self) -> None:
        self._held: float | None = None
        self._at = 0.0

    def wait_at(self, now: float, per_second: float, burst: int) -> float:
        """Take a request: 0; or take none and say in how many seconds there will be one."""
        whole = float(burst)
        filled = (now - self._at) * per_second
        held = whole if self._held is None else min(whole, self._held + filled)
        self._at, self._held = now, held - 1 if held >= 1 else held
        return 0.0 if held >= 1 else (1 - held) / per_second
