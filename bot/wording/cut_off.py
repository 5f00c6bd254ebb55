"""What is told directly to somebody whose command was at work when qfbot was stopped."""

from bot.domain.facts import CutOff, CutOffEnd
from bot.domain.messages import Button, Buttons, Code, Message, say
from bot.wording.resources import state_word

_CUT_OFF = {
    CutOffEnd.DONE: say("It took effect."),
    CutOffEnd.NOT_DONE: say("It did not take effect: nothing was changed."),
    CutOffEnd.PERHAPS: say("Look whether it took effect before you ask again."),
    CutOffEnd.UNREADABLE: say(
        "Nobody knows whether it took effect, since Qianfan does not tell. Look before you ask "
        "again."
    ),
}


def cut_off(fact: CutOff) -> Message:
    """What came of the command, as far as it can be seen."""
    template = say("qfbot was stopped while it worked on your {command}. {end}")
    if fact.target:
        template = say("qfbot was stopped while it worked on your {command} {target}. {end}")
    line = template.with_values(
        command=Code(f"/qf {fact.command}"),
        target=Code(fact.target),
        end=_CUT_OFF[fact.end],
    )
    if fact.made:
        line = say("{line} It made {made}.", line=line, made=Code(fact.made))
    if fact.state:
        line = say("{line} Now it is *{state}*.", line=line, state=state_word(fact.state))
    if not fact.made:
        return Message.of(line)
    buttons = (
        Button(say("Watch it here"), f"watch {fact.made}"),
        Button(say("Status"), f"status {fact.made}"),
    )
    return Message.of(line, Buttons(buttons))
