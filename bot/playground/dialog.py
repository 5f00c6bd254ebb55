"""The form that a person has open, used by words: names of fields, and text for their values."""

from collections.abc import Mapping
from typing import Any

from bot.playground.slack import Exchange, Interactive, Person, View
from bot.playground.slack.elements import meant
from bot.playground.slack.inputs import options_meant
from bot.playground.slack.values import Json


class Dialog:
    """The form in front of a person, whichever that is at the moment."""

    def __init__(self, person: Person) -> None:
        self._person = person

    @property
    def view(self) -> View:
        """The form; LookupError where none is open."""
        view = self._person.open_view
        if view is None:
            raise LookupError("no form is open")
        return view

    def field(self, name: str) -> Interactive:
        """A field by its name or label; LookupError where the form has no such field."""
        fields = [each for each in self.view.interactives if not each.is_button]
        found = meant(fields, name)
        if found is None:
            there = ", ".join(each.block_id for each in fields) or "nothing"
            raise LookupError(f"there is no field {name!r}; there is: {there}")
        return found

    async def submits(self, values: Mapping[str, Any]) -> Exchange:
        """Fill fields and send the form."""
        await self._look_up(values)
        return await self._person.submits(self.view, values)

    async def picks(self, values: Mapping[str, Any]) -> Exchange:
        """Change fields one after the other, and send nothing; what the app said to the last.

        It hears only of fields that dispatch their changes.
        """
        exchange = Exchange()
        for name, value in values.items():
            await self._look_up({name: value})
            chosen = await self._person.selects(self.view, self.field(name).block_id, value)
            exchange = chosen if chosen.acked or chosen.problem else exchange
        return exchange

    async def options(self, name: str, query: str = "") -> tuple[Json, ...]:
        """What a field's menu offers for what is typed into it."""
        return await self._person.options(self.view, self.field(name).block_id, query)

    async def gives(self, name: str, file_name: str, content: bytes) -> Exchange:
        """Put a file into a field."""
        field = self.field(name)
        file = self._person.uploads(file_name, content)
        return await self._person.selects(self.view, field.block_id, [file.id])

    async def closes(self) -> Exchange:
        """Close the form."""
        return await self._person.closes(self.view)

    async def _look_up(self, values: Mapping[str, Any]) -> None:
        """Let the menus that ask the app offer what is to be chosen in them, as typing would."""
        for name, value in values.items():
            field = self.field(name)
            if field.type == "external_select" and isinstance(value, str):
                await self._search(field, value)

    async def _search(self, field: Interactive, text: str) -> None:
        offered = await self._person.options(self.view, field.block_id, text)
        if not options_meant(offered, text) and not field.element.get("min_query_length", 1):
            # Not every app searches in what it offers at first.
            await self._person.options(self.view, field.block_id)
