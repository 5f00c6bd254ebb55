"""Every card in every state: what it tells, and that Slack takes it."""

# ruff: noqa: E501 (a snapshot keeps whole lines in view)

from collections.abc import Iterator

import pytest
from inline_snapshot import snapshot

from bot.domain.facts import Moved
from bot.domain.languages import Language
from bot.domain.messages import Bar, Line, Message
from bot.domain.resources import Phase
from bot.domain.watching import Face
from bot.slack.fallback import one_line, plain_text
from bot.slack.render import TEXT_CHARACTERS, render
from bot.wording.announcements import announcement
from bot.wording.cards import card
from tests.unit.slack.limits import check_message, texts
from tests.unit.wording.faces import ENDED, faces, longest
from tests.unit.wording.readable import read

FACES = faces()


def test_what_each_card_tells() -> None:
    assert {name: read(card(face)) for name, face in FACES.items()} == snapshot(
        {
            "queued": """\
⏳ `task-0tgmn4a7h4i6` (support-bot) is *Queued*
Seen waiting since 2026-05-04 10:30 UTC.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Watched for <@U0BO>.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "running, its end unknown": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 3 %
█░░░░░░░░░░░░░░░░░░░ 3 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Watched for <@U0BO>. As of 2026-05-04 12:00 UTC.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "running": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 41 %
Expected to end between 2026-05-04 13:05 UTC and 13:40 UTC.
████████░░░░░░░░░░░░ 41 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Judged by its progress since 2026-05-04 10:50 UTC; such a range is right in 80 of 100 cases.
Watched for <@U0BO>. As of 2026-05-04 12:00 UTC.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "running, about to end": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 97 %
Expected to end by 2026-05-04 12:05 UTC.
███████████████████░ 97 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Judged by its progress since 2026-05-04 10:50 UTC; such a range is right in 80 of 100 cases.
Watched for <@U0BO>. As of 2026-05-04 12:00 UTC.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "running, its end far off": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 41 %
Expected to end between 2026-05-04 12:00 UTC and 2026-05-06 12:00 UTC.
████████░░░░░░░░░░░░ 41 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Judged by its progress since 2026-05-04 10:50 UTC; such a range is right in 80 of 100 cases.
Watched for <@U0BO>. As of 2026-05-04 12:00 UTC.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "running, without progress": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Watched for <@U0BO>.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "standing": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 41 %
No progress since 2026-05-04 11:20 UTC, so there is no telling when it ends.
████████░░░░░░░░░░░░ 41 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Watched for <@U0BO>. As of 2026-05-04 12:00 UTC.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "muted": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 41 %
Expected to end between 2026-05-04 13:05 UTC and 13:40 UTC.
████████░░░░░░░░░░░░ 41 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Judged by its progress since 2026-05-04 10:50 UTC; such a range is right in 80 of 100 cases.
Watched for <@U0BO>. It is muted until 2026-05-04 13:00 UTC: nothing is told here but its end. As of 2026-05-04 12:00 UTC.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "muted to its end": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 41 %
████████░░░░░░░░░░░░ 41 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Watched for <@U0BO>. It is muted: nothing is told here but its end. As of 2026-05-04 12:00 UTC.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "not readable": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 41 %
Last seen 2026-05-04 12:00 UTC: since then Qianfan's answers about it cannot be used.
████████░░░░░░░░░░░░ 41 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Watched for <@U0BO>.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "ending": """\
⌛ `task-0tgmn4a7h4i6` (support-bot) is *Ending*, 41 %
████████░░░░░░░░░░░░ 41 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Watched for <@U0BO>. As of 2026-05-04 12:00 UTC.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "in a state that nobody knows": """\
❔ `task-0tgmn4a7h4i6` (support-bot) is *Unknown*
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Watched for <@U0BO>.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "done": """\
✅ `task-0tgmn4a7h4i6` (job-name) is *Done*
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2024-01-16 09:48 UTC
BLEU-4: 16.56%
ROUGE-1: 33.09%
ROUGE-2: 13.01%
ROUGE-L: 28.38%
Best and last checkpoint, with the lowest perplexity: step 64, training loss 0.2539, perplexity 1.289.
Watched for <@U0BO>.
[Publish…] publish task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "done, with checkpoints": """\
✅ `task-0tgmn4a7h4i6` (support-bot) is *Done*
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Best checkpoint, with the lowest perplexity: step 64, training loss 0.2539, perplexity 1.289.
Last checkpoint: step 96, training loss 0.3, perplexity 1.5.
Watched for <@U0BO>.
[Publish…] publish task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "done, seen late": """\
✅ `task-0tgmn4a7h4i6` (support-bot) is *Done*
Ended between 2026-05-04 07:00 UTC and 12:00 UTC. It ran for about 1 h 10 min, after waiting for about 20 min.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Watched for <@U0BO>.
[Publish…] publish task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "failed": """\
❌ `task-0tgmn4a7h4i6` (support-bot) is *Failed*
Qianfan gives this reason, with code `336101`:
```
CUDA out of memory
```
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
The training log in the console may tell more.
Watched for <@U0BO>.
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "failed, its code explained": """\
❌ `task-0tgmn4a7h4i6` (support-bot) is *Failed*
Qianfan gives no reason but the code `510403`.
Among the errors of Qianfan's API `510403` means a quota for training that is used up.
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Best checkpoint, with the lowest perplexity: step 64, training loss 0.2539, perplexity 1.289.
Last checkpoint: step 96, training loss 0.3, perplexity 1.5.
The training log in the console may tell more.
Watched for <@U0BO>.
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "failed, without a reason": """\
❌ `task-0tgmn4a7h4i6` (support-bot) is *Failed*
Qianfan gives no reason.
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
The training log in the console may tell more.
Watched for <@U0BO>.
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "stopped": """\
🛑 `task-0tgmn4a7h4i6` (support-bot) is *Stopped*: by <@U0ADA> through qfbot, because: wrong data.
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Watched for <@U0BO>.
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "stopped outside qfbot": """\
🛑 `task-0tgmn4a7h4i6` (support-bot) is *Stopped*: outside qfbot.
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Watched for <@U0BO>.
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "gone": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 41 %, as last seen 2026-05-04 12:00 UTC.
Qianfan no longer knows it: it was perhaps deleted. This watch is over.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Watched for <@U0BO>.\
""",
            "no longer watched": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 41 %, as last seen 2026-05-04 12:00 UTC.
This card is not kept up to date any more: the watch was over 2026-05-04 12:30 UTC. `/qf watch task-0tgmn4a7h4i6` follows it again.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Watched for <@U0BO>.
[Status] status task-0tgmn4a7h4i6
[Watch] watch task-0tgmn4a7h4i6\
""",
            "opened": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 41 %
████████░░░░░░░░░░░░ 41 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Watched for <@U0BO>. As of 2026-05-04 12:00 UTC.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "opened before this release": """\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 41 %
████████░░░░░░░░░░░░ 41 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2026-05-04 10:30 UTC
Watched for <@U0BO>.
[Stop] stop task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "compression, running": """\
🏃 `amva-abciuctdx15t` (demo) is *running*
Strategy: Quantization
Weight: WINT8
From: `amv-se1t8i4gr9fu`
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Watched for <@U0BO>.
[Stop] stop amva-abciuctdx15t\
""",
            "compression, done": """\
✅ `amva-abciuctdx15t` (demo) is *done*
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
Strategy: Quantization
Weight: WINT8
From: `amv-se1t8i4gr9fu`
Made: `amv-vnhxxj3crnsp`
Watched for <@U0BO>.
[Show the version] status amv-vnhxxj3crnsp\
""",
            "compression, failed": """\
❌ `amva-abciuctdx15t` (demo) is *failed*
Qianfan gives this reason:
```
no capacity
```
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
Strategy: Sparsity
Sparsity ratio: 0.5
From: `amv-se1t8i4gr9fu`
Created: 2024-04-10 09:16 UTC
Watched for <@U0BO>.\
""",
            "compression, being stopped": """\
⌛ `amva-abciuctdx15t` (demo) is *ending*
Strategy: Quantization
Weight: WINT8
From: `amv-se1t8i4gr9fu`
Waited for: 20 min
Runs since: 2026-05-04 10:50 UTC
Watched for <@U0BO>.
[Stop] stop amva-abciuctdx15t\
""",
            "version, being made": """\
🏃 `amv-g73j3faikzpz` (V3) is *Running*
Model: support-bot
Model id: `am-ashdagwfy234`
Base model: ERNIE-Speed-8K
Source: Train
From: `task-0tgmn4a7h4i6`
Watched for <@U0BO>.
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""",
            "version, ready": """\
✅ `amv-g73j3faikzpz` (V3) is *Ready*
It has been so since 2026-05-04 11:59 UTC.
Base model: Meta-Llama-3-8B
Source: Train
From: `task-0tgmn4a7h4i6`
Application type: completion
Created: 2024-05-16 14:40 UTC
Watched for <@U0BO>.
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""",
            "version, failed": """\
❌ `amv-g73j3faikzpz` (V3) is *Failed*
Qianfan gives no reason.
It has been so since 2026-05-04 11:59 UTC.
Model: support-bot
Model id: `am-ashdagwfy234`
Base model: ERNIE-Speed-8K
Source: Train
From: `task-0tgmn4a7h4i6`
Watched for <@U0BO>.
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""",
        }
    )


