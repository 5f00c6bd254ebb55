"""Speaking to the bot without a command: mentions, and what is written in its own messages."""

from inline_snapshot import snapshot

from tests.scenarios.play import Play

TASK = "task-0tgmn4a7h4i6"


async def test_a_mention_alone_is_answered_with_help_where_it_stands(play: Play) -> None:
    assert "What you can ask qfbot" in await play.bo.asks("@qfbot")


async def test_what_follows_a_mention_is_asked_and_else_what_stands_before_it(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    for text in (
        f"@bo look, @qfbot: status {TASK}",
        f"@qfbot，状态 {TASK}".replace("状态", "status"),
        f"status {TASK} @qfbot",
        f"@qfbot /qf status {TASK}",
        f"@qfbot {TASK}?",
    ):
        assert "is *Running*, 34 %" in await play.lin.asks(text), text


async def test_what_is_written_to_the_bot_is_answered_by_a_message_that_stays(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)

    told = await play.bo.writes(f"status {TASK}")

    direct = play.slack.workspace.open_dm(play.bo.id)
    *_, answer = play.bo.person.sees(direct)
    assert play.text_of(answer, "bo") == told
    assert answer.ephemeral_to is None
    assert "is *Running*, 34 %" in told


async def test_it_is_answered_in_its_thread(play: Play) -> None:
    await play.bo.writes("ping")
    direct = play.slack.workspace.open_dm(play.bo.id)
    first, answer = play.bo.person.sees(direct)

    await play.bo.writes("whoami", first.ts)

    *_, reply = play.bo.person.sees(direct)
    assert (answer.thread_ts, reply.thread_ts) == (None, first.ts)


async def test_chatter_is_told_how_one_asks(play: Play) -> None:
    assert await play.bo.writes("thanks a lot!") == snapshot(
        "`thanks` is not a command I know. `/qf help` lists what you can ask."
    )


async def test_a_form_is_offered_by_a_button_there(play: Play) -> None:
    play.world.add_model_set("spam-filter")
    direct = play.slack.workspace.open_dm(play.ada.id).id
    assert "[1: Open the form]" in await play.ada.writes("import")
    assert "Import" in await play.ada.clicks("Open the form", direct)


async def test_a_guest_is_refused_there_too(play: Play) -> None:
    assert "Only full members" in await play.gus.writes(f"status {TASK}")


async def test_apps_and_changed_messages_are_not_answered(play: Play) -> None:
    workspace = play.slack.workspace
    robot = workspace.add_user("robot", is_bot=True)
    training = workspace.channel("training").id
    mention = f"<@{play.slack.bot_user_id}> ping"
    workspace.post(training, robot.id, text=mention, bot_id=robot.bot_id)
    direct = workspace.open_dm(play.bo.id)
    await play.bo.writes("ping")
    first = play.bo.person.sees(direct)[0]
    workspace.edit(first, text="whoami", edited=True)
    await play.settles()

    assert len(play.bo.person.sees(direct)) == 2
    assert [each for each in workspace.messages(training) if each.ephemeral_to] == []
