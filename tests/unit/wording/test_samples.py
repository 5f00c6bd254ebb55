"""Every documented answer, shown whole: what `/qf status … show=all` says of it."""

# ruff: noqa: E501 (a snapshot keeps whole lines in view)

from datetime import UTC, datetime

from inline_snapshot import snapshot

from bot.domain.changes import Look
from bot.wording import resources
from tests.unit.qianfan.samples import described, described_names
from tests.unit.wording.readable import read

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_every_documented_answer_is_shown_whole() -> None:
    assert {name: _whole(name) for name in described_names()} == snapshot(
        {
            "compression-done-by-example": """\
✅ `amva-abciuctdx15t` (demo) is *Done*
Strategy: Quantization
Weight: wint8
From: `amv-se1t8i4gr9fu`
Made: `amv-vnhxxj3crnsp`
Description: test
Created: 2024-04-10 09:16 UTC
Ended: 2024-04-10 09:36 UTC
[Show the version] status amv-vnhxxj3crnsp\
""",
            "compression-done-by-table": """\
✅ `amva-abciuctdx15t` (demo) is *succeeded*
Strategy: Quantization
Weight: wint8
From: `amv-se1t8i4gr9fu`
Made: `amv-vnhxxj3crnsp`
Description: test
Created: 2024-04-10 09:16 UTC
Ended: 2024-04-10 09:36 UTC
[Show the version] status amv-vnhxxj3crnsp\
""",
            "compression-done-node": """\
✅ `amva-abciuctdx15t` (demo) is *Done*
Strategy: Quantization
Weight: wint8
From: `amv-se1t8i4gr9fu`
Made: `amv-vnhxxj3crnsp`
Description: test
Created: 2024-04-10 09:16 UTC
Ended: 2024-04-10 09:36 UTC
[Show the version] status amv-vnhxxj3crnsp\
""",
            "compression-failed": """\
❌ `amva-abciuctdx15t` (demo) is *failed*
Qianfan gives this reason:
```
no capacity
```
Strategy: Sparsity
Sparsity ratio: 0.5
From: `amv-se1t8i4gr9fu`
Description: test
Created: 2024-04-10 09:16 UTC
Ended: 2024-04-10 09:36 UTC\
""",
            "task-done": """\
✅ `task-0tgmn4a7h4i6` (job-name) is *Done*
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2024-01-16 09:48 UTC
Ended: 2024-01-16 10:48 UTC
BLEU-4: 16.56%
ROUGE-1: 33.09%
ROUGE-2: 13.01%
ROUGE-L: 28.38%
Best and last checkpoint, with the lowest perplexity: step 64, training loss 0.2539, perplexity 1.289.
2 checkpoints, * marks the best by its perplexity:
```
step      trainingLoss  perplexity
32               0.345       1.412
64              0.2539       1.289 *
```
[Publish…] publish task-0tgmn4a7h4i6
[Loss curves in VisualDL] https://console.bce.baidu.com/qianfan/visualdl/index?displayToken=eyJydW5JZCI6InJ1bi10NGczZmZuMXpzampwZHFzIn0=
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "task-failed": """\
❌ `task-0tgmn4a7h4i6` (job-name) is *Fail*
Qianfan gives this reason, with code `500001`:
```
the data set has no rows
```
Among the errors of Qianfan's API `500001` means an invalid parameter.
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: LoRA
Job: `job-ftp4icwebtnc`
Created: 2024-01-16 09:48 UTC
Ended: 2024-01-16 10:48 UTC
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "task-running": """\
🏃 `task-0tgmn4a7h4i6` (job-name) is *Running*, 99 %
████████████████████ 99 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: FullFineTuning
Job: `job-ftp4icwebtnc`
Job description: job-description
Created: 2024-01-16 09:48 UTC
[Watch] watch task-0tgmn4a7h4i6
[Stop] stop task-0tgmn4a7h4i6
[Loss curves in VisualDL] https://console.bce.baidu.com/qianfan/visualdl/index?displayToken=eyJydW5JZCI6InJ1bi10NGczZmZuMXpzampwZHFzIn0=
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "task-running-node": """\
🏃 `task-0tgmn4a7h4i6` (job-name) is *Running*, 99 %
████████████████████ 99 %
Base model: ERNIE-Speed-8K
Training mode: SFT
Parameter scale: FullFineTuning
Job: `job-ftp4icwebtnc`
Job description: job-description
Created: 2024-01-16 09:48 UTC
[Watch] watch task-0tgmn4a7h4i6
[Stop] stop task-0tgmn4a7h4i6
[Loss curves in VisualDL] https://console.bce.baidu.com/qianfan/visualdl/index?displayToken=eyJydW5JZCI6InJ1bixxxxxHFzIn0=
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-ftp4icwebtnc/task-0tgmn4a7h4i6/detail/traininglog\
""",
            "task-running-zero-time": """\
🏃 `task-2jsaaaa0i9aa` (job1) is *Running*, 34 %
███████░░░░░░░░░░░░░ 34 %
Base model: ERNIE-Speed
Training mode: SFT
Parameter scale: FullFineTuning
Job: `job-6ucxjaaa8q0a`
Job description: ebspaaaaasks
Created: 2024-02-29 08:29 UTC
[Watch] watch task-2jsaaaa0i9aa
[Stop] stop task-2jsaaaa0i9aa
[Loss curves in VisualDL] https://console.bce.baidu.com/qianfan/visualdl/index?displayToken=eyJydW5JZCI6InJ1bi10NGczZmZuMXpzampwZHFzIn0=
[Open the console] https://console.bce.baidu.com/qianfan/train/sft/job-6ucxjaaa8q0a/task-2jsaaaa0i9aa/detail/traininglog\
""",
            "version-compressed-by-table": """\
✅ `amv-vnhxxj3crnsp` (V4) is *Ready*
Base model: Meta-Llama-3-8B
Source: Acceleration
From: `amva-abciuctdx15t`
Application type: chat
Can be deployed: yes
Can be compressed: no
Can be evaluated: yes
Created: 2024-04-10 09:36 UTC
Modified: 2024-04-10 09:36 UTC
[Show the task] status amva-abciuctdx15t
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""",
            "version-imported-by-table": """\
❌ `amv-21qxxr97z8fp` (V5) is *Fail*
Qianfan gives no reason.
Source: Import
From: bos:/test/demoModel (https://console.bce.baidu.com/qianfan/modelcenter/model/user/list)
Application type: chat
Can be deployed: no
Can be compressed: no
Can be evaluated: no
Created: 2024-04-10 09:16 UTC
Modified: 2024-04-10 09:20 UTC
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""",
            "version-ready-by-example": """\
✅ `amv-sxw7atka4jk0` (V2) is *Ready*
Model: chatglm32k_v10
Model id: `am-txtetnsfq9sb`
Source: Train
From: 423 (https://console.bce.baidu.com/qianfan/modelcenter/model/user/list)
Application type: chat
Description: clc_test_publish_chatglm32k_v10
Can be deployed: yes
Can be compressed: no
Can be evaluated: yes
Compression options: Sparsity 0.5
Private resource: `prl-yqec88en7r08`
Created: 2023-12-15 08:30 UTC
Modified: 2024-01-04 08:10 UTC
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""",
            "version-ready-by-table": """\
✅ `amv-vd5h69rcgpkz` (1) is *Ready*
Source: Train
From: 24663 (https://console.bce.baidu.com/qianfan/modelcenter/model/user/list)
Application type: chat
Can be deployed: yes
Can be compressed: yes
Can be evaluated: yes
Limits: 0 tokens in, 0 tokens out, 0 characters
Compression options: xxx 0.5
Private resource: `prl-yqaaa7r08aaa`
Created: 2024-05-16 14:40 UTC
Modified: 2024-05-16 14:40 UTC
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""",
            "version-whole-by-table": """\
✅ `amv-g73j3faikzpz` (V3) is *Ready*
Base model: Meta-Llama-3-8B
Source: Train
From: `task-0tgmn4a7h4i6`
Application type: completion
Description: of the second epoch
Can be deployed: yes
Can be compressed: yes
Can be evaluated: no
Limits: 7168 tokens in, 2048 tokens out, 20000 characters
Limits as a reranker: 400 tokens in a query, 1600 characters in a query, 1024 tokens in a document, 4096 characters in a document
Compression options: Quantization W8A8C16, Sparsity 0.25
Advanced settings: samplingStrategy: beamSearch, numBeams: 4, topLogprobs: 5
Created: 2024-05-16 14:40 UTC
Modified: 2024-05-17 00:15 UTC
[Show the run] status task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""",
        }
    )


def _whole(name: str) -> str:
    look = Look(described(name), NOW)
    return read(resources.status(look, NOW, whole=True, private=True))
