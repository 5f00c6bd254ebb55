"""How the API spells its answers: wherever its documents contradict themselves, both spellings.

Each field is one contradiction between a document's table and its examples, or between two
documents; the first value is the one that the tables (and Baidu's own client) use.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Wording:
    """One reading of the documents. `Wording.of_examples()` is the opposite one."""

    # DescribeModel and DescribeModelCompTask: the table says status, examples say state.
    state_key: Literal["status", "state"] = "status"
    # DescribeModelCompTask: succeeded in the table, Done in the examples.
    succeeded: Literal["succeeded", "Done"] = "succeeded"
    # DescribeFineTuningTask: Failed in the table, Fail in the official SDK of spring 2024.
    failed: Literal["Failed", "Fail"] = "Failed"
    # DescribeFineTuningTask: createTime in the document, createDate in the official SDK's tests.
    time_key: Literal["Time", "Date"] = "Time"
    # DescribeModelCompTask: modelId in the table, targetModelId in the examples.
    compressed_key: Literal["modelId", "targetModelId"] = "modelId"
    # DescribeModel: modelApplicationType in the table, endpointType in the examples.
    application_key: Literal["modelApplicationType", "endpointType"] = "modelApplicationType"
    # DescribeFineTuningTask prints times with Z: truly UTC, or Beijing's digits with a wrong Z.
    task_zone: Literal["utc", "beijing"] = "utc"
    # finishTime of a run that has not ended: zeros, left out, or a time that means nothing.
    unfinished: Literal["zeros", "absent", "past"] = "zeros"
    # DescribeModel: modelCompConfigs is a list of objects, or (in examples) a lone object.
    comp_configs: Literal["list", "object"] = "list"
    # errorCode 0 and errorMessage "" on runs that did not fail, or neither.
    empty_errors: bool = False
    # checkpointList while a run trains, or only once it has ended.
    early_checkpoints: bool = True
    # A loss that is not a number: as text, as JavaScript's literal, or null. All are guesses.
    not_a_number: Literal["text", "literal", "null"] = "text"

    @classmethod
    def of_examples(cls) -> "Wording":
        """The spelling of the documents' examples, which is not that of their tables."""
        return cls(
            state_key="state",
            succeeded="Done",
            time_key="Date",
            compressed_key="targetModelId",
            application_key="endpointType",
            comp_configs="object",
        )
