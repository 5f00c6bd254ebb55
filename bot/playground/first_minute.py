"""What a newcomer finds on opening the playground: a short tour, and a watch already set."""

from datetime import timedelta

from bot.playground.qianfan import Failed, Task, World
from bot.playground.scene import FIRST_CHANNEL, FIRST_PERSON
from bot.playground.slack import LocalSlack
from bot.playground.slack.values import Json
from bot.playground.stage import Stage

#: Who posts the tour: the playground speaks for itself, and never for the bot.
GUIDE = "guide"

# When something happens by itself, in real seconds after the beginning.
_FAILS_AFTER = 35
_QUEUED = timedelta(minutes=4)

# How long the tour waits for the card, to stand below it (real seconds).
_PATIENCE = 3.0

# Where the world stands still, its own usual pace is meant.
_USUAL_SPEED = 60.0

_STEPS = (
    "*Ask for a run's state:* `/qf status task-0tgmn4a7h4i6`",
    "*Follow one to its end:* `/qf watch task-9wq3k1m7d2zc`. Its card stays up to date.",
    "*Stop it* with the card's button. The bot asks first, and then says what is true.",
    "*Publish a checkpoint* of a finished run: `/qf publish task-4nf8v2rw6hqe`. A form opens.",
    "*See what one may do:* act as @bo, who may only look, and try to stop a run.",
    "*Break something:* let Qianfan be down for a while, and then ask again.",
)


class FirstMinute:
    """Begins when somebody comes, at the terminal or at the page, and only once."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._begun = False

    async def begin(self) -> None:
        """Let the first person follow a new run by the real bot, and post the tour."""
        if self._begun:
            return
        self._begun = True
        speed = self._stage.clock.speed
        run = _add_run(self._stage.world, speed or _USUAL_SPEED)
        await self._stage.slack.person(FIRST_PERSON).types(f"/qf watch {run.id}", FIRST_CHANNEL)
        await self._stage.settle(_PATIENCE)
        _post_tour(self._stage.slack, speed)


def _add_run(world: World, speed: float) -> Task:
    """One that soon fails, however fast the world is."""
    soon = timedelta(seconds=_FAILS_AFTER * speed)
    return world.add_task(
        job=world.add_job(name="spam-filter", description="sorts the help desk's mail"),
        queue=_QUEUED,
        length=2 * soon,
        age=_QUEUED + soon,
        ends=Failed("CUDA out of memory: tried to allocate 2.50 GiB on GPU 3.", 336101, at=64.0),
    )


def _post_tour(slack: LocalSlack, speed: float) -> None:
    """The guide says what there is to try."""
    workspace = slack.workspace
    guide = workspace.add_user(GUIDE, is_bot=True)
    workspace.post(
        workspace.channel(FIRST_CHANNEL).id,
        guide.id,
        bot_id=guide.bot_id,
        text="Welcome to the playground. Type `/qf help` to begin.",
        blocks=tuple(_tour(speed)),
    )


def _tour(speed: float) -> list[Json]:
    return [
        {"type": "header", "block_id": "t0", "text": _plain("Welcome to the playground 👋")},
        _section(
            "t1",
            "The bot here is the real one. Slack and Qianfan are played on this machine: no "
            "account, no token, and nothing that you do costs anything.",
        ),
        _section("t2", "\n".join(f"{number}. {step}" for number, step in enumerate(_STEPS, 1))),
        {
            "type": "context",
            "block_id": "t3",
            "elements": [
                _mrkdwn(
                    f"The runs' world moves {speed:g} times as fast as yours. A run is followed "
                    f"here already, for {FIRST_PERSON}: wait half a minute, and see it fail."
                )
            ],
        },
    ]


def _section(block_id: str, text: str) -> Json:
    return {"type": "section", "block_id": block_id, "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}
