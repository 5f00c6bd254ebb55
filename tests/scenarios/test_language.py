"""In which language a channel is told what it hears by itself, and why."""

from inline_snapshot import snapshot

from bot.domain.languages import Language
from tests.scenarios.play import Play

TASK = "task-0tgmn4a7h4i6"


async def test_a_channel_tells_what_holds_and_why_and_another_can_be_chosen(play: Play) -> None:
    assert await play.lin.asks("/qf language") == snapshot("""\
Announcements in this channel are in English. Nothing was chosen, and nobody had anything told here yet.
· `/qf language en` or `/qf language zh` chooses one, `/qf language auto` leaves it open. Answers are in the language of whoever asks.\
""")
    assert await play.lin.asks("/qf language en") == snapshot("""\
From now on announcements in this channel are in English. It was chosen here.
· `/qf language en` or `/qf language zh` chooses one, `/qf language auto` leaves it open. Answers are in the language of whoever asks.\
""")
    channel = play.slack.workspace.channel("training").id
    settings = await play.app.store.channels.settings(channel)
    assert settings.language is Language.ENGLISH

    play.world.add_task(TASK).queues()
    await play.bo.asks(f"/qf watch {TASK}")
    assert await play.lin.asks("/qf language auto") == snapshot("""\
From now on announcements in this channel are in English. It is that of whoever first had something told here.
· `/qf language en` or `/qf language zh` chooses one, `/qf language auto` leaves it open. Answers are in the language of whoever asks.\
""")
    assert await play.lin.asks("/qf language fr") == snapshot(
        "`fr` does not fit here: it has to be one of en, zh, auto. `/qf help language` shows how it is used."
    )
