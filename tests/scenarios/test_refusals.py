"""Who may not, and what they are told."""

import json
from pathlib import Path

from inline_snapshot import snapshot

from bot.domain.access import Role, Scope
from tests.scenarios.play import Play, open_play, team

TASK = "task-0tgmn4a7h4i6"


async def test_a_viewer_may_not_stop_and_hears_who_can_help(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)

    answer = await play.bo.asks(f"/qf stop {TASK}")

    assert answer == snapshot("""\
`/qf stop` is for those with the role `operator`; here you have the role `viewer`.
· @ada can grant it.\
""")
    assert play.calls("StopFineTuningTask") == 0
    assert run.state == "Running"


async def test_an_operator_by_their_user_group_may(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    assert (await play.lin.asks(f"/qf stop {TASK}")).splitlines()[0] == f"Stop `{TASK}`?"


async def test_where_slack_does_not_tell_the_groups_the_answer_is_no_and_says_so(
    play: Play,
) -> None:
    play.world.add_task(TASK).runs(progress=34)
    play.slack.faults.error("internal_error", "usergroups.users.list")
    play.slack.faults.error("internal_error", "usergroups.list")

    assert await play.lin.asks(f"/qf stop {TASK}") == snapshot(
        "I could not ask Slack for your user groups, which decide whether you may use `/qf stop`. Until I can, the answer is no. Please try again in a minute."
    )


async def test_one_who_needs_no_group_is_not_harmed_by_that(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    play.slack.faults.error("internal_error", "usergroups.users.list")
    play.slack.faults.error("internal_error", "usergroups.list")

    assert "Stop `task" in await play.ada.asks(f"/qf stop {TASK}")


async def test_a_guest_gets_nothing(play: Play) -> None:
    play.world.add_task(TASK)
    assert await play.gus.asks(f"/qf status {TASK}") == snapshot(
        "Only full members of this workspace may use `/qf status`."
    )
    assert play.qianfan.requests == []


async def test_a_closed_bot_answers_nobody_but_tells_who_can_help(tmp_path: Path) -> None:
    async with open_play(team(default_role=Role.NONE), data=tmp_path) as play:
        assert await play.bo.asks(f"/qf status {TASK}") == snapshot("""\
`/qf status` is for those with the role `viewer`; here you have the role `none`.
· @ada can grant it.\
""")


async def test_a_denial_stops_even_an_admin(tmp_path: Path) -> None:
    denial = Scope(commands=frozenset({"stop"}))
    async with open_play(team(denials=[denial]), data=tmp_path) as play:
        play.world.add_task(TASK).runs(progress=34)
        assert await play.ada.asks(f"/qf stop {TASK}") == snapshot("""\
A rule of this workspace denies `/qf stop`. It holds for everyone it names, admins too.
· @ada can tell why.\
""")
        assert "is *Running*" in await play.ada.asks(f"/qf status {TASK}")


async def test_a_channel_shared_with_others_hears_of_no_run(play: Play) -> None:
    play.world.add_task(TASK)
    partners = play.slack.workspace.add_channel(
        "partners", is_ext_shared=True, members=[play.ada.id]
    )
    play.slack.workspace.invite(partners, play.slack.bot_user_id)

    assert await play.ada.asks(f"/qf status {TASK}", "partners") == snapshot(
        "This channel is shared with another organisation, so I say nothing about runs here. Ask me in a direct message: `/qf status`."
    )


async def test_whoami_tells_the_role_and_the_rule_that_gives_it(play: Play) -> None:
    assert await play.lin.asks("/qf whoami") == snapshot("""\
You are @lin. Here, on the account `default`, you have the role `operator`, by a grant to @ml-operators in `qfbot.toml`.
You may run `status`, `runs`, `chart`, `compare`, `watch`, `unwatch`, `watches`, `home`, `follow`, `unfollow`, `mute`, `alarms`, `quiet`, `digest`, `language`, `stop`, `approve`, `decline`, `whoami`, `can`, `help`, `ping`.
You may not run `publish` (for `publisher`), `import` (for `publisher`), `grant` (for `admin`), `revoke` (for `admin`), `grants` (for `admin`), `audit` (for `admin`).\
""")
    assert await play.bo.asks("/qf whoami") == snapshot("""\
You are @bo. Here, on the account `default`, you have the role `viewer`, which everyone has.
You may run `status`, `runs`, `chart`, `compare`, `watch`, `unwatch`, `watches`, `home`, `approve`, `decline`, `whoami`, `can`, `help`, `ping`.
You may not run `follow` (for `operator`), `unfollow` (for `operator`), `mute` (for `operator`), `alarms` (for `operator`), `quiet` (for `operator`), `digest` (for `operator`), `language` (for `operator`), `stop` (for `operator`), `publish` (for `publisher`), `import` (for `publisher`), `grant` (for `admin`), `revoke` (for `admin`), `grants` (for `admin`), `audit` (for `admin`).\
""")


async def test_help_lists_what_one_may_run_and_how_much_more_there_is(play: Play) -> None:
    answer = await play.bo.asks("/qf help")
    assert "/qf stop" not in answer
    assert "14 more commands are for other roles" in answer
    assert "/qf stop" in await play.lin.asks("/qf help")


async def test_who_cannot_be_looked_up_is_not_served(play: Play) -> None:
    play.world.add_task(TASK)
    play.slack.faults.error("user_not_found", "users.info")

    assert await play.bo.asks(f"/qf status {TASK}") == snapshot(
        "Slack did not tell me what I need to know about you and this channel, so I do nothing for now. Please try again in a minute."
    )
    assert play.qianfan.requests == []


async def test_a_crafted_button_has_the_rights_of_the_one_who_presses_it(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}")
    question = play.lin.sight_of("Stop it")
    stolen = next(b.value for b in question.buttons if b.label == "Stop it")

    await play.bo.asks(f"/qf status {TASK}")
    status = play.bo.sight_of("Watch")
    forged = json.dumps(status.blocks).replace(f"watch {TASK}", str(stolen))
    play.slack.workspace.edit(status, blocks=tuple(json.loads(forged)))
    answer = await play.bo.clicks("Watch")

    assert answer.splitlines()[0] == snapshot("Only @lin was asked, and only they can answer.")
    assert play.calls("StopFineTuningTask") == 0


async def test_in_a_channel_that_the_bot_cannot_see_nothing_can_be_shared(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    answer = await play.ada.asks(f"/qf status {TASK}", "secret")
    assert "is *Running*" in answer
    assert "Share" not in answer
