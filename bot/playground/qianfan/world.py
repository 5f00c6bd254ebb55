"""The world of one Qianfan account: its jobs, runs, compressions, models and versions."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from bot.playground.clock import WorldClock
from bot.playground.qianfan import chance
from bot.playground.qianfan.lives import (
    COMPRESSION_WORDS,
    TASK_WORDS,
    VERSION_WORDS,
    End,
    Training,
)
from bot.playground.qianfan.plans import EndWord, drawn_end, whole_life
from bot.playground.qianfan.resources import (
    Compression,
    Job,
    Living,
    ModelSet,
    Source,
    Task,
    Version,
)


class World:
    """What an account holds. What is not said when a thing is added is drawn; `seed` repeats it."""

    def __init__(self, clock: WorldClock, seed: int = 7) -> None:
        self.clock = clock
        self.jobs: dict[str, Job] = {}
        self.tasks: dict[str, Task] = {}
        self.compressions: dict[str, Compression] = {}
        self.model_sets: dict[str, ModelSet] = {}
        self.files: dict[str, bytes] = {}
        self._versions: dict[str, Version] = {}
        self._results: set[str] = set()
        self._seeds = Random(seed)

    def add_job(
        self,
        id: str | None = None,
        name: str = "",
        description: str = "",
        model: str = "ERNIE-Speed-8K",
        mode: str = "SFT",
        age: timedelta = timedelta(0),
    ) -> Job:
        """A fine-tuning job without runs, made `age` ago."""
        draw = self._draw()
        job_id = id or chance.new_id(draw, "job")
        name = name or f"{mode.lower()}-{job_id[-4:]}"
        job = Job(job_id, name, description, model, mode, self.clock.world() - age)
        self.jobs[job.id] = job
        return job

    def add_task(
        self,
        id: str | None = None,
        job: Job | None = None,
        model: str = "ERNIE-Speed-8K",
        mode: str = "SFT",
        scale: str = "LoRA",
        queue: timedelta | None = None,
        length: timedelta | None = None,
        ends: End | EndWord = "Done",
        age: timedelta = timedelta(0),
        noise: float = 3.0,
        stalls_at: float | None = None,
        stall: float = 0.5,
        checkpoints: int = 8,
        loss: chance.LossShape = "falls",
    ) -> Task:
        """A run made `age` ago that waits for `queue`, then trains for `length` to its end.

        A failure comes when `length` is over, at the percent that it names, else at any.
        Without a `job` it gets one of its own, of this model and mode; otherwise the job's hold.
        Reported progress has `noise` points of noise. With `stalls_at` (percent) it stands there
        for the share `stall` of its length.
        """
        draw = self._draw()
        task_id = id or chance.new_id(draw, "task")
        training = Training(
            length=chance.training_time(draw) if length is None else length,
            wobble=chance.wobble(draw, noise),
            stalls_at=stalls_at or 0.0,
            stall=0.0 if stalls_at is None else stall,
        )
        plan = whole_life(
            TASK_WORDS,
            self.clock.world() - age,
            chance.queue_time(draw) if queue is None else queue,
            training,
            drawn_end(draw, ends),
            chance.checkpoints(draw, checkpoints, loss),
        )
        task = Task(
            task_id,
            self.clock,
            TASK_WORDS,
            plan,
            job=job or self.add_job(model=model, mode=mode, age=age),
            scale=scale,
            visualdl_link=chance.visualdl_link(draw),
            metrics=chance.metrics(draw),
        )
        self.tasks[task.id] = task
        return task

    def add_fleet(self, count: int) -> list[Task]:
        """Runs left to chance altogether, each in a job of its own: some stall, some fail."""
        stalls = [chance.stall_percent(self._draw()) for _ in range(count)]
        return [self.add_task(ends="chance", stalls_at=percent) for percent in stalls]

    def add_compression(
        self,
        source: Version | None = None,
        id: str | None = None,
        name: str = "",
        description: str = "",
        config: Mapping[str, object] | None = None,
        queue: timedelta = timedelta(minutes=2),
        length: timedelta = timedelta(minutes=20),
        ends: End | EndWord = "Done",
        age: timedelta = timedelta(0),
    ) -> Compression:
        """A compression of `source` (default: of a new version); its version appears when done."""
        draw = self._draw()
        comp_id = id or chance.new_id(draw, "amva")
        compression = Compression(
            comp_id,
            self.clock,
            COMPRESSION_WORDS,
            whole_life(
                COMPRESSION_WORDS,
                self.clock.world() - age,
                queue,
                Training(length=length),
                drawn_end(draw, ends),
            ),
            name=name or f"compress-{comp_id[-4:]}",
            description=description,
            source_id=(source or self.add_version()).id,
            version_id=chance.new_id(draw, "amv"),
            config=config or {"strategy": "Quantization", "weight": "WINT8"},
        )
        self.compressions[compression.id] = compression
        return compression

    def add_model_set(
        self,
        name: str = "",
        id: str | None = None,
        type: str = "Text2Text",
        description: str = "",
        labels: tuple[str, ...] = (),
        age: timedelta = timedelta(0),
    ) -> ModelSet:
        """A model without versions."""
        set_id = id or chance.new_id(self._draw(), "am")
        created = self.clock.world() - age
        model_set = ModelSet(
            set_id, name or f"model_{set_id[-4:]}", type, description, labels, created
        )
        self.model_sets[model_set.id] = model_set
        return model_set

    def add_version(
        self,
        model_set: ModelSet | None = None,
        id: str | None = None,
        model: str = "ERNIE-Speed-8K",
        description: str = "",
        application: str = "chat",
        source: Source | None = None,
        creating: timedelta = timedelta(0),
        ends: End | EndWord = "Done",
        age: timedelta = timedelta(0),
        can_be_compressed: bool = True,
    ) -> Version:
        """A version of `model_set` (default: a new one) that is Creating for `creating`."""
        draw = self._draw()
        owner = model_set or self.add_model_set(age=age)
        version = Version(
            id or chance.new_id(draw, "amv"),
            self.clock,
            VERSION_WORDS,
            whole_life(
                VERSION_WORDS,
                self.clock.world() - age,
                timedelta(0),
                Training(length=creating),
                drawn_end(draw, ends),
            ),
            model_set=owner,
            name=f"V{len(self.versions_of(owner)) + 1}",
            model=model,
            description=description,
            application=application,
            source=source or Source("Import", bos_url="bos:/models/base"),
            resource_id=chance.new_id(draw, "prl"),
            can_be_compressed=can_be_compressed,
        )
        self._versions[version.id] = version
        return version

    def forget(self, thing: Living | Job | ModelSet) -> None:
        """From now on its id is unknown. Forgetting twice does nothing."""
        for things in (self.jobs, self.tasks, self.compressions, self.model_sets, self._versions):
            things.pop(thing.id, None)

    def tasks_of(self, job: Job) -> list[Task]:
        """The runs of a job, oldest first."""
        return [task for task in self.tasks.values() if task.job is job]

    @property
    def versions(self) -> Mapping[str, Version]:
        """All model versions by id, those that compressions have made by now too."""
        for compression in self.compressions.values():
            succeeded = compression.state == COMPRESSION_WORDS.done
            if succeeded and compression.version_id not in self._results:
                self._add_result(compression)
        return self._versions

    def versions_of(self, model_set: ModelSet) -> list[Version]:
        """The versions of a model, oldest first."""
        return [v for v in self.versions.values() if v.model_set is model_set]

    def _add_result(self, compression: Compression) -> None:
        source = self._versions.get(compression.source_id)
        self._results.add(compression.version_id)
        self.add_version(
            model_set=source.model_set if source else None,
            id=compression.version_id,
            model=source.model if source else "ERNIE-Speed-8K",
            source=Source("Acceleration", compression_id=compression.id),
            age=self.clock.world() - compression.moment.since,
            can_be_compressed=False,
        )

    def _draw(self) -> Random:
        return Random(self._seeds.getrandbits(64))
