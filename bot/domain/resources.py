"""The three things that can be shown and watched, and their one shared Phase."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import ResourceId


class Phase(StrEnum):
    """Where a thing is in its life, whatever word its own API uses for it."""

    QUEUED = "queued"
    RUNNING = "running"
    ENDING = "ending"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen; an unknown word is never an end."""
        return self in (Phase.DONE, Phase.FAILED, Phase.STOPPED)


@dataclass(frozen=True)
class Failure:
    """Why something failed, in Qianfan's words."""

    message: str
    code: str = ""


@dataclass(frozen=True)
class Checkpoint:
    """A saved state of a run, with the training loss and the perplexity at its step."""

    step: int
    training_loss: float | None = None
    perplexity: float | None = None


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What the three kinds share. `state` is the API's own word, always kept and shown.

    Times are as Qianfan wrote them; `bot.domain.moments` says which to believe.
    """

    id: ResourceId
    state: str
    phase: Phase
    name: str = ""
    description: str = ""
    created_at: datetime | None = None
    finished_at: datetime | None = None
    failure: Failure | None = None

    @property
    def percent(self) -> int | None:
        """Progress in whole percents, where Qianfan tells it."""
        return None


@dataclass(frozen=True, kw_only=True)
class FineTuningTask(Resource):
    """A fine-tuning run (`task-…`) of a job (`job-…`)."""

    job_id: str = ""
    model: str = ""
    train_mode: str = ""
    parameter_scale: str = ""
    progress: int | None = None
    vdl_link: str = ""
    metrics: tuple[tuple[str, str], ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()

    @property
    def percent(self) -> int | None:
        return self.progress


@dataclass(frozen=True, kw_only=True)
class CompressionTask(Resource):
    """A model compression task (`amva-…`): from one model version it makes another."""

    source_version: str = ""
    produced_version: str = ""
    strategy: str = ""
    sparsity_ratio: float | None = None
    weight: str = ""


@dataclass(frozen=True)
class TokenLimit:
    """How much a model takes in or gives out; of what kind, in Qianfan's words (inputTokens)."""

    kind: str
    most: int


@dataclass(frozen=True)
class CompressionOption:
    """A way in which a version may be compressed."""

    strategy: str = ""
    weight: str = ""
    sparsity_ratio: float | None = None


@dataclass(frozen=True, kw_only=True)
class ModelVersion(Resource):
    """A version (`amv-…`) of a model in one's model sets (`am-…`).

    `uses` are what it can be used for, each True or False where Qianfan says so; `token_limits`
    are grouped by the kind of model (trivial, reranker).
    """

    model_set_id: str = ""
    model_set_name: str = ""
    base_model: str = ""
    source_type: str = ""
    source: str = ""
    application_type: str = ""
    modified_at: datetime | None = None
    token_limits: tuple[tuple[str, tuple[TokenLimit, ...]], ...] = ()
    io_tokens: str = ""
    uses: tuple[tuple[str, bool], ...] = ()
    compression_options: tuple[CompressionOption, ...] = ()
    advanced_settings: tuple[tuple[str, str], ...] = ()
    resource_id: str = ""


Watchable = FineTuningTask | CompressionTask | ModelVersion
