"""The app's Home tab: what one watches, what ended, what one may do, and its buttons."""

from dataclasses import replace

from inline_snapshot import snapshot

from bot.domain.access import Role, Scope
from bot.playground.slack.happenings import ApiCalled
from tests.scenarios.play import Play, open_play, team

TASK = "task-0tgmn4a7h4i6"
OTHER = "task-5kjifvzerc5n"


def published(play: Play) -> int:
    """How often anybody's Home was shown."""
    happened = [entry.what for entry in play.slack.feed.entries]
    return sum(isinstance(it, ApiCalled) and it.method == "views.publish" for it in happened)


async def test_an_empty_home_offers_the_forms_and_tells_what_one_may_do(play: Play) -> None:
    assert await play.bo.comes_home() == snapshot("""\
== Home ==
[1: Watch a run…] [2: What runs now] [3: Help]
# What you watch
Nothing yet. What you have me watch is listed here, from every channel.
# What you may do
Everyone: `whoami`, `help`, `ping`
As `viewer`: `status`, `runs`, `chart`, `compare`, `watch`, `unwatch`, `watches`, `home`, `approve`, `decline`, `can`
· By role, on the account `default`, which is meant here. `/qf help stop` explains a command.
[4: Refresh]\
""")


async def test_home_lists_ones_watches_from_every_channel_and_what_ended(play: Play) -> None:
    play.slack.workspace.invite("general", play.slack.bot_user_id)
    run, other = play.world.add_task(TASK), play.world.add_task(OTHER)
    run.runs(progress=34)
    other.runs(progress=80)
    await play.lin.asks(f"/qf watch {TASK}")
    await play.lin.asks(f"/qf watch {OTHER}", "general")
    await play.lin.asks(f"/qf watch {OTHER} in=me")
    other.fails("Loss is NaN")
    await play.passes(minutes=10)

    assert await play.lin.comes_home() == snapshot("""\
== Home ==
[1: Watch a run…] [2: What runs now] [3: Help]
# What you watch
🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %, in #training, until May 18, 2026 12:00
[4: Status] [5: Unwatch] [6: Stop]
# What ended lately
❌ `task-5kjifvzerc5n` (sft-av9d) is *Failed*, in direct messages, May 4, 2026 12:00 · Show it
# What you may do
Everyone: `whoami`, `help`, `ping`
As `viewer`: `status`, `runs`, `chart`, `compare`, `watch`, `unwatch`, `watches`, `home`, `approve`, `decline`, `can`
As `operator`: `follow`, `unfollow`, `mute`, `alarms`, `quiet`, `digest`, `language`, `stop`
· By role, on the account `default`, which is meant here. `/qf help stop` explains a command.
[7: Refresh]\
""")
    assert TASK not in await play.bo.comes_home()


async def test_a_button_at_home_is_answered_directly_and_a_deed_shows_at_once(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.bo.comes_home()

    assert "is *Running*, 34 %" in await play.bo.clicks_at_home("Status")
    assert await play.bo.clicks_at_home("Unwatch") == snapshot(
        "`task-0tgmn4a7h4i6` is not watched in #training any more."
    )
    assert TASK not in play.bo.home
    assert "watches nothing" in await play.bo.asks("/qf watches")


async def test_a_watch_is_ended_from_home_where_the_bot_was_shut_out(play: Play) -> None:
    secret = play.slack.workspace.channel("secret")
    play.slack.workspace.invite(secret, play.slack.bot_user_id)
    play.world.add_task(TASK).runs(progress=34)
    await play.ada.asks(f"/qf watch {TASK}", secret.id)
    play.slack.workspace.kick(secret, play.slack.bot_user_id)
    await play.ada.comes_home()

    await play.ada.clicks_at_home("Unwatch")

    assert TASK not in play.ada.home


async def test_what_others_watch_is_not_ended_from_outside_their_channel(play: Play) -> None:
    secret = play.slack.workspace.channel("secret")
    play.slack.workspace.invite(secret, play.slack.bot_user_id)
    play.world.add_task(TASK).runs(progress=34)
    await play.ada.asks(f"/qf watch {TASK}", secret.id)

    for asker in (play.bo, play.lin):
        assert await asker.asks(f"/qf unwatch {TASK} in={secret.id}") == snapshot(
            "You are not in #secret, so I do not post there for you. Join it first."
        )
    assert TASK in await play.ada.comes_home()


async def test_what_is_denied_in_a_channel_is_not_done_from_outside_it(play: Play) -> None:
    training = play.slack.workspace.channel("training").id
    rules = play.stage.rule_book.rules
    denial = Scope(channels=frozenset({training}), commands=frozenset({"unwatch"}))
    play.stage.rule_book.rules = replace(rules, denials=(denial,))
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.bo.comes_home()

    assert await play.bo.clicks_at_home("Unwatch") == snapshot("""\
A rule of this workspace denies `/qf unwatch` in #training. It holds for everyone it names, admins too.
· @ada can tell why.\
""")
    assert TASK in play.bo.home


async def test_a_form_is_opened_at_home_and_what_came_of_it_shows_there(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.comes_home()

    assert "Watch a run" in await play.bo.clicks_at_home("Watch a run…")
    await play.bo.searches("ids")
    await play.bo.submits(ids=TASK)

    assert "34 %" in play.bo.home
    assert "direct messages" in play.bo.home


async def test_refresh_shows_what_is_true_now_and_writes_nothing(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.bo.comes_home()
    run.runs(progress=60)
    await play.passes(minutes=5)

    assert await play.bo.clicks_at_home("Refresh") == ""

    assert "34 %" not in play.bo.home
    assert TASK in play.bo.home


async def test_the_messages_tab_shows_no_home(play: Play) -> None:
    await play.bo.person.opens_home("messages")
    await play.settles()
    assert play.bo.home == ""


async def test_a_guest_is_told_why_their_home_is_empty(play: Play) -> None:
    assert await play.gus.comes_home() == snapshot("""\
== Home ==
Only full members of this workspace may use `/qf home`.
[1: Refresh]\
""")


async def test_where_nobody_has_a_role_home_says_who_can_help() -> None:
    async with open_play(team(default_role=Role.NONE)) as play:
        assert "is for those with the role" in await play.bo.comes_home()


async def test_home_that_was_shown_meanwhile_is_read_anew(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.comes_home()
    stale = play.bo.person.sees_home()
    assert stale is not None
    play.slack.faults.error("hash_conflict", "views.publish", times=1)
    before = published(play)

    await play.bo.comes_home()

    assert published(play) == before + 2
    assert "What you may do" in play.bo.home
