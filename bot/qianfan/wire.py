"""The API's JSON objects: every field optional, a field that cannot be read left out.

Where an API has two names for one thing (its table's and its examples', or V1's), both are
fields here, and the reader takes the one that says something.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from bot.qianfan.fields import (
    Flag,
    Limits,
    Moment,
    Number,
    Objects,
    Percent,
    Step,
    Text,
    Texts,
)


class Wire(BaseModel):
    """An object as it came; names and members that nobody knows are passed over."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)

    @model_validator(mode="wrap")
    @classmethod
    def leave_out_what_cannot_be_read(
        cls, value: object, read: ModelWrapValidatorHandler[Self]
    ) -> Self:
        """The fields' defaults in the place of values of a wrong type, null among them."""
        try:
            return read(value)
        except ValidationError as error:
            if not isinstance(value, Mapping):
                raise
            unreadable = {each["loc"][0] for each in error.errors(include_url=False)}
            return read({name: it for name, it in value.items() if name not in unreadable})


class CheckpointItem(Wire):
    """An element of DescribeFineTuningTask's checkpointList."""

    step: Step | None = None
    training_loss: Number | None = None
    perplexity: Number | None = None


class FineTuningDetail(Wire):
    """DescribeFineTuningTask's result. The SDK's own mock server calls the times dates."""

    task_id: Text = ""
    job_id: Text = ""
    job_name: Text = ""
    job_description: Text = ""
    model: Text = ""
    train_mode: Text = ""
    parameter_scale: Text = ""
    run_status: Text = ""
    run_progress: Percent | None = None
    vdl_link: Text = ""
    metrics: Texts = {}
    checkpoint_list: Annotated[tuple[CheckpointItem, ...], Objects] = ()
    create_time: Moment | None = None
    create_date: Moment | None = None
    finish_time: Moment | None = None
    finish_date: Moment | None = None
    error_message: Text = ""
    error_code: Text = ""


class CompressionConfig(Wire):
    """DescribeModelCompTask's config, and an element of DescribeModel's modelCompConfigs."""

    strategy: Text = ""
    sparsity_ratio: Number | None = None
    weight: Text = ""


class CompressionDetail(Wire):
    """DescribeModelCompTask's result. `state` and `targetModelId` are its examples' names."""

    id: Text = ""
    name: Text = ""
    description: Text = ""
    status: Text = ""
    state: Text = ""
    failed_reason: Text = ""
    source_model_id: Text = ""
    model_id: Text = ""
    target_model_id: Text = ""
    config: CompressionConfig = CompressionConfig()
    create_time: Moment | None = None
    finish_time: Moment | None = None


class SourceInfo(Wire):
    """DescribeModel's sourceInfo; a legacy run's id is a number."""

    source_type: Text = ""
    train_task_id: Text = ""
    acceleration_task_id: Text = ""
    import_model_version_bos_url: Text = ""


class ResourceConfig(Wire):
    """DescribeModel's resourceConfig, which only its examples have."""

    resource_id: Text = ""


class ModelVersionDetail(Wire):
    """DescribeModel's result.

    Its examples' names are `state`, `endpointType`, `ioTokens`, `modelSetId`, `modelSetName` and
    `resourceConfig`.
    """

    model_id: Text = ""
    model_name: Text = ""
    model_set_id: Text = ""
    model_set_name: Text = ""
    model: Text = ""
    description: Text = ""
    status: Text = ""
    state: Text = ""
    source_info: SourceInfo = SourceInfo()
    model_application_type: Text = ""
    endpoint_type: Text = ""
    create_time: Moment | None = None
    modify_time: Moment | None = None
    token_limitations: Limits = {}
    io_tokens: Text = ""
    is_support_deploy: Flag | None = None
    is_support_model_comp: Flag | None = None
    is_support_evaluation: Flag | None = None
    advanced_settings: Texts = {}
    model_comp_configs: Annotated[tuple[CompressionConfig, ...], Objects] = ()
    resource_config: ResourceConfig = ResourceConfig()
