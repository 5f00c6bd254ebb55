"""What is drawn by lot: ids, lengths, noise, losses, and why runs fail. A seed repeats it all."""

import base64
import math
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from string import ascii_lowercase, digits
from typing import Literal

from bot.playground.qianfan.lives import Checkpoint, Done, End, Failed

LossShape = Literal["falls", "rises", "diverges"]

# Queue and length of the fleet that the project's benchmarks run on.
_MEAN_QUEUE = timedelta(minutes=20)
_MEDIAN_LENGTH = timedelta(hours=2)
_LENGTH_SIGMA = 0.8
_SHARE_THAT_FAILS = 0.15
_SHARE_THAT_STALLS = 0.05

_KNOTS_OF_NOISE = 21

# Sentences of the kind that trainings end with. The documents name no codes: these are made up.
_REASONS = (
    (336101, "CUDA out of memory: tried to allocate 2.50 GiB (GPU 3; 79.15 GiB total capacity)."),
    (
        336102,
        "数据集校验失败: 第 1532 条样本的 response 字段为空。",
    ),  # the API answers in Chinese too
    (336103, "Sample 20417 is longer than maxSeqLen (9216 > 8192 tokens) and truncation is off."),
    (336104, "NCCL communicator was aborted on rank 5: connection closed by remote peer."),
    (336105, "Node failure: worker-2 did not report for 600 s and was evicted."),
    (336106, "训练资源不足: 资源池 prl-yqec88en7r08 的配额已用完。"),
    (336107, "Failed to read the data set from BOS: NoSuchKey (train/part-00003.jsonl)."),
)


def new_id(draw: Random, prefix: str, length: int = 12) -> str:
    """An id of the API's form: `task-0tgmn4a7h4i6`."""
    return f"{prefix}-{''.join(draw.choices(ascii_lowercase + digits, k=length))}"


def visualdl_link(draw: Random) -> str:
    """A link to the training's curves, with the run's token in it."""
    token = base64.b64encode(f'{{"runId":"{new_id(draw, "run", 16)}"}}'.encode()).decode()
    return f"https://console.bce.baidu.com/qianfan/visualdl/index?displayToken={token}"


def queue_time(draw: Random) -> timedelta:
    """How long a run waits for its machines."""
    return draw.expovariate(1.0) * _MEAN_QUEUE


def training_time(draw: Random) -> timedelta:
    """How long a run trains."""
    return draw.lognormvariate(0.0, _LENGTH_SIGMA) * _MEDIAN_LENGTH


def an_end(draw: Random) -> End:
    """Mostly Done; some runs fail, anywhere on their way."""
    return a_failure(draw) if draw.random() < _SHARE_THAT_FAILS else Done()


def a_failure(draw: Random) -> Failed:
    """A failure with a believable reason."""
    code, message = draw.choice(_REASONS)
    return Failed(message, code, at=percent_of_an_end(draw))


def percent_of_an_end(draw: Random) -> float:
    """How far a run had come that did not get to its end."""
    return draw.uniform(1.0, 99.0)


def stall_percent(draw: Random) -> float | None:
    """Where a run stands still for a while; most never do."""
    stalls = draw.random() < _SHARE_THAT_STALLS
    return draw.uniform(5.0, 95.0) if stalls else None


def wobble(draw: Random, points: float) -> tuple[float, ...]:
    """Noise of so many points (standard deviation) for a training's reported progress."""
    if not points:
        return ()
    return tuple(draw.gauss(0.0, points) for _ in range(_KNOTS_OF_NOISE))


def checkpoints(draw: Random, count: int, shape: LossShape) -> tuple[Checkpoint, ...]:
    """What a whole training saves, evenly spread, the last one at its end."""
    stride = draw.choice((16, 32, 50, 64, 100))
    return tuple(
        Checkpoint(
            percent=100.0 * number / count,
            step=stride * number,
            perplexity=round(math.exp(loss), 4),
            training_loss=round(loss, 4),
        )
        for number, loss in enumerate(_losses(draw, count, shape), start=1)
    )


def metrics(draw: Random) -> dict[str, str]:
    """The evaluation of a finished run, as the API writes it: percents as text."""
    bleu, rouge1, rouge2 = draw.uniform(8, 40), draw.uniform(25, 60), draw.uniform(8, 35)
    values = {"BLEU-4": bleu, "ROUGE-1": rouge1, "ROUGE-2": rouge2, "ROUGE-L": rouge1 * 0.85}
    return {name: f"{value:.2f}%" for name, value in values.items()}


def _losses(draw: Random, count: int, shape: LossShape) -> Iterator[float]:
    highest, lowest = draw.uniform(1.8, 2.8), draw.uniform(0.2, 0.6)
    for number in range(1, count + 1):
        share = number / count
        falling = lowest + (highest - lowest) * math.exp(-4.0 * share) * draw.uniform(0.95, 1.05)
        if shape == "diverges" and share > 0.5:
            yield math.nan
        elif shape == "rises" and share > 0.4:
            yield falling + (share - 0.4) * 3.0
        else:
            yield falling
