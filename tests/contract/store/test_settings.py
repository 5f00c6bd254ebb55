"""What is settled for a channel: read, changed, and read again by older and newer neighbours."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alarms import NO_ALARMS, AlarmLimits
from bot.domain.channels import ChannelSettings
from bot.domain.hours import DailyTime, QuietHours
from bot.domain.languages import Language
from bot.store.opening import Store
from bot.store.settings import SETTINGS
from tests.contract.store.values import GENERAL, RANDOM, look, watch

HOUR = timedelta(hours=1)

settings = st.builds(
    ChannelSettings,
    st.builds(
        AlarmLimits,
        st.none() | st.timedeltas(),
        st.none() | st.timedeltas(),
        st.none() | st.floats(allow_nan=False),
        st.booleans(),
    ),
    st.none() | st.sampled_from(Language),
    st.none() | st.sampled_from(Language),
    st.none() | st.builds(QuietHours, st.times(), st.times(), st.text()),
    st.none() | st.builds(DailyTime, st.times(), st.text()),
)


@given(settings)
def test_what_is_written_is_read_again(value: ChannelSettings) -> None:
    assert SETTINGS.read(SETTINGS.write(value)) == value


def test_what_an_earlier_version_did_not_know_is_as_at_first() -> None:
    assert SETTINGS.read("{}") == ChannelSettings()
    assert SETTINGS.read(json.dumps({"alarms": {"loss": False}})).alarms == AlarmLimits(loss=False)


async def test_a_channel_of_which_nothing_is_known_has_the_usual_settings(store: Store) -> None:
    assert await store.channels.settings(GENERAL) == ChannelSettings()


async def test_a_change_holds_for_its_channel_alone(store: Store) -> None:
    await store.watches.begin(watch(RANDOM), look())

    changed = await store.channels.change(GENERAL, lambda old: replace(old, alarms=NO_ALARMS))

    assert changed == ChannelSettings(NO_ALARMS)
    assert await store.channels.settings(GENERAL) == changed
    assert await store.channels.settings(RANDOM) == ChannelSettings()


async def test_a_change_starts_from_what_is_settled(store: Store) -> None:
    async def changes(**limits: Any) -> None:
        def change(old: ChannelSettings) -> ChannelSettings:
            return replace(old, alarms=replace(old.alarms, **limits))

        await store.channels.change(GENERAL, change)

    await asyncio.gather(
        changes(queued=3 * HOUR), changes(stalled=None), changes(slow=4.0), changes(loss=False)
    )

    settled = await store.channels.settings(GENERAL)
    assert settled.alarms == AlarmLimits(3 * HOUR, None, 4.0, False)
