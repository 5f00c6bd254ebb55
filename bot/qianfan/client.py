"""One Qianfan account as the bot's platform."""

from dataclasses import replace
from datetime import timedelta
from typing import TypedDict, Unpack

import httpx
from pydantic import SecretStr

from bot.domain.changes import Look
from bot.domain.creation import NewVersion
from bot.domain.errors import BrokenAnswer
from bot.domain.ids import ResourceId
from bot.domain.listings import Job, Listed, ModelSet
from bot.domain.ports import Clock, Created, File, StopAnswer
from bot.domain.resources import CompressionTask, FineTuningTask
from bot.domain.vitals import BudgetState
from bot.qianfan.actions import (
    CREATE_VERSION,
    DESCRIBE_CONFIGURATIONS,
    DESCRIBE_MODEL_SET,
    UPLOAD_TEMPLATE,
    describing,
    naming,
    stopping,
)
from bot.qianfan.budget import Errand, TokenBucket
from bot.qianfan.conversation import PATIENT, Conversation, Patience
from bot.qianfan.creating import creation_body, read_created
from bot.qianfan.credentials import FixedKeys, Keys
from bot.qianfan.importing import (
    configurations_body,
    read_configurations,
    read_stored_name,
    template_upload,
)
from bot.qianfan.listed_wire import ItemReader
from bot.qianfan.listing import (
    COMPRESSIONS,
    JOBS,
    MODEL_SETS,
    RUNS,
    Item,
    Listing,
    Page,
    page_body,
    read_page,
    read_pages,
)
from bot.qianfan.reading import read_resource, read_stop
from bot.qianfan.sharing import SharedLooks
from bot.qianfan.signing import Credentials
from bot.qianfan.steady_draws import Shared
from bot.qianfan.told import at_possible_times
from bot.qianfan.transport import open_http