def test_what_is_told_of_each_end() -> None:
    ends = {name: face for name, face in FACES.items() if face.resource.phase.is_final}
    assert {name: read(_told(face)) for name, face in ends.items()} == snapshot(
        {
            "done": """\
✅ `task-0tgmn4a7h4i6` (job-name) is *Done*
BLEU-4: 16.56%
ROUGE-1: 33.09%
ROUGE-2: 13.01%
ROUGE-L: 28.38%
Best and last checkpoint, with the lowest perplexity: step 64, training loss 0.2539, perplexity 1.289.
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
[Publish…] publish task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "done, with checkpoints": """\
✅ `task-0tgmn4a7h4i6` (support-bot) is *Done*
Best checkpoint, with the lowest perplexity: step 64, training loss 0.2539, perplexity 1.289.
Last checkpoint: step 96, training loss 0.3, perplexity 1.5.
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
[Publish…] publish task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "done, seen late": """\
✅ `task-0tgmn4a7h4i6` (support-bot) is *Done*
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
[Publish…] publish task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "failed": """\
❌ `task-0tgmn4a7h4i6` (support-bot) is *Failed*
Qianfan gives this reason, with code `336101`:
```
CUDA out of memory
```
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
The training log in the console may tell more.
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "failed, its code explained": """\
❌ `task-0tgmn4a7h4i6` (support-bot) is *Failed*
Qianfan gives no reason but the code `510403`.
Among the errors of Qianfan's API `510403` means a quota for training that is used up.
Last checkpoint: step 96, training loss 0.3, perplexity 1.5.
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
The training log in the console may tell more.
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "failed, without a reason": """\
❌ `task-0tgmn4a7h4i6` (support-bot) is *Failed*
Qianfan gives no reason.
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
The training log in the console may tell more.
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "stopped": """\
🛑 `task-0tgmn4a7h4i6` (support-bot) is *Stopped*: by <@U0ADA> through qfbot, because: wrong data.
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "stopped outside qfbot": """\
🛑 `task-0tgmn4a7h4i6` (support-bot) is *Stopped*: outside qfbot.
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "compression, done": """\
✅ `amva-abciuctdx15t` (demo) is *done*
Strategy: Quantization
Weight: WINT8
From: `amv-se1t8i4gr9fu`
Made: `amv-vnhxxj3crnsp`
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.
[Show the version] status amv-vnhxxj3crnsp\
""",
            "compression, failed": """\
❌ `amva-abciuctdx15t` (demo) is *failed*
Qianfan gives this reason:
```
no capacity
```
Ended 2026-05-04 11:59 UTC. It ran for about 1 h 9 min, after waiting for about 20 min.\
""",
            "version, ready": """\
✅ `amv-g73j3faikzpz` (V3) is *Ready*
Base model: Meta-Llama-3-8B
Source: Train
From: `task-0tgmn4a7h4i6`
Application type: completion
Created: 2024-05-16 14:40 UTC
It has been so since 2026-05-04 11:59 UTC.
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""",
            "version, failed": """\
❌ `amv-g73j3faikzpz` (V3) is *Failed*
Qianfan gives no reason.
It has been so since 2026-05-04 11:59 UTC.
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""",
        }
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", FACES)
def test_slack_takes_every_card_and_end_with_the_longest_texts(
    name: str, language: Language
) -> None:
    for face in (FACES[name], longest()[name]):
        for message in _messages(face):
            rendered = render(message.read_in(language))
            blocks = [block.to_dict() for block in rendered.blocks]
            check_message(rendered.text, blocks)
            for text in (rendered.text, plain_text(message), one_line(message), *texts(blocks)):
                assert "<!channel>" not in text or "```" in text or _is_code(text, blocks)
                assert "<https://evil" not in text or _is_code(text, blocks)


def test_the_reason_of_a_failure_arrives_however_long_everything_is() -> None:
    for message in _messages(longest()["failed"]):
        blocks = [block.to_dict() for block in render(message).blocks]
        (reason,) = [block for block in blocks if block["type"] == "rich_text"]
        assert max(map(len, texts(reason))) == TEXT_CHARACTERS


@pytest.mark.parametrize("name", FACES)
def test_what_is_read_aloud_tells_the_whole_sense(name: str) -> None:
    """Notices and screen readers get the text alone: the state, the end, and the percentage."""
    message = card(FACES[name])
    text = render(message).text
    lines = [render(Message.of(part.text)).text for part in message.parts if isinstance(part, Line)]
    assert lines[0].rstrip(".") in text
    for line in lines:
        if line.startswith(
            ("Expected", "No progress", "Seen", "Last seen", "This card", "Qianfan no")
        ):
            assert line in text
    for part in message.parts:
        if isinstance(part, Bar):
            assert f"{part.percent} %" in text


def _messages(face: Face) -> Iterator[Message]:
    yield card(face)
    if face.resource.phase.is_final:
        yield _told(face)


def _told(face: Face) -> Message:
    stopped_by = face.glance.stopped_by if face.glance else None
    queued, running = face.track.queued_since, face.track.running_since
    return announcement(
        Moved(face.resource, Phase.RUNNING, "Running", ENDED, running, stopped_by, queued)
    )


def _is_code(text: str, blocks: list[dict[str, object]]) -> bool:
    """Whether a text is shown letter for letter."""
    codes = [block for block in blocks if block["type"] == "rich_text"]
    return text in texts(codes)
