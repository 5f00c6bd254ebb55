"""Asking how things are: every way to name them, and what cannot be understood."""

import pytest
from inline_snapshot import snapshot

from bot.playground.slack.happenings import Delivered
from tests.scenarios.play import Play

TASK = "task-0tgmn4a7h4i6"


async def test_bo_asks_for_a_run_and_only_bo_is_told(play: Play) -> None:
    job = play.world.add_job("job-ftp4icwebtnc", "support-bot")
    play.world.add_task(TASK, job).runs(progress=34)

    answer = await play.bo.asks(f"/qf status {TASK}")

    assert answer == snapshot("""\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 34 %
███████░░░░░░░░░░░░░ 34 %
  *Base model* ERNIE-Speed-8K
  *Training mode* SFT
  *Parameter scale* LoRA
  *Job* `job-ftp4icwebtnc`
  *Created* May 4, 2026 12:00
Best and last checkpoint, with the lowest perplexity: step 200, training loss 1.341, perplexity 3.821.
[1: Watch] [2: Stop] [3: More] [4: Loss curves in VisualDL] [5: Open the console] [6: Share with the channel]\
""")
    assert play.training.hears() == []


async def test_bo_shares_the_answer_with_the_channel(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf status {TASK}")

    await play.bo.clicks("Share with the channel")

    (shared,) = play.training.messages
    assert "is *Running*, 34 %" in play.text_of(shared)
    assert play.text_of(shared).endswith("· Shared by @bo")


async def test_a_failed_run_tells_its_reason_before_all_else(play: Play) -> None:
    play.world.add_task(TASK).fails("CUDA out of memory <!channel>", code=336101)

    answer = await play.bo.asks(f"/qf status {TASK}")

    assert answer.splitlines()[1:3] == snapshot(
        ["Qianfan gives this reason, with code `336101`:", "CUDA out of memory <!channel>"]
    )


async def test_a_compression_task_and_a_model_version_are_shown_too(play: Play) -> None:
    compression = play.world.add_compression(id="amva-abciuctdx15t", name="small")
    version = play.world.add_version(id="amv-g73j3faikzpz")

    answer = await play.bo.asks(f"/qf status {compression.id} {version.id}")

    assert answer == snapshot("""\
⏳ `amva-abciuctdx15t` (small) is *creating*
✅ `amv-g73j3faikzpz` (V1) is *Ready*
[1: Share with the channel]\
""")


async def test_of_several_things_each_has_its_line_even_where_one_is_unknown(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)

    answer = await play.bo.asks(f"/qf status {TASK} task-doesnotexist")

    assert [line[:60] for line in answer.splitlines()] == snapshot(
        [
            "🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %",
            "`task-doesnotexist`: Qianfan does not know this id in this a",
            "[1: Share with the channel]",
        ]
    )


@pytest.mark.parametrize(
    "typed",
    [
        "/qf status task-0tgmn4a7h4i6",
        "/qf STATUS `TASK-0TGMN4A7H4I6`",
        "/qf status how is task-0tgmn4a7h4i6 doing?",
        "/qf status what about the llama-3 run of 2024 task-0tgmn4a7h4i6?",
        "/qf status “task-0tgmn4a7h4i6”",
        "/qf ｓｔａｔｕｓ　ｔａｓｋ-0tgmn4a7h4i6",
        "/qf status https://console.bce.baidu.com/qianfan/train/sft/job-c9qm8jeiy1q7/task-0tgmn4a7h4i6/detail/traininglog",
        "/qf task-0tgmn4a7h4i6",
    ],
)
async def test_a_run_is_found_however_it_is_named(play: Play, typed: str) -> None:
    play.world.add_task(TASK).runs(progress=34)
    assert "is *Running*, 34 %" in await play.bo.asks(typed)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "/qf stauts task-0tgmn4a7h4i6",
            snapshot(
                "`stauts` is not a command I know. Did you mean `/qf status`? `/qf help status` tells how to use it."
            ),
        ),
        (
            "/qf frobnicate",
            snapshot("`frobnicate` is not a command I know. `/qf help` lists what you can ask."),
        ),
        (
            "/qf status am-ih8****",
            snapshot("`am-ih8****` is masked: the stars hide a part of the id. Copy the whole id."),
        ),
        (
            "/qf status 24663",
            snapshot(
                "`24663` is a number of the old API, which the API of today does not know. The same run has an id such as `task-0tgmn4a7h4i6`."
            ),
        ),
        (
            "/qf status task-12",
            snapshot(
                "`task-12` is not a whole id: after the first dash come 6 to 32 letters and digits, as in `task-0tgmn4a7h4i6`."
            ),
        ),
        (
            "/qf status tsk-0tgmn4a7h4i6",
            snapshot("`tsk-0tgmn4a7h4i6` is no kind of id that I know."),
        ),
        (
            "/qf status everything",
            snapshot("I find no id in `everything`. An id looks like `task-0tgmn4a7h4i6`."),
        ),
        (
            "/qf status job-ftp4icwebtnc",
            snapshot(
                "`job-ftp4icwebtnc` is a fine-tuning job, and `/qf status` has no use for one. With it you can use `/qf watch job-ftp4icwebtnc`."
            ),
        ),
        (
            "/qf stop amv-g73j3faikzpz",
            snapshot(
                "`amv-g73j3faikzpz` is a model version, and `/qf stop` has no use for one. With it you can use `/qf status amv-g73j3faikzpz`, `/qf watch amv-g73j3faikzpz`."
            ),
        ),
        (
            '/qf stop task-0tgmn4a7h4i6 reason="oops',
            snapshot('A quotation that begins with `"` never ends. Write `"like this"`.'),
        ),
        (
            "/qf stop task-0tgmn4a7h4i6 raeson=oops",
            snapshot(
                "`/qf stop` has no option `raeson=`. Did you mean `reason=`? `/qf help stop` shows how it is used."
            ),
        ),
        (
            "/qf watch task-0tgmn4a7h4i6 notify=never",
            snapshot(
                "`never` does not fit: `notify` has to be one of all, ends, failures. `/qf help watch` shows how it is used."
            ),
        ),
        (
            "/qf watch task-0tgmn4a7h4i6 for=200d",
            snapshot(
                "`200d` does not fit: `for` has to be at most 90d. `/qf help watch` shows how it is used."
            ),
        ),
        (
            "/qf stop task-0tgmn4a7h4i6 reason=wrong data set",
            snapshot('Put the text in quotation marks: `reason="wrong data set"`.'),
        ),
        ("/qf watch", snapshot("== Watch a run ==")),
        (
            "/qf ping pong",
            snapshot("`/qf ping` has no place for `pong`. `/qf help ping` shows how it is used."),
        ),
        (
            "/qf help frobnicate",
            snapshot("`frobnicate` is not a command I know. `/qf help` lists what you can ask."),
        ),
    ],
)
async def test_every_mistake_is_told_with_what_would_have_worked(
    play: Play, typed: str, told: str
) -> None:
    answer = await play.lin.asks(typed)
    assert answer.splitlines()[0] == told


