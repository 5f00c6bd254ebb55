"""What is said in the form that imports a model from object storage."""

from collections.abc import Mapping, Sequence

from bot.domain.creation import LONGEST_DESCRIPTION
from bot.domain.errors import PlatformError
from bot.domain.forms import Option
from bot.domain.messages import Code, Listing, Sentence, say
from bot.wording import errors

TITLE = say("Import a model")
SUBMIT = say("Import")

#: What each field is called.
LABELS: Mapping[str, Sentence] = {
    "bucket": say("Bucket"),
    "object_path": say("Path in the bucket"),
    "model_format": say("Format"),
    "model_application_type": say("What the model does"),
    "template": say("Template of the conversation"),
    "history_qa_template": say("Earlier questions and answers"),
    "latest_question_template": say("The latest question"),
    "prompt_template": say("The prompt"),
    "display_name": say("Name to show for the file"),
    "template_file": say("File"),
    "file_name": say("Name that Qianfan gave the file"),
    "advance_conf": say("Advanced configuration"),
    "transformer_version": say("Version of transformers"),
    "vllm_version": say("Version of vLLM"),
    "sampling_strategy": say("Sampling"),
    "num_sampling": say("Sequences to return"),
    "num_beams": say("Beams"),
    "description": say("Description"),
}

#: What else stands at a field.
HELPS: Mapping[str, Sentence] = {
    "bucket": say("Only its name, as in demo-bucket: no bos: before it, and no path after it."),
    "object_path": say("The folder in which the model's files are."),
    "template": say("For a chat model: how a conversation becomes the text that it reads."),
    "history_qa_template": say(
        "At most {longest} characters. It is sent exactly as it stands here. {question} and "
        "{answer} stand for what was said.",
        longest=200,
        question="{question}",
        answer="{answer}",
    ),
    "latest_question_template": say(
        "At most {longest} characters. It is sent exactly as it stands here. {question} stands "
        "for what is asked.",
        longest=200,
        question="{question}",
    ),
    "prompt_template": say(
        "At most {longest} characters. It is sent exactly as it stands here. {input} stands for "
        "the conversation. It may be empty.",
        longest=300,
        input="{input}",
    ),
    "display_name": say("At most {longest} characters.", longest=200),
    "template_file": say("A Python file (.py), smaller than 1 MB."),
    "file_name": say("Qianfan named it when it was uploaded."),
    "vllm_version": say("Only where the model is to run with vLLM."),
    "num_sampling": say("From 1 to 15."),
    "num_beams": say("From 2 to 15."),
    "description": say("At most {longest} characters.", longest=LONGEST_DESCRIPTION),
}

FORMATS = (
    Option("HuggingFace.Transformers", say("HuggingFace.Transformers")),
    Option("Safetensors", say("Safetensors"), say("a text-to-image model")),
)
APPLICATIONS = (
    Option("chat", say("chat"), say("answers in a conversation")),
    Option("completion", say("completion"), say("continues a text")),
)
TEMPLATES = (
    Option("none", say("none")),
    Option("platform", say("typed here"), say("in the three parts that Qianfan provides for")),
    Option("file", say("a file of mine"), say("uploaded now")),
    Option("stored", say("a file that Qianfan has"), say("uploaded before")),
)
SAMPLINGS = (
    Option("multinomialSampling", say("multinomialSampling"), say("draws by probability")),
    Option("beamSearch", say("beamSearch"), say("follows several beams")),
    Option("greedySearch", say("greedySearch"), say("takes the likeliest")),
)


def version(number: str) -> Option:
    """A version of a library."""
    return Option(number, say("{number}", number=number))


def configuration(text: str, application: str) -> Option:
    """One of the platform's configurations, and for what it is where it is not for everything."""
    note = say("for {application}", application=application) if application else None
    return Option(text, say("{text}", text=text), note)


def no_configurations() -> Sentence:
    """Qianfan has none for imported models."""
    return say("Qianfan lists none. It may be left empty.")


def configurations_unread(why: PlatformError) -> Sentence:
    """Why there is no list of configurations to choose from."""
    return say(
        "There is no list to choose from: {why} It may be left empty.",
        why=errors.explain(why).summary,
    )


def configurations_not_asked() -> Sentence:
    """The list was not needed yet."""
    return say("One that Qianfan has for imported models; it may be left empty.")


def configurations_to_copy(texts: Sequence[str]) -> Sentence:
    """Configurations that are too long for a menu."""
    return say(
        "Qianfan has these: {texts}. Copy one of them whole, or leave it empty.",
        texts=Listing(tuple(Code(text) for text in texts)),
    )


def upload_lost() -> Sentence:
    """The file was sent, and nobody knows under which name it is stored."""
    return say(
        "The file was sent to Qianfan once and the answer was lost on the way. Nothing was "
        "imported. Give the file again: a file that is stored twice harms nothing."
    )
