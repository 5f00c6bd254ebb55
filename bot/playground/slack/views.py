"""The modals and Home tabs that people have before them."""

import secrets
from dataclasses import replace
from typing import Any

from bot.playground.slack.elements import interactives, with_ids
from bot.playground.slack.errors import SlackError
from bot.playground.slack.feed import Feed
from bot.playground.slack.happenings import ViewClosed, ViewShown
from bot.playground.slack.values import Json, View
from bot.playground.slack.workspace import Workspace

# https://docs.slack.dev/surfaces/modals/#view-stack
STACK_LIMIT = 3


class Views:
    """For each person a stack of modals and one Home tab."""

    def __init__(self, feed: Feed, workspace: Workspace) -> None:
        self._feed = feed
        self._workspace = workspace
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def open(self, user: str, content: Json) -> View:
        """Show a modal; it takes the place of any that is open."""
        self._refuse_double_external_id(content)
        for view in reversed(self._stacks.pop(user, [])):
            self._feed.write(ViewClosed(view))
        view = self._new(user, content)
        self._stacks[user] = [view]
        return self._shown("opened", view)

    def push(self, user: str, content: Json) -> View:
        """Put a modal on top of the one that is open."""
        stack = self._stacks.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        self._refuse_double_external_id(content)
        view = replace(self._new(user, content), root_id=stack[0].id, previous_id=stack[-1].id)
        stack.append(view)
        return self._shown("pushed", view)

    def update(self, view: View, content: Json, hash: str = "") -> View:
        """Replace what an open modal shows; `hash`, where given, must be the view's present one.

        What was entered stays in the fields that keep their ids and their kind.
        https://docs.slack.dev/surfaces/modals/#updating_views
        """
        present = self.find(view.id)
        if hash and hash != present.hash:
            raise SlackError("hash_conflict")
        return self._put("updated", _changed(present, content))

    def publish(self, user: str, content: Json, hash: str = "") -> View:
        """Replace a person's Home tab."""
        present = self._homes.get(user)
        if hash and present is not None and hash != present.hash:
            raise SlackError("hash_conflict")
        fresh = self._new(user, content)
        view = fresh if present is None else replace(fresh, id=present.id, root_id=present.id)
        self._homes[user] = view
        return self._shown("published", view)

    def show_errors(self, view: View, errors: dict[str, str]) -> View:
        """Show errors at the fields of a modal that was submitted."""
        return self._put("given errors", replace(self.find(view.id), errors=errors))

    def enter(self, view: View, values: dict[str, Any]) -> View:
        """Keep what a person entered, block by block; nobody is told."""
        return self._keep(replace(self.find(view.id), values=values))

    def close(self, view: View) -> None:
        """Take a modal away, and what lies on top of it."""
        stack = self._stacks.get(view.user, [])
        while any(each.id == view.id for each in stack):
            self._feed.write(ViewClosed(stack.pop()))

    def clear(self, user: str) -> None:
        """Take all modals of a person away."""
        if stack := self._stacks.get(user):
            self.close(stack[0])

    def stack(self, user: str) -> tuple[View, ...]:
        """Return a person's modals, the one in front last."""
        return tuple(self._stacks.get(user, ()))

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def find(self, view_id: str) -> View:
        """Return the present version of a view by its id or external_id; `not_found` if gone."""
        for view in self._all():
            if view_id in (view.id, view.content.get("external_id")):
                return view
        raise SlackError("not_found")

    def _all(self) -> list[View]:
        modals = [view for stack in self._stacks.values() for view in stack]
        return [*modals, *self._homes.values()]

    def _new(self, user: str, content: Json) -> View:
        view_id = self._workspace.next_id("V")
        content = _with_ids(content)
        return View(
            id=view_id,
            hash=_hash(),
            user=user,
            type="home" if content.get("type") == "home" else "modal",
            content=content,
            root_id=view_id,
            appeared=_appeared(content),
        )

    def _put(self, how: str, view: View) -> View:
        return self._shown(how, self._keep(replace(view, hash=_hash())))

    def _keep(self, view: View) -> View:
        if view.type == "home":
            self._homes[view.user] = view
            return view
        stack = self._stacks[view.user]
        self._stacks[view.user] = [view if each.id == view.id else each for each in stack]
        return view

    def _shown(self, how: str, view: View) -> View:
        self._feed.write(ViewShown(how, view))
        return view

    def _refuse_double_external_id(self, content: Json) -> None:
        external_id = content.get("external_id")
        if external_id and any(
            view.content.get("external_id") == external_id for view in self._all()
        ):
            raise SlackError("duplicate_external_id")


def _with_ids(content: Json) -> Json:
    return {**content, "blocks": list(with_ids(content.get("blocks", ())))}


def _changed(view: View, content: Json) -> View:
    """Return the view with other content; what was entered stays where a field stays."""
    after = replace(view, content=_with_ids(content), errors=None)
    kinds = {each.ids: each.type for each in view.interactives}
    kept = {each.block_id for each in after.interactives if kinds.get(each.ids) == each.type}
    values = {block: held for block, held in (view.values or {}).items() if block in kept}
    stayed = {block: mark for block, mark in view.appeared.items() if block in kept}
    return replace(after, values=values or None, appeared={**_appeared(after.content), **stayed})


def _appeared(content: Json) -> dict[str, str]:
    """Return a new mark for every block with something to use."""
    mark = secrets.token_hex(4)
    return {each.block_id: mark for each in interactives(content["blocks"])}


def _hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"
