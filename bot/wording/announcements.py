"""What a channel hears by itself: the live card, and what is told beneath it."""

from bot.domain.digests import Digest
from bot.domain.facts import (
    AccessGone,
    Alarmed,
    ApprovalAsked,
    ApprovalEnded,
    Arrived,
    CardOpened,
    ChartAsked,
    ComparisonAsked,
    CutOff,
    Fact,
    FollowExpired,
    Gathered,
    JobGone,
    Moved,
    OutageBegan,
    OutageEnded,
    RightsChanged,
    RunAppeared,
    StopAsked,
    Undeliverable,
    Unreadable,
    Vanished,
    VersionAsked,
    WatchExpired,
)
from bot.domain.messages import Code, Message, Note, say
from bot.domain.resources import Phase
from bot.wording.alarms import alarmed
from bot.wording.approvals import approval_asked, approval_ended
from bot.wording.cards import card_opened
from bot.wording.charts import chart_asked
from bot.wording.comparisons import comparison_asked
from bot.wording.cut_off import cut_off
from bot.wording.digests import digest
from bot.wording.ends import failed, finished, stopped
from bot.wording.follows import follow_expired, job_gone, run_appeared
from bot.wording.gathered import gathered
from bot.wording.grants import rights_changed
from bot.wording.moments import gap_of
from bot.wording.outages import outage_began, outage_ended, unreadable
from bot.wording.publishing import version_asked
from bot.wording.resources import headline, state_word
from bot.wording.stops import stop_asked
from bot.wording.watches import access_gone, undeliverable
from bot.wording.welcome import welcome


def announcement(fact: Fact) -> Message:
    """The message that tells a fact."""
    match fact:
        case CardOpened():
            return card_opened(fact)
        case Moved():
            return _moved(fact)
        case Vanished():
            return vanished(fact)
        case Gathered():
            return gathered(fact)
        case Digest():
            return digest(fact)
        case WatchExpired():
            return watch_expired(fact)
        case StopAsked():
            return stop_asked(fact)
        case AccessGone():
            return access_gone(fact)
        case Undeliverable():
            return undeliverable(fact)
        case Unreadable():
            return unreadable(fact)
        case Alarmed():
            return alarmed(fact)
        case OutageBegan():
            return outage_began(fact)
        case OutageEnded():
            return outage_ended(fact)
        case VersionAsked():
            return version_asked(fact)
        case RunAppeared():
            return run_appeared(fact)
        case FollowExpired():
            return follow_expired(fact)
        case JobGone():
            return job_gone(fact)
        case CutOff():
            return cut_off(fact)
        case ApprovalAsked():
            return approval_asked(fact)
        case ApprovalEnded():
            return approval_ended(fact)
        case RightsChanged():
            return rights_changed(fact)
        case Arrived():
            return welcome()
        case ChartAsked():
            return chart_asked(fact)
        case ComparisonAsked():
            return comparison_asked(fact)


def perhaps_repeated(message: Message) -> Message:
    """The outcome of an earlier attempt is not known, and the channel may not be read."""
    return message.with_parts(Note(say("This may be a repeat: Slack lost an answer.")))


def _moved(moved: Moved) -> Message:
    resource = moved.resource
    if moved.before.is_final and not resource.phase.is_final:
        return went_back(moved)
    match resource.phase:
        case Phase.DONE:
            return finished(moved)
        case Phase.FAILED:
            return failed(moved)
        case Phase.STOPPED:
            return stopped(moved)
        case Phase.UNKNOWN:
            return unknown_state(moved)
        case _:
            return now_in_state(moved)


def now_in_state(moved: Moved) -> Message:
    """It moved on and has not ended."""
    line, gap = headline(moved.resource), gap_of(moved.happened)
    if gap is None:
        return Message.of(line)
    told = say("That changed between {after} and {before}.", after=gap[0], before=gap[1])
    return Message.of(line, Note(told))


def unknown_state(moved: Moved) -> Message:
    """Qianfan used a word that qfbot does not know; it goes on watching."""
    return Message.of(
        say(
            "{line}. qfbot does not know this state, so it goes on watching.",
            line=headline(moved.resource),
        )
    )


def went_back(moved: Moved) -> Message:
    """It had ended, and now it has not."""
    return Message.of(
        say(
            "{line}, though it was {before} before. qfbot watches it again.",
            line=headline(moved.resource),
            before=state_word(moved.before_state),
        )
    )


def vanished(fact: Vanished) -> Message:
    """Qianfan no longer knows it."""
    return Message.of(
        say(
            "Qianfan no longer knows {id}: it was perhaps deleted. This watch is over.",
            id=Code(str(fact.resource.id)),
        ),
        Note(say("When last seen it was {state}.", state=state_word(fact.resource.state))),
    )


def watch_expired(fact: WatchExpired) -> Message:
    """The time of a watch is up."""
    return Message.of(
        say(
            "The time of this watch is up, and {line}. {command} follows it again.",
            line=headline(fact.resource),
            command=Code(f"/qf watch {fact.resource.id}"),
        )
    )
