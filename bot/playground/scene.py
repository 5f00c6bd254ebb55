"""The small team that a newcomer finds in the playground: its people, channels and runs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.access import Grant, Role, Rules, Scope
from bot.playground.qianfan import Failed, Source, World
from bot.playground.slack import LocalSlack

#: Where one begins, and as whom.
FIRST_CHANNEL = "training"
FIRST_PERSON = "ada"


@dataclass(frozen=True)
class Prop:
    """Something to try a command on, and what will become of it."""

    id: str
    told: str


#: Fills both servers; the rules for its people, and what there is to try.
Scene = Callable[[LocalSlack, World], tuple[Rules, tuple[Prop, ...]]]


def small_team(slack: LocalSlack, world: World) -> tuple[Rules, tuple[Prop, ...]]:
    """A team with lives that are about to get interesting."""
    return _people(slack), tuple(add(world) for add in _LIVES)


def _people(slack: LocalSlack) -> Rules:
    """ada is admin, lin an operator, bo may look, gus is a guest; the bot is not in #general."""
    workspace = slack.workspace
    ada = workspace.add_user("ada", tz="Europe/Berlin")
    lin = workspace.add_user("lin", locale="zh-CN", tz="Asia/Shanghai")
    bo = workspace.add_user("bo", tz="America/New_York")
    gus = workspace.add_user("gus", is_restricted=True)
    training = workspace.add_channel(FIRST_CHANNEL, members=[ada, lin, bo, gus])
    workspace.add_channel("general", members=[ada, lin, bo])
    workspace.invite(training, slack.bot_user_id)
    operators = workspace.add_user_group("ml-operators", [lin])
    grant = Grant(Role.OPERATOR, Scope(subjects=frozenset({operators.id})))
    return Rules(admins=(ada.id,), grants=(grant,))


def _finishes(world: World) -> Prop:
    job = world.add_job(name="support-bot", description="answers for the help desk")
    task = world.add_task(
        "task-0tgmn4a7h4i6",
        job,
        queue=timedelta(minutes=5),
        length=timedelta(minutes=80),
        age=timedelta(minutes=60),
    )
    return Prop(task.id, "runs, and is done in about 25 minutes")


def _fails(world: World) -> Prop:
    job = world.add_job(name="intent-classifier")
    task = world.add_task(
        "task-5kjifvzerc5n",
        job,
        queue=timedelta(minutes=5),
        length=timedelta(minutes=75),
        age=timedelta(minutes=40),
        ends=Failed(
            "Loss is NaN at step 1840. Lower the learning rate or check sample 1532.", 336105
        ),
    )
    return Prop(task.id, "runs, and fails in about 40 minutes")


def _waits(world: World) -> Prop:
    job = world.add_job(name="translator", mode="DPO")
    task = world.add_task(
        "task-2js0q8x0i9ab", job, queue=timedelta(minutes=15), length=timedelta(hours=2)
    )
    return Prop(task.id, "waits in the queue for about 15 minutes")


def _goes_on(world: World) -> Prop:
    job = world.add_job(name="contracts-v2", mode="PostPretrain")
    task = world.add_task(
        "task-9wq3k1m7d2zc",
        job,
        queue=timedelta(minutes=10),
        length=timedelta(hours=9),
        age=timedelta(hours=2),
    )
    return Prop(task.id, "runs for hours: one to stop")


def _is_compressed(world: World) -> Prop:
    task = world.add_compression(
        id="amva-abciuctdx15t",
        name="support-bot-small",
        queue=timedelta(minutes=4),
        length=timedelta(minutes=30),
    )
    return Prop(task.id, "a compression task")


def _is_done(world: World) -> Prop:
    job = world.add_job(name="faq-answers", description="answers what is asked most")
    task = world.add_task(
        "task-4nf8v2rw6hqe",
        job,
        queue=timedelta(minutes=5),
        length=timedelta(hours=2),
        age=timedelta(hours=6),
        checkpoints=6,
    )
    return Prop(task.id, "is done, with six checkpoints: one to publish")


def _is_published(world: World) -> Prop:
    owner = world.add_model_set("support-bot", "am-4kq7m2x9wd3f", age=timedelta(days=9))
    job = world.add_job(name="support-bot-spring", age=timedelta(days=10))
    run = world.add_task(
        "task-6yb1d9ks3mzt",
        job,
        queue=timedelta(minutes=5),
        length=timedelta(hours=3),
        age=timedelta(days=10),
    )
    version = world.add_version(
        owner,
        "amv-g73j3faikzpz",
        source=Source("Train", task_id=run.id),
        age=timedelta(days=9),
    )
    return Prop(version.id, f"a model version, ready, published into {owner.id}")


def _is_empty(world: World) -> Prop:
    owner = world.add_model_set("contracts", "am-8tz5c1n6vb2h", age=timedelta(days=2))
    return Prop(owner.id, "a model set without versions: one to publish or import into")


_LIVES: tuple[Callable[[World], Prop], ...] = (
    _finishes,
    _fails,
    _waits,
    _goes_on,
    _is_compressed,
    _is_done,
    _is_published,
    _is_empty,
)
