"""Why something failed, in Qianfan's words, and what its documents say of that."""

from bot.domain.console import console_url
from bot.domain.messages import Code, Line, Note, Part, Verbatim, say
from bot.domain.resources import FineTuningTask, Phase, Watchable

# What the documents call these codes. They list them as errors of requests about runs; of a failed
# run's own errorCode (DescribeFineTuningTask) they explain none.
# http://wenxinyiyan.apifox.cn/api-125569623
_MEANINGS = {
    "500000": say("an internal error of Qianfan"),
    "500001": say("an invalid parameter"),
    "500002": say("no right to what was asked for"),
    "510101": say("too few entries in the dataset, which needs 32 at least"),
    "510102": say("a fault in the dataset"),
    "510401": say("a fault in the training's settings"),
    "510402": say("as many runs at work as the account may have"),
    "510403": say("a quota for training that is used up"),
}

# A longer code is none, and is not to take the place of the reason.
_LONGEST_CODE = 100


def reason(resource: Watchable) -> list[Part]:
    """Why it failed: the code first, then Qianfan's words as they are, or that it has none."""
    if resource.phase is not Phase.FAILED:
        return []
    failure = resource.failure
    if failure is None:
        return [Line(say("Qianfan gives no reason."))]
    code = failure.code[:_LONGEST_CODE]
    if not failure.message:
        told = say("Qianfan gives no reason but the code {code}.", code=Code(code))
        return [Line(told), *_meaning(code)]
    told = say("Qianfan gives this reason:")
    if code:
        told = say("Qianfan gives this reason, with code {code}:", code=Code(code))
    return [Line(told), Verbatim(failure.message), *_meaning(code)]


def where_to_look(resource: Watchable) -> list[Part]:
    """Where more may be found about a failure."""
    if not isinstance(resource, FineTuningTask) or not console_url(resource):
        return []
    return [Note(say("The training log in the console may tell more."))]


def _meaning(code: str) -> list[Part]:
    meaning = _MEANINGS.get(code)
    if meaning is None:
        return []
    told = say("Among the errors of Qianfan's API {code} means {meaning}.")
    return [Line(told.with_values(code=Code(code), meaning=meaning))]
