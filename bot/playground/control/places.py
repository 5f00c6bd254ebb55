"""Where something stands that a person uses: a message or view, and the element in it."""

from collections.abc import Sequence

from pydantic import Field

from bot.playground.control.verbs import Body
from bot.playground.slack import Interactive, LocalSlack, Message, Person, View
from bot.playground.slack.happenings import MessageChanged, MessagePosted


class ElementId(Body):
    """An element by its ids, which no other element of the same place has."""

    block_id: str
    action_id: str


#: An element by its ids, its label, or its number (from 1) among those of its kind.
ElementName = ElementId | int | str


class MessagePlace(Body):
    """A message in sight, as it is now or as it was in an earlier revision."""

    channel: str
    ts: str
    revision: int | None = Field(default=None, ge=0)

    def found(self, person: Person, slack: LocalSlack) -> Message:
        """The message; LookupError where this person sees none there."""
        channel = slack.workspace.channel(self.channel)
        for message in person.sees(channel):
            if message.ts == self.ts:
                return self._as_seen(message, slack)
        raise LookupError("that message is no longer there")

    def _as_seen(self, message: Message, slack: LocalSlack) -> Message:
        """The version that was clicked: the app may have edited it in the very moment."""
        if self.revision in (None, message.revision):
            return message
        for entry in reversed(slack.feed.entries):
            if isinstance(entry.what, MessagePosted | MessageChanged):
                version = entry.what.message
                same = (version.channel, version.ts) == (message.channel, message.ts)
                if same and version.revision == self.revision:
                    return version
        return message


class ViewPlace(Body):
    """The modal in front, or the Home tab."""

    view: str

    def found(self, person: Person, _slack: LocalSlack) -> View:
        """The view; LookupError where this person does not have it before them."""
        for view in (person.open_view, person.sees_home()):
            if view is not None and view.id == self.view:
                return view
        raise LookupError("that view is no longer there")


Place = MessagePlace | ViewPlace


def button_number(place: Message | View, name: ElementName) -> str | int:
    """The button as `Person.clicks` takes it."""
    return _number(place.buttons, name)


def menu_number(place: Message | View, name: ElementName) -> str | int:
    """The menu as `Person.selects` takes it."""
    return _number([each for each in place.interactives if not each.is_button], name)


def _number(among: Sequence[Interactive], name: ElementName) -> str | int:
    if not isinstance(name, ElementId):
        return name
    for number, each in enumerate(among, start=1):
        if (each.block_id, each.action_id) == (name.block_id, name.action_id):
            return number
    raise LookupError("that is no longer there: the message has changed")
