"""What a channel wants to hear, and how."""

from dataclasses import dataclass, field

from bot.domain.alarms import AlarmLimits
from bot.domain.hours import DailyTime, QuietHours
from bot.domain.languages import Language


@dataclass(frozen=True)
class ChannelSettings:
    """What was settled for a channel; where nothing was, this is what holds.

    `readers` is the language of whoever first had something told there, `language` the one that
    was chosen for it. In its `quiet` hours it hears of failures alone; its `digest` comes each day.
    """

    alarms: AlarmLimits = field(default_factory=AlarmLimits)
    language: Language | None = None
    readers: Language | None = None
    quiet: QuietHours | None = None
    digest: DailyTime | None = None

    def told_in(self, house: Language | None) -> Language:
        """The language of its announcements; `house` is the one chosen for all channels."""
        return self.language or house or self.readers or Language.ENGLISH
