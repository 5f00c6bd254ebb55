"""Roles that are given and taken in the chat, and what one is told of one's rights."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from inline_snapshot import snapshot

from bot.domain.access import Grant, Role, Scope
from tests.scenarios.play import Play, open_play, team

TASK = "task-0tgmn4a7h4i6"


def change_rules(play: Play, **changes: object) -> None:
    """The file of the rules says something else from now on."""
    book = play.stage.rule_book
    book.rules = replace(book.rules, **changes)  # type: ignore[arg-type]


def make_admin_of_training(play: Play) -> None:
    """bo is admin of #training, and of nothing else."""
    training = play.slack.workspace.channel("training").id
    scope = Scope(subjects=frozenset({play.bo.id}), channels=frozenset({training}))
    change_rules(play, grants=(*play.stage.rule_book.rules.grants, Grant(Role.ADMIN, scope)))


async def test_what_was_refused_is_allowed_once_an_admin_has_granted_it(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    assert "@ada can grant it." in await play.bo.asks(f"/qf stop {TASK}")

    assert await play.ada.asks("/qf grant @bo operator") == snapshot(
        "@bo now has the role `operator`."
    )

    assert play.training.hears() == snapshot(["@ada gave @bo the role `operator`."])
    assert f"Stop `{TASK}`?" in await play.bo.asks(f"/qf stop {TASK}")
    assert await play.bo.asks("/qf whoami") == snapshot("""\
You are @bo. Here, on the account `default`, you have the role `operator`, by a grant to @bo that @ada gave in the chat.
You may run `status`, `runs`, `chart`, `compare`, `watch`, `unwatch`, `watches`, `home`, `follow`, `unfollow`, `mute`, `alarms`, `quiet`, `digest`, `language`, `stop`, `approve`, `decline`, `whoami`, `can`, `help`, `ping`.
You may not run `publish` (for `publisher`), `import` (for `publisher`), `grant` (for `admin`), `revoke` (for `admin`), `grants` (for `admin`), `audit` (for `admin`).\
""")


async def test_the_same_role_is_given_once(play: Play) -> None:
    await play.ada.asks("/qf grant @bo operator")
    play.training.hears()
    assert await play.ada.asks("/qf grant @bo operator") == snapshot(
        "@bo has been given the role `operator` before: nothing was changed."
    )
    assert play.training.hears() == []


async def test_a_role_that_is_taken_between_question_and_click_counts_at_the_click(
    play: Play,
) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.ada.asks("/qf grant @bo operator")
    await play.bo.asks(f"/qf stop {TASK}")

    assert await play.ada.asks("/qf revoke @bo") == snapshot(
        "What @bo was granted in the chat is taken back: `operator`."
    )

    assert "here you have the role `viewer`" in await play.bo.clicks("Stop it")
    assert play.calls("StopFineTuningTask") == 0
    assert play.training.hears() == snapshot(
        ["@ada gave @bo the role `operator`.", "@ada took from @bo the role `operator`."]
    )


async def test_a_role_for_one_channel_holds_in_no_other(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    play.slack.workspace.invite(play.slack.workspace.channel("general"), play.slack.bot_user_id)
    assert await play.ada.asks("/qf grant @bo operator in=#training", "general") == snapshot(
        "@bo now has the role `operator` in #training."
    )
    assert f"Stop `{TASK}`?" in await play.bo.asks(f"/qf stop {TASK}", "training")
    assert "you have the role `viewer`" in await play.bo.asks(f"/qf stop {TASK}", "general")


async def test_nobody_gives_a_role_in_a_channel_that_they_are_not_in(play: Play) -> None:
    workspace = play.slack.workspace
    others = workspace.add_channel("others", members=[play.lin.id])
    workspace.invite(others, play.slack.bot_user_id)
    assert await play.ada.asks("/qf grant @bo operator in=#others") == snapshot(
        "You are not in #others, so I do not post there for you. Join it first."
    )


async def test_an_admin_of_one_channel_cannot_give_what_holds_everywhere(play: Play) -> None:
    make_admin_of_training(play)

    assert await play.bo.asks("/qf grant @lin publisher") == snapshot("""\
You are not admin of all that this would give: it would hold everywhere.
· Name the channel and the account of which you are admin with `in=#channel` and `account=NAME`; `/qf whoami` tells them.\
""")
    assert play.training.hears() == []
    assert "has the role `publisher` in #training" in await play.bo.asks(
        "/qf grant @lin publisher in=#training"
    )


async def test_an_admin_of_one_channel_cannot_take_what_holds_everywhere(play: Play) -> None:
    make_admin_of_training(play)
    await play.ada.asks("/qf grant @lin publisher")

    assert await play.bo.asks("/qf revoke @lin") == snapshot(
        "You are not admin of all that this would take from @lin: `publisher`. Nothing was changed."
    )
    assert "given by @ada" in await play.ada.asks("/qf grants")


async def test_guests_and_apps_are_given_nothing_and_groups_are(play: Play) -> None:
    assert await play.ada.asks("/qf grant @gus viewer") == snapshot(
        "@gus is a guest, and only full members of this workspace can have a role. Nothing was changed."
    )
    assert "an app" in await play.ada.asks("/qf grant @qfbot operator")
    assert "@ml-operators now has the role `publisher`" in await play.ada.asks(
        "/qf grant @ml-operators publisher"
    )
    assert "the role `publisher`" in await play.lin.asks("/qf whoami")


async def test_only_an_admin_gives_and_takes(play: Play) -> None:
    for line in ("grant @bo operator", "revoke @bo", "grants", "audit"):
        assert "for those with the role `admin`" in await play.lin.asks(f"/qf {line}")


async def test_what_the_file_gives_is_not_taken_in_the_chat(play: Play) -> None:
    assert await play.ada.asks("/qf revoke @ml-operators") == snapshot("""\
@ml-operators was given no such role in the chat: nothing was changed.
· `qfbot.toml` still gives `operator`; that is changed in the file alone.\
""")
    assert await play.ada.asks("/qf revoke @ada") == snapshot("""\
@ada was given no such role in the chat: nothing was changed.
· `qfbot.toml` still gives `admin`; that is changed in the file alone.\
""")


async def test_grants_lists_the_file_the_chat_and_the_denials(tmp_path: Path) -> None:
    denial = Scope(commands=frozenset({"publish"}), accounts=frozenset({"prod"}))
    async with open_play(team(denials=[denial]), data=tmp_path) as play:
        await play.ada.asks("/qf grant @bo operator in=#training")
        assert await play.ada.asks("/qf grants") == snapshot("""\
# Who may do what
Everyone has the role `viewer`.
Admins: @ada (`qfbot.toml`)
@ml-operators: `operator` (`qfbot.toml`)
@bo: `operator` in #training (given by @ada, May 4, 2026 12:00)
Denied: `publish` on the account `prod` (`qfbot.toml`)\
""")


def reasons(play: Play) -> Iterator[tuple[str, str]]:
    yield "bo", "stop"
    yield "lin", "stop"
    yield "ada", "stop"
    yield "gus", "status"


async def test_can_tells_the_decision_about_another_and_the_rule_that_decides(play: Play) -> None:
    told = [await play.bo.asks(f"/qf can @{who} {what}") for who, what in reasons(play)]
    assert told == snapshot(
        [
            """\
@bo may not run `/qf stop` in #training on the account `default`: it needs the role `operator`, and they have the role `viewer`, which everyone has.
· @ada can grant it.\
""",
            "@lin may run `/qf stop` in #training on the account `default`: it needs the role `operator`, and they have the role `operator`, by a grant to @ml-operators in `qfbot.toml`.",
            "@ada may run `/qf stop` in #training on the account `default`: it needs the role `operator`, and they have the role `admin`, by a grant to @ada in `qfbot.toml`.",
            "@gus may not run `/qf status` in #training on the account `default`: they are no full member of this workspace.",
        ]
    )


async def test_can_names_the_denial(tmp_path: Path) -> None:
    denial = Scope(commands=frozenset({"stop"}))
    async with open_play(team(denials=[denial]), data=tmp_path) as play:
        assert await play.bo.asks("/qf can @ada stop") == snapshot(
            "@ada may not run `/qf stop` in #training on the account `default`: `qfbot.toml` denies `stop`, and that holds for admins too."
        )


async def test_can_asks_for_another_channel_that_one_is_in(play: Play) -> None:
    play.slack.workspace.invite(play.slack.workspace.channel("general"), play.slack.bot_user_id)
    await play.ada.asks("/qf grant @bo operator in=#training")
    assert "may run `/qf stop` in #training" in await play.bo.asks(
        "/qf can @bo stop in=#training", "general"
    )
    assert "may not run `/qf stop` in #general" in await play.bo.asks(
        "/qf can @bo stop in=#general"
    )


async def test_can_says_where_slack_does_not_tell_the_groups(play: Play) -> None:
    play.slack.faults.error("internal_error", "usergroups.users.list")
    play.slack.faults.error("internal_error", "usergroups.list")
    assert await play.ada.asks("/qf can @lin stop") == snapshot(
        "@lin may not run `/qf stop` in #training on the account `default`: Slack does not tell their user groups, which decide it."
    )


async def test_can_knows_no_command_of_that_name(play: Play) -> None:
    assert "Did you mean `/qf stop`?" in await play.bo.asks("/qf can @lin stopp")


async def test_whoami_names_who_gave_the_role_in_the_chat(play: Play) -> None:
    await play.ada.asks("/qf grant @bo publisher in=#training")
    assert "@ada gave in the chat" in (await play.bo.asks("/qf whoami")).splitlines()[0]


async def test_an_account_that_is_not_set_up_is_told_as_such(play: Play) -> None:
    assert await play.bo.asks("/qf runs account=nowhere") == snapshot(
        "No Qianfan account is called `nowhere` here. Whoever runs qfbot names the accounts in `qfbot.toml`."
    )
