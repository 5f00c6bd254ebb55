"""The rules of a form that was sent: whose it is, how long, once only, and what it may hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.commands.signature import Signature
from bot.domain.calls import Call, Confirmation, Reply
from bot.domain.errors import ButtonNotYours, ButtonUnknown, FieldMissing, FormExpired, QfbotError
from bot.domain.forms import Form
from bot.domain.messages import Sentence
from bot.domain.ports import Confirmations
from bot.wording import errors, forms

#: What stands before the name of a form on the button that opens it.
OPEN = "form "


@dataclass(frozen=True)
class Filled:
    """A form as somebody sent it: the question that it is, and its values put in."""

    question: Confirmation
    form: Form

    @property
    def call(self) -> Call:
        """The call that it makes."""
        return Call(self.form.command, self.form.arguments())


@dataclass(frozen=True)
class Wrong:
    """What keeps a form from being sent, by field; the form itself is still good."""

    told: Mapping[str, Sentence]


async def filled(
    name: str, values: Mapping[str, str] | None, user_id: str, confirmations: Confirmations
) -> Filled:
    """The form of that name with the values that somebody put in, None for those it has.

    Raises ButtonUnknown or ButtonNotYours.
    """
    question = await confirmations.find(name)
    if question is None or question.form is None:
        raise ButtonUnknown
    if question.asker != user_id:
        raise ButtonNotYours(question.asker)
    form = question.form if values is None else question.form.filled(values)
    return Filled(question, form)


def wrong(form: Form, signature: Signature) -> Mapping[str, Sentence]:
    """What is wrong with the form's values, by field, in words."""
    return {name: _told(error) for name, error in _errors(form, signature).items()}


def shown(name: str, form: Form) -> Reply:
    """The form, or where none can be shown, a button that opens it."""
    return Reply(
        forms.offered(form, OPEN + name), form=form, form_name=name, outcome="form offered"
    )


def doubted(sent: Filled) -> Form | None:
    """The form with new doubts told, which may be sent again as it is; None without any."""
    return _with_doubts(sent.form, sent.question.form)


def too_old(sent: Filled) -> Form:
    """The form once more, filled, since what it shows may no longer be true."""
    return sent.form.telling({"": _told(FormExpired(sent.form.command, sent.question.lifetime))})


def lacking(form: Form, signature: Signature, shown: Form | None) -> Form | None:
    """The form as it has to be shown before its call can be run; None where that can be run.

    `shown` is the form that somebody has just sent, where it was one. Nobody is blamed for what
    they were not asked for yet.
    """
    found = _errors(form, signature)
    if found:
        asked = {each.name for each in shown.fields} if shown else set()
        blamed = {
            name: error
            for name, error in found.items()
            if name in asked or not isinstance(error, FieldMissing)
        }
        told = {name: _told(error) for name, error in blamed.items()}
        return form.telling(told, form.warnings)
    seen = shown.warnings if shown else ()
    unseen = [each for each in form.warnings if each not in seen]
    return form if unseen else _with_doubts(form, shown)


def _errors(form: Form, signature: Signature) -> Mapping[str, QfbotError]:
    call = Call(form.command, form.arguments())
    asked = {each.name for each in form.fields}
    misread = {name: e for name, e in signature.misreads(call).items() if name in asked}
    return {**misread, **form.unfits()}


def _with_doubts(form: Form, shown: Form | None) -> Form | None:
    new = tuple(_new_doubts(form, shown))
    return form.telling(warnings=(*form.warnings, *new)) if new else None


def _new_doubts(form: Form, shown: Form | None) -> Iterator[Sentence]:
    """A doubt is told once: whoever sends the same value again means it."""
    for field, text in form.doubts():
        seen = shown is not None and shown.warnings and shown.values.get(field.name) == text
        if not seen:
            yield forms.not_listed(field, text)


def _told(error: QfbotError) -> Sentence:
    return errors.explain(error).summary
