"""What a channel wants to hear, and how."""

from dataclasses import dataclass, field

from bot.domain.alarms import AlarmLimits


@dataclass(frozen=True)
class ChannelSettings:
    """What was settled for a channel; where nothing was, this is what holds."""

    alarms: AlarmLimits = field(default_factory=AlarmLimits)