class QianfanClient:
    """One account, over an HTTP client of its own.

    Reads raise a PlatformError where Qianfan does not serve them. Changes are asked for once and
    never again: they raise OutcomeUnknown where the answer was lost or cannot be read, and another
    PlatformError where certainly nothing was changed.
    """

    def __init__(
        self,
        base_url: str,
        keys: Keys,
        clock: Clock,
        http: httpx.AsyncClient,
        budget: TokenBucket,
        patience: Patience = PATIENT,
        *,
        also_send_step: bool = False,
    ) -> None:
        """`http` and `budget` belong to the account from now on, and are closed with it.

        `also_send_step`: a checkpoint's number is sent by the name of the documents' examples too.
        """
        self._conversation = Conversation(base_url, keys, clock.wall, http, budget, patience)
        self._world = clock.world
        self._budget = budget
        self._also_send_step = also_send_step
        self._looks = SharedLooks(self._fetch, clock.world)

    @property
    def budget(self) -> BudgetState:
        """How many requests can be made now, and how many wait."""
        return self._budget.state

    async def look(
        self, resource: ResourceId, *, max_age: timedelta = timedelta(0), urgent: bool = False
    ) -> Look:
        """What Qianfan says of a task, a compression task or a model version (world time).

        Raises PlatformError, and ValueError for an id of another kind.
        """
        if urgent:
            self._budget.hasten()
        return await self._looks.look(resource, max_age, urgent)

    async def stop(self, resource: ResourceId) -> StopAnswer:
        """Have a task or a compression task stopped.

        Raises ValueError for an id of another kind.
        """
        action = stopping(resource)
        try:
            return read_stop(action, await self._conversation.change(action, naming(resource)))
        finally:
            self._looks.forget(resource)

    async def create(self, version: NewVersion) -> Created:
        """Have a model version made; it is not ready before a while."""
        body = creation_body(version, also_send_step=self._also_send_step)
        return read_created(version, await self._conversation.change(CREATE_VERSION, body))

    async def upload_template(self, file: File) -> str:
        """Store a conversation's template, and return the name it has there."""
        return read_stored_name(
            await self._conversation.change(UPLOAD_TEMPLATE, template_upload(file))
        )

    async def model_set(self, model_set: ResourceId) -> ModelSet:
        """A model (`am-…`) with its versions; somebody waits for it."""
        answer = await self._conversation.read(
            DESCRIBE_MODEL_SET, naming(model_set), Errand(urgent=True)
        )
        told = answer.result if isinstance(answer.result, dict) else {}
        read = self._reader().model_set(told)
        if read is None or read.id != model_set:
            raise BrokenAnswer(answer.action, answer.request_id)
        return read

    async def advanced_configurations(
        self, model_format: str, application_type: str
    ) -> tuple[str, ...]:
        """What `advanceConf` may be for an import, perhaps nothing; somebody waits for it."""
        body = configurations_body(model_format, application_type)
        errand = Errand(urgent=True)
        return read_configurations(
            await self._conversation.read(DESCRIBE_CONFIGURATIONS, body, errand)
        )

    async def jobs(self, *, urgent: bool = False) -> Listed[Job]:
        """The account's fine-tuning jobs, the newest first."""
        return await self._list(JOBS, urgent)

    async def runs(self, job: ResourceId, *, urgent: bool = False) -> Listed[FineTuningTask]:
        """A job's runs, the newest first, with less of each than a look tells.

        Whether a list's items name their job is not documented: it is the one asked about.
        """
        listed = await self._list(RUNS, urgent, about=job)
        items = tuple(replace(run, job_id=run.job_id or str(job)) for run in listed.items)
        return replace(listed, items=items)

    async def model_sets(self, *, urgent: bool = False) -> Listed[ModelSet]:
        """The account's own models, the newest first."""
        return await self._list(MODEL_SETS, urgent)

    async def compressions(self, *, urgent: bool = False) -> Listed[CompressionTask]:
        """The account's compression tasks, the newest first."""
        return await self._list(COMPRESSIONS, urgent)

    async def aclose(self) -> None:
        """Give up the looks under way and close the connections."""
        await self._looks.aclose()
        await self._budget.aclose()
        await self._conversation.aclose()

    async def _fetch(self, resource: ResourceId, errand: Errand) -> Look:
        answer = await self._conversation.read(describing(resource), naming(resource), errand)
        now = self._world()
        read = read_resource(resource, answer, self._conversation.redact)
        return Look(at_possible_times(read, now), now)

    async def _list(
        self, listing: Listing[Item], urgent: bool, about: ResourceId | None = None
    ) -> Listed[Item]:
        fixed = naming(about) if about else {}
        errand = Errand(urgent, bulk=True)

        async def ask(marker: str) -> Page[Item]:
            body = fixed | page_body(marker)
            answer = await self._conversation.read(listing.action, body, errand)
            return read_page(listing, answer, self._reader())

        return await read_pages(ask, self._world)

    def _reader(self) -> ItemReader:
        return ItemReader(self._conversation.redact, self._world())


class AccountOptions(TypedDict, total=False):
    """How an account is used; `burst` is how many requests may be made at once after a pause.

    `shared` where other processes make requests of the account too.
    """

    requests_per_second: float
    burst: float
    shared: Shared | None
    patience: Patience
    also_send_step: bool


def open_account(
    base_url: str,
    access_key: str,
    secret_key: SecretStr,
    clock: Clock,
    **options: Unpack[AccountOptions],
) -> QianfanClient:
    """An account at `base_url` with these two keys, as `open_account_with` opens it."""
    keys = FixedKeys(Credentials(access_key, secret_key))
    return open_account_with(base_url, keys, clock, **options)


def open_account_with(
    base_url: str,
    keys: Keys,
    clock: Clock,
    *,
    requests_per_second: float = 1.0,
    burst: float = 10.0,
    shared: Shared | None = None,
    patience: Patience = PATIENT,
    also_send_step: bool = False,
) -> QianfanClient:
    """An account at `base_url`, of which nothing is asked yet; to be closed with `aclose`.

    Raises ValueError for keys, an address or a rate that cannot be.
    """
    return QianfanClient(
        base_url,
        keys,
        clock,
        open_http(base_url, patience.connect),
        TokenBucket(requests_per_second, burst, clock.wall, shared),
        patience,
        also_send_step=also_send_step,
    )
