"""One thing of each kind, made up, for the cards of a test."""

from bot.domain.ids import Kind, ResourceId
from bot.domain.resources import (
    Checkpoint,
    CompressionTask,
    Failure,
    FineTuningTask,
    ModelVersion,
    Phase,
    Watchable,
)

#: A failed run, a compression task at work, and a version that is ready.
SPECIMENS: tuple[Watchable, ...] = (
    FineTuningTask(
        id=ResourceId(Kind.TASK, "task-000000000000"),
        state="Fail",
        phase=Phase.FAILED,
        name="specimen",
        failure=Failure("Loss is NaN at step 1840. Lower the learning rate.", "336105"),
        model="ERNIE-Speed-8K",
        train_mode="SFT",
        parameter_scale="FullFineTuning",
        checkpoints=(Checkpoint(500, 1.42, 4.14), Checkpoint(1000, 1.18, 3.25)),
    ),
    CompressionTask(
        id=ResourceId(Kind.COMPRESSION, "amva-000000000000"),
        state="Processing",
        phase=Phase.RUNNING,
        name="specimen",
        source_version="amv-000000000000",
        strategy="PTQ",
        weight="INT8",
    ),
    ModelVersion(
        id=ResourceId(Kind.VERSION, "amv-000000000000"),
        state="Ready",
        phase=Phase.DONE,
        name="specimen",
        model_set_name="specimens",
        source_type="Train",
    ),
)
