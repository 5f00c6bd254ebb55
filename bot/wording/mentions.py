"""Whom a message is for: those who asked, or were asked, to be mentioned with it."""

from collections.abc import Sequence

from bot.domain.messages import Group, Line, Listing, Message, Person, Sentence, Value, say


def mentioning(message: Message, whom: Sequence[str]) -> Message:
    """The message, by which these people and user groups are told of it by Slack."""
    if not whom:
        return message
    people = Listing(tuple(map(named, whom)))
    summary = say("{told} For your attention: {people}", told=message.summary, people=people)
    line = Line(say("For your attention: {people}", people=people))
    return Message(summary, (*message.parts[:1], line, *message.parts[1:]), message.language)


def named(who: str) -> Value:
    """A person or a user group, told of the message that has it."""
    return Group(who) if who.startswith("S") else Person(who)


def mentions(line: Sentence, who: str) -> Sentence:
    """A line of a list, and whom its thing mentions; a list itself tells no user group."""
    if not who:
        return line
    people = say("a user group") if who.startswith("S") else Person(who)
    return say("{line}, mentions {people}", line=line, people=people)


def will_mention(told: Sentence, who: str) -> Sentence:
    """What was settled, and who is mentioned from now on."""
    if not who:
        return told
    return say(
        "{told} {people} is mentioned with the end, and with an alarm as grave as a failure.",
        told=told,
        people=named(who),
    )
