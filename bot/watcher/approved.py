"""What others have agreed to is run: once, over a restart and among replicas too."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.commands.router import Router
from bot.crew import Crew
from bot.domain.approvals import Request, State
from bot.domain.calls import Origin, Reply
from bot.domain.ports import Approvals, Clock

#: Tells somebody what came of their call, where they asked for it.
Deliver = Callable[[Reply, Origin], Awaitable[None]]


class Approved:
    """Runs the approved requests, each in a task of its own, and ends those whose time is up."""

    def __init__(
        self, router: Router, approvals: Approvals, clock: Clock, deliver: Deliver
    ) -> None:
        self._router = router
        self._approvals = approvals
        self._clock = clock
        self._deliver = deliver
        self._crew = Crew("approved request")
        self._at_work: set[int] = set()

    @property
    def idle(self) -> bool:
        """Whether none is being run."""
        return self._crew.idle

    async def tick(self) -> int:
        """Begin to run what was approved, end what was not in time; how many these were."""
        ended = await self._approvals.expired(self._clock.world())
        ready = [
            request
            for request in await self._approvals.approved()
            if request.number not in self._at_work
        ]
        for request in ready:
            self._at_work.add(request.number)
            self._crew.start(self._run(request))
        return ended + len(ready)

    async def drain(self, patience: timedelta) -> None:
        """Let what is being run be finished."""
        await self._crew.drain(patience)

    async def _run(self, request: Request) -> None:
        try:
            reply = await self._router.approved(request)
            if reply is not None:
                await self._settle(request)
                await self._deliver(reply, request.origin)
        finally:
            self._at_work.discard(request.number)

    async def _settle(self, request: Request) -> None:
        """What could not even be started (its account is gone, say) is not tried for ever."""
        now = await self._approvals.find(request.number)
        if now is not None and now.state is State.APPROVED:
            await self._approvals.decline(request.number, "", "", self._clock.world())
