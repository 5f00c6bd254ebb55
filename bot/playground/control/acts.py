"""What a person does at their Slack client, as JSON: `POST /control/act`.

Each verb is done by the same `Person` as the line of the same name at the prompt.
"""

from abc import abstractmethod
from typing import Annotated, Any, Literal

from pydantic import Base64Bytes, Field, TypeAdapter

from bot.playground.control.places import (
    ElementName,
    MessagePlace,
    Place,
    button_number,
    menu_number,
)
from bot.playground.control.verbs import Body, Json, Setting
from bot.playground.slack import Exchange, LocalSlack, Message, Person, View


class Act(Body):
    """Something done as somebody; with `settle` the answer waits so long for the bot's own."""

    as_: str = Field(alias="as")
    settle: float = Field(default=0.0, ge=0.0, le=30.0)

    async def do(self, setting: Setting) -> Json:
        """Do it, and say what became of it; `pending` is what the bot has not done yet."""
        person = setting.playing.slack.person(self.as_)
        done = await self.done_by(person, setting)
        pending = await setting.playing.settle(self.settle) if self.settle else ""
        return {**done, "pending": pending}

    @abstractmethod
    async def done_by(self, person: Person, setting: Setting) -> Json:
        """What became of it."""


class UsesElement(Act):
    """Something in a message or view is used; `values` is what stands in the form around it."""

    place: Place
    values: dict[str, Any] = Field(default_factory=dict)

    def filled(self, person: Person, slack: LocalSlack) -> Message | View:
        """The message or view, with the form's values entered."""
        place = self.place.found(person, slack)
        return person.enters(place, self.values) if isinstance(place, View) else place


class Types(Act):
    """A line is sent: a slash command where it begins with "/", else a message."""

    verb: Literal["types"] = Field(alias="do")
    text: str = Field(min_length=1, max_length=40_000)
    channel: str
    thread_ts: str | None = None

    async def done_by(self, person: Person, setting: Setting) -> Json:
        """Send it."""
        return told(await person.types(self.text, self.channel, self.thread_ts))


class Clicks(UsesElement):
    """A button is clicked."""

    verb: Literal["clicks"] = Field(alias="do")
    button: ElementName

    async def done_by(self, person: Person, setting: Setting) -> Json:
        """Click it."""
        place = self.filled(person, setting.playing.slack)
        return told(await person.clicks(place, button_number(place, self.button)))


class Selects(UsesElement):
    """An option of a menu is chosen, or several, or none; or a form's field is changed."""

    verb: Literal["selects"] = Field(alias="do")
    menu: ElementName
    option: str | list[str] | None

    async def done_by(self, person: Person, setting: Setting) -> Json:
        """Choose it."""
        place = self.filled(person, setting.playing.slack)
        return told(await person.selects(place, menu_number(place, self.menu), self.option))


class Options(UsesElement):
    """Something is typed into a menu whose options come from the app."""

    verb: Literal["options"] = Field(alias="do")
    menu: ElementName
    query: str = ""

    async def done_by(self, person: Person, setting: Setting) -> Json:
        """What the menu offers. NotAnswered where the app fails."""
        place = self.filled(person, setting.playing.slack)
        offered = await person.options(place, menu_number(place, self.menu), self.query)
        return {"options": list(offered)}


class Uploads(Act):
    """A file is given, for a form's field to hold: its name, and what is in it as base64."""

    verb: Literal["uploads"] = Field(alias="do")
    name: str = Field(min_length=1, max_length=255)
    content: Base64Bytes

    async def done_by(self, person: Person, setting: Setting) -> Json:
        """Take it. ValueError where it is empty."""
        return {"file": person.uploads(self.name, self.content).id}


class Submits(Act):
    """The open form is sent; `values` by label, action id or block id."""

    verb: Literal["submits"] = Field(alias="do")
    values: dict[str, Any] = Field(default_factory=dict)

    async def done_by(self, person: Person, setting: Setting) -> Json:
        """Send it. LookupError where no form is open."""
        if person.open_view is None:
            raise LookupError("no form is open")
        return told(await person.submits(person.open_view, self.values))


class Closes(Act):
    """The form in front is closed."""

    verb: Literal["closes"] = Field(alias="do")

    async def done_by(self, person: Person, setting: Setting) -> Json:
        """Close it. LookupError where no form is open."""
        if person.open_view is None:
            raise LookupError("no form is open")
        return told(await person.closes(person.open_view))


class OpensHome(Act):
    """The app's Home tab is looked at."""

    verb: Literal["home"] = Field(alias="do")

    async def done_by(self, person: Person, setting: Setting) -> Json:
        """Look at it."""
        return told(await person.opens_home())


class UsesShortcut(Act):
    """A shortcut is chosen, a message's where one is named."""

    verb: Literal["shortcut"] = Field(alias="do")
    callback_id: str
    message: MessagePlace | None = None

    async def done_by(self, person: Person, setting: Setting) -> Json:
        """Choose it."""
        slack = setting.playing.slack
        message = self.message.found(person, slack) if self.message else None
        return told(await person.uses_shortcut(self.callback_id, message))


class Reads(Act):
    """A channel is read up to a message."""

    verb: Literal["reads"] = Field(alias="do")
    channel: str
    ts: str

    async def done_by(self, person: Person, setting: Setting) -> Json:
        """Note it."""
        channel = setting.playing.slack.workspace.channel(self.channel)
        setting.readings.reads(person.id, channel.id, self.ts)
        return {}


ACTS: TypeAdapter[Act] = TypeAdapter(
    Annotated[
        Types
        | Clicks
        | Selects
        | Options
        | Uploads
        | Submits
        | Closes
        | OpensHome
        | UsesShortcut
        | Reads,
        Field(discriminator="verb"),
    ]
)


def told(exchange: Exchange) -> Json:
    """An exchange as JSON: `problem` is what Slack shows where the app failed to answer."""
    return {
        "acked": exchange.acked,
        "problem": exchange.problem,
        "seconds": round(exchange.latency, 4),
        "ts": exchange.message.ts if exchange.message else None,
    }