async def test_two_hundred_ids_are_told_the_limit(play: Play) -> None:
    ids = " ".join(f"task-{number:012d}" for number in range(200))
    assert await play.bo.asks(f"/qf status {ids}") == snapshot(
        "`/qf status` takes at most 20 at once, and you gave 200."
    )
    assert play.qianfan.requests == []


async def test_an_empty_command_is_answered_with_help(play: Play) -> None:
    assert (await play.bo.asks("/qf")).splitlines()[0] == "# What you can ask qfbot"


async def test_help_for_one_command_tells_its_usage_and_who_may_run_it(play: Play) -> None:
    assert await play.bo.asks("/qf help stop") == snapshot("""\
`/qf stop [ID] [reason="…"]` Stops a run or a compression task, after showing it and asking.
The question holds for you alone, for 15 minutes, and your right is checked again when you answer it. The channel is told who stopped what, and the reason you give. Without an id you choose among what runs of the things that this channel watches.
· For those with the role `operator` or a higher one.
[1: Share with the channel]\
""")


async def test_ping_tells_how_the_bot_is(play: Play) -> None:
    assert (await play.bo.asks("/qf ping")).splitlines()[0] == "qfbot 0.1.0 is here."


async def test_a_channel_that_watches_nothing_says_how_to_begin(play: Play) -> None:
    assert await play.bo.asks("/qf status") == snapshot(
        "This channel watches nothing. Follow a run with `/qf watch task-0tgmn4a7h4i6`."
    )


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            "unknown",
            snapshot(
                "Qianfan does not know this id in this account. Check its spelling; what it named may also have been deleted, or belong to another account."
            ),
        ),
        (
            "credentials",
            snapshot(
                "Qianfan does not accept qfbot's access key. Whoever runs qfbot has to set `QIANFAN_ACCESS_KEY` and `QIANFAN_SECRET_KEY` anew."
            ),
        ),
        (
            "down",
            snapshot(
                "Qianfan cannot be reached, or is broken itself. Please try again in a while."
            ),
        ),
        (
            "garbled",
            snapshot(
                "Qianfan answered `DescribeFineTuningTask` with something that is no answer. If this stays so, a proxy may stand between, or `QIANFAN_CONSOLE_API_BASE_URL` is wrong."
            ),
        ),
        (
            "throttled",
            snapshot(
                "Qianfan takes no more requests from this account just now. Please try in a minute."
            ),
        ),
        (
            "refused",
            snapshot("Qianfan refused `DescribeFineTuningTask` with code `InappropriateJSON`:"),
        ),
    ],
)
async def test_each_trouble_with_qianfan_has_its_own_sentence(
    play: Play, fault: str, told: str
) -> None:
    if fault != "unknown":
        play.world.add_task(TASK).runs(progress=34)
    match fault:
        case "credentials":
            play.qianfan.faults.answers(
                400, code="SignatureDoesNotMatch", message="Signature does not match"
            )
        case "down":
            play.qianfan.faults.down()
        case "garbled":
            play.qianfan.faults.garbles("text")
        case "throttled":
            play.qianfan.faults.answers(429, code="RequestLimited", retry_after=30)
        case "refused":
            play.qianfan.faults.answers(400, code="InappropriateJSON", message="param[x] invalid.")

    answer = await play.bo.asks(f"/qf status {TASK}")

    assert answer.splitlines()[0] == told


