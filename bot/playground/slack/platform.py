"""The parts of the local Slack that its Web API, its deliveries and its people share."""

import secrets
from dataclasses import dataclass, field

from bot.playground.slack.clock import Clock
from bot.playground.slack.faults import Faults
from bot.playground.slack.feed import Feed
from bot.playground.slack.files import Files
from bot.playground.slack.installation import Installation
from bot.playground.slack.interaction import ResponseUrls, Triggers
from bot.playground.slack.rate_limits import RateLimits
from bot.playground.slack.sockets import Sockets
from bot.playground.slack.tasks import Tasks
from bot.playground.slack.values import File, Json
from bot.playground.slack.views import Views
from bot.playground.slack.wire import file_object
from bot.playground.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Credentials:
    """The app's secrets: made up anew for each workspace, and never shown by `repr`."""

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    verification_token: str = field(repr=False)

    @classmethod
    def made_up(cls) -> "Credentials":
        return cls(
            bot_token=f"xoxb-playground-{secrets.token_hex(12)}",
            app_token=f"xapp-1-playground-{secrets.token_hex(16)}",
            signing_secret=secrets.token_hex(16),
            verification_token=secrets.token_hex(12),
        )

    def strike_out(self, text: str) -> str:
        """Return the text with every one of these secrets blotted out."""
        for secret in (
            self.bot_token,
            self.app_token,
            self.signing_secret,
            self.verification_token,
        ):
            text = text.replace(secret, "***")
        return text


@dataclass(slots=True)
class Platform:
    """Everything that is shared; `address` is known once the server listens."""

    clock: Clock
    feed: Feed
    faults: Faults
    tasks: Tasks
    credentials: Credentials
    installation: Installation
    workspace: Workspace
    views: Views
    files: Files
    sockets: Sockets
    triggers: Triggers
    response_urls: ResponseUrls
    rate_limits: RateLimits
    address: str = ""

    def response_url(self, key: str) -> str:
        return f"{self.address}/response/{key}"

    def socket_url(self, ticket: str) -> str:
        return f"ws{self.address.removeprefix('http')}/link/{ticket}"

    def upload_url(self, file_id: str) -> str:
        return f"{self.address}/upload/{file_id}"

    def file_object(self, file: File) -> Json:
        """A file as the Web API and a form's state show it now."""
        return file_object(file, self.address, processed=self.files.is_processed(file))
