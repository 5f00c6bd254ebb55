"""What is said around following runs that do not exist yet: begun, ended, listed, impossible."""

from collections.abc import Sequence

from bot.domain.errors import AccessDenied, PlatformError
from bot.domain.facts import FollowExpired, JobGone, RunAppeared
from bot.domain.following import Follow, Selection, What
from bot.domain.ids import ResourceId
from bot.domain.messages import (
    Code,
    Line,
    Listing,
    Message,
    Moment,
    Note,
    Part,
    Person,
    Sentence,
    Value,
    say,
)
from bot.wording import errors
from bot.wording.failures import reason
from bot.wording.mentions import mentions, will_mention
from bot.wording.resources import headline, results
from bot.wording.watches import HEARS, place

#: So many names are enough to choose from.
_MOST_NAMED = 20

#: Either lets an access key list (Qianfan API reference, DescribeFineTuningTasks, permissions).
_POLICIES = ("QianfanReadAccessPolicy", "QianfanModelTuningReadAccessPolicy")


def line(selection: Selection) -> str:
    """The command line that follows these runs."""
    if selection.what is What.JOB:
        return f"watch {selection.value}"
    if selection.what is What.ALL:
        return "follow all"
    quote = '"' if any(map(str.isspace, selection.value)) else ""
    return f"follow {selection.what}={quote}{selection.value}{quote}"


def following(
    follow: Follow,
    trouble: PlatformError | None,
    *,
    begun: bool,
    here: bool,
    others: Sequence[str] = (),
) -> Message:
    """New runs are followed from now on, or longer than before.

    `others` are the models or modes that there are, where none of them is the one that is meant.
    """
    template = say("{where} hears of {runs} from now on, until {until}: {what} of each.")
    if not begun:
        template = say("{where} hears of {runs} already, and now until {until}: {what} of each.")
    told = template.with_values(
        where=_where(follow, here=here),
        runs=_runs(follow.selection),
        until=Moment(follow.until),
        what=HEARS[follow.notify],
    )
    told = will_mention(told, follow.mention)
    parts: list[Part] = []
    if begun:
        parts.append(Note(say("The runs that there are already are no news.")))
    if others:
        names = Listing(tuple(Code(each) for each in others[:_MOST_NAMED]))
        told_names = say("No run that there is now is of it. There are: {names}.", names=names)
        parts.append(Note(told_names))
    if trouble is not None:
        why = errors.explain(trouble).summary
        parts.append(Note(say("They cannot be listed just now, and will be: {why}", why=why)))
    return Message.of(told, *parts)


def following_job(follow: Follow, going_on: int, *, begun: bool, here: bool) -> Sentence:
    """The runs of a job are followed: those that go on, and those to come."""
    template = say(
        "Watching every run of {job} until {until}: {running}, and those to come. "
        "{where} hears {what}."
    )
    if not begun:
        template = say(
            "Every run of {job} is watched already, and now until {until}: {running}, and those "
            "to come. {where} hears {what}."
        )
    told = template.with_values(
        job=Code(follow.selection.value),
        until=Moment(follow.until),
        running=_running(going_on),
        where=_where(follow, here=here),
        what=HEARS[follow.notify],
    )
    return will_mention(told, follow.mention)


def run_appeared(fact: RunAppeared) -> Message:
    """A followed run was over before it was first seen."""
    line = say("A run that nobody saw begin: {line}.", line=headline(fact.resource))
    return Message.of(line, *reason(fact.resource), *results(fact.resource))


def follow_expired(fact: FollowExpired) -> Message:
    """The time of a follow is up."""
    return Message.of(
        say(
            "New runs are no longer followed here: the time is up. {command} follows them again.",
            command=Code(f"/qf {fact.selection}"),
        )
    )


def job_gone(fact: JobGone) -> Message:
    """A job whose runs were followed is gone."""
    return Message.of(
        say(
            "Qianfan no longer knows {job}: it was perhaps deleted. Its runs are no longer "
            "followed here.",
            job=Code(fact.job),
        )
    )


def unfollowed(ended: Sequence[Follow]) -> Message:
    """A channel's follows were ended, or there were none."""
    if not ended:
        return Message.of(
            say("This channel follows nothing. {example} begins it.", example=Code("/qf follow"))
        )
    runs = Listing(tuple(_runs(follow.selection) for follow in ended))
    return Message.of(
        say("This channel no longer follows {runs}.", runs=runs),
        Note(say("The runs that it watches already go on being watched.")),
    )


def unfollowed_job(job: ResourceId, watches: int) -> Sentence:
    """A job is followed no more, nor are those of its runs that were watched for it."""
    template = say("{job} is not watched here any more.")
    if watches == 1:
        template = say("{job} is not watched here any more, nor is the run of it that was.")
    elif watches:
        template = say(
            "{job} is not watched here any more, nor are the {watches} runs of it that were."
        )
    return template.with_values(job=Code(str(job)), watches=watches)


def not_your_follow(follow: Follow) -> Sentence:
    """Only the owner of a follow, or an operator, may end it."""
    return say(
        "{job} is watched here for {owner}. Ending it is for {owner} or for an operator.",
        job=Code(follow.selection.value),
        owner=Person(follow.owner),
    )


def follow_line(follow: Follow, *, here: bool) -> Sentence:
    """A follow in a list."""
    told = say(
        "🔭 {runs} for {owner}, until {until}",
        runs=_runs(follow.selection),
        owner=Person(follow.owner),
        until=Moment(follow.until),
    )
    if not here:
        told = say("{told}, in {where}", told=told, where=place(follow.channel_id))
    return mentions(told, follow.mention)


def may_not_list(error: AccessDenied) -> Message:
    """The account may not list its runs; what is named by its id is not concerned."""
    told = say(
        "There is no list, because qfbot's access key may not list this account's runs "
        "({action}). Whoever keeps the Qianfan account can give it the policy {one} or {other}.",
        action=Code(error.action),
        one=Code(_POLICIES[0]),
        other=Code(_POLICIES[1]),
    )
    parts: list[Part] = [
        Line(
            say(
                "A run's id still works: {status} and {watch}.",
                status=Code("/qf status task-…"),
                watch=Code("/qf watch task-…"),
            )
        )
    ]
    if error.request_id:
        told_id = say("Qianfan's request id: {request_id}", request_id=Code(error.request_id))
        parts.append(Note(told_id))
    return Message.of(told, *parts)


def may_not_list_job(job: ResourceId) -> Sentence:
    """The runs of a job cannot be followed where they cannot be listed."""
    return say(
        "{job}: qfbot's access key may not list its runs, so those to come would never be found. "
        "Whoever keeps the Qianfan account can give it the policy {one} or {other}. The runs "
        "themselves can be watched by their ids, task-….",
        job=Code(str(job)),
        one=Code(_POLICIES[0]),
        other=Code(_POLICIES[1]),
    )


def _runs(selection: Selection) -> Sentence:
    match selection.what:
        case What.ALL:
            return say("every new run")
        case What.MODEL:
            return say("every new run of the model {model}", model=selection.value)
        case What.MODE:
            return say("every new run in the mode {mode}", mode=selection.value)
        case What.JOB:
            return say("every new run of {job}", job=Code(selection.value))


def _running(count: int) -> Sentence:
    match count:
        case 0:
            return say("none that goes on now")
        case 1:
            return say("the one that goes on now")
        case _:
            return say("the {count} that go on now", count=count)


def _where(follow: Follow, *, here: bool) -> Value:
    return say("This channel") if here else place(follow.channel_id)
