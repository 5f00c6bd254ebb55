"""The local Qianfan: the console API on 127.0.0.1, answering from a world."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.playground.qianfan import errors, shapes
from bot.playground.qianfan.accounts import Account, new_account
from bot.playground.qianfan.actions import find_action
from bot.playground.qianfan.actions.call import Call
from bot.playground.qianfan.faults import Faults
from bot.playground.qianfan.gate import Gate, body_of, parameters
from bot.playground.qianfan.journal import Journal, Request
from bot.playground.qianfan.manners import Manners
from bot.playground.qianfan.trouble import Dropped, trouble
from bot.playground.qianfan.wording import Wording
from bot.playground.qianfan.world import World

HOST = "127.0.0.1"
# An uploaded template may be just under 1 MB, and its refusal above that must be an answer.
_LARGEST_BODY = 4 * 1024**2
# Calls that a fault holds are cut off when the server stops.
_LAST_WORDS_SECONDS = 0.1


class LocalQianfan:
    """Qianfan's console API for one or more accounts. `wording` and `manners` may be replaced."""

    def __init__(
        self,
        world: World,
        port: int = 0,
        access_key: str | None = None,
        secret_key: str | None = None,
        wording: Wording | None = None,
        manners: Manners | None = None,
    ) -> None:
        """`port` 0 takes a free one at the first start. Keys that are not given are drawn."""
        self.wording = wording or Wording()
        self.manners = manners or Manners()
        self.faults = Faults()
        self._clock = world.clock
        self._port = port
        self._gate = Gate()
        self._journal = Journal()
        self._runner: web.AppRunner | None = None
        self._account = self.add_account(world, access_key, secret_key)

    @property
    def url(self) -> str:
        """The address, `http://127.0.0.1:PORT`; the port is known once started."""
        return f"http://{HOST}:{self._port}"

    @property
    def access_key(self) -> str:
        """The first account's access key."""
        return self._account.access_key

    @property
    def secret_key(self) -> str:
        """The first account's secret key."""
        return self._account.secret_key

    @property
    def requests(self) -> list[Request]:
        """What was asked, in the order of arrival, with the secrets struck out."""
        return self._journal.requests

    def add_account(
        self, world: World, access_key: str | None = None, secret_key: str | None = None
    ) -> Account:
        """One more account at the same address."""
        account = new_account(world, access_key, secret_key)
        self._gate.admit(account)
        return account

    def spells(self, **wording: Any) -> None:
        """Change the wording: `spells(state_key="state")`."""
        self.wording = replace(self.wording, **wording)

    def behaves(self, **manners: Any) -> None:
        """Change the manners: `behaves(stop_of_ended="error")`."""
        self.manners = replace(self.manners, **manners)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen. After a `stop`, on the same port as before."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/{route:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LAST_WORDS_SECONDS)
        await runner.setup()
        await web.TCPSite(runner, HOST, self._port).start()
        self._runner = runner
        self._port = int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Refuse new connections and break the open ones; the world lives on."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def until(self, predicate: Callable[[list[Request]], bool], timeout: float = 5.0) -> None:
        """Return once `predicate(requests)` is true. TimeoutError after `timeout` seconds."""
        await self._journal.until(predicate, timeout)

    async def _handle(self, request: web.Request) -> web.Response:
        request_id = str(uuid.uuid4())
        self._journal.arrives(request_id, request.query.get("Action", ""), self._clock.wall())
        try:
            answer = await self._with_faults(request, request_id)
        except Dropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        self._journal.answered(request_id, answer.status)
        return answer

    async def _with_faults(self, request: web.Request, request_id: str) -> web.Response:
        body = await body_of(request)
        self._journal.reads(request_id, body)
        faults = self.faults.meeting(request.query.get("Action", ""))
        shape = self.manners.error_shape
        spoilt = await trouble(faults, "before", request_id, shape)
        if spoilt is not None:
            return spoilt
        answer = self._answer(request, request_id, body)
        return await trouble(faults, "after", request_id, shape, answer) or answer

    def _answer(self, request: web.Request, request_id: str, body: Any) -> web.Response:
        try:
            account = self._gate.account_of(request, self._clock.wall())
            wait = self._gate.wait_for(account, self.manners)
            if wait:
                throttled = errors.too_many_requests()
                return shapes.refusal(request_id, throttled, self.manners.error_shape, wait)
            return shapes.success(request_id, self._result(request, account, body))
        except errors.ApiError as error:
            return shapes.refusal(request_id, error, self.manners.error_shape)

    def _result(self, request: web.Request, account: Account, body: Any) -> Any:
        if request.method != "POST":
            raise errors.invalid_http_request()
        action = find_action(request.path, request.query.get("Action", ""))
        return action(Call(account.world, parameters(body), self.wording, self.manners))
