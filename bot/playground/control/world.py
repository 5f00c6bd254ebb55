"""The world's time and its runs, as JSON verbs: `POST /control/world`."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.playground.control.lives import living_things
from bot.playground.control.verbs import Body, Json, Setting
from bot.playground.qianfan.resources import Living

#: Longer jumps make no sense: no run lives so long.
_LONGEST = timedelta(days=90).total_seconds()

Becomes = Literal["queued", "running", "finished", "failed", "stopped", "gone"]


class Waits(Body):
    """The world moves on so many seconds, in steps, and the bot sees what happens on the way."""

    verb: Literal["wait"] = Field(alias="do")
    seconds: float = Field(gt=0, le=_LONGEST)

    async def do(self, setting: Setting) -> Json:
        """Wait; `pending` is what the bot has not done in the end."""
        return {"pending": await setting.playing.wait(timedelta(seconds=self.seconds))}


class Jumps(Body):
    """The world's time moves at once; back too, where `seconds` is negative."""

    verb: Literal["jump"] = Field(alias="do")
    seconds: float = Field(ge=-_LONGEST, le=_LONGEST)

    async def do(self, setting: Setting) -> Json:
        """Jump."""
        setting.playing.clock.jump(timedelta(seconds=self.seconds))
        return {}


class Speed(Body):
    """So many world seconds pass in a real one."""

    verb: Literal["speed"] = Field(alias="do")
    speed: float = Field(ge=0, le=3600)

    async def do(self, setting: Setting) -> Json:
        """Run that fast."""
        setting.playing.clock.set_speed(self.speed)
        return {}


class Stops(Body):
    """The world stands still."""

    verb: Literal["stop"] = Field(alias="do")

    async def do(self, setting: Setting) -> Json:
        """Stand still."""
        setting.playing.clock.stop()
        return {}


class Goes(Body):
    """The world runs again, as fast as it last did."""

    verb: Literal["go"] = Field(alias="do")

    async def do(self, setting: Setting) -> Json:
        """Run on."""
        setting.playing.clock.go()
        return {}


class Run(Body):
    """What becomes of a run, a compression or a model version, from now on.

    `message` and `code` are the API's for a failure; `progress` (percent) is of one that runs.
    """

    verb: Literal["run"] = Field(alias="do")
    id: str
    becomes: Becomes
    message: str = "Stopped by the playground, to see what a failure looks like."
    code: int = 500000
    progress: float | None = Field(default=None, ge=0, le=100)

    async def do(self, setting: Setting) -> Json:
        """Let it become so. KeyError where there is nothing of that id."""
        world = setting.playing.world
        thing = next((each for each in living_things(world) if each.id == self.id), None)
        if thing is None:
            raise KeyError(self.id)
        if self.becomes == "gone":
            world.forget(thing)
        else:
            self._happens_to(thing)
        return {}

    def _happens_to(self, thing: Living) -> None:
        match self.becomes:
            case "queued":
                thing.queues()
            case "running":
                thing.runs(self.progress)
            case "finished":
                thing.finishes()
            case "failed":
                thing.fails(self.message, self.code)
            case "stopped":
                thing.is_stopped()


class Starts(Body):
    """New runs, left to chance altogether."""

    verb: Literal["start"] = Field(alias="do")
    count: int = Field(default=1, ge=1, le=100)

    async def do(self, setting: Setting) -> Json:
        """Add them; their ids."""
        return {"ids": [task.id for task in setting.playing.world.add_fleet(self.count)]}


WORLD: TypeAdapter[Waits | Jumps | Speed | Stops | Goes | Run | Starts] = TypeAdapter(
    Annotated[
        Waits | Jumps | Speed | Stops | Goes | Run | Starts,
        Field(discriminator="verb"),
    ]
)
