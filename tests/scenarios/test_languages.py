"""English and Chinese: each reads what their Slack is set to, and a channel has one language."""

import re
from collections.abc import AsyncIterator

import pytest
from inline_snapshot import snapshot

from bot.domain.access import Rules
from bot.playground.qianfan import World
from bot.playground.scene import Prop
from bot.playground.slack import LocalSlack
from tests.scenarios.play import Asker, Play, open_play

TASK = "task-0tgmn4a7h4i6"

# Three English words in a row are a sentence that nobody translated.
_ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b")


def team(slack: LocalSlack, _world: World) -> tuple[Rules, tuple[Prop, ...]]:
    """ada's Slack is English, mei's is Chinese; both may do everything."""
    workspace = slack.workspace
    ada = workspace.add_user("ada")
    mei = workspace.add_user("mei", locale="zh-CN", tz="Asia/Shanghai")
    for name in ("training", "general"):
        channel = workspace.add_channel(name, members=[ada, mei])
        workspace.invite(channel, slack.bot_user_id)
    return Rules(admins=(ada.id, mei.id)), ()


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with open_play(team) as play:
        yield play


@pytest.fixture
def mei(play: Play) -> Asker:
    return Asker(play, "mei")


async def test_a_reply_is_in_the_language_of_its_reader(play: Play, mei: Asker) -> None:
    play.world.add_task(TASK, play.world.add_job(name="support-bot")).runs(progress=40)
    assert await mei.asks(f"/qf status {TASK}") == snapshot("""\
🏃 `task-0tgmn4a7h4i6` （support-bot）的状态是 *运行中（Running）* ，40%
████████░░░░░░░░░░░░ 40%
  *基础模型* ERNIE-Speed-8K
  *训练方式* SFT
  *参数规模* LoRA
  *作业* `job-s73un2c9g8hy`
  *创建时间* May 4, 2026 20:00
最好也是最后一个 checkpoint（困惑度最低）：第 300 步、训练损失 1.048、困惑度 2.852。
[1: 关注] [2: 停止] [3: 更多] [4: VisualDL 中的损失曲线] [5: 打开控制台] [6: 分享到频道]\
""")
    assert "is *Running*" in await play.ada.asks(f"/qf status {TASK}")


async def test_a_channel_hears_the_language_of_who_first_had_something_told_there(
    play: Play, mei: Asker
) -> None:
    run = play.world.add_task(TASK, play.world.add_job(name="support-bot"))
    run.runs(progress=40)
    assert await mei.asks(f"/qf watch {TASK}") == snapshot(
        "已关注，直到它结束或 May 18, 2026 20:00：🏃 `task-0tgmn4a7h4i6` （support-bot）的状态是 *运行中（Running）* ，40%。本频道会收到每次变化。"
    )
    await play.ada.asks(f"/qf watch {TASK}")
    run.fails("Loss became NaN at step 210", code=500101)
    await play.passes(minutes=10)
    assert play.text_of(play.training.messages[-1]) == snapshot("""\
❌ `task-0tgmn4a7h4i6` （support-bot）的状态是 *失败（Failed）*
千帆给出的原因，代码 `500101` ：
Loss became NaN at step 210
最后一个 checkpoint：第 300 步、训练损失 1.048、困惑度 2.852。
[picture: 训练损失从第 100 步的 1.775 降到第 300 步的 1.048。困惑度从第 100 步的 5.902 降到第 300 步的 2.852。最好的 checkpoint 在第 300 步。]
· 结束于 May 4, 2026 12:00。
· 控制台的训练日志也许有更多信息。
[1: 打开控制台]\
""")


async def test_another_channel_hears_its_own_language(play: Play, mei: Asker) -> None:
    run = play.world.add_task(TASK, play.world.add_job(name="support-bot"))
    run.runs(progress=40)
    await mei.asks(f"/qf watch {TASK}")
    await play.ada.asks(f"/qf watch {TASK}", "general")
    assert "的状态是" in play.training.card
    assert "is *Running*" in play.general.card


#: What a person types, right and wrong.
LINES = (
    "help",
    "help watch",
    "help import",
    "ping",
    "whoami",
    "can @ada stop",
    "watches",
    "watches mine",
    "unwatch",
    "runs",
    "runs model=none",
    "stop task-0tgmn4a7h4i6",
    "stop",
    "publish",
    "status",
    "status task-0000nowhere",
    "status amv-",
    "stop amv-0123456789ab",
    "grant",
    "audit",
    "watch task-0tgmn4a7h4i6 for=2y",
    "watch job-unknown00001",
    "alarms queued=1s",
    "mute task-0tgmn4a7h4i6",
    "statsu",
    'stop task-0tgmn4a7h4i6 reason="never closed',
    "approve 7",
)


async def test_no_reply_to_a_chinese_reader_has_an_english_sentence_in_it(
    play: Play, mei: Asker
) -> None:
    play.world.add_task(TASK, play.world.add_job(name="support-bot")).runs(progress=40)
    for line in LINES:
        told = await mei.asks(f"/qf {line}")
        assert told, line
        assert not _ENGLISH.search(_without_code(told)), told
        if mei.dialog:
            await mei.closes()


async def test_a_form_is_in_the_language_of_its_reader(play: Play, mei: Asker) -> None:
    play.world.add_task(TASK, play.world.add_job(name="support-bot")).finishes()
    assert await mei.asks(f"/qf publish {TASK}") == snapshot("""\
== 发布任务 ==
✅ `task-0tgmn4a7h4i6` （support-bot）的状态是 *已完成（Done）*
模型: model_set=[… ▾]
  接收新版本的模型（am-…）。输入名称或 ID 的一部分。
Checkpoint: step=[第 800 步、训练损失 0.6274、困惑度 1.873 ▾]
  one of: 第 800 步、训练损失 0.6274、困惑度 1.873 · 第 700 步、训练损失 0.6535、困惑度 1.922 · 第 600 步、训练损失 0.6899、困惑度 1.994 · 第 500 步、训练损失 0.7617、困惑度 2.142 · 第 400 步、训练损失 0.8635、困惑度 2.371 · 第 300 步、训练损失 1.048、困惑度 2.852 · 第 200 步、训练损失 1.341、困惑度 3.821 · 第 100 步、训练损失 1.775、困惑度 5.902
  推荐：第 800 步，困惑度最低。
描述 (optional): description=[]
  最多 300 个字符。
(取消) (发布)\
""")


def _without_code(text: str) -> str:
    """What is typed or copied is the same in every language."""
    return re.sub(r"`[^`]*`", "", text)