async def test_a_refusal_carries_qianfans_own_words_and_its_request_id(play: Play) -> None:
    play.qianfan.faults.answers(400, code="InappropriateJSON", message="param[x] invalid.")
    answer = await play.bo.asks(f"/qf status {TASK}")
    assert "param[x] invalid." in answer
    assert "Qianfan's request id" in answer


async def test_a_failure_reason_can_neither_ping_nor_link(play: Play) -> None:
    reason = "<!channel> <@U123> <https://evil.example|click> `x` *b* " + "x" * 5000
    play.world.add_task(TASK).fails(reason, code=1)

    await play.bo.asks(f"/qf status {TASK}")

    (told,) = [each for each in play.bo.person.sees("training") if each.ephemeral_to]
    assert "<!channel>" not in str([b for b in told.blocks if b["type"] != "rich_text"])
    assert "<!channel>" not in told.text
    (verbatim,) = [block for block in told.blocks if block["type"] == "rich_text"]
    assert "<!channel>" in str(verbatim)


async def test_an_answer_finds_another_way_where_the_first_is_closed(play: Play) -> None:
    play.slack.faults.status(404, "response_url")
    assert (await play.bo.asks("/qf ping")).splitlines()[0] == "qfbot 0.1.0 is here."


async def test_an_answer_that_slack_refuses_to_show_comes_as_plain_text(play: Play) -> None:
    play.slack.faults.status(404, "response_url")
    play.slack.faults.error("invalid_blocks", "chat.postEphemeral", times=1)
    play.slack.faults.error("invalid_blocks", "chat.postMessage", times=1)
    answer = await play.bo.asks("/qf ping")
    assert answer.splitlines()[0] == "qfbot 0.1.0 is here."
    assert "[1:" not in answer


async def test_a_mention_in_a_thread_is_answered_there_for_the_asker_alone(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    (card,) = play.training.messages

    await play.bo.person.types(f"@qfbot status {TASK}", "training", thread_ts=card.ts)
    await play.settles()

    (answer,) = [each for each in play.bo.person.sees("training", card.ts) if each.ephemeral_to]
    assert "is *Running*, 34 %" in play.text_of(answer)


async def test_an_event_that_slack_sends_again_is_answered_once(play: Play) -> None:
    play.slack.faults.deaf = True
    await play.bo.person.types("@qfbot ping", "training")
    await play.slack.until(
        lambda: sum(isinstance(entry.what, Delivered) for entry in play.slack.feed.entries) > 1
    )
    await play.settles()

    assert len([each for each in play.bo.person.sees("training") if each.ephemeral_to]) == 1


async def test_an_answer_that_cannot_be_shared_is_told_to_the_asker(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf status {TASK}")
    play.slack.faults.status(404, "response_url")
    answer = await play.bo.clicks("Share with the channel")
    assert "only you see it" in answer
